// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/running/stepper.h"

#include <algorithm>
#include <utility>

namespace ringside::control {

struct Stepper::Lane final : StepSink {
  Stepper* owner = nullptr;
  Context* context = nullptr;
  Turn turn;
  uint64_t clock = 0, began = 0;  // began: its clock when it got the baton
  bool idle = false;              // its last turn found nothing, and nothing has happened since
  bool mid_turn = false;          // suspended at a step point
  bool frozen = false;            // it was when it was looked at last
  bool polled = false;            // its poll timer has run out once since anything happened
  bool saw_event = false, moved = false;
  bool acted = false;  // this turn had an event: it took something, if only to drop it
  std::unique_ptr<Fiber> fiber;

  uint32_t frame_in(const void* device, uint8_t ring, uint32_t row) override {
    return owner->frame_in_ ? owner->frame_in_(device, ring, row) : 0;
  }

  // Inside the fiber, with the baton.
  void step(const StepEvent& event) override {
    uint32_t cycles = event.cycles ? event.cycles : event_price(event.kind);
    owner->record_({event, context, clock, cycles, 0});
    clock += cycles;
    turn.now = clock;
    saw_event = acted = true;
    fiber->leave();
  }

  [[noreturn]] void run() {
    for (;;) {
      acted = false;
      turn = Turn{.now = clock, .hz = kVirtualHz, .sink = this, .worker = 0};
      moved = context->turn(turn);
      context->turns.add(1);
      if (!moved) context->empty_turns.add(1);
      mid_turn = false;
      fiber->leave();
    }
  }
};

// region: event-price
uint32_t event_price(EventKind kind) {
  switch (kind) {
    case EventKind::kBuildFrame: return 96;
    case EventKind::kDriverWriteRow: return 31;
    case EventKind::kDriverTakeRow: return 40;
    case EventKind::kDriverCleanRow: return 12;
    case EventKind::kConsume: return 30;
    case EventKind::kDeviceReadRow: return 44;
    case EventKind::kDeviceReadBuffer: return 60;
    case EventKind::kDeviceSegment: return 200;
    case EventKind::kDeviceWriteBuffer: return 60;
    case EventKind::kDeviceWriteBack: return 24;
    case EventKind::kInhale: return 18;
    case EventKind::kLookUp: return 20;
    case EventKind::kCross: return 40;
    case EventKind::kInterrupt: return 24;
    case EventKind::kWireIn:
    case EventKind::kWireReceive: return 20;
    case EventKind::kWireOut: return 20;
    case EventKind::kWake: return 200;
    default: return 10;
  }
}
// endregion: event-price

Stepper::Stepper(Record record, FrameIn frame_in, uint64_t clock, const std::atomic<bool>& calling)
    : record_(std::move(record)), frame_in_(std::move(frame_in)), calling_(calling), now_(clock) {}

Result<std::unique_ptr<Stepper>> Stepper::create(const std::vector<Context*>& contexts, uint64_t clock, Record record,
                                                 FrameIn frame_in, const std::atomic<bool>& calling,
                                                 std::vector<Stack>& stacks) {
  std::unique_ptr<Stepper> stepper(new Stepper(std::move(record), std::move(frame_in), clock, calling));
  for (Context* context : contexts)
    if (Status added = stepper->add_lane(*context, stacks); !added) {
      stepper->hand_over(stacks);
      return added.error();
    }
  return stepper;
}

Status Stepper::add_lane(Context& context, std::vector<Stack>& stacks) {
  auto lane = std::make_unique<Lane>();
  lane->owner = this, lane->context = &context, lane->clock = now_;
  auto stack = stacks.empty() ? Stack::create() : Result<Stack>(std::move(stacks.back()));
  if (!stacks.empty()) stacks.pop_back();
  if (!stack) {
    Error error = stack.error();
    error.what = "Nothing can step " + context.name() + ". " + error.what;
    error.remedy = "Fewer VMs, or let time run: `run mode=free`";
    return error;
  }
  lane->fiber = std::make_unique<Fiber>(std::move(*stack), [l = lane.get()] { l->run(); });
  context.worker.store(0);
  lanes_.push_back(std::move(lane));
  return {};
}

Stepper::~Stepper() { finish_turns(); }

// Lets a lane go on until its next step point or its turn's end. True when it recorded an event.
bool Stepper::give_baton(Lane& lane) {
  lane.began = lane.clock;
  lane.saw_event = false, lane.moved = false, lane.mid_turn = true;
  lane.fiber->enter();
  if (lane.saw_event) lane.context->busy_cycles.add(lane.clock - lane.began);
  if (lane.saw_event || lane.moved) activity(lane.clock, &lane);
  lane.idle = !lane.mid_turn && !lane.moved && !lane.acted;
  now_ = std::max(now_, lane.began);
  return lane.saw_event;
}

// Something happened: everybody who found nothing before looks again, from this time on.
void Stepper::activity(uint64_t at, const Lane* by) {
  for (auto& lane : lanes_) {
    lane->polled = false;
    if (lane.get() == by || !lane->idle) continue;
    lane->idle = false;
    lane->clock = std::max(lane->clock, at);
  }
}

void Stepper::stir() {
  for (auto& lane : lanes_) lane->idle = lane->polled = false;
}

void Stepper::let_pass(uint64_t cycles) {
  now_ += cycles;
  for (auto& lane : lanes_) {
    lane->clock = std::max(lane->clock, now_);
    lane->idle = false;
  }
}

// Until when anybody who moved has come.
uint64_t Stepper::horizon() const {
  uint64_t at = now_;
  for (const auto& lane : lanes_)
    if (!lane->frozen) at = std::max(at, lane->clock);
  return at;
}

Stepper::Lane* Stepper::pick() {
  Lane* best = nullptr;
  for (auto& lane : lanes_) {
    // Who slept wakes up now, and not when he fell asleep: what came meanwhile came before.
    const bool slept = std::exchange(lane->frozen, lane->context->frozen());
    if (slept && !lane->frozen) lane->clock = std::max(lane->clock, horizon());
    if (lane->frozen || (lane->idle && !lane->mid_turn)) continue;
    if (!best || lane->clock < best->clock) best = lane.get();
  }
  return best;
}

// Nobody can run: virtual time jumps to the next timer. False when there is none that counts.
bool Stepper::jump() {
  uint64_t next = kNever;
  for (auto& lane : lanes_) {
    if (lane->context->frozen()) continue;
    Timer timer = lane->context->timer();
    if (timer.kind == TimerKind::kNone || timer.at == kNever || (timer.kind == TimerKind::kPoll && lane->polled))
      continue;
    // A timer that has run out and yet gave no work (a generator in front of a full ring) waits for somebody else.
    if (timer.at <= lane->clock) continue;
    next = std::min(next, timer.at);
  }
  if (next == kNever) return false;
  for (auto& lane : lanes_) {
    if (lane->context->frozen()) continue;
    Timer timer = lane->context->timer();
    lane->clock = std::max(lane->clock, next);
    if (timer.kind == TimerKind::kNone || timer.at > next) continue;
    lane->idle = false;
    if (timer.kind == TimerKind::kPoll) lane->polled = true;
  }
  now_ = std::max(now_, next);
  return true;
}

Stepper::Outcome Stepper::advance() {
  constexpr uint32_t kPatience = 1'000'000;  // turns without an event
  constexpr uint32_t kBreath = 4096;         // turns, after which the caller may show how far we are
  for (uint32_t turns = 0; quiet_ < kPatience; turns++, quiet_++) {
    if (turns && (calling_.load(std::memory_order_relaxed) || turns == kBreath)) return Outcome::kCalled;
    Lane* lane = pick();
    if (!lane) {
      if (!jump()) return Outcome::kIdle;
    } else if (give_baton(*lane)) {
      quiet_ = 0;
      return Outcome::kEvent;
    }
  }
  quiet_ = 0;
  return Outcome::kQuiet;
}

Stepper::Outcome Stepper::lead_turn(const Context* context, bool to_its_end) {
  constexpr int kPatience = 1000;  // rounds, after which it waits for a gate that another holds
  for (int rounds = 0; mid_turn(context); rounds++) {
    bool any = false;
    for (auto& lane : lanes_) {
      if (!lane->mid_turn || lane->context->frozen() || (lane->context != context && rounds <= kPatience)) continue;
      any = true;
      if (give_baton(*lane) && !to_its_end) return Outcome::kEvent;
    }
    if (!any) return Outcome::kIdle;
  }
  return Outcome::kQuiet;
}

Stepper::Outcome Stepper::advance_turn(const Context* context) { return lead_turn(context, false); }

void Stepper::finish_turn(const Context* context) { (void)lead_turn(context, true); }

void Stepper::finish_turns() {
  // Round and round: one may wait for the gate that another holds.
  for (bool any = true; any;) {
    any = false;
    for (auto& lane : lanes_)
      if (lane->mid_turn) give_baton(*lane), any = true;
  }
}

void Stepper::hand_over(std::vector<Stack>& stacks) {
  for (auto& lane : lanes_) stacks.push_back(lane->fiber->take_stack());
  lanes_.clear();
}

bool Stepper::anybody_mid_turn() const {
  return std::any_of(lanes_.begin(), lanes_.end(), [](const auto& lane) { return lane->mid_turn; });
}

bool Stepper::mid_turn(const Context* context) const {
  for (const auto& lane : lanes_)
    if (lane->context == context) return lane->mid_turn;
  return false;
}

}  // namespace ringside::control
