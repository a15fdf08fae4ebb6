// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "engine/base/context.h"
#include "engine/base/result.h"
#include "engine/control/running/fiber.h"

namespace ringside::control {

// An event with its place in virtual time.
struct TimedEvent {
  StepEvent event;
  const Context* context = nullptr;
  uint64_t begin = 0;  // virtual cycles
  uint32_t cycles = 0;
  uint64_t number = 0;
};

// Stepped and paced running (DESIGN section 8): each context has a lane, a stack of its own; one of them holds the
// baton, and gives it back at each step point. Virtual time: each context has its own, events of all are merged by it.
// Engine's thread, and no other: a baton that went from thread to thread waited for the scheduler each time, up to a
// time slice where other programs keep the CPUs busy.
class Stepper {
 public:
  enum class Outcome : uint8_t { kEvent, kIdle, kQuiet, kCalled };

  // `clock`: virtual cycles to begin with. `record` is called for each event while the acting context holds the baton.
  // `frame_in`: the trace id of the frame in a device's row (StepSink::frame_in). `stacks`: it takes those first.
  using FrameIn = std::function<uint32_t(const void* device, uint8_t ring, uint32_t row)>;
  using Record = std::function<void(const TimedEvent&)>;
  // `calling`: advance() comes back when it is set. Error: this machine has no memory for a stack each; nothing is
  // left, and `stacks` has what it had.
  static Result<std::unique_ptr<Stepper>> create(const std::vector<Context*>& contexts, uint64_t clock, Record record,
                                                 FrameIn frame_in, const std::atomic<bool>& calling,
                                                 std::vector<Stack>& stacks);
  // Lets each context finish its turn.
  ~Stepper();

  // Runs until one more event has happened, or nothing can happen any more by itself (kIdle). kQuiet: nothing happened
  // for a long stretch of turns, and yet timers go on; the caller may look for other work and call again. kCalled:
  // somebody wants the engine's thread, or may want to see how far it is; to call again goes on as if nothing had been.
  Outcome advance();
  // The same within the turn of one context. kQuiet: the turn ended without a further event; kIdle: it stands in the
  // middle of it, frozen.
  Outcome advance_turn(const Context* context);
  // Runs each context that is in the middle of a turn to that turn's end. Events on the way are recorded.
  void finish_turns();
  // The same for one context (and, while it waits for a gate, for those that hold it); whoever is frozen stays so.
  void finish_turn(const Context* context);
  // Its lanes' stacks, for the next one. Nobody is in a turn, and nothing else is asked of it any more.
  void hand_over(std::vector<Stack>& stacks);
  // What a command did may have made work: everybody looks again.
  void stir();
  // Nothing moves here, and so many virtual cycles pass outside: everybody looks again behind them. Polls that have
  // found nothing wait until they are due by that time.
  void let_pass(uint64_t cycles);
  // The context that acted last is still in the middle of its turn.
  bool mid_turn(const Context* context) const;
  bool anybody_mid_turn() const;
  uint64_t now() const { return now_; }

 private:
  struct Lane;
  Stepper(Record record, FrameIn frame_in, uint64_t clock, const std::atomic<bool>& calling);
  Status add_lane(Context& context, std::vector<Stack>& stacks);
  Lane* pick();
  uint64_t horizon() const;
  bool jump();
  Outcome lead_turn(const Context* context, bool to_its_end);
  bool give_baton(Lane& lane);
  void activity(uint64_t at, const Lane* by);

  std::vector<std::unique_ptr<Lane>> lanes_;
  Record record_;
  FrameIn frame_in_;
  const std::atomic<bool>& calling_;
  uint32_t quiet_ = 0;  // turns since the last event
  uint64_t now_;
};

// Price of an event in virtual cycles, where the event does not bring its own. Modelled: the order of magnitude of each
// action on a 2.6 GHz core, so that a timeline reads right; nothing is proven with it.
uint32_t event_price(EventKind kind);

}  // namespace ringside::control
