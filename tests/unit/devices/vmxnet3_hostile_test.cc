// SPDX-License-Identifier: BSD-3-Clause
// A guest can be wrong, the host cannot: random registers, commands, shared memory and rings, and a vCPU that
// re-programs everything while a worker runs.
#include <atomic>
#include <cstring>
#include <random>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/guest_vmxnet3.h"
#include "tests/support/patience.h"

namespace ringside::test {
namespace {

namespace vmxnet3 = spec::vmxnet3;
namespace cmd = vmxnet3::cmd;
constexpr uint32_t kBar1 = GuestVmxnet3::kBar1, kMsix = GuestVmxnet3::kMsix;

constexpr uint32_t kHot[] = {vmxnet3::bar0::kImr,
                             vmxnet3::bar0::kTxprod,
                             vmxnet3::bar0::kRxprod,
                             vmxnet3::bar0::kRxprod2,
                             kBar1 + vmxnet3::bar1::kVrrs,
                             kBar1 + vmxnet3::bar1::kUvrs,
                             kBar1 + vmxnet3::bar1::kDsal,
                             kBar1 + vmxnet3::bar1::kDsah,
                             kBar1 + vmxnet3::bar1::kCmd,
                             kBar1 + vmxnet3::bar1::kCmd,
                             kBar1 + vmxnet3::bar1::kCmd,
                             kBar1 + vmxnet3::bar1::kMacl,
                             kBar1 + vmxnet3::bar1::kMach,
                             kBar1 + vmxnet3::bar1::kIcr,
                             kBar1 + vmxnet3::bar1::kEcr,
                             kMsix,
                             kMsix + 8,
                             kMsix + 12,
                             kMsix + 0x800};

// A value that does damage if anything can: small numbers, near the memory's end, all ones, or a sensible one.
uint32_t wild(std::mt19937& random, uint32_t offset) {
  if (offset == kBar1 + vmxnet3::bar1::kCmd) {
    const uint32_t common[] = {cmd::kActivateDev, cmd::kActivateDev, cmd::kUpdateRxMode,  cmd::kUpdateRssidt,
                               cmd::kSetCoalesce, cmd::kGetStats,    cmd::kGetQueueStatus};
    if (random() % 2) return common[random() % std::size(common)];
    return (random() % 2 ? 0xcafe0000u : 0xf00d0000u) + random() % 32;
  }
  if (offset == kBar1 + vmxnet3::bar1::kDsal && random() % 4) return uint32_t(GuestVmxnet3::kShared);
  if (offset == kBar1 + vmxnet3::bar1::kDsah && random() % 8) return 0;
  switch (random() % 5) {
    case 0: return random() % 5000;
    case 1: return ~0u - random() % 64;
    case 2: return uint32_t(GuestVmxnet3::kMemory) - random() % 70000;
    case 3: return random();
    default: return 0;
  }
}

void poke(GuestVmxnet3& vm, std::mt19937& random) {
  const uint32_t offset =
      random() % 4 ? kHot[random() % std::size(kHot)] + (random() % 4 ? 0 : 8 * (random() % 32)) : random() % 0x3010;
  const uint8_t widths[] = {1, 2, 4, 8, 3}, width = random() % 8 ? 4 : widths[random() % 5];
  if (random() % 4)
    vm.nic->mmio_write(offset, width,
                       wild(random, offset) | (width == 8 ? uint64_t{wild(random, offset + 4)} << 32 : 0), vm.access);
  else
    vm.nic->mmio_read(offset, width, vm.access);
}

// A word of the shared area or of the queue control. The register side alone reads them, in the thread that pokes.
void scribble_shared(GuestVmxnet3& vm, std::mt19937& random, bool apart) {
  const uint64_t at =
      (random() % 2 ? GuestVmxnet3::kShared + random() % 720 : GuestVmxnet3::kDescs + random() % 0x70) & ~uint64_t{7};
  // Two threads: threshold and deferred count are words of their own, and rings keep away from buffers (a guest that
  // lets its device write frames over its rings races with itself).
  if (apart && at >= GuestVmxnet3::kDescs && (at & 0xff) < 0x38) return;
  uint64_t value = random() % 3 ? random() % 600 : uint64_t{random()} << 32 | random();
  if (random() % 4 == 0) value = GuestVmxnet3::kRings + 512 * (random() % 64);
  if (apart) value &= 0xffff'ffff'ff;
  shared::store_relaxed(vm.at<uint64_t>(at), value);
}

// Rows of all rings, by the rules for words that two threads touch.
void scribble(GuestVmxnet3& vm, std::mt19937& random) {
  for (uint32_t i = random() % 16; i; i--) {
    const auto which = GuestVmxnet3::Which(random() % 5);
    const uint32_t at = random() % GuestVmxnet3::kRows;
    uint64_t* row = vm.row(0, which, at);
    const uint64_t address = random() % 3   ? vm.rx_buffer(0, random() % 3, at)
                             : random() % 2 ? uint64_t{random()} << 32 | random()
                                            : GuestVmxnet3::kMemory - random() % 4096;
    shared::store_relaxed(row, address);
    shared::store_release(
        row + 1, (uint64_t{random()} << 32 | random()) & (random() % 2 ? ~uint64_t{0} : 0x8000'3000'8000'47ff));
  }
}

void work(GuestVmxnet3& vm, std::mt19937& random, std::vector<Bytes>& scratch) {
  net::Burst burst;
  const uint64_t targets[] = {GuestVmxnet3::kMac, net::kBroadcast, 0x1234};
  for (uint32_t n = random() % 33; burst.count < n; vm.given++) {
    burst.push(make_packet(vm.pool->get(), scratch[random() % scratch.size()], random() % 3 ? 2048 : 300));
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
  if (random() % 16 == 0) vm.nic->before_sleep(), vm.nic->has_work();
}

std::vector<Bytes> scratch_frames() {
  std::vector<Bytes> frames;
  for (uint32_t length : {14u, 60u, 60u, 60u, 200u, 1514u, 9018u}) frames.push_back(make_frame(length, 0));
  return frames;
}

void settle(GuestVmxnet3& vm) {
  vm.turn.sink = nullptr;
  CHECK(vm.balanced());
  vm.nic->reset();
  CHECK(vm.balanced());
  CHECK(vm.pool->in_use() == 0);
  vm.init();  // and it still works
  const Bytes frame = make_frame(60, GuestVmxnet3::kMac);
  vm.send({frame});
  CHECK(vm.take() == frame);
  vm.put(frame);
  CHECK(vm.fetch() == std::vector<Bytes>{frame});
  CHECK(vm.balanced());
}

TEST_CASE("vmxnet3 hostile: 1,000,000 random accesses, shared memory and rings, free and stepped", "[sanitize]") {
  for (bool stepped : {false, true}) {
    GuestVmxnet3 vm(2);
    RecordingSink sink;
    sink.also = [&](const StepEvent&) { sink.events.clear(); };
    if (stepped) vm.turn.sink = &sink;
    std::mt19937 random(stepped ? 1 : 2);
    auto scratch = scratch_frames();
    vm.init(vmxnet3::rx_mode::kPromisc);
    for (uint32_t access = 0; access < 500'000; access++) {
      poke(vm, random);
      if (access % 7 == 0) scribble(vm, random);
      if (access % 50 == 0) scribble_shared(vm, random, false);
      if (access % 20 == 0) {  // sound frames among all that
        for (uint32_t n = random() % 3; n; n--) vm.put(scratch[1]);
        work(vm, random, scratch);
      }
      if (access % 200 == 0) vm.init(vmxnet3::rx_mode::kPromisc, random() % 16);
      if (access % 1000 == 0) {
        REQUIRE(vm.balanced());
        NicView nic;
        vm.nic->inspect(nic);
        for (size_t ring = 0; ring < vm.nic->rings().size(); ring++) {
          RingView view;
          vm.nic->inspect_ring(ring, nullptr, view);
          REQUIRE(view.rows_device + view.rows_done + view.rows_driver + view.rows_error == view.size);
        }
      }
    }
    CHECK(vm.nic->rx.frames.value() > 10'000);
    CHECK(vm.nic->tx.frames.value() > 10'000);
    CHECK(vm.nic->register_misuses() > 10'000);
    settle(vm);
  }
}

TEST_CASE("vmxnet3 hostile: queues re-activated by a vCPU while a worker runs them", "[sanitize]") {
  GuestVmxnet3 vm;
  vm.init(vmxnet3::rx_mode::kPromisc);
  std::atomic<bool> stop{false};
  // The engine and DPDK know this thread; the vCPU's touches no packet.
  std::thread vcpu([&] {
    std::mt19937 random(3);
    for (uint32_t i = 0; i < 60'000; i++) {
      // The shared area stays where it is: the device's own report (status, statistics) goes there.
      uint32_t offset = kHot[random() % std::size(kHot)];
      if (offset == kBar1 + vmxnet3::bar1::kDsal || offset == kBar1 + vmxnet3::bar1::kDsah)
        offset = vmxnet3::bar0::kTxprod;
      uint32_t value = wild(random, offset);
      if (value == cmd::kGetStats || value == cmd::kGetQueueStatus) value = cmd::kActivateDev;
      vm.nic->mmio_write(offset, 4, value, vm.access);
      if (i % 5 == 0) scribble(vm, random);
      if (i % 50 == 0)
        vm.command(cmd::kResetDev), vm.write(kBar1 + vmxnet3::bar1::kDsal, uint32_t(GuestVmxnet3::kShared)),
            vm.command(cmd::kActivateDev);
      if (i % 64 == 0) std::this_thread::yield();
    }
    stop = true;
  });
  std::thread eyes([&] {
    while (!stop) {
      NicView nic;
      vm.nic->inspect(nic);
      for (size_t ring = 0; ring < vm.nic->rings().size(); ring++) {
        RingView view;
        vm.nic->inspect_ring(ring, nullptr, view);
      }
      vm.nic->effective_mac();
      vm.nic->has_work();
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

TEST_CASE("vmxnet3 hostile: no packet is left behind between a driver that defers and a context that goes to sleep",
          "[sanitize]") {
  // The driver rings only when the threshold says so; the context sleeps whenever it finds nothing, and looks again
  // only when woken.
  GuestVmxnet3 vm;
  vm.init();
  vm.nic->set_tx_threshold(8);
  constexpr uint32_t kFrames = 20'000;
  std::atomic<uint32_t> fetched{0};
  std::atomic<bool> lost{false};
  std::thread vcpu([&] {
    const Bytes frame = make_frame(60, 2);
    uint32_t deferred = 0;
    auto* threshold = &vm.tx_desc().threshold;
    for (uint32_t sent = 0; sent < kFrames && !lost;) {
      while (sent - fetched > GuestVmxnet3::kRows / 2 && !lost) std::this_thread::yield();
      vm.put_raw(vm.tx_buffer(0, sent % 8), 60 | vmxnet3::txd::kEop);
      sent++, deferred++;
      std::atomic_thread_fence(std::memory_order_seq_cst);
      if (deferred >= std::atomic_ref<uint32_t>(*threshold).load(std::memory_order_relaxed)) {
        deferred = 0;
        vm.write(vmxnet3::bar0::kTxprod, vm.side[0].tx_next);
      }
      if (sent % 5 == 0)  // wait for all of them: the leftovers below the threshold must not stall
        while (fetched < sent && !lost) std::this_thread::yield();
    }
  });
  uint64_t naps = 0;
  auto give_up = std::chrono::steady_clock::now() + std::chrono::duration<double>(patient(60));
  while (fetched < kFrames && !lost) {
    const auto got = vm.fetch().size();
    fetched += uint32_t(got);
    if (got) {
      give_up = std::chrono::steady_clock::now() + std::chrono::duration<double>(patient(60));
      continue;
    }
    const uint64_t wakes = vm.waker.wakes;
    vm.nic->before_sleep();
    if (vm.nic->has_work()) continue;
    naps++;
    while (vm.waker.wakes == wakes && fetched < kFrames && !lost) {
      if (std::chrono::steady_clock::now() > give_up) lost = true;
      std::this_thread::yield();
    }
  }
  vcpu.join();
  CHECK_FALSE(lost);
  CHECK(naps > 10);
  CHECK(vm.balanced());
}

}  // namespace
}  // namespace ringside::test
