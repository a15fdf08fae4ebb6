// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "engine/base/log.h"
#include "engine/control/engine_core.h"
#include "engine/control/picture/event_words.h"

// Free, stepped and paced running, and the goals at which a run ends (DESIGN section 8).
namespace ringside::control {
namespace {

// Only with the controllers in user space an exit at a time can be looked at (DESIGN section 5).
vmm::IrqChip irqchip_of(const VmUnit& vm, RunMode mode) {
  return mode == RunMode::kFree && vm.spec.irqchip != IrqChipChoice::kUser ? vmm::IrqChip::kKernel
                                                                           : vmm::IrqChip::kUser;
}
}  // namespace

void EngineCore::rest_workers() {
  if (machine_) machine_->ask_vcpus_rest();
  for (auto& worker : workers_) worker->ask_rest();
  if (machine_) machine_->wait_vcpus_rest();
  for (auto& worker : workers_)
    while (!worker->wait_rest(1.0) && !quit_) watchdog();
  if (running_ && mode_ == RunMode::kFree) {
    clock_ += uint64_t((seconds_now() - run_began_) * tsc_hz());
    run_total_ += seconds_now() - run_began_;
    run_began_ = seconds_now();
  }
}

void EngineCore::start_workers() {
  if (!placed_) {
    auto by_worker = machine_->place(worker_count(), spec.placement);
    std::vector<Waker*> wakers;
    for (size_t w = 0; w < workers_.size(); w++)
      workers_[w]->set_contexts(by_worker[w]), wakers.push_back(workers_[w].get());
    machine_->bind_wakers(wakers);
    placed_ = true;
  }
  run_began_ = seconds_now();
  // The clock goes on from where it stood, so that a pause is no gap for generators and timers.
  for (auto& worker : workers_) worker->set_clock_offset(clock_ - tsc());
  for (auto& worker : workers_)
    if (!worker->contexts().empty()) worker->run();
  std::vector<int> cpus;
  for (auto& worker : workers_) cpus.push_back(worker->cpu());
  machine_->start_vcpus(cpus);
}

// region: quiet
EngineCore::Quiet::Quiet(EngineCore& core) : core_(core) {
  if (core_.running_ && core_.mode_ == RunMode::kFree) core_.rest_workers();
  core_.leave_mode();
}

EngineCore::Quiet::~Quiet() {
  core_.enter_mode();
  if (core_.running_ && core_.mode_ == RunMode::kFree) core_.start_workers();
}
// endregion: quiet

// Contexts belong to nobody afterwards: each stands at a turn's end.
void EngineCore::leave_mode() {
  if (stepper_) {
    stepper_->finish_turns();
    clock_ = std::max(clock_, stepper_->now());
    stepper_.reset();
  }
  for (auto& worker : workers_) worker->set_contexts({});
  placed_ = false;
}

void EngineCore::enter_mode() {
  if (!machine_) return;
  for (auto& vm : machine_->vms()) {
    if (vm->kvm)
      if (Status changed = vm->kvm->set_irqchip(irqchip_of(*vm, mode_)); !changed) log_line(changed.error().text());
    if (vm->doorbells)
      if (Status armed = vm->doorbells->arm(mode_ == RunMode::kFree); !armed) log_line(armed.error().text());
    apply_poll_every(*vm);
    // Stepped, every exit is kept; free, a sample, and exact totals.
    for (auto& vcpu : vm->vcpus)
      if (mode_ == RunMode::kFree)
        vcpu->exits.set_rate(spec.exit_records, tsc_hz());
      else
        vcpu->exits.set_rate(vmm::ExitLog::kEvery, kVirtualHz);
  }
  if (mode_ == RunMode::kFree) return;
  machine_->place(1, {});
  machine_->bind_wakers({});
  idle_ = false;
  stepped_from_ = steps_;
  stepper_ = std::make_unique<Stepper>(
      machine_->contexts(true), clock_, [this](const TimedEvent& event) { on_event(event); },
      [this](const void* device, uint8_t ring, uint32_t row) {
        return follower_.frame_in(vm_of(*machine_, device, nullptr), ring, row);
      });
}

void EngineCore::apply_poll_every(VmUnit& vm) {
  for (auto& vcpu : vm.vcpus) vcpu->set_poll_interval(vm.spec.poll_every_us * 1e-6, clock_hz());
}

void EngineCore::set_mode(RunMode mode, double pace, uint64_t seed) {
  pace_ = pace, seed_ = seed;
  bool same = (mode == RunMode::kFree) == (mode_ == RunMode::kFree);
  if (same && (mode == RunMode::kFree || stepper_)) {
    mode_ = mode;
    return;
  }
  pause();
  leave_mode();
  mode_ = mode;
  enter_mode();
}

void EngineCore::run() {
  if (running_) return;
  idle_ = false;
  running_ = true;
  paced_from_ = seconds_now(), paced_done_ = 0;
  quiet_since_ = 0;
  if (mode_ == RunMode::kFree) start_workers();
}

void EngineCore::pause() {
  if (!running_) return;
  if (mode_ == RunMode::kFree) rest_workers();
  running_ = false;
}

void EngineCore::stir() {
  idle_ = false;
  if (stepper_) stepper_->stir();
}

void EngineCore::settle(const Context* context) {
  if (stepper_ && stepper_->mid_turn(context)) stepper_->finish_turns();
}

double EngineCore::run_seconds() const {
  if (mode_ != RunMode::kFree) return stepper_ ? double(stepper_->now()) / kVirtualHz : 0;
  return run_total_ + (running_ ? seconds_now() - run_began_ : 0);
}

void EngineCore::set_goal(Goal goal) {
  end_goal("Ended by the next command.");
  interrupted_ = false;
  goal.began = run_seconds();
  // The way to the armed goal goes on from where steps have brought it.
  if (armed(goal.until)) goal.packet_ended = armed_.packet_ended, goal.context = armed_.context;
  goal_ = std::move(goal);
  if (goal_.until == Until::kIdle || goal_.until == Until::kTime) run();
}

void EngineCore::end_goal(const std::string& text, bool ok) {
  if (goal_.until == Until::kNever) return;
  Goal ended = std::move(goal_);
  goal_ = {};
  Answer a{ok, text, {}};
  if (!ok) a.error.what = text;
  answer(ended.done, ended.command, a);
}

void EngineCore::on_event(const TimedEvent& timed) {
  last_event_ = timed;
  follower_.annotate(vm_of(*machine_, timed.event.object, timed.context), last_event_.event);
  last_event_.number = ++steps_;
  events_.push_back(describe_event(*machine_, last_event_));
  events_.back().packet = follower_.number(last_event_.event.packet);
  if (EventView& view = events_.back(); view.rip) {
    using vmm::ExitReason;
    const ExitReason reason = view.kind == EventKind::kRegisterRead    ? ExitReason::kMmioRead
                              : view.kind == EventKind::kRegisterWrite ? ExitReason::kMmioWrite
                              : view.kind == EventKind::kHalt          ? ExitReason::kHalt
                                                                       : ExitReason::kPioWrite;
    const disassembly::Instruction& instruction = guest_code().of(reason, view.rip);
    view.instruction = instruction.text, view.where = instruction.where;
  }
  while (events_.size() > 512) events_.pop_front();
  std::function<void(const EventView&)> sink;
  {
    std::lock_guard lock(mutex_);
    sink = sink_;
  }
  if (sink) sink(events_.back());
}

// A goal that was really reached; end_goal() alone also ends those that were given up.
void EngineCore::reached(const std::string& text) {
  if (armed(goal_.until)) armed_reached_ = true;
  end_goal(text);
}

void EngineCore::arm(Goal goal, std::string text) {
  goal.began = run_seconds();
  armed_ = std::move(goal), armed_text_ = std::move(text), armed_reached_ = false;
}

// Time stands at the armed goal, whatever the steps on the way were made for.
void EngineCore::armed_reached(const std::string& text) {
  armed_reached_ = true;
  pause();
  end_goal(text);
}

// The next event. Once the armed packet is over, only its turn's rest is still to come: the same events, and the same
// end, as `step until=packet` has. kQuiet then means that there was none left.
Stepper::Outcome EngineCore::advance() {
  // Where every event could be the goal, or time is paced, each is looked at; a run to its end is not.
  constexpr uint32_t kUnseen = 64;
  const auto at_rest = [](Until until) { return until == Until::kNever || until == Until::kIdle; };
  const bool blind = running_ && mode_ == RunMode::kStepped && at_rest(goal_.until) && at_rest(armed_.until);
  if (!armed(Until::kPacket) || !armed_.packet_ended) return stepper_->advance(blind ? kUnseen : 0);
  return stepper_->advance_turn(armed_.context) ? Stepper::Outcome::kEvent : Stepper::Outcome::kQuiet;
}

// Has this event brought the run to its goal?
bool EngineCore::goal_reached(Goal& goal, const TimedEvent& timed) {
  const StepEvent& e = timed.event;
  uint8_t stage = event_stop(e.kind, e.ring);
  switch (goal.until) {
    case Until::kEvents: return --goal.events == 0;
    case Until::kStage: {
      bool over = goal.stage && stage && stage != goal.stage;
      if (stage) goal.stage = stage;
      return over && --goal.events == 0;
    }
    case Until::kBurst: {
      if (!goal.context) goal.context = timed.context;
      return goal.context != timed.context || !stepper_->mid_turn(timed.context);
    }
    case Until::kPacket:
      // A packet is over when it was used up, left or was lost, and whoever did that has finished its turn (a guest
      // still refills).
      if (e.kind == EventKind::kConsume || e.kind == EventKind::kWireOut || e.kind == EventKind::kDrop)
        goal.packet_ended = true, goal.context = timed.context;
      return false;
    case Until::kArrival: return e.kind == EventKind::kDeviceWriteBack && e.ring == 1;
    case Until::kExit:
      return e.kind == EventKind::kRegisterRead || e.kind == EventKind::kRegisterWrite || e.kind == EventKind::kHalt ||
             e.kind == EventKind::kGuestIdle;
    case Until::kDrop: return e.kind == EventKind::kDrop;
    case Until::kInterrupt:
      return e.kind == EventKind::kInterrupt && InterruptOutcome(e.b) == InterruptOutcome::kRaised;
    default: return false;
  }
}

void EngineCore::pump_stepped() {
  bool stepping = goal_.until >= Until::kEvents;
  if (!stepper_ || !(running_ || stepping)) return;
  double end = seconds_now() + 5e-3;
  for (;;) {
    if (!stepping && mode_ == RunMode::kPaced && double(paced_done_) >= (seconds_now() - paced_from_) * pace_) return;
    if (goal_.until == Until::kTime && run_seconds() - goal_.began >= goal_.seconds) {
      pause();
      return end_goal("ok, " + std::to_string(steps_) + " steps so far");
    }
    auto outcome = advance();
    if (outcome == Stepper::Outcome::kQuiet && armed(Until::kPacket) && armed_.packet_ended)
      return armed_reached("ok, the packet is at its end");
    if (outcome == Stepper::Outcome::kEvent) {
      paced_done_++;
      // A packet's step ends with the turn of whoever finished it.
      bool over = goal_reached(goal_, last_event_);
      const bool goal_of_all = armed_.until != Until::kNever && !armed_reached_ && goal_reached(armed_, last_event_);
      if (goal_.until == Until::kPacket && goal_.packet_ended) {
        stepper_->finish_turn(goal_.context);
        over = true;
      }
      if (goal_of_all)
        return armed_reached("ok, step " + std::to_string(steps_) + ": " + events_.back().who + ", " +
                             events_.back().what);
      if (over)
        return reached("ok, step " + std::to_string(steps_) + ": " + events_.back().who + ", " + events_.back().what);
    } else if (outcome == Stepper::Outcome::kIdle || !machine_->fed_by_world()) {
      bool waits_for_world = machine_->fed_by_world();
      if (!waits_for_world || stepping) {
        idle_ = !waits_for_world;
        if (armed(Until::kIdle) && stepping && !waits_for_world)
          return armed_reached("ok, idle after " + std::to_string(steps_) + " steps");
        if (goal_.until == Until::kIdle || (stepping && !waits_for_world)) {
          pause();
          if (goal_.until == Until::kIdle) return reached("ok, idle after " + std::to_string(steps_) + " steps");
          return end_goal("Nothing can move any more: no step was made.", false);
        }
      }
      return;
    }
    if (interrupted_ || seconds_now() > end) return;
  }
}

void EngineCore::pump_free() {
  if (!running_) return;
  if (goal_.until == Until::kTime && run_seconds() - goal_.began >= goal_.seconds) {
    pause();
    return end_goal("ok, ran for " + std::to_string(goal_.seconds) + " s");
  }
  if (goal_.until != Until::kIdle) return;
  // Quiet for 5 ms, then a cut says for sure.
  uint64_t moved = machine_->moved();
  if (moved != quiet_moved_ || quiet_since_ == 0) {
    quiet_moved_ = moved, quiet_since_ = seconds_now();
    return;
  }
  if (seconds_now() - quiet_since_ < 5e-3) return;
  rest_workers();
  bool idle = machine_->idle() && machine_->moved() == moved;
  if (idle) {
    running_ = false, idle_ = true;
    return reached("ok, idle");
  }
  start_workers();
  quiet_since_ = 0;
}

void EngineCore::pump() {
  if (interrupted_.exchange(false) && goal_.until != Until::kNever) {
    pause();
    end_goal("Stopped.");
  }
  if (machine_) {
    if (mode_ == RunMode::kFree)
      pump_free();
    else
      pump_stepped();
    watchdog();
  }
  collect(false);
}

}  // namespace ringside::control
