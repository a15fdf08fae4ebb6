// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/measure.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include <fmt/format.h>

#include "engine/base/clock.h"
#include "engine/figures/totals.h"
#include "labs/runner/reading.h"

namespace ringside::labs {
namespace {

using Clock = std::chrono::steady_clock;
constexpr double kChange = 0.05;  // about what it takes to change a setting, in seconds

// How much a CPU can do beside its machine's others; 1024 where the kernel does not say, as where all are alike.
int capacity_of(int cpu) {
  std::ifstream in(fmt::format("/sys/devices/system/cpu/cpu{}/cpu_capacity", cpu));
  int capacity = 1024;
  return in >> capacity ? capacity : 1024;
}

// Who works where: "w1@cpu1(1024): web/0, db/0; w2@…".
std::string cores_of(const Snapshot& s) {
  std::string cores;
  for (size_t w = 0; w < s.workers.size(); w++) {
    const WorkerView& worker = s.workers[w];
    cores +=
        fmt::format("{}{}@cpu{}({}):", cores.empty() ? "" : "; ", worker.name, worker.cpu, capacity_of(worker.cpu));
    for (const ContextView& context : s.contexts)
      if (context.worker == w) cores += (cores.ends_with(':') ? " " : ", ") + context.name;
  }
  return cores;
}

// Seconds that each CPU has been taken from this machine, if it is a VM, by its host: "steal" of /proc/stat (proc(5)).
std::map<int, double> stolen_seconds() {
  std::map<int, double> seconds;
  std::ifstream in("/proc/stat");
  for (std::string line; std::getline(in, line) && line.starts_with("cpu");) {
    std::istringstream words(line.substr(3));
    int cpu = -1;
    double ticks = 0;
    if (line[3] == ' ' || !(words >> cpu)) continue;
    for (int field = 0; field < 8 && words >> ticks; field++) {
    }
    seconds[cpu] = ticks / double(sysconf(_SC_CLK_TCK));
  }
  return seconds;
}

// The share of a stretch that the host had of the worker that lost most.
double stolen(const Snapshot& s, const std::map<int, double>& before, const std::map<int, double>& after, double over) {
  double most = 0;
  for (const WorkerView& worker : s.workers)
    if (before.count(worker.cpu) && after.count(worker.cpu))
      most = std::max(most, after.at(worker.cpu) - before.at(worker.cpu));
  return over > 0 ? most / over : 0;
}

class Run {
 public:
  Run(Engine& engine, const Measure& plan, const std::set<std::string>& names, const SendLine& send,
      const std::function<bool(const MeasureProgress&)>& goes_on)
      : engine_(engine), plan_(plan), names_(names), send_(send), goes_on_(goes_on) {
    progress_.all = size_t(plan.rounds) * plan.settings.size() * size_t(plan.windows);
  }

  Status all() {
    const size_t count = plan_.settings.size();
    for (int round = 0; round < plan_.rounds; round++)
      for (size_t i = 0; i < count; i++) {
        // A sweep goes forth and back: what drifts with time is then not taken for what the setting does.
        const bool back = plan_.sweep && round % 2;
        if (Status done = one(plan_.settings[back ? count - 1 - i : i], round); !done) return done;
      }
    return {};
  }

  std::vector<Sample> samples;

 private:
  Status one(const Setting& setting, int round) {
    progress_.setting = setting.name;
    if (Status goes = on(); !goes) return goes;
    for (const Line& line : setting.lines)
      if (Status sent = send_(line.text); !sent) return sent;
    if (Status waited = wait(); !waited) return waited;  // the warm-up, which nobody counts
    auto before = engine_.cut();
    if (before->mode != RunMode::kFree || before->state != RunState::kRunning)
      return Error{before->mode != RunMode::kFree ? "The machine is stepped, and time is measured where it runs free."
                   : before->state == RunState::kIdle
                       ? "The machine has nothing left to send, so there is nothing to measure."
                       : "The machine stands, so there is nothing to measure.",
                   "", "The lines above have to let it run: `run mode=free`, with a sender that goes on", ""};
    // Two clocks that know nothing of each other: the CPU's counter, and the kernel's time.
    auto then = Clock::now();
    uint64_t cycles = tsc();
    auto host = stolen_seconds();
    int good = 0;
    for (int number = 0; good < plan_.windows && number < 2 * plan_.windows; number++) {
      if (Status waited = wait(); !waited) return waited;
      auto now = engine_.cut();
      const auto moment = Clock::now();
      const uint64_t counted = tsc();
      auto taken_by_host = stolen_seconds();
      const double kernel = std::chrono::duration<double>(moment - then).count();
      Sample sample{setting.id, round, number};
      sample.seconds = figures::seconds_of(*now) - figures::seconds_of(*before);
      sample.clock = clock_of(double(counted - cycles) / tsc_hz(), kernel, sample.seconds);
      sample.taken = std::max(figures::taken(*now, before.get()), stolen(*now, host, taken_by_host, sample.seconds));
      sample.cores = cores_of(*now);
      sample.values = growth(*before, *now, names_);
      if (undisturbed(sample)) good++, progress_.done++;
      samples.push_back(std::move(sample));
      before = std::move(now), then = moment, cycles = counted, host = std::move(taken_by_host);
    }
    progress_.done = samples_of_round(round, setting);
    return {};
  }

  // Where it stands if every window up to here was good: the bar goes on also where some were not.
  size_t samples_of_round(int round, const Setting& setting) const {
    size_t at = size_t(round) * plan_.settings.size();
    const size_t i = size_t(&setting - plan_.settings.data());
    at += plan_.sweep && round % 2 ? plan_.settings.size() - 1 - i : i;
    return (at + 1) * size_t(plan_.windows);
  }

  Status on() {
    progress_.seconds_left = seconds_of(plan_) * (1 - double(progress_.done) / double(progress_.all));
    if (!goes_on_ || goes_on_(progress_)) return {};
    return Error{"The measurement was stopped.", "Nothing was counted.", "", ""};
  }

  // One window's length, and no longer deaf than a few milliseconds.
  Status wait() {
    const auto until = Clock::now() + std::chrono::milliseconds(plan_.window_ms);
    while (Clock::now() < until) {
      if (Status goes = on(); !goes) return goes;
      std::this_thread::sleep_for(std::min<Clock::duration>(std::chrono::milliseconds(50), until - Clock::now()));
    }
    return on();
  }

  Engine& engine_;
  const Measure& plan_;
  const std::set<std::string>& names_;
  const SendLine& send_;
  const std::function<bool(const MeasureProgress&)>& goes_on_;
  MeasureProgress progress_;
};

}  // namespace

double clock_of(double counter, double kernel, double machine) {
  if (!(kernel > 0 && machine > 0)) return 0;
  const double one = counter / kernel, other = kernel / machine;
  return std::abs(one - 1) > std::abs(other - 1) ? one : other;
}

double seconds_of(const Measure& plan) {
  const double one = double(plan.window_ms) / 1000;
  return double(plan.rounds) * double(plan.settings.size()) * (kChange + one * (1 + plan.windows));
}

Result<std::vector<Sample>> measure(Engine& engine, const Measure& plan, const std::set<std::string>& names,
                                    const SendLine& send, const std::function<bool(const MeasureProgress&)>& goes_on) {
  Run run(engine, plan, names, send, goes_on);
  if (Status done = run.all(); !done) return done.error();
  return std::move(run.samples);
}

}  // namespace ringside::labs
