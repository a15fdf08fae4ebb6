// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/supervise.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <future>
#include <mutex>
#include <thread>

#include "app/ctl/exit_code.h"
#include "app/ctl/terminal.h"

namespace ringside::ctl {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int kTickMs = 16;
constexpr std::chrono::milliseconds kGrace{1000};
constexpr auto kStandsFor =
    std::chrono::milliseconds(500);  // a free run that stands this long was stopped by something else

sigset_t held_set() {
  sigset_t set;
  sigemptyset(&set);
  for (int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set, signal);
  return set;
}

// One Ctrl-C may arrive several times (timeout(1) sends its signal to the program and to its group), and a doubled one
// must not cut off the orderly end. What comes after that was meant: this thread alone then lets signals through, which
// is enough.
void let_signals_act_later() {
  const sigset_t set = held_set();
  const auto end = Clock::now() + kGrace;
  for (auto left = kGrace; left.count() > 0;
       left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now())) {
    const timespec limit{left.count() / 1000, left.count() % 1000 * 1000000L};
    sigtimedwait(&set, nullptr, &limit);
  }
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  for (;;) pause();
}

}  // namespace

void hold_signals() {
  const sigset_t set = held_set();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void ignore_broken_pipes() { signal(SIGPIPE, SIG_IGN); }

void release_signals() {
  const sigset_t set = held_set();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_DFL);
}

int take_signal(int milliseconds) {
  const sigset_t set = held_set();
  const timespec limit{milliseconds / 1000, milliseconds % 1000 * 1000000L};
  const int taken = sigtimedwait(&set, nullptr, &limit);
  if (taken <= 0) return 0;
  static std::once_flag once;
  std::call_once(once, [] { std::thread(let_signals_act_later).detach(); });
  return taken;
}

EngineOptions engine_options(const Options& options) {
  EngineOptions wanted;
  wanted.workers = options.workers, wanted.memory_mb = options.memory_mb, wanted.hugepages = options.hugepages;
  wanted.eal_args = options.eal;
  return wanted;
}

Result<std::unique_ptr<Engine>> make_engine(const Options& options) { return Engine::create(engine_options(options)); }

bool Outcome::failed() const {
  if (status.ok()) return false;
  const bool ended_from_outside = signal || out_of_time;
  return !ended_from_outside || last->scenario.empty();
}

Outcome supervise(Engine& engine, const std::function<Status()>& work, const Supervision& supervision) {
  Outcome outcome;
  auto done = std::async(std::launch::async, work);
  bool working = true;
  Clock::time_point begin{}, standing{};
  while (!outcome.signal && !outcome.out_of_time) {
    outcome.signal = take_signal(kTickMs);
    const auto now = Clock::now();
    const auto picture = engine.snapshot();
    if (supervision.tick) supervision.tick(*picture);
    // Nobody reads any more, or nobody can: no sense in going on (close_output says which).
    if (output_lost() == EPIPE)
      outcome.signal = SIGPIPE;
    else if (output_lost())
      outcome.out_of_time = true;

    if (working && done.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
      working = false;
      outcome.status = done.get();
      if (!outcome.status || !supervision.endless) break;
      begin = begin == Clock::time_point{} ? now : begin;
    }
    const bool moves = picture->state == RunState::kRunning || picture->state == RunState::kIdle;
    if (moves && begin == Clock::time_point{}) begin = now;
    if (moves || working) standing = now;
    if (!working && now - standing > kStandsFor) break;
    if (supervision.seconds > 0 && begin != Clock::time_point{})
      outcome.out_of_time = now - begin >= std::chrono::duration<double>(supervision.seconds);
  }
  if (working) {
    // Work is several commands, and an interrupt is for those that were asked for before it.
    do engine.interrupt();
    while (done.wait_for(std::chrono::milliseconds(kTickMs)) != std::future_status::ready);
    outcome.status = done.get();
  }
  if (engine.snapshot()->state == RunState::kRunning || supervision.endless) engine.execute("pause");
  outcome.last = engine.cut();
  return outcome;
}

int wires_answer(const Snapshot& s, int code) {
  bool lost = false;
  for (const WireView& wire : s.wires) {
    if (wire.fault.empty()) continue;
    uint64_t frames = 0;
    for (const DropView& drop : wire.drops)
      if (drop.reason == "not_written" || drop.reason == "wire_down") frames += drop.frames;
    print_error({"Wire " + wire.name + ": " + wire.fault, "",
                 std::to_string(frames) + (frames == 1 ? " frame" : " frames") + " could not leave through it.", ""});
    lost = true;
  }
  return lost && code == kOk ? kEnvironment : code;
}

}  // namespace ringside::ctl
