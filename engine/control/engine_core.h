// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "engine/api/engine.h"
#include "engine/control/commands/command_table.h"
#include "engine/control/machine/machine.h"
#include "engine/control/machine/machine_spec.h"
#include "engine/control/picture/packet_follower.h"
#include "engine/control/running/stepper.h"
#include "engine/datapath/worker.h"
#include "engine/disassembly/guest_code.h"
#include "engine/vmm/kvm/exit_prices.h"

namespace ringside::control {

// When a `run` or `step` is over.
enum class Until : uint8_t {
  kNever,
  kIdle,
  kTime,
  kEvents,
  kStage,
  kPacket,
  kBurst,
  kArrival,
  kExit,
  kDrop,
  kInterrupt
};

struct Goal {
  Until until = Until::kNever;
  uint64_t events = 1;  // kEvents: how many more
  double seconds = 0;   // kTime: of running (virtual when stepped)
  double began = 0;
  bool keep_running = false;  // `run for=` stops; a plain `run` has no goal
  // What has been seen on the way.
  bool packet_ended = false;
  uint8_t stage = 0;
  const Context* context = nullptr;
  std::function<void(const Answer&)> done;
  std::string command;
};

// The engine's own thread and what it owns: the plan, the live machine, the workers, the stepper. Everything here is
// called by that thread, except where a comment says otherwise.
class EngineCore {
 public:
  explicit EngineCore(const EngineOptions& options);
  ~EngineCore();

  // --- any thread
  void post(std::function<void()> job);
  void interrupt() { interrupted_ = true; }
  std::shared_ptr<const Snapshot> newest();
  void set_event_sink(std::function<void(const EventView&)> sink);

  // --- engine's thread: commands
  void command(const std::string& line, std::function<void(const Answer&)> done);
  Status load(const std::string& name, const std::string& text);
  Status reload();
  std::shared_ptr<const Snapshot> take_cut();

  // --- engine's thread: what commands use
  Status ensure_machine();
  Machine& machine() { return *machine_; }
  bool has_machine() const { return machine_ != nullptr; }
  // Everybody rests until the returned object is gone; then contexts are placed anew and go on as before.
  class Quiet {
   public:
    explicit Quiet(EngineCore& core);
    ~Quiet();
    Quiet(const Quiet&) = delete;

   private:
    EngineCore& core_;
  };
  void set_mode(RunMode mode, double pace, uint64_t seed);
  void run();
  void pause();
  void set_goal(Goal goal);
  void arm(Goal goal, std::string text);  // what the steps that follow lead to; nothing moves
  void stir();                            // what was changed may have made work
  void settle(const Context* context);    // stepped: that context is not in the middle of a turn any more
  RunMode mode() const { return mode_; }
  bool running() const { return running_; }
  double pace() const { return pace_; }
  uint64_t seed() const { return seed_; }
  uint32_t worker_count() const { return uint32_t(workers_.size()); }
  Status watch(const std::string& ring, bool wanted);
  void mark(const std::string& name);
  double clock_hz() const { return mode_ == RunMode::kFree ? tsc_hz() : kVirtualHz; }
  void apply_poll_every(VmUnit& vm);
  MachineSpec spec;
  vmm::ExitPrices prices;  // as measured in this process; empty = not yet

 private:
  friend class Collector;
  void thread_main();
  void pump();
  void pump_stepped();
  void pump_free();
  bool goal_reached(Goal& goal, const TimedEvent& event);
  bool armed(Until until) const { return armed_.until == until && !armed_reached_; }
  void reached(const std::string& text);
  void armed_reached(const std::string& text);
  Stepper::Outcome advance();
  void end_goal(const std::string& text, bool ok = true);
  void on_event(const TimedEvent& event);
  void rest_workers();
  void start_workers();
  void leave_mode();
  void enter_mode();
  void watchdog();
  void collect(bool force);
  bool standing() const { return !running_ || mode_ != RunMode::kFree; }
  double run_seconds() const;
  disassembly::GuestCode& guest_code();
  void answer(const std::function<void(const Answer&)>& done, const std::string& command, const Answer& answer);
  Status run_lines(const std::string& name, const std::vector<std::pair<int, ParsedCommand>>& lines);
  void destroy_machine();
  void retire(std::unique_ptr<Machine> machine);

  EngineOptions options_;
  std::unique_ptr<Machine> machine_;
  std::vector<std::unique_ptr<datapath::Worker>> workers_;
  std::unique_ptr<Stepper> stepper_;
  RunMode mode_ = RunMode::kFree;
  bool running_ = false, idle_ = false, placed_ = false;
  double pace_ = 10;
  uint64_t seed_ = 1, clock_ = 0, steps_ = 0, stepped_from_ = 0, serial_ = 0, machines_ = 0, leaked_ = 0;
  double run_began_ = 0, run_total_ = 0, paced_from_ = 0, quiet_since_ = 0;
  uint64_t paced_done_ = 0, quiet_moved_ = 0;
  Goal goal_;
  Goal armed_;
  std::string armed_text_;  // "step until=packet"
  bool armed_reached_ = false;
  TimedEvent last_event_;
  std::string scenario_name_, scenario_text_;
  PacketFollower follower_;
  std::deque<EventView> events_;
  std::map<std::string, std::deque<ExitView>> exits_;   // by vCPU
  std::unique_ptr<disassembly::GuestCode> guest_code_;  // of bare-metal guests; made when first asked for
  std::deque<LogLine> log_;
  uint64_t log_lines_ = 0;
  std::map<std::string, std::shared_ptr<const Snapshot>> marks_;
  std::vector<std::pair<uint64_t, double>> watched_breaths_;

  std::mutex mutex_;  // jobs_, snapshot_, sink_
  std::condition_variable wake_;
  std::deque<std::function<void()>> jobs_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::function<void(const EventView&)> sink_;
  std::atomic<bool> interrupted_{false}, quit_{false};
  std::atomic<double> looked_{-1e9};
  double collected_ = -1e9;
  devices::RingImage ring_scratch_;  // the collector's
  std::thread thread_;
};

std::vector<ExitPriceView> price_views(const vmm::ExitPrices& prices);

double seconds_now();  // monotonic, real

}  // namespace ringside::control
