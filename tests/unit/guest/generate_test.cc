// SPDX-License-Identifier: BSD-3-Clause
#include <set>

#include "tests/support/catch.h"
#include "tests/unit/guest/fake_nic.h"

// The generator's frames, and the sink that holds them to their promises.
namespace ringside::test {
namespace {

uint64_t little(const Bytes& b, size_t at, size_t bytes) {
  uint64_t v = 0;
  for (size_t i = 0; i < bytes; i++) v |= uint64_t{b[at + i]} << (8 * i);
  return v;
}
uint32_t big16(const Bytes& b, size_t at) { return uint32_t(b[at] << 8 | b[at + 1]); }

struct GeneratorVm : FakeVm {
  explicit GeneratorVm(uint64_t count, uint32_t size = 60, uint32_t max_frame = 1514)
      : FakeVm(spec::WorkloadKind::kGenerate) {
    control().generate_count = count, control().generate_size = size, control().peer_mac = 0x0605040302f2;
    control().doorbell = spec::DoorbellMode::kBatch;
    info().nics[0].max_frame_bytes = max_frame;
    boot();
  }
  std::vector<Bytes> all(int turns = 1000) {
    std::vector<Bytes> frames;
    for (int i = 0; i < turns; i++) {
      turn();
      for (Bytes& frame : nic().transmit()) frames.push_back(std::move(frame));
    }
    return frames;
  }
};

TEST_CASE("generate: frames are as the boot page's contract says", "[guest][sanitize][one-thread]") {
  for (auto [size, max_frame] :
       {std::pair{60u, 1514u}, {61u, 1514u}, {1514u, 1514u}, {2048u, 9018u}, {2049u, 9018u}, {9018u, 9018u}}) {
    GeneratorVm vm(100, size, max_frame);
    vm.control().generate_flows = 7;
    const auto frames = vm.all();
    REQUIRE(frames.size() == 100);
    CHECK(vm.report().generated == 100);
    CHECK(vm.report().sent_bytes == 100 * size);
    std::set<uint32_t> ports;
    for (size_t i = 0; i < frames.size(); i++) {
      const Bytes& f = frames[i];
      REQUIRE(f.size() == size);
      CHECK(little(f, 0, 6) == 0x0605040302f2);
      CHECK(little(f, 6, 6) == FakeNic::kMac);
      CHECK(big16(f, 12) == 0x0800);
      CHECK(big16(f, 16) == size - 14);
      CHECK(f[23] == 17);
      CHECK(big16(f, 38) == size - 34);
      uint32_t sum = 0;
      for (size_t at = 14; at < 34; at += 2) sum += big16(f, at);
      CHECK((sum & 0xffff) + (sum >> 16) == 0xffff);
      ports.insert(big16(f, 34));
      CHECK(little(f, 42, 4) == spec::kPayloadMagic);
      CHECK(little(f, 46, 8) == i + 1);
      for (size_t at = 60; at < size; at++) REQUIRE(f[at] == 0);
    }
    CHECK(ports.size() == 7);
  }
}

TEST_CASE("generate: raising the count starts it again; a size out of bounds is pulled in", "[guest]") {
  GeneratorVm vm(10, 3);
  auto frames = vm.all();
  REQUIRE(frames.size() == 10);
  CHECK(frames[0].size() == 60);
  CHECK(vm.vcpu.timer().kind != TimerKind::kWork);
  vm.control().generate_count = 15, vm.control().generate_size = 100000;
  CHECK(vm.vcpu.timer().kind == TimerKind::kWork);
  frames = vm.all();
  REQUIRE(frames.size() == 5);
  CHECK(frames[0].size() == 1514);
  CHECK(little(frames[0], 46, 8) == 11);
}

TEST_CASE("generate: keeps its pace by the clock", "[guest]") {
  GeneratorVm vm(~uint64_t{0});
  // A turn every 1000 cycles at 1 GHz: a microsecond. A frame every 10 of them.
  vm.sink = nullptr;
  vm.control().generate_gap_ns = 10'000;
  const auto frames = vm.all(10'000);
  CHECK(frames.size() >= 999);
  CHECK(frames.size() <= 1'002);
  const uint64_t first = little(frames[0], 54, 6), last = little(frames.back(), 54, 6);
  CHECK(double(last - first) / double(frames.size() - 1) == Approx(10'000).epsilon(0.01));
  const Timer timer = vm.vcpu.timer();
  CHECK(timer.kind == TimerKind::kWork);
  CHECK(timer.at > vm.now - 1000);
  CHECK(timer.at <= vm.now + 10'000);
}

TEST_CASE("generate: when its timer has run out a frame is due, however long it has been running", "[guest]") {
  struct Silent final : StepSink {
    void step(const StepEvent&) override {}
  } silent;
  GeneratorVm vm(~uint64_t{0});
  vm.sink = &silent;
  vm.control().generate_gap_ns = 3'333'333'333;  // 5,000 frames are 4.6 hours
  for (uint64_t now = 12'345; vm.report().generated < 5'000; now = vm.vcpu.timer().at) {
    const uint64_t before = vm.report().generated;
    Turn turn{.now = now, .hz = kVirtualHz, .sink = &silent};
    vm.vcpu.turn(turn);
    REQUIRE(vm.report().generated == before + 1);
    REQUIRE(vm.nic().transmit().size() == 1);
  }
}

TEST_CASE("generate: stops in front of a full ring and loses nothing", "[guest]") {
  GeneratorVm vm(500);
  for (int i = 0; i < 50; i++) vm.turn();
  CHECK(vm.report().generated == 63);
  CHECK_FALSE(vm.turn());
  CHECK(vm.all().size() == 500);
  CHECK(vm.report().generated == 500);
}

TEST_CASE(
    "generate: whatever the count, the flows and the queue pairs, the shares are the whole, and each flow is as long "
    "as ever",
    "[guest]") {
  for (uint32_t queues = 1; queues <= 8; queues++)
    for (uint32_t flows : {1u, 2u, 3u, 7u, 8u, 64u, 1000u})
      for (uint64_t count : {uint64_t{0}, uint64_t{1}, uint64_t{5}, uint64_t{100}, uint64_t{1001}}) {
        INFO(queues << " queues, " << flows << " flows, " << count << " frames");
        std::vector<uint64_t> expected(queues, 0);
        for (uint64_t n = 0; n < count; n++) expected[n % flows % queues]++;
        for (uint32_t q = 0; q < queues; q++) REQUIRE(spec::generate_share(count, flows, queues, q) == expected[q]);
        uint64_t sum = 0;
        for (uint32_t vcpu = 0; vcpu < 3; vcpu++) sum += spec::generate_share_of_vcpu(count, flows, queues, 3, vcpu);
        REQUIRE(sum == count);
      }
  // Words of a guest that has scribbled over them: an answer, and soon.
  spec::generate_share_of_vcpu(~uint64_t{0}, 0, ~0u, ~0u, 7);
  CHECK(spec::generate_share_of_vcpu(~uint64_t{0}, 0, 0, 0, 0) == ~uint64_t{0});
}

TEST_CASE("sink: streams have an order each, and there are eight of them", "[guest][sanitize][one-thread]") {
  GeneratorVm source(2);
  auto frames = source.all();
  REQUIRE(frames.size() == 2);
  FakeVm vm(spec::WorkloadKind::kSink);
  vm.boot();
  const auto give = [&](uint8_t stream, Bytes frame) {
    frame[53] = stream;  // the sequence's top byte
    REQUIRE(vm.nic().deliver(frame));
    vm.turn();
  };
  for (uint8_t stream : {5, 0, 7}) give(stream, frames[0]);
  for (uint8_t stream : {7, 5, 0}) give(stream, frames[1]);
  CHECK(vm.report().out_of_order == 0);
  give(5, frames[0]);
  CHECK(vm.report().out_of_order == 1);
  CHECK(vm.report().verify_errors == 0);
  give(8, frames[1]);
  CHECK(vm.report().verify_errors == 1);
}

TEST_CASE("sink: counts, and sees what is wrong", "[guest][sanitize][one-thread]") {
  GeneratorVm source(50);
  auto frames = source.all();
  FakeVm vm(spec::WorkloadKind::kSink);
  vm.boot();
  auto give = [&](const Bytes& frame) {
    REQUIRE(vm.nic().deliver(frame));
    vm.turn();
  };
  for (const Bytes& frame : frames) give(frame);
  CHECK(vm.report().consumed == 50);
  CHECK(vm.report().last_sequence == 50);
  CHECK(vm.report().verify_errors == 0);
  CHECK(vm.report().out_of_order == 0);
  give(frames[10]);
  CHECK(vm.report().out_of_order == 1);
  frames[20][43] ^= 1;
  give(frames[20]);
  CHECK(vm.report().verify_errors == 1);
  frames[21][12] = 0x86;  // no IPv4: not held to anything
  give(frames[21]);
  CHECK(vm.report().verify_errors == 1);
  CHECK(vm.report().consumed == 53);
  CHECK(vm.nic().transmit().empty());
}

}  // namespace
}  // namespace ringside::test
