// SPDX-License-Identifier: BSD-3-Clause
#include <atomic>
#include <thread>

#include "tests/support/catch.h"
#include "tests/unit/guest/fake_nic.h"

// The E1000 driver's hot path, seen from the device's side of the rings.
namespace ringside::test {
namespace {

Bytes frame_of(uint32_t bytes, uint32_t number) {
  Bytes frame(bytes);
  for (uint32_t i = 0; i < bytes; i++) frame[i] = uint8_t(i * 7 + number);
  return frame;
}

Bytes swapped(Bytes frame) {
  std::swap_ranges(frame.begin(), frame.begin() + 6, frame.begin() + 6);
  return frame;
}

TEST_CASE("guest e1000: forwards frames with their MAC addresses swapped, for every ring size", "[guest][sanitize]") {
  for (uint32_t rows : {8u, 16u, 24u, 40u, 72u, 136u, 200u, 256u, 1000u, 4096u}) {
    FakeVm vm(spec::WorkloadKind::kForward, rows, rows, 32 << 20);
    vm.control().doorbell = spec::DoorbellMode::kBatch, vm.control().refill = 32;
    vm.boot();
    uint32_t given = 0, taken = 0;
    // Three times round the ring, in bursts of all sizes.
    for (uint32_t burst = 1; given < 3 * rows + 50; burst = burst % 40 + 1) {
      for (uint32_t i = 0; i < burst && vm.nic().deliver(frame_of(60 + given % 1455, given)); i++) given++;
      vm.turn();
      for (const Bytes& frame : vm.nic().transmit()) {
        REQUIRE(frame == swapped(frame_of(60 + taken % 1455, taken)));
        taken++;
      }
    }
    for (int i = 0; i < 4; i++) vm.turn(), taken += uint32_t(vm.nic().transmit().size());
    CHECK(taken == given);
    CHECK(vm.report().received == given);
    CHECK(vm.report().sent == given);
    CHECK(vm.report().received_bytes == vm.report().sent_bytes);
    CHECK(vm.report().driver_errors == 0);
    CHECK(vm.nic().completions + 1 >= given / 33);
  }
}

TEST_CASE("guest e1000: all ring sizes from 8 to 4096 in steps of 8", "[guest]") {
  for (uint32_t rows = 8; rows <= 4096; rows += rows < 256 ? 8 : 248) {
    FakeVm vm(spec::WorkloadKind::kForward, rows, rows + 8 <= 4096 ? rows + 8 : rows, 32 << 20);
    vm.boot();
    uint32_t given = 0, taken = 0;
    while (given < 2 * rows + 100) {
      while (vm.nic().deliver(frame_of(60, given))) given++;
      vm.turn();
      taken += uint32_t(vm.nic().transmit().size());
    }
    while (vm.turn()) taken += uint32_t(vm.nic().transmit().size());
    REQUIRE(taken == given);
  }
}

TEST_CASE("guest e1000: zero copy: the buffer that came in goes out", "[guest]") {
  FakeVm vm(spec::WorkloadKind::kForward);
  vm.boot();
  uint64_t in = *reinterpret_cast<uint64_t*>(vm.memory->base() + vm.nic().rx_row(0));
  vm.nic().deliver(frame_of(60, 1));
  vm.turn();
  vm.nic().transmit();
  REQUIRE(vm.nic().addresses.size() == 1);
  CHECK(vm.nic().addresses[0] == in);
  CHECK(*reinterpret_cast<uint64_t*>(vm.memory->base() + vm.nic().rx_row(0)) != in);
}

TEST_CASE("guest e1000: doorbells per packet or per batch, refill in groups; no register is read", "[guest]") {
  struct {
    spec::DoorbellMode doorbell;
    uint32_t refill, batch, tdt, rdt;
  } cases[] = {{spec::DoorbellMode::kPacket, 1, 32, 20, 20}, {spec::DoorbellMode::kBatch, 1, 32, 1, 20},
               {spec::DoorbellMode::kBatch, 8, 32, 1, 2},    {spec::DoorbellMode::kBatch, 32, 32, 1, 0},
               {spec::DoorbellMode::kPacket, 16, 5, 20, 1},  {spec::DoorbellMode::kBatch, 4, 5, 4, 5}};
  for (const auto& c : cases) {
    FakeVm vm(spec::WorkloadKind::kForward);
    vm.control().doorbell = c.doorbell, vm.control().refill = c.refill, vm.control().batch = c.batch;
    vm.boot();
    const uint64_t before = vm.vcpu.exits.total();
    for (uint32_t i = 0; i < 20; i++) REQUIRE(vm.nic().deliver(frame_of(60, i)));
    while (vm.turn()) {
    }
    CHECK(vm.nic().writes_of(e1000::reg::kTdt) == c.tdt);
    CHECK(vm.nic().writes_of(e1000::reg::kRdt) == c.rdt);
    CHECK(vm.nic().log.size() == c.tdt + c.rdt);
    CHECK(vm.vcpu.exits.total() - before == c.tdt + c.rdt);
  }
}

TEST_CASE("guest e1000: RDT stays one behind the next row to be looked at", "[guest]") {
  FakeVm vm(spec::WorkloadKind::kSink, 8, 8);
  vm.boot();
  for (uint32_t i = 0; i < 30; i++) {
    REQUIRE(vm.nic().deliver(frame_of(60, i)));
    vm.turn();
    CHECK(vm.nic().log.back().value == i % 8);
  }
}

TEST_CASE("guest e1000: a full transmit ring leaves frames in the receive ring", "[guest]") {
  FakeVm vm(spec::WorkloadKind::kForward, 64, 16);
  vm.control().doorbell = spec::DoorbellMode::kBatch;
  vm.boot();
  for (uint32_t i = 0; i < 40; i++) REQUIRE(vm.nic().deliver(frame_of(60, i)));
  while (vm.turn()) {
  }
  CHECK(vm.report().sent == 15);
  CHECK(vm.report().received == 15);
  uint32_t taken = 0;
  for (int i = 0; i < 10; i++) taken += uint32_t(vm.nic().transmit().size()), vm.turn();
  CHECK(taken == 40);
  CHECK(vm.report().no_transmit_row == 0);
}

TEST_CASE("guest e1000: RS is set so seldom that a quarter of the ring is freed at a look", "[guest]") {
  for (auto [rows, group] : {std::pair{8u, 2u}, {16u, 4u}, {64u, 16u}, {128u, 32u}, {1024u, 32u}}) {
    FakeVm vm(spec::WorkloadKind::kForward, rows, rows);
    vm.boot();
    uint32_t taken = 0;
    while (taken < 4 * rows) {
      while (vm.nic().deliver(frame_of(60, 0))) {
      }
      vm.turn();
      taken += uint32_t(vm.nic().transmit().size());
    }
    CHECK(vm.nic().completions == taken / group);
  }
}

TEST_CASE("guest e1000: jumbo frames over several rows, both ways", "[guest][sanitize]") {
  for (uint32_t rows : {8u, 16u, 64u, 256u}) {
    FakeVm vm(spec::WorkloadKind::kForward, rows, rows);
    vm.info().nics[0].max_frame_bytes = 9018;
    vm.control().refill = 32;
    vm.boot();
    uint32_t given = 0, taken = 0;
    auto size = [](uint32_t n) { return n % 3 ? 60 + (n * 977) % 8959 : 9018 - n % 2; };
    while (given < 400) {
      while (vm.nic().deliver(frame_of(size(given), given))) given++;
      vm.turn();
      for (const Bytes& frame : vm.nic().transmit()) {
        REQUIRE(frame == swapped(frame_of(size(taken), taken)));
        taken++;
      }
    }
    while (vm.turn()) taken += uint32_t(vm.nic().transmit().size());
    CHECK(taken == given);
    CHECK(vm.report().driver_errors == 0);
  }
}

TEST_CASE("guest e1000: a frame whose last part is not there yet waits", "[guest]") {
  FakeVm vm(spec::WorkloadKind::kForward);
  vm.info().nics[0].max_frame_bytes = 9018;
  vm.boot();
  auto* row = reinterpret_cast<uint64_t*>(vm.memory->base() + vm.nic().rx_row(0));
  row[1] = 2048 | e1000::rxd::kDd;
  CHECK_FALSE(vm.turn());
  row[3] = 100 | e1000::rxd::kDd | e1000::rxd::kEop;
  CHECK(vm.turn());
  const auto frames = vm.nic().transmit();
  REQUIRE(frames.size() == 1);
  CHECK(frames[0].size() == 2148);
}

TEST_CASE("guest e1000: frames with errors and impossible lengths are counted and their buffers used again",
          "[guest][sanitize]") {
  FakeVm vm(spec::WorkloadKind::kForward, 8, 8);
  vm.boot();
  uint32_t sent = 0;
  for (uint32_t i = 0; i < 50; i++) {
    REQUIRE(vm.nic().deliver(frame_of(60, i), i % 2 ? e1000::rxd::kCe : e1000::rxd::kTcpe));
    vm.turn();
    sent += uint32_t(vm.nic().transmit().size());
  }
  CHECK(vm.report().driver_errors == 25);
  CHECK(vm.report().received == 50);
  CHECK(sent == 25);
  // A device out of its mind: lengths beyond the buffer, frames without an end.
  FakeVm mad(spec::WorkloadKind::kForward, 64, 64);
  mad.boot();
  auto* rows = reinterpret_cast<uint64_t*>(mad.memory->base() + mad.nic().rx_row(0));
  for (uint32_t i = 0; i < 40; i++) rows[2 * i + 1] = (i * 1999 & 0xffff) | e1000::rxd::kDd;
  rows[2 * 40 + 1] = 60 | e1000::rxd::kDd | e1000::rxd::kEop;
  rows[2 * 41 + 1] = 60 | e1000::rxd::kDd | e1000::rxd::kEop;
  while (mad.turn()) {
  }
  CHECK(mad.report().driver_errors == 1);
  CHECK(mad.report().sent == 1);
}

TEST_CASE("guest e1000: two NICs of one VM forward each on its own", "[guest]") {
  FakeVm vm(spec::WorkloadKind::kForward, 64, 64, 16 << 20, 2);
  vm.boot();
  vm.nic(0).deliver(frame_of(60, 1));
  vm.nic(1).deliver(frame_of(61, 2));
  vm.turn();
  CHECK(vm.nic(0).transmit() == std::vector<Bytes>{swapped(frame_of(60, 1))});
  CHECK(vm.nic(1).transmit() == std::vector<Bytes>{swapped(frame_of(61, 2))});
}

TEST_CASE("guest e1000: driver and device in two threads share only ring words and doorbells", "[guest][sanitize]") {
  FakeVm vm(spec::WorkloadKind::kForward, 32, 32);
  vm.control().refill = 4;
  vm.boot();
  vm.nic().log_on = false;
  std::atomic<bool> stop{false};
  std::thread guest([&] {
    while (!stop.load()) vm.turn();
  });
  constexpr uint32_t kFrames = 5'000;
  uint32_t given = 0, taken = 0, wrong = 0;
  while (taken < kFrames) {
    const uint32_t before = given + taken;
    while (given < kFrames && vm.nic().deliver(frame_of(60, given))) given++;
    for (const Bytes& frame : vm.nic().transmit()) wrong += frame != swapped(frame_of(60, taken)), taken++;
    if (given + taken == before) std::this_thread::yield();
  }
  stop.store(true);
  guest.join();
  CHECK(wrong == 0);
}

TEST_CASE("guest: scribbled memory harms nobody but the guest", "[guest][sanitize]") {
  uint64_t seed = 1;
  auto random = [&] { return seed = seed * 6364136223846793005 + 1442695040888963407, seed >> 20; };
  for (uint32_t round = 0; round < 300; round++) {
    FakeVm vm(spec::WorkloadKind(round % 4), 64, 64, 4 << 20, 1 + round % 2);
    vm.info().driver = spec::DriverMode(round / 4 % 2);
    vm.control().generate_count = ~uint64_t{0}, vm.control().ipv4 = 0x0a000002;
    vm.boot();
    vm.nic().log_on = false;
    for (uint32_t turn = 0; turn < 20; turn++) {
      vm.nic().deliver(frame_of(60 + uint32_t(random() % 1400), round));
      // Words of boot page, state and rings, with numbers of all magnitudes.
      for (uint32_t i = 0; i < 40; i++) {
        const uint64_t gpa = random() % 4 ? 0x1000 + random() % 0x6000 / 4 * 4 : 0x40000 + random() % 0x3000 / 4 * 4;
        const uint32_t value = uint32_t(random()) >> (random() % 32);
        memcpy(vm.memory->base() + gpa, &value, 4);
      }
      vm.turn();
      vm.nic().transmit(100);
    }
  }
}

}  // namespace
}  // namespace ringside::test
