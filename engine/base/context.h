// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "engine/base/clock.h"
#include "engine/base/counter.h"
#include "engine/base/event.h"
#include "engine/base/shared.h"

namespace ringside {

// Where step points go in stepped and paced running: hands the baton back and returns when the context may go on.
class StepSink {
 public:
  virtual ~StepSink() = default;
  // Called by the context that acts. Advances the context's clock by the event's cost.
  virtual void step(const StepEvent& event) = 0;
  // Trace id of the frame that lies in row `row` of a device's ring (a RingKind), as far as the sink followed it
  // through guest memory; 0 = not known. A device asks when it takes a frame out of a transmit ring. In a NIC with
  // several queues: row | queue << 16.
  virtual uint32_t frame_in(const void* /*device*/, uint8_t /*ring*/, uint32_t /*row*/) { return 0; }
};

// What a context has at hand during one turn.
struct Turn {
  uint64_t now = 0;          // the clock at the turn's begin, cycles: TSC when free, virtual else
  double hz = kVirtualHz;    // cycles a second of `now`
  StepSink* sink = nullptr;  // set in stepped and paced running only
  uint16_t worker = 0;       // index of the worker that runs this turn

  bool stepping() const { return sink != nullptr; }
  void step(const StepEvent& event) {
    if (sink) [[unlikely]]
      sink->step(event);
  }
};

// Lets the owner of a context (a worker, the stepper) be told that there is new work. Any thread.
class Waker {
 public:
  virtual ~Waker() = default;
  virtual void wake() = 0;
};

// What a context's timer is for: `run until=idle` waits for work, not for polls that find nothing (DESIGN section 8).
enum class TimerKind : uint8_t { kNone, kWork, kPoll };
struct Timer {
  uint64_t at = kNever;  // on the context's clock, cycles
  TimerKind kind = TimerKind::kNone;
};

enum class ContextKind : uint8_t { kReceive, kTransmit, kHardware, kVcpu, kGenerator };

// A unit of work that ESXi would give a thread. Exactly one worker (or the stepper) runs it at a time; it owns its
// counters.
class Context {
 public:
  Context(std::string name, ContextKind kind) : name_(std::move(name)), kind_(kind) {}
  virtual ~Context() = default;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  // One turn: at most a burst of 32 a port. True when something moved. Called by the owner's thread.
  virtual bool turn(Turn& turn) = 0;

  // Frames that lie in this context's own bursts, counted by walking them. Owner's thread, or anyone at a cut.
  virtual uint64_t in_hand() const { return 0; }

  // When this context will have something to do by itself. Owner's thread, or anyone at a cut.
  virtual Timer timer() const { return {}; }

  // Work that a nap must not miss is waiting (doorbell rung, frame in a ring). Owner's thread, after it set its asleep
  // word.
  virtual bool has_work() const { return false; }

  // Its owner will not look again before a wake or a timer: the last chance to tell those who, so far, spare us their
  // doorbells. Owner's thread, after it set its asleep word and before has_work().
  virtual void before_sleep() {}

  // False: nobody tells this context when work arrives, so that its worker naps 100 µs at most. Any thread.
  virtual bool wakes_itself() const { return true; }

  // True while it must not go on even in the middle of a turn (a paused vCPU in stepped running). Any thread.
  virtual bool frozen() const { return false; }

  // Copy views that were asked for. Owner's thread, at most 60 times a second; returns true while more is left to copy.
  virtual bool publish(bool /*anew*/) { return false; }

  const std::string& name() const { return name_; }
  ContextKind kind() const { return kind_; }

  // Measured by the owner around each turn that moved something; all turns and those that found nothing are counted.
  Counter busy_cycles, turns, empty_turns;
  // Frames (a vCPU: frames its guest handled, as far as the device saw them), added by the context itself.
  Counter packets;
  shared::Published<uint16_t> worker{0};

 private:
  std::string name_;
  ContextKind kind_;
};

}  // namespace ringside
