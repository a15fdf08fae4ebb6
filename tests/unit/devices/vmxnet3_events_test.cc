// SPDX-License-Identifier: BSD-3-Clause
// A transmit queue that makes no sense stops, and says so: status, ECR, its copy in the shared area, and the event's
// interrupt (sheet §1, §3).
#include "tests/support/catch.h"
#include "tests/support/guest_vmxnet3.h"

namespace ringside::test {
namespace {

namespace vmxnet3 = spec::vmxnet3;
constexpr uint32_t kEcr = GuestVmxnet3::kBar1 + vmxnet3::bar1::kEcr;

// Two queues; vector 3 is for events, and leads to line 5 of vCPU 1.
struct EventVm : GuestVmxnet3 {
  static constexpr uint32_t kVector = 3, kLine = 5;
  explicit EventVm(uint8_t vectors = 4) : GuestVmxnet3(2) {
    init();
    area().event_vector = kVector, area().vectors = vectors;
    CHECK(get(vmxnet3::cmd::kActivateDev) == 0);
    open_vectors();
    write(kMsix + 16 * kVector, 0xfee00000u | 1u << 12);
    write(kMsix + 16 * kVector + 8, 0x20 + kLine);
    write(kMsix + 16 * kVector + 12, 0);
    write(kVmxnet3Imr + 8 * kVector, 0);
  }
  // A first row that is given away without the others of its frame.
  void tear(uint16_t q) {
    put_raw(tx_buffer(q, 0), 60, q);
    CHECK(fetch().empty());
  }
  bool told() { return lines[1]->take() & 1u << kLine; }
};

TEST_CASE("vmxnet3 events: a queue that stops raises the event's vector, once, and ECR says why until it is cleared") {
  EventVm vm;
  vm.tear(0);
  CHECK(vm.told());
  CHECK(vm.tx_desc(0).status.stopped == 1);
  CHECK(vm.tx_desc(0).status.error == vmxnet3::kErrorTorn);
  CHECK(vm.read(kEcr) == vmxnet3::ecr::kTqErr);
  CHECK(vm.area().ecr == vmxnet3::ecr::kTqErr);
  CHECK(vm.read(kVmxnet3Imr + 8 * EventVm::kVector) == 1);  // automatic mask
  CHECK(vm.lines[0]->take() == 0);
  CHECK(vm.fetch().empty());
  CHECK_FALSE(vm.told());
  vm.write(kEcr, vmxnet3::ecr::kTqErr);
  CHECK(vm.read(kEcr) == 0);
  CHECK(vm.area().ecr == 0);
  vm.write(kVmxnet3Imr + 8 * EventVm::kVector, 0);
  CHECK_FALSE(vm.told());
  // The other queue goes on until it stops too; an event while the vector is masked waits for its opening.
  vm.put(make_frame(60, 2), vmxnet3::txd::kEop, 1);
  CHECK(vm.fetch().size() == 1);
  vm.write(kVmxnet3Imr + 8 * EventVm::kVector, 1);
  vm.tear(1);
  CHECK_FALSE(vm.told());
  CHECK(vm.read(kEcr) == vmxnet3::ecr::kTqErr);
  vm.write(kVmxnet3Imr + 8 * EventVm::kVector, 0);
  CHECK(vm.told());
  CHECK(vm.balanced());
}

TEST_CASE("vmxnet3 events: intrCtrl holds them back too, and without automatic mask the vector stays open") {
  EventVm vm;
  vm.area().auto_mask = 0;
  CHECK(vm.get(vmxnet3::cmd::kActivateDev) == 0);
  vm.area().intr_ctrl = vmxnet3::kIntrCtrlDisableAll;
  vm.tear(0);
  CHECK_FALSE(vm.told());
  CHECK(vm.area().ecr == vmxnet3::ecr::kTqErr);
  vm.area().intr_ctrl = 0;
  vm.tear(1);
  CHECK(vm.told());
  CHECK(vm.read(kVmxnet3Imr + 8 * EventVm::kVector) == 0);
}

TEST_CASE("vmxnet3 events: activated anew the queue runs again, and what was not acknowledged is still there") {
  EventVm vm;
  vm.tear(0);
  vm.area().ecr = 0;  // a driver's mistake: the word is the device's
  vm.init();
  CHECK(vm.read(kEcr) == 0);  // reset
  CHECK(vm.area().ecr == 0);
  vm.put(make_frame(60, 2));
  CHECK(vm.fetch().size() == 1);
  vm.tear(0);
  vm.area().ecr = 0;
  CHECK(vm.get(vmxnet3::cmd::kActivateDev) == 0);
  CHECK(vm.area().ecr == vmxnet3::ecr::kTqErr);
}

}  // namespace
}  // namespace ringside::test
