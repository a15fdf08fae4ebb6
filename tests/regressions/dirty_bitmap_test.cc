// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/guest_ring.h"
#include "tests/support/guest_vmxnet3.h"

// A NIC took the dirty bitmap's address when it was made: switched on later, by a migration, it saw none of what the
// NIC wrote.
namespace ringside::test {
namespace {

bool dirty(const vmm::GuestMemory& memory, uint64_t gpa) {
  const auto* bits = memory.dirty_bitmap();
  return bits && bits[gpa / 4096 / 64].load() >> (gpa / 4096 % 64) & 1;
}

TEST_CASE("what an E1000 writes is marked in a dirty bitmap that was switched on later", "[sanitize][one-thread]") {
  GuestE1000 guest;
  guest.init();
  guest.send({make_frame(300, GuestE1000::kMac)});
  guest.memory->enable_dirty_bitmap();
  CHECK_FALSE(dirty(*guest.memory, guest.rx_buffer(0)));
  guest.send({make_frame(300, GuestE1000::kMac)});
  CHECK(dirty(*guest.memory, guest.rx_buffer(1)));
  CHECK(dirty(*guest.memory, GuestE1000::kRxRing));
  CHECK_FALSE(dirty(*guest.memory, guest.rx_buffer(8)));
}

TEST_CASE("what a VMXNET3 writes is marked in a dirty bitmap that was switched on later", "[sanitize][one-thread]") {
  GuestVmxnet3 guest;
  guest.init();
  guest.memory->enable_dirty_bitmap();
  guest.send({make_frame(300, GuestVmxnet3::kMac)});
  CHECK(dirty(*guest.memory, guest.rx_buffer(0, 0, 0)));
  CHECK_FALSE(dirty(*guest.memory, guest.rx_buffer(0, 0, 8)));
}

}  // namespace
}  // namespace ringside::test
