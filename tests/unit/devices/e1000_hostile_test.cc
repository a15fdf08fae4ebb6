// SPDX-License-Identifier: BSD-3-Clause
// A guest can be wrong, the host cannot: random registers, random rings, and a vCPU that re-programs everything while a
// worker runs.
#include <atomic>
#include <random>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/guest_ring.h"
#include "tests/support/patience.h"

namespace ringside::test {
namespace {

namespace e1000 = spec::e1000;
namespace reg = e1000::reg;

constexpr uint32_t kHot[] = {reg::kCtrl, reg::kIcr,  reg::kIcs,   reg::kIms,   reg::kImc,    reg::kItr,
                             reg::kRctl, reg::kTctl, reg::kRdbal, reg::kRdbah, reg::kRdlen,  reg::kRdh,
                             reg::kRdt,  reg::kRdtr, reg::kRadv,  reg::kTdbal, reg::kTdbah,  reg::kTdlen,
                             reg::kTdh,  reg::kTdt,  reg::kTidv,  reg::kTadv,  reg::kRxcsum, reg::kRal,
                             reg::kRah,  reg::kMta,  reg::kVfta,  reg::kEecd,  reg::kEerd,   reg::kMdic};

// A value that does damage if anything can: small numbers, near the memory's end, all ones, or a sensible one.
uint32_t wild(std::mt19937& random, uint32_t offset) {
  switch (random() % 6) {
    case 0: return random() % 5000;
    case 1: return ~0u - random() % 64;
    case 2: return uint32_t(GuestE1000::kMemory) - random() % 70000;
    case 3: return random();
    default: break;
  }
  if (offset == reg::kRdbal) return GuestE1000::kRxRing;
  if (offset == reg::kTdbal) return GuestE1000::kTxRing;
  if (offset == reg::kRdlen || offset == reg::kTdlen) return 128 * (random() % 9);
  const uint32_t inside = random() % 8 ? e1000::rctl::kLbmMask : 0;  // seldom looped back
  if (offset == reg::kRctl) return (random() & ~inside) | e1000::rctl::kEn | e1000::rctl::kUpe;
  if (offset == reg::kTctl) return e1000::tctl::kEn | e1000::tctl::kPsp;
  if (offset == reg::kCtrl) return (random() & ~e1000::ctrl::kRst) | (random() % 8 ? e1000::ctrl::kSlu : 0);
  return 0;
}

// Two threads: rings lie at their places or outside the memory, never over buffers. A guest that lets its device write
// frames over its rings races with itself, and the sanitizer would be right to say so.
uint32_t wild_apart(std::mt19937& random, uint32_t offset) {
  if (offset == reg::kRdbal || offset == reg::kTdbal) {
    const uint32_t bases[] = {GuestE1000::kRxRing, GuestE1000::kTxRing, GuestE1000::kRxRing + 512,
                              uint32_t(GuestE1000::kMemory), ~0u};
    return bases[random() % 5];
  }
  if (offset == reg::kRdbah || offset == reg::kTdbah) return random() % 3 ? 0 : ~0u - random() % 3;
  if (offset == reg::kRdlen || offset == reg::kTdlen) return random() % 0x20000;
  return wild(random, offset);
}

void poke(GuestE1000& vm, std::mt19937& random, uint32_t (*value)(std::mt19937&, uint32_t) = wild) {
  const uint32_t offset = random() % 4 ? kHot[random() % std::size(kHot)] : random() % 0x20010;
  const uint8_t widths[] = {1, 2, 4, 8, 3}, width = random() % 8 ? 4 : widths[random() % 5];
  if (random() % 4)
    vm.nic->mmio_write(offset, width,
                       value(random, offset) | (width == 8 ? uint64_t{value(random, offset + 4)} << 32 : 0), vm.access);
  else
    vm.nic->mmio_read(offset, width, vm.access);
}

// Rows of both rings, by the rules for words that two threads touch.
void scribble(GuestE1000& vm, std::mt19937& random) {
  for (uint32_t i = random() % 16; i; i--) {
    uint64_t* row = random() % 2 ? vm.rx_row(random() % 64) : vm.tx_row(random() % 64);
    uint64_t address = random() % 3   ? vm.rx_buffer(random() % 512)
                       : random() % 2 ? uint64_t{random()} << 32 | random()
                                      : GuestE1000::kMemory - random() % 4096;
    shared::store_relaxed(row, address);
    shared::store_release(row + 1, (uint64_t{random()} << 32 | random()) & (random() % 2 ? ~uint64_t{0} : 0x0900'0fff));
  }
}

void work(GuestE1000& vm, std::mt19937& random, std::vector<Bytes>& scratch) {
  net::Burst burst;
  const uint64_t targets[] = {GuestE1000::kMac, net::kBroadcast, 0x1234};
  for (uint32_t n = random() % 33; burst.count < n; vm.given++) {
    burst.push(vm.packet(scratch[random() % scratch.size()], random() % 3 ? 2048 : 300));
    const uint64_t to = targets[random() % 3];
    memcpy(net::data_of(burst.packets[burst.count - 1]), &to, 6);
    if (random() % 8 == 0) net::set_tag(burst.packets[burst.count - 1], uint16_t(random()));
  }
  vm.turn.now += random() % 100'000;
  vm.nic->egress_burst(vm.turn, 0, burst);
  REQUIRE(burst.left() == 0);
  vm.nic->service(vm.turn);
  burst.clear();
  vm.nic->ingress_burst(vm.turn, 0, burst);
  vm.fetched += burst.left();
  while (burst.left()) rte_pktmbuf_free(burst.packets[burst.first++]);
}

std::vector<Bytes> scratch_frames() {
  std::vector<Bytes> frames;
  for (uint32_t length : {14u, 60u, 60u, 60u, 200u, 1514u, 9018u}) frames.push_back(make_frame(length, 0));
  return frames;
}

void settle(GuestE1000& vm) {
  vm.turn.sink = nullptr;
  CHECK(vm.balanced());
  vm.nic->reset();
  CHECK(vm.balanced());
  CHECK(vm.pool->in_use() == 0);
  vm.init();  // and it still works
  const Bytes frame = make_frame(60, GuestE1000::kMac);
  vm.send({frame});
  CHECK(vm.take() == frame);
  vm.put(frame);
  vm.ring_tx();
  CHECK(vm.fetch() == std::vector<Bytes>{frame});
  CHECK(vm.balanced());
}

TEST_CASE("e1000 hostile: 1,000,000 random accesses and random rings, free and stepped", "[sanitize]") {
  for (bool stepped : {false, true}) {
    GuestE1000 vm;
    vm.may_loop = true;
    RecordingSink sink;
    sink.also = [&](const StepEvent&) { sink.events.clear(); };
    if (stepped) vm.turn.sink = &sink;
    std::mt19937 random(stepped ? 1 : 2);
    auto scratch = scratch_frames();
    vm.init();
    for (uint32_t access = 0; access < 500'000; access++) {
      poke(vm, random);
      if (access % 7 == 0) scribble(vm, random);
      if (access % 20 == 0) {  // sound frames among all that
        for (uint32_t n = random() % 3; n; n--) vm.put(scratch[1]);
        vm.ring_tx();
        work(vm, random, scratch);
      }
      if (access % 1000 == 0) vm.init(e1000::rctl::kUpe | e1000::rctl::kLpe);
      if (access % 200 == 0) {
        REQUIRE(vm.balanced());
        RingView view;
        NicView nic;
        vm.nic->inspect(nic);
        for (bool receive : {true, false}) {
          vm.nic->inspect_ring(receive ? 0 : 1, nullptr, view);
          REQUIRE(view.rows_device + view.rows_done + view.rows_driver + view.rows_error == view.size);
        }
      }
    }
    CHECK(vm.nic->rx.frames.value() > 5'000);
    CHECK(vm.nic->tx.frames.value() > 5'000);
    CHECK(vm.nic->register_misuses() > 10'000);
    settle(vm);
  }
}

TEST_CASE("e1000 hostile: rings re-programmed by a vCPU while a worker runs them", "[sanitize]") {
  GuestE1000 vm;
  vm.may_loop = true;
  vm.init();
  std::atomic<bool> stop{false};
  // The engine and DPDK know this thread; the vCPU's touches no packet.
  std::thread vcpu([&] {
    std::mt19937 random(3);
    for (uint32_t i = 0; i < 60'000; i++) {
      poke(vm, random, wild_apart);
      if (i % 5 == 0) scribble(vm, random);
      if (i % 2000 == 0) vm.init(e1000::rctl::kUpe | e1000::rctl::kLpe);
      if (i % 64 == 0) std::this_thread::yield();
    }
    stop = true;
  });
  std::thread eyes([&] {
    RingView view;
    NicView nic;
    while (!stop) {
      vm.nic->inspect(nic);
      vm.nic->inspect_ring(0, nullptr, view);
      vm.nic->effective_mac();
      std::this_thread::yield();
    }
  });
  std::mt19937 random(4);
  auto scratch = scratch_frames();
  uint64_t turns = 0;
  while (!stop) work(vm, random, scratch), turns++;
  vcpu.join();
  eyes.join();
  CHECK(turns > 10);
  settle(vm);
}

TEST_CASE("e1000 hostile: no interrupt is lost between two threads", "[sanitize]") {
  // A guest that sleeps until its line is up, reads ICR, and looks for frames: it must see every frame, however the two
  // sides interleave.
  GuestE1000 vm;
  vm.may_loop = true;
  vm.init();
  vm.read(reg::kIcr);
  vm.write(reg::kIms, e1000::cause::kRxt0);
  constexpr uint32_t kFrames = 20'000;
  std::atomic<uint32_t> seen{0};
  std::atomic<bool> lost{false};
  std::thread vcpu([&] {
    uint32_t row = 0;
    while (seen < kFrames && !lost) {
      const auto give_up = std::chrono::steady_clock::now() + std::chrono::duration<double>(patient(60));
      while (!(vm.lines.pending() & 8)) {
        if (std::chrono::steady_clock::now() > give_up) lost = true;
        if (lost) return;
        std::this_thread::yield();
      }
      vm.read(reg::kIcr);
      vm.write(reg::kImc, e1000::cause::kRxt0);
      for (; vm.done(row); row = (row + 1) % vm.rx_rows, seen++) {
        shared::store_release(vm.rx_row(row) + 1, 0);
        vm.write(reg::kRdt, row);
      }
      vm.write(reg::kIms, e1000::cause::kRxt0);
    }
  });
  const Bytes frame = make_frame(60, GuestE1000::kMac);
  for (uint32_t sent = 0; sent < kFrames && !lost; sent++) {
    while (sent - seen > 40 && !lost) std::this_thread::yield();
    vm.send({frame});
    if (sent % 3 == 0)  // let the guest run dry, so that it must be woken
      while (seen <= sent && !lost) std::this_thread::yield();
  }
  vcpu.join();
  CHECK_FALSE(lost);
  CHECK(seen == kFrames);
}

}  // namespace
}  // namespace ringside::test
