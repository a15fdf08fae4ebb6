// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/engine_core.h"

#include <algorithm>
#include <exception>

#include "engine/base/log.h"
#include "engine/control/commands/confinement.h"
#include "engine/control/picture/snapshot_builder.h"
#include "engine/control/placement/worker_cpus.h"
#include "engine/datapath/eal.h"
#include "engine/datapath/eal_arguments.h"

// The engine's thread: requests in, pictures out. Scenario files are in scenario.cc.
namespace ringside::control {
EngineCore::EngineCore(const EngineOptions& options)
    : options_(options),
      clockwork_([this](Scene& scene, const TimedEvent& event) { on_event(scene, event); }, jobs_.calling()),
      goals_(clockwork_, jobs_, [this](const Goal& goal, const Answer& how) { answer(goal.done, goal.command, how); }),
      scene_(std::make_unique<Scene>()) {
  clockwork_.turn_to(*scene_);
  thread_ = std::thread([this] { thread_main(); });
}

EngineCore::~EngineCore() {
  jobs_.close();
  thread_.join();
}

uint32_t EngineCore::worker_count() const {
  return clockwork_.workers() ? clockwork_.workers() : uint32_t(worker_cpus(datapath::allowed_cpus(), options_).size());
}

void EngineCore::thread_main() {
  while (!jobs_.closed()) {
    const auto patience =
        std::min(goals_.patience(*scene_), std::chrono::milliseconds(moving_ && board_.looked_at() ? 8 : 100));
    if (auto job = jobs_.take(patience)) {
      moving_ = true;
      job();
    }
    pump();
  }
  // Whoever still waits for an answer gets one.
  end_goal(Ended::kStopped, "the program's end");
  while (auto job = jobs_.take({})) job();
  clockwork_.let_go();
  clockwork_.quit();
  take_down(*scene_);
  scene_->machine.reset();
  datapath::stop_eal();
}

void EngineCore::pump() {
  goals_.pump(*scene_);
  clockwork_.look_after_workers();
  show(false);
}

void EngineCore::on_event(Scene& scene, const TimedEvent& event) {
  board_.tell(scene.history.record(*scene.machine, event));
}

// Its machine is taken down; nobody runs in it any more.
void EngineCore::take_down(Scene& scene) {
  if (!scene.machine) return;
  scene.time.stepper.reset();
  if (uint32_t lost = scene.machine->unplug()) {
    leaked_ += lost;
    log_line(std::to_string(lost) + " packet buffers did not come back when the machine was taken down: a leak.");
  }
}

Status EngineCore::ensure_machine() {
  if (scene_->machine) return {};
  datapath::EalConfig config;
  config.worker_cpus = worker_cpus(datapath::allowed_cpus(), options_);
  config.memory_mb = options_.memory_mb;
  config.hugepages = options_.hugepages;
  config.extra = options_.eal_args;
  for (const auto& [name, wire] : scene_->spec.wires) config.pci |= wire.kind == datapath::WireKind::kPci;
  if (Status started = datapath::start_eal(config); !started) return started;
  if (Status launched = clockwork_.launch(config.worker_cpus, options_.judge_busy_seconds); !launched) return launched;
  auto machine = Machine::create(++machines_, config.pci, clockwork_.workers());
  if (!machine) return machine.error();
  scene_->machine = std::move(*machine);
  if (aside_ && aside_->machine) scene_->machine->stand_in_for(*aside_->machine);
  return {};
}

Status EngineCore::change_at_rest(const std::function<Status()>& change, const std::function<void()>& undo,
                                  size_t new_contexts) {
  if (Status reserved = clockwork_.reserve(new_contexts); !reserved) return reserved;
  const bool idle = scene_->time.idle;
  Status done;
  {
    Clockwork::Quiet quiet(clockwork_);
    done = change();
    if (done) {
      done = quiet.resume();
      if (done) return {};
      Clockwork::Quiet again(clockwork_);
      if (!undo) return {};  // nothing was taken that could be given back: they may be able to go on now
      undo();
    }
  }
  scene_->time.idle = idle;
  return done;
}

Status EngineCore::set_goal(Goal goal) {
  goal.interrupts = interrupts_;
  return goals_.set(*scene_, std::move(goal));
}

std::string EngineCore::end_goal(Ended ended, const std::string& by) {
  return end_goal(ended, by, clockwork_.run_seconds());
}

std::string EngineCore::end_goal(Ended ended, const std::string& by, double ran) {
  if (!scene_->goals.under_way()) return "";
  const std::string command = scene_->goals.now.command;
  goals_.give_up_aside(*scene_, ended, by, ran);
  return command;
}

void EngineCore::answer(const Done& done, const std::string& command, const Answer& answer) {
  if (!command.empty()) log_.add(command, answer);
  show(true);
  if (done) done(answer);
}

// What a host without memory or threads throws is an answer, too; what a command has staged by then goes with it.
Result<std::string> EngineCore::apply(const ParsedCommand& command, Ended* short_of) {
  Session session{scene_->spec, this, short_of, worker_count()};
  try {
    return command.row->apply(session, command.args);
  } catch (const std::exception& thrown) {
    Error error{std::string("This machine cannot do it: ") + thrown.what() + ".", "Nothing was changed.", "", ""};
    error.environment = true;
    return error;
  }
}

// A line from elsewhere is tried on a copy of the plan first, to see what it would come to.
Status EngineCore::rehearse(const Origin& origin, ParsedCommand& parsed) {
  if (origin.own || !parsed.row || parsed.row->verb == std::string_view("reset")) return {};
  if (Status allowed = confine(origin, parsed); !allowed) return allowed;
  MachineSpec plan = scene_->spec;
  Session trial{plan, nullptr, nullptr, worker_count()};
  auto tried = parsed.row->apply(trial, parsed.args);
  return tried ? confine(origin, plan) : Status(tried.error());
}

void EngineCore::command(const Origin& origin, const std::string& line, uint64_t interrupts, Done done) {
  auto parsed = parse_command(line);
  if (parsed)
    if (Status allowed = rehearse(origin, *parsed); !allowed) parsed = allowed.error();
  if (!parsed) return answer(done, line, Answer::refused(parsed.error()));
  if (!parsed->row) return answer(done, "", Answer::reached(""));
  if (!busy_.empty() && !parsed->row->while_busy) return answer(done, parsed->text, refused_while_busy());
  if (!busy_.empty() && parsed->row->verb == std::string_view("pause")) stopped_ = true;
  interrupts_ = interrupts;
  const Scene* scene = scene_.get();
  const MachineSpec before = scene_->spec;
  const bool waited = scene_->goals.under_way();
  const bool had_machine = has_machine();
  Ended ended = Ended::kRefused;
  auto result = apply(*parsed, &ended);
  if (!result) {
    if (scene == scene_.get()) {
      scene_->spec = before;
      if (!had_machine) scene_->machine.reset();
    }
    return answer(done, parsed->text, {ended, result.error().text(), result.error()});
  }
  Goal& goal = scene_->goals.now;
  if (goal.until != Until::kNever && goal.command.empty() && !(waited && parsed->row->while_busy)) {
    goal.done = std::move(done);
    goal.command = parsed->text;
    return;
  }
  answer(done, parsed->text, Answer::reached(*result));
}

Answer EngineCore::refused_while_busy() const {
  return Answer::refused(
      {busy_ + " is under way.", "Nothing was changed.", "Wait for its end, or stop it: `pause`", ""});
}

// Somebody else's job in the middle of a request, which goes on to heed the interrupts since it was made itself.
void EngineCore::answer_one(std::chrono::milliseconds patience) {
  const uint64_t interrupts = interrupts_;
  if (auto job = jobs_.take(patience)) job();
  interrupts_ = interrupts;
}

bool EngineCore::answer_others(const std::string& what) {
  const std::string before = std::exchange(busy_, what);
  if (before.empty()) stopped_ = false;
  if (jobs_.calling().load(std::memory_order_relaxed)) answer_one({});
  stopped_ |= interrupted();
  busy_ = before;
  return !stopped_;
}

std::shared_ptr<Snapshot> EngineCore::picture(bool exact) {
  return take_picture(*scene_, {clockwork_, log_, prices, index_, ++serial_, leaked_}, exact);
}

void EngineCore::show(bool now) {
  for (auto& worker : clockwork_.list()) worker->set_watched(board_.looked_at());
  const Time& time = scene_->time;
  moving_ |= time.running;
  if (!now && !board_.due(moving_)) return;
  moving_ = time.running;
  board_.show(picture(!time.running || time.mode != RunMode::kFree));
}

std::shared_ptr<const Snapshot> EngineCore::take_cut() {
  clockwork_.rest();
  std::shared_ptr<const Snapshot> fresh = picture(true);
  if (Status on = clockwork_.go_on(); !on) log_line(on.error().text());
  board_.show(fresh);
  return fresh;
}

}  // namespace ringside::control
