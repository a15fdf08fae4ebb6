// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>

// The words that two threads touch, and the only functions for them (DESIGN section 7).
namespace ringside::shared {

// 1. Ring words in guest memory: 8 bytes, naturally aligned.
inline uint64_t load_acquire(const uint64_t* word) {
  return std::atomic_ref<uint64_t>(*const_cast<uint64_t*>(word)).load(std::memory_order_acquire);
}
inline uint64_t load_relaxed(const uint64_t* word) {
  return std::atomic_ref<uint64_t>(*const_cast<uint64_t*>(word)).load(std::memory_order_relaxed);
}
inline void store_release(uint64_t* word, uint64_t value) {
  std::atomic_ref<uint64_t>(*word).store(value, std::memory_order_release);
}
inline void store_relaxed(uint64_t* word, uint64_t value) {
  std::atomic_ref<uint64_t>(*word).store(value, std::memory_order_relaxed);
}

// 2. Doorbell registers: written by the vCPU, read by the worker. Sequentially consistent on the writer's side, since
// "doorbell written, then asleep read" is a pair of rule 3 with the worker's "asleep written, then doorbell read".
class Doorbell {
 public:
  uint32_t load() const { return value_.load(std::memory_order_acquire); }
  uint32_t load_ordered() const { return value_.load(std::memory_order_seq_cst); }
  void store(uint32_t value) { value_.store(value, std::memory_order_seq_cst); }

 private:
  std::atomic<uint32_t> value_{0};
};

// 3. Pairs in which each side writes its own word and then reads the other's: sequentially consistent on both sides.
class PairWord {
 public:
  uint32_t load() const { return value_.load(std::memory_order_seq_cst); }
  uint32_t peek() const { return value_.load(std::memory_order_relaxed); }
  void store(uint32_t value) { value_.store(value, std::memory_order_seq_cst); }
  uint32_t exchange(uint32_t value) { return value_.exchange(value, std::memory_order_seq_cst); }
  uint32_t set(uint32_t bits) { return value_.fetch_or(bits, std::memory_order_seq_cst); }
  uint32_t clear(uint32_t bits) { return value_.fetch_and(~bits, std::memory_order_seq_cst); }

 private:
  std::atomic<uint32_t> value_{0};
};

// 4. The gate of a queue: its holder owns all else of the queue (base, length, enabled, cursors). The worker tries it
// once a burst.
class Gate {
 public:
  bool try_enter() {
    return !held_.load(std::memory_order_relaxed) && !held_.exchange(true, std::memory_order_acquire);
  }
  void leave() { held_.store(false, std::memory_order_release); }

 private:
  std::atomic<bool> held_{false};
};

// 5. A word that one thread writes and others may look at, with no order promised: cursors shown in registers and
// views.
template <class T>
class Published {
 public:
  Published(T value = T{}) : value_(value) {}
  T load() const { return value_.load(std::memory_order_relaxed); }
  void store(T value) { value_.store(value, std::memory_order_relaxed); }

 private:
  std::atomic<T> value_;
};

}  // namespace ringside::shared
