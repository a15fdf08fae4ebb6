// SPDX-License-Identifier: BSD-3-Clause
// GET_QUEUE_STATUS said of each stopped transmit queue that its ring was bad, and so forgot that a frame had been torn.
#include "tests/support/catch.h"
#include "tests/support/guest_vmxnet3.h"

using namespace ringside;
using namespace ringside::test;
using namespace ringside::spec;

TEST_CASE("vmxnet3 GET_QUEUE_STATUS: a stopped queue keeps the reason for which it stopped", "[regression]") {
  GuestVmxnet3 vm;
  vm.init();
  vm.command(vmxnet3::cmd::kGetQueueStatus);
  CHECK(vm.tx_desc().status.stopped == 0);
  CHECK(vm.tx_desc().status.error == 0);
  vm.put(make_frame(60, 2), 0);  // no end, and nothing behind it
  CHECK(vm.fetch().empty());
  REQUIRE(vm.tx_desc().status.error == vmxnet3::kErrorTorn);
  vm.command(vmxnet3::cmd::kGetQueueStatus);
  CHECK(vm.tx_desc().status.stopped == 1);
  CHECK(vm.tx_desc().status.error == vmxnet3::kErrorTorn);
  vm.init();
  vm.command(vmxnet3::cmd::kGetQueueStatus);
  CHECK(vm.tx_desc().status.stopped == 0);
  CHECK(vm.tx_desc().status.error == 0);
}
