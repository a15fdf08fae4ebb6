// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <sched.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "engine/base/context.h"
#include "engine/base/result.h"

namespace ringside::control {

// An event with its place in virtual time.
struct TimedEvent {
  StepEvent event;
  const Context* context = nullptr;
  uint64_t begin = 0;  // virtual cycles
  uint32_t cycles = 0;
  uint64_t number = 0;
};

// Stepped and paced running (DESIGN section 8): each context keeps a thread of its own, exactly one of them holds the
// baton, and gives it back at each step point. Virtual time: each context has its own, events of all are merged by it.
// Engine's thread.
class Stepper {
 public:
  enum class Outcome : uint8_t { kEvent, kIdle, kQuiet, kCalled };

  // `clock`: virtual cycles to begin with. `record` is called for each event while the acting context holds the baton.
  // `frame_in`: the trace id of the frame in a device's row (StepSink::frame_in).
  using FrameIn = std::function<uint32_t(const void* device, uint8_t ring, uint32_t row)>;
  using Record = std::function<void(const TimedEvent&)>;
  // `calling`: advance() comes back when it is set. Error: this machine has no thread for each context; nothing is
  // left.
  static Result<std::unique_ptr<Stepper>> create(const std::vector<Context*>& contexts, uint64_t clock, Record record,
                                                 FrameIn frame_in, const std::atomic<bool>& calling);
  // Lets each context finish its turn, then ends the threads.
  ~Stepper();

  // Runs until one more event has happened, or nothing can happen any more by itself (kIdle). kQuiet: nothing happened
  // for a long stretch of turns, and yet timers go on; the caller may look for other work and call again. kCalled:
  // somebody wants the engine's thread, or may want to see how far it is; to call again goes on as if nothing had been.
  // `unseen`: so many step points and turns more may pass before the caller looks: in the same order, and each event is
  // recorded, but lanes hand the baton to each other, which costs half, or keep it, which costs nothing.
  Outcome advance(uint32_t unseen = 0);
  // The same within the turn of one context: false when the turn ended without a further event.
  bool advance_turn(const Context* context);
  // Runs each context that is in the middle of a turn to that turn's end. Events on the way are recorded.
  void finish_turns();
  // The same for one context (and, while it waits for a gate, for those that hold it).
  void finish_turn(const Context* context);
  // What a command did may have made work: everybody looks again.
  void stir();
  // The context that acted last is still in the middle of its turn.
  bool mid_turn(const Context* context) const;
  uint64_t now() const { return now_; }
  // One runs at a time, so all lanes and the caller share a CPU: handing the baton to another CPU costs four times as
  // much. Again whenever the caller has been with another stepper.
  void gather();
  void let_caller_go();  // it may run anywhere again, while nobody steps here

 private:
  struct Lane;
  Stepper(Record record, FrameIn frame_in, uint64_t clock, const std::atomic<bool>& calling);
  Status add_lane(Context& context);
  // Goes from one thread to another, and with it all that the threads share: whoever took it last owns that.
  class Baton {
   public:
    void give() {
      word_.store(1, std::memory_order_release);
      word_.notify_one();
    }
    void take() {
      word_.wait(0, std::memory_order_acquire);
      word_.store(0, std::memory_order_relaxed);
    }

   private:
    std::atomic<uint32_t> word_{0};
  };
  void lane_main(Lane& lane);
  Lane* pick();
  bool jump();
  bool give_baton(Lane& lane);
  void begin(Lane& lane);
  void settle(Lane& lane);
  Lane* go_ahead(Lane& from);
  void pass_on(Lane& from);
  void activity(uint64_t at, const Lane* by);

  std::vector<std::unique_ptr<Lane>> lanes_;
  Record record_;
  FrameIn frame_in_;
  const std::atomic<bool>& calling_;
  Baton returned_;           // comes back to the engine's thread
  Lane* current_ = nullptr;  // had it last
  uint32_t ahead_ = 0;       // step points and turns that the engine's thread need not see
  uint32_t quiet_ = 0;       // looks since the last event
  bool settled_ = false;     // what the last lane did has been accounted for
  uint64_t now_;
  cpu_set_t before_;  // where the engine's thread may run while nobody steps
};

// Price of an event in virtual cycles, where the event does not bring its own. Modelled: the order of magnitude of each
// action on a 2.6 GHz core, so that a timeline reads right; nothing is proven with it.
uint32_t event_price(EventKind kind);

}  // namespace ringside::control
