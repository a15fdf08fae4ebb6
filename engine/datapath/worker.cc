// SPDX-License-Identifier: BSD-3-Clause
#include "engine/datapath/worker.h"

#include <linux/futex.h>
#include <rte_launch.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <ctime>

namespace ringside::datapath {
namespace {

// cold-begin: the sleep of an idle or resting worker, the one syscall that the law allows here
constexpr double kTicksPerSecond = 60, kQuietSeconds = 1e-3, kNapSeconds = 100e-6, kLongNapSeconds = 20e-3;

void futex_wait(std::atomic<uint32_t>& word, uint32_t value, double seconds) {
  timespec limit{time_t(seconds), long((seconds - double(time_t(seconds))) * 1e9)};
  syscall(SYS_futex, reinterpret_cast<uint32_t*>(&word), FUTEX_WAIT_PRIVATE, value, &limit, nullptr, 0);
}

void futex_wake(std::atomic<uint32_t>& word) {
  syscall(SYS_futex, reinterpret_cast<uint32_t*>(&word), FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

}  // namespace

Worker::~Worker() { quit(); }

bool Worker::launch() {
  launched_ = rte_eal_remote_launch(lcore_main, this, lcore_) == 0;
  return launched_;
}

void Worker::quit() {
  if (!launched_) return;
  want(kQuit);
  rte_eal_wait_lcore(lcore_);
  (void)gone_.load(std::memory_order_acquire);  // the same once more, in words that ThreadSanitizer can read
  launched_ = false;
}

void Worker::set_contexts(std::vector<Context*> contexts) {
  contexts_ = std::move(contexts);
  for (Context* context : contexts_) context->worker.store(index_);
}

void Worker::want(Wanted wanted) {
  wanted_.store((wanted_.load(std::memory_order_relaxed) & ~uint32_t{kWantedMask}) + 4 + wanted,
                std::memory_order_seq_cst);
  futex_wake(wanted_);
  wake();
}

void Worker::run() { want(kRun); }

void Worker::ask_rest() { want(kRest); }

bool Worker::wait_rest(double seconds) {
  uint64_t end = tsc() + uint64_t(seconds * tsc_hz());
  for (int tries = 0; !at_rest(); tries++) {
    if (tsc() > end) return false;
    if (tries > 100)
      usleep(50);
    else
      _mm_pause();
  }
  return true;
}
void Worker::wake() {
  if (asleep_.load(std::memory_order_seq_cst) && asleep_.exchange(0, std::memory_order_seq_cst)) futex_wake(asleep_);
}

int Worker::lcore_main(void* self) {
  auto& worker = *static_cast<Worker*>(self);
  worker.thread_id_.store(gettid(), std::memory_order_relaxed);
  worker.loop();
  worker.gone_.store(true, std::memory_order_release);
  return 0;
}

// cold-end

void Worker::loop() {
  tick_gap_ = uint64_t(tsc_hz() / kTicksPerSecond);
  Turn turn{.now = 0, .hz = tsc_hz(), .sink = nullptr, .worker = index_};
  uint64_t clock = tsc();
  for (;;) {
    uint32_t wanted = wanted_.load(std::memory_order_acquire) & kWantedMask;
    if (wanted == kQuit) [[unlikely]]
      return;
    if (wanted == kRest) [[unlikely]] {
      rest();
      clock = last_moved_ = tsc();
      continue;
    }
    breathe(turn, clock);
    if (!moved_ && clock - last_moved_ > uint64_t(kQuietSeconds * turn.hz)) [[unlikely]] {
      nap(turn);
      clock = tsc();
    }
  }
}

// region: breath
void Worker::breathe(Turn& turn, uint64_t& clock) {
  const uint64_t begin = clock;
  moved_ = false;
  for (Context* context : contexts_) {
    current_.store(context, std::memory_order_relaxed);
    turn.now = clock + clock_offset_;
    bool moved = context->turn(turn);
    uint64_t now = tsc();
    context->turns.add(1);
    if (moved) {
      context->busy_cycles.add(now - clock);
      busy_cycles.add(now - clock);
      moved_ = true;
    } else {
      context->empty_turns.add(1);
    }
    clock = now;
  }
  breaths.add(1);
  total_cycles.add(clock - begin);
  if (moved_) last_moved_ = clock;
  if (clock >= next_tick_ || publishing_) [[unlikely]]
    tick(clock);
}
// endregion: breath

// Copies views, at most 60 times a second and only if somebody looks; a large ring takes several breaths (DESIGN
// section 9).
void Worker::tick(uint64_t now) {
  if (!publishing_) next_tick_ = now + tick_gap_;
  if (!watched_.load(std::memory_order_relaxed)) {
    publishing_ = false;
    return;
  }
  const bool anew = !publishing_;
  if (anew) ticks.add(1);
  publishing_ = false;
  for (Context* context : contexts_) publishing_ |= context->publish(anew);
  uint64_t cost = tsc() - now;
  tick_cycles.add(cost);
  if (cost > tick_max_cycles.value()) tick_max_cycles.add(cost - tick_max_cycles.value());
}

// cold-begin: going to sleep
bool Worker::nothing_waits() const {
  for (const Context* context : contexts_)
    if (context->has_work()) return false;
  return (wanted_.load(std::memory_order_seq_cst) & kWantedMask) == kRun;
}

// Sleeps until a doorbell or a timer, 100 µs at most where somebody cannot wake it. Asleep/doorbell is a pair of
// base/shared.h rule 3.
void Worker::nap(const Turn& turn) {
  bool woken = true;
  uint64_t now = tsc() + clock_offset_, due = kNever;
  for (const Context* context : contexts_) {
    woken &= context->wakes_itself();
    Timer timer = context->timer();
    if (timer.kind != TimerKind::kNone && timer.at < due) due = timer.at;
  }
  double seconds = woken ? kLongNapSeconds : kNapSeconds;
  if (due != kNever) seconds = due > now ? std::min(seconds, double(due - now) / turn.hz) : 0;
  if (seconds < 5e-6) return;
  if (watched_.load(std::memory_order_relaxed)) tick(tsc());
  asleep_.store(1, std::memory_order_seq_cst);
  current_.store(nullptr, std::memory_order_relaxed);
  for (Context* context : contexts_) context->before_sleep();
  if (nothing_waits()) {
    naps.add(1);
    futex_wait(asleep_, 1, seconds);
  }
  asleep_.store(0, std::memory_order_seq_cst);
}

void Worker::rest() {
  current_.store(nullptr, std::memory_order_relaxed);
  // Everything of this worker's is now at a breath boundary; views are complete before it says so.
  if (watched_.load(std::memory_order_relaxed))
    for (Context* context : contexts_)
      for (bool anew = true; context->publish(anew); anew = false) {
      }
  for (;;) {
    uint32_t wanted = wanted_.load(std::memory_order_acquire);
    if ((wanted & kWantedMask) != kRest) return;
    acknowledged_.store(wanted, std::memory_order_release);
    futex_wait(wanted_, wanted, 1.0);
  }
}

// cold-end

}  // namespace ringside::datapath
