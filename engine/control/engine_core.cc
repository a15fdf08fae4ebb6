// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/engine_core.h"

#include <sched.h>

#include <chrono>

#include "engine/base/log.h"
#include "engine/control/picture/collector.h"
#include "engine/datapath/eal.h"

// The engine's thread: jobs in, snapshots out. Modes of running are in run_control.cc, scenario files in scenario.cc.
namespace ringside::control {
namespace {

constexpr double kCollectEvery = 1.0 / 60, kLookedFor = 0.5;

std::vector<int> choose_cpus(const EngineOptions& options) {
  if (!options.cpus.empty()) return options.cpus;
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  std::vector<int> cpus;
  for (int i = 0; i < CPU_SETSIZE; i++)
    if (CPU_ISSET(i, &set)) cpus.push_back(i);
  // Up to two CPUs: one worker runs everything and the other CPU is left to the window (DESIGN section 6).
  int wanted = options.workers > 0 ? options.workers : cpus.size() <= 2 ? 1 : int(std::min<size_t>(cpus.size() - 1, 4));
  std::vector<int> chosen;
  for (int w = 0; w < wanted; w++) chosen.push_back(cpus[cpus.size() - 1 - size_t(w) % cpus.size()]);
  return {chosen.rbegin(), chosen.rend()};
}

}  // namespace

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

EngineCore::EngineCore(const EngineOptions& options) : options_(options), snapshot_(std::make_shared<Snapshot>()) {
  thread_ = std::thread([this] { thread_main(); });
}

EngineCore::~EngineCore() {
  quit_ = true;
  interrupted_ = true;
  wake_.notify_one();
  thread_.join();
}

void EngineCore::post(std::function<void()> job) {
  std::lock_guard lock(mutex_);
  jobs_.push_back(std::move(job));
  wake_.notify_one();
}

std::shared_ptr<const Snapshot> EngineCore::newest() {
  looked_ = seconds_now();
  std::lock_guard lock(mutex_);
  return snapshot_;
}

void EngineCore::set_event_sink(std::function<void(const EventView&)> sink) {
  std::lock_guard lock(mutex_);
  sink_ = std::move(sink);
}

void EngineCore::thread_main() {
  while (!quit_) {
    std::function<void()> job;
    {
      std::unique_lock lock(mutex_);
      bool busy = goal_.until != Until::kNever || (running_ && mode_ != RunMode::kFree && !idle_);
      bool looked = seconds_now() - looked_ < kLookedFor;
      auto pause = std::chrono::milliseconds(busy ? 0 : looked && running_ ? 8 : 100);
      if (busy && mode_ != RunMode::kStepped) pause = std::chrono::milliseconds(1);
      wake_.wait_for(lock, pause, [&] { return !jobs_.empty() || quit_; });
      if (!jobs_.empty()) job = std::move(jobs_.front()), jobs_.pop_front();
    }
    if (job) job();
    pump();
  }
  end_goal("The engine ends.", false);
  destroy_machine();
  for (auto& worker : workers_) worker->quit();
  workers_.clear();
  datapath::stop_eal();
}

void EngineCore::destroy_machine() {
  if (!machine_) return;
  rest_workers();
  stepper_.reset();
  for (auto& worker : workers_) worker->set_contexts({});
  running_ = idle_ = placed_ = false;
  retire(std::move(machine_));
  marks_.clear(), events_.clear(), exits_.clear();
  armed_ = {}, armed_text_.clear(), armed_reached_ = false;
  clock_ = steps_ = 0;
  run_total_ = 0;
}

void EngineCore::retire(std::unique_ptr<Machine> machine) {
  if (!machine) return;
  if (uint32_t lost = machine->unplug()) {
    leaked_ += lost;
    log_line(std::to_string(lost) + " packet buffers did not come back when the machine was taken down: a leak.");
  }
}

Status EngineCore::ensure_machine() {
  if (machine_) return {};
  datapath::EalConfig config;
  config.worker_cpus = choose_cpus(options_);
  config.memory_mb = options_.memory_mb, config.hugepages = options_.hugepages, config.extra = options_.eal_args;
  for (const auto& [name, wire] : spec.wires) config.pci |= wire.kind == datapath::WireKind::kPci;
  if (Status started = datapath::start_eal(config); !started) return started;
  if (workers_.empty())
    for (size_t w = 0; w < config.worker_cpus.size(); w++) {
      workers_.push_back(std::make_unique<datapath::Worker>(uint16_t(w), unsigned(w + 1), config.worker_cpus[w]));
      if (!workers_.back()->launch())
        return Error{"Worker " + std::to_string(w + 1) + " cannot be started.", "", "Fewer workers: --workers 1", ""};
    }
  auto machine = Machine::create(++machines_, config.pci);
  if (!machine) return machine.error();
  machine_ = std::move(*machine);
  return {};
}

void EngineCore::answer(const std::function<void(const Answer&)>& done, const std::string& command,
                        const Answer& answer) {
  if (!command.empty()) {
    log_.push_back({++log_lines_, command, answer.text, answer.ok});
    while (log_.size() > 64) log_.pop_front();
  }
  collect(true);
  if (done) done(answer);
}

void EngineCore::command(const std::string& line, std::function<void(const Answer&)> done) {
  auto parsed = parse_command(line);
  if (!parsed) return answer(done, line, {false, parsed.error().text(), parsed.error()});
  if (!parsed->row) return answer(done, "", {true, "", {}});
  Session session{spec, this};
  MachineSpec before = spec;
  auto result = parsed->row->apply(session, parsed->args);
  if (!result) {
    spec = before;
    return answer(done, parsed->text, {false, result.error().text(), result.error()});
  }
  if (goal_.until != Until::kNever && !goal_.done) {
    goal_.done = std::move(done), goal_.command = parsed->text;
    if (!goal_.done) goal_.done = [](const Answer&) {};
    return;
  }
  answer(done, parsed->text, {true, *result, {}});
}

void EngineCore::collect(bool force) {
  double now = seconds_now();
  bool looked = now - looked_ < kLookedFor;
  for (auto& worker : workers_) worker->set_watched(looked);
  if (!force && (!looked || now - collected_ < kCollectEvery)) return;
  collected_ = now;
  auto fresh = Collector(*this).collect(standing());
  std::lock_guard lock(mutex_);
  snapshot_ = std::move(fresh);
}

std::shared_ptr<const Snapshot> EngineCore::take_cut() {
  bool was_running = running_ && mode_ == RunMode::kFree;
  if (was_running) rest_workers();
  auto fresh = Collector(*this).collect(true);
  if (was_running) start_workers();
  std::lock_guard lock(mutex_);
  snapshot_ = fresh;
  return fresh;
}

void EngineCore::mark(const std::string& name) { marks_[name] = take_cut(); }

// A worker that has not finished a breath for a second is named, with the context it is in.
void EngineCore::watchdog() {
  double now = seconds_now();
  watched_breaths_.resize(workers_.size());
  for (size_t w = 0; w < workers_.size(); w++) {
    auto& [breaths, since] = watched_breaths_[w];
    const datapath::Worker& worker = *workers_[w];
    if (!running_ || mode_ != RunMode::kFree || worker.asleep() || worker.breaths.value() != breaths ||
        !worker.current()) {
      breaths = worker.breaths.value(), since = now;
    } else if (now - since > 1 && since > 0) {
      log_line("worker w" + std::to_string(w + 1) + " has not finished a breath for 1 s: it is in " +
               worker.current()->name() + ".");
      since = -now;  // said once; a finished breath arms it again
    }
  }
}

}  // namespace ringside::control
