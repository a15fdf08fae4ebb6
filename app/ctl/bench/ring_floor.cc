// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/bench/ring_floor.h"

#include <immintrin.h>
#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "engine/base/shared.h"

namespace ringside::ctl {
namespace {

constexpr uint32_t kRows = 1024, kBurst = 32, kFrame = 64, kBuffer = 2048;
constexpr uint64_t kDone = 1;  // lowest bit of a row's second word; the length is above
constexpr unsigned kLengthShift = 16;

constexpr uint32_t next(uint32_t row, uint32_t by = 1) { return (row + by) % kRows; }
constexpr uint32_t distance(uint32_t from, uint32_t to) { return (to + kRows - from) % kRows; }

// As a legacy descriptor: where the buffer is, and a word that hands the row over.
struct alignas(16) Row {
  uint64_t address, word;
};

struct alignas(64) Line {
  std::atomic<uint32_t> value{0};
};

// All that the two sides share.
struct Bench {
  alignas(4096) std::array<Row, kRows> receive{}, transmit{};
  std::vector<uint8_t> memory = std::vector<uint8_t>(size_t(2 * kRows + kBurst) * kBuffer);
  Line receive_tail, transmit_tail, stop;
  uint8_t* at(uint64_t address) { return memory.data() + address; }
};

void swap_addresses(uint8_t* frame) {
  std::array<uint8_t, 6> destination;
  std::memcpy(destination.data(), frame, 6);
  std::memcpy(frame, frame + 6, 6);
  std::memcpy(frame + 6, destination.data(), 6);
}

// Takes received frames, swaps their addresses, hands the same buffers over for transmit, refills. A doorbell a burst.
class GuestSide {
 public:
  explicit GuestSide(Bench& bench) : bench_(bench) {
    for (uint32_t i = 0; i < kRows; ++i) bench_.receive[i] = {uint64_t(i) * kBuffer, 0};
    for (uint32_t i = kRows; i < 2 * kRows + kBurst; ++i) spare_.push_back(uint64_t(i) * kBuffer);
    receive_tail_ = kRows - 1;
    bench_.receive_tail.value.store(receive_tail_, std::memory_order_release);
  }

  void run() {
    while (!bench_.stop.value.load(std::memory_order_relaxed)) {
      if (forward_burst()) {
        bench_.transmit_tail.value.store(transmit_, std::memory_order_release);
        bench_.receive_tail.value.store(receive_tail_, std::memory_order_release);
      }
      clean();
    }
  }

 private:
  bool forward_burst() {
    uint32_t moved = 0;
    for (; moved < kBurst && distance(cleaned_, transmit_) < kRows - 1; ++moved) {
      Row& row = bench_.receive[receive_];
      const uint64_t word = shared::load_acquire(&row.word);
      if (!(word & kDone)) break;
      _mm_prefetch(bench_.at(bench_.receive[next(receive_, 4)].address), _MM_HINT_T0);
      const uint64_t buffer = row.address;
      swap_addresses(bench_.at(buffer));
      bench_.transmit[transmit_] = {buffer, word >> kLengthShift << kLengthShift};
      sent_[transmit_] = buffer;
      transmit_ = next(transmit_);
      row.address = spare_.back();
      spare_.pop_back();
      shared::store_relaxed(&row.word, 0);
      receive_ = next(receive_);
      receive_tail_ = next(receive_tail_);
    }
    return moved != 0;
  }

  // The last row of each burst tells that the device has read the whole burst.
  void clean() {
    while (distance(cleaned_, transmit_) >= kBurst) {
      Row& last = bench_.transmit[cleaned_ + kBurst - 1];
      if (!(shared::load_acquire(&last.word) & kDone)) return;
      for (uint32_t i = 0; i < kBurst; ++i) spare_.push_back(sent_[cleaned_ + i]);
      shared::store_relaxed(&last.word, 0);
      cleaned_ = next(cleaned_, kBurst);
    }
  }

  Bench& bench_;
  std::vector<uint64_t> spare_;
  std::array<uint64_t, kRows> sent_{};
  uint32_t receive_ = 0, receive_tail_ = 0, transmit_ = 0, cleaned_ = 0;
};

// Copies a frame into each free receive buffer and marks the row done; copies out what the guest wants to send.
class DeviceSide {
 public:
  explicit DeviceSide(Bench& bench) : bench_(bench) { frame_.fill(7); }

  void fill_burst() {
    const uint32_t free = distance(receive_, bench_.receive_tail.value.load(std::memory_order_acquire));
    for (uint32_t i = 0; i < std::min(free, kBurst); ++i, receive_ = next(receive_)) {
      Row& row = bench_.receive[receive_];
      uint8_t* packet = packet_buffer();
      std::memcpy(packet, frame_.data(), kFrame);
      std::memcpy(bench_.at(row.address), packet, kFrame);
      shared::store_release(&row.word, uint64_t(kFrame) << kLengthShift | kDone);
    }
  }

  uint32_t empty_burst() {
    const uint32_t ready =
        std::min(distance(transmit_, bench_.transmit_tail.value.load(std::memory_order_acquire)), kBurst);
    for (uint32_t i = 0; i < ready; ++i, transmit_ = next(transmit_)) {
      Row& row = bench_.transmit[transmit_];
      std::memcpy(packet_buffer(), bench_.at(row.address), kFrame);
      if (next(transmit_) % kBurst == 0) shared::store_release(&row.word, row.word | kDone);
    }
    return ready;
  }

 private:
  uint8_t* packet_buffer() { return packets_[packet_++ % packets_.size()].data(); }

  Bench& bench_;
  std::array<uint8_t, kFrame> frame_;
  std::vector<std::array<uint8_t, 128>> packets_ =
      std::vector<std::array<uint8_t, 128>>(4096);  // as a packet pool: not all in the cache
  size_t packet_ = 0;
  uint32_t receive_ = 0, transmit_ = 0;
};

std::vector<int> usable_cpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  std::vector<int> cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  return cpus;
}

void pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

}  // namespace

double ring_floor(double seconds) {
  using Clock = std::chrono::steady_clock;
  const std::vector<int> cpus = usable_cpus();
  const auto bench = std::make_unique<Bench>();
  GuestSide guest(*bench);
  DeviceSide device(*bench);
  pin(cpus.front());
  std::thread guest_thread([&] {
    pin(cpus.size() > 1 ? cpus[1] : cpus[0]);
    guest.run();
  });
  const auto begin = Clock::now();
  uint64_t frames = 0;
  double elapsed = 0;
  while (elapsed < seconds) {
    for (int turn = 0; turn < 65536; ++turn) {
      device.fill_burst();
      frames += device.empty_burst();
    }
    elapsed = std::chrono::duration<double>(Clock::now() - begin).count();
  }
  bench->stop.value.store(1);
  guest_thread.join();
  return double(frames) / elapsed;
}

}  // namespace ringside::ctl
