// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/running/stepper.h"

#include <pthread.h>
#include <sched.h>

#include <algorithm>
#include <system_error>

#include "engine/base/fault_injection.h"

namespace ringside::control {

struct Stepper::Lane final : StepSink {
  Stepper* owner = nullptr;
  Context* context = nullptr;
  Turn turn;
  uint64_t clock = 0, began = 0;  // began: its clock when it got the baton
  bool idle = false;              // its last turn found nothing, and nothing has happened since
  bool mid_turn = false;          // suspended at a step point
  bool polled = false;            // its poll timer has run out once since anything happened
  bool quit = false;
  bool saw_event = false, moved = false;
  bool acted = false;  // this turn had an event: it took something, if only to drop it
  Baton go;
  std::thread thread;

  uint32_t frame_in(const void* device, uint8_t ring, uint32_t row) override {
    return owner->frame_in_ ? owner->frame_in_(device, ring, row) : 0;
  }

  // The lane's own thread, holding the baton.
  void step(const StepEvent& event) override {
    uint32_t cycles = event.cycles ? event.cycles : event_price(event.kind);
    owner->record_({event, context, clock, cycles, 0});
    clock += cycles;
    turn.now = clock;
    saw_event = acted = true;
    owner->pass_on(*this);
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
    : record_(std::move(record)), frame_in_(std::move(frame_in)), calling_(calling), now_(clock) {
  pthread_getaffinity_np(pthread_self(), sizeof before_, &before_);
}

Result<std::unique_ptr<Stepper>> Stepper::create(const std::vector<Context*>& contexts, uint64_t clock, Record record,
                                                 FrameIn frame_in, const std::atomic<bool>& calling) {
  std::unique_ptr<Stepper> stepper(new Stepper(std::move(record), std::move(frame_in), clock, calling));
  for (Context* context : contexts)
    if (Status added = stepper->add_lane(*context); !added) return added.error();
  stepper->gather();
  return stepper;
}

Status Stepper::add_lane(Context& context) {
  auto lane = std::make_unique<Lane>();
  lane->owner = this, lane->context = &context, lane->clock = now_;
  try {
    if (fault_here("pthread_create")) throw std::system_error(errno, std::generic_category());
    lane->thread = std::thread([this, l = lane.get()] { lane_main(*l); });
  } catch (const std::system_error& failed) {
    Error error{"There is no thread for " + context.name() + " to be stepped by: " + failed.code().message() + ".", "",
                "Fewer VMs, or let time run: `run mode=free`"};
    error.environment = true;
    return error;
  }
  context.worker.store(0);
  lanes_.push_back(std::move(lane));
  return {};
}

void Stepper::let_caller_go() { pthread_setaffinity_np(pthread_self(), sizeof before_, &before_); }

void Stepper::gather() {
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(size_t(std::max(0, sched_getcpu())), &here);
  for (auto& lane : lanes_) pthread_setaffinity_np(lane->thread.native_handle(), sizeof here, &here);
  pthread_setaffinity_np(pthread_self(), sizeof here, &here);
}

Stepper::~Stepper() {
  finish_turns();
  let_caller_go();
  for (auto& lane : lanes_) {
    lane->quit = true;
    lane->go.give();
    lane->thread.join();
  }
}

void Stepper::lane_main(Lane& lane) {
  for (;;) {
    lane.go.take();
    if (lane.quit) return;
    lane.acted = false;
    lane.turn = Turn{.now = lane.clock, .hz = kVirtualHz, .sink = &lane, .worker = 0};
    bool moved = lane.context->turn(lane.turn);
    lane.context->turns.add(1);
    if (!moved) lane.context->empty_turns.add(1);
    lane.mid_turn = false, lane.moved = moved;
    if (Lane* next = go_ahead(lane); next == &lane)
      lane.go.give();
    else
      next ? next->go.give() : returned_.give();
  }
}

// Lets a lane go on until its next step point or its turn's end, and with it up to `ahead_` others. True when the last
// of them recorded an event.
bool Stepper::give_baton(Lane& lane) {
  begin(lane);
  settled_ = false;
  lane.go.give();
  returned_.take();
  Lane& last = *current_;
  if (!settled_) settle(last);
  return last.saw_event;
}

void Stepper::begin(Lane& lane) {
  lane.began = lane.clock;
  lane.saw_event = false, lane.moved = false, lane.mid_turn = true;
  current_ = &lane;
}

void Stepper::settle(Lane& lane) {
  if (lane.saw_event) lane.context->busy_cycles.add(lane.clock - lane.began);
  if (lane.saw_event || lane.moved) activity(lane.clock, &lane);
  lane.idle = !lane.mid_turn && !lane.moved && !lane.acted;
  now_ = std::max(now_, lane.began);
}

// Who holds the baton and has come to its step point or its turn's end: whose turn it is now, if the engine does not
// want to see what happened. Null: the engine's thread.
Stepper::Lane* Stepper::go_ahead(Lane& from) {
  if (ahead_ == 0 || calling_.load(std::memory_order_relaxed)) return nullptr;
  --ahead_;
  settle(from);
  Lane* next = pick();
  settled_ = next == nullptr;
  if (next) begin(*next);
  return next;
}

void Stepper::pass_on(Lane& from) {
  Lane* next = go_ahead(from);
  if (next == &from) return;
  next ? next->go.give() : returned_.give();
  from.go.take();
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

Stepper::Lane* Stepper::pick() {
  Lane* best = nullptr;
  for (auto& lane : lanes_) {
    if (lane->context->frozen() || (lane->idle && !lane->mid_turn)) continue;
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

Stepper::Outcome Stepper::advance(uint32_t unseen) {
  constexpr uint32_t kPatience = 100'000;  // looks without an event, of `unseen` turns each
  constexpr uint32_t kBreath = 128;        // looks, after which the caller may show how far we are
  for (uint32_t looks = 0; quiet_ < kPatience; looks++, quiet_++) {
    if (looks && (calling_.load(std::memory_order_relaxed) || looks == kBreath)) return Outcome::kCalled;
    Lane* lane = pick();
    if (!lane) {
      if (!jump()) return Outcome::kIdle;
      continue;
    }
    ahead_ = unseen;
    const bool event = give_baton(*lane);
    ahead_ = 0;
    if (event) {
      quiet_ = 0;
      return Outcome::kEvent;
    }
  }
  quiet_ = 0;
  return Outcome::kQuiet;
}

bool Stepper::advance_turn(const Context* context) {
  for (int rounds = 0; mid_turn(context); rounds++)
    for (auto& lane : lanes_)
      if (lane->mid_turn && (lane->context == context || rounds > 1000) && give_baton(*lane)) return true;
  return false;
}

void Stepper::finish_turns() {
  // Round and round: one may wait for the gate that another holds.
  for (bool any = true; any;) {
    any = false;
    for (auto& lane : lanes_)
      if (lane->mid_turn) give_baton(*lane), any = true;
  }
}

void Stepper::finish_turn(const Context* context) {
  for (int rounds = 0; mid_turn(context); rounds++)
    for (auto& lane : lanes_)
      if (lane->mid_turn && (lane->context == context || rounds > 1000)) give_baton(*lane);
}

bool Stepper::mid_turn(const Context* context) const {
  for (const auto& lane : lanes_)
    if (lane->context == context) return lane->mid_turn;
  return false;
}

}  // namespace ringside::control
