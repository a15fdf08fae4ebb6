// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/context.h"

namespace ringside::datapath {

// A pinned DPDK lcore that runs its contexts in one loop, the breath. Launched once a process; the engine's thread
// hands it contexts and takes them back at breath boundaries. Hot: worker.cc.
class Worker final : public Waker {
 public:
  Worker(uint16_t index, unsigned lcore, int cpu) : index_(index), lcore_(lcore), cpu_(cpu) {}
  ~Worker() override;

  // --- engine's thread
  bool launch();                                      // rte_eal_remote_launch
  void quit();                                        // at process end; waits for the lcore
  void set_contexts(std::vector<Context*> contexts);  // while at rest
  void run();                                         // go, without waiting
  void ask_rest();                                    // stop at the next breath boundary, without waiting
  bool at_rest() const {
    return !launched_ || acknowledged_.load(std::memory_order_acquire) == wanted_.load(std::memory_order_relaxed);
  }
  bool wait_rest(double seconds);                                     // false: not within that time
  void set_clock_offset(uint64_t cycles) { clock_offset_ = cycles; }  // while at rest: now = TSC + offset
  void set_watched(bool watched) { watched_.store(watched, std::memory_order_relaxed); }
  const std::vector<Context*>& contexts() const { return contexts_; }

  // --- any thread
  void wake() override;
  bool asleep() const { return asleep_.load(std::memory_order_relaxed) != 0; }
  const Context* current() const { return current_.load(std::memory_order_relaxed); }
  uint16_t index() const { return index_; }
  int cpu() const { return cpu_; }
  int thread_id() const { return thread_id_.load(std::memory_order_relaxed); }  // the kernel's; 0 = not launched yet

  // Owner-written. busy: turns that moved something; tick: copying views.
  Counter breaths, busy_cycles, total_cycles, naps, ticks, tick_cycles, tick_max_cycles;

 private:
  static int lcore_main(void* self);
  void loop();
  void breathe(Turn& turn, uint64_t& clock);
  void tick(uint64_t now);
  void nap(const Turn& turn);
  void rest();
  bool nothing_waits() const;

  // What is wanted, in the low two bits, under a number that the worker acknowledges when it rests: an old answer is
  // never taken for a new one.
  enum Wanted : uint32_t { kRest, kRun, kQuit, kWantedMask };
  void want(Wanted wanted);
  const uint16_t index_;
  const unsigned lcore_;
  const int cpu_;
  bool launched_ = false;
  std::vector<Context*> contexts_;
  uint64_t clock_offset_ = 0, tick_gap_ = 0;
  alignas(64) std::atomic<uint32_t> wanted_{kRest};
  std::atomic<bool> watched_{false};
  alignas(64) std::atomic<uint32_t> asleep_{0};
  std::atomic<uint32_t> acknowledged_{kRest};
  std::atomic<const Context*> current_{nullptr};
  std::atomic<bool> gone_{false};
  std::atomic<int> thread_id_{0};
  // The loop's own.
  alignas(64) uint64_t next_tick_ = 0, last_moved_ = 0;
  bool publishing_ = false, moved_ = false;
};

}  // namespace ringside::datapath
