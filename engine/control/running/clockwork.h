// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "engine/base/result.h"
#include "engine/control/running/taken_time.h"
#include "engine/control/running/time.h"
#include "engine/control/running/worker_watch.h"
#include "engine/datapath/worker.h"

namespace ringside::control {

struct Scene;
struct VmUnit;

// Lets time run in one scene: free on workers, or stepped and paced by lanes (DESIGN section 8). Engine's thread.
class Clockwork {
 public:
  // `event` is told of each event while the acting context holds the baton; `calling`: somebody waits for the engine's
  // thread, so that a long stretch of steps comes back.
  Clockwork(std::function<void(Scene&, const TimedEvent&)> event, const std::atomic<bool>& calling);
  ~Clockwork();
  Clockwork(const Clockwork&) = delete;

  // One worker a CPU, once a process; DPDK runs.
  Status launch(const std::vector<int>& cpus, bool judge_busy_seconds);
  void quit();  // the workers' end, and time's; at the program's
  uint32_t workers() const { return uint32_t(workers_.size()); }
  const std::vector<std::unique_ptr<datapath::Worker>>& list() const { return workers_; }
  const WorkerWatch& watch() const { return watch_; }

  // From now on it works for this scene. The one before stands aside: paused, its stepper as it is.
  void turn_to(Scene& scene);
  // The scene's contexts are nobody's any more, each at its turn's end, so that they may go.
  void let_go();

  // --- the scene's time
  RunMode mode() const;
  bool running() const;
  Status set_mode(RunMode mode, double pace, uint64_t seed);
  Status run();
  // Both, or neither: where nobody can run in that mode, all is in the one before, and as it was.
  Status run_in(RunMode mode, double pace, uint64_t seed);
  void pause();
  void rest();  // free and running: everybody stands at a breath boundary, and time goes on with go_on()
  Status go_on();
  // Stepped: what that many more contexts will need is here, so that a change need not be refused when everybody's turn
  // has ended. Error: this machine does not have it; nothing has changed.
  Status reserve(size_t contexts);
  double run_seconds() const;  // real when free, virtual otherwise
  double clock_hz() const;
  void stir();                          // what was changed may have made work
  void settle(const Context* context);  // stepped: that context is not in the middle of a turn any more
  void tell_poll_interval(VmUnit& vm);
  // Of each worker, for who judges places by it; empty: nobody wants to know.
  std::vector<double> waited_seconds() const;
  const std::vector<double>& taken() const { return time().taken; }
  void look_after_workers();  // names those that do not come back, and asks what others had of their CPUs

  // Everybody rests while it lives, and stays where he is: nothing but this is measured.
  class Standstill {
   public:
    explicit Standstill(Clockwork& clockwork);
    ~Standstill();
    Standstill(const Standstill&) = delete;

   private:
    Clockwork& clockwork_;
  };

  // Everybody rests while it lives: the machine may be changed. resume() places contexts anew and lets them go on as
  // before; an error: they could not, time stands, and the caller takes its change back and tries again.
  class Quiet {
   public:
    explicit Quiet(Clockwork& clockwork);
    ~Quiet();
    Quiet(const Quiet&) = delete;
    Status resume();

   private:
    Clockwork& clockwork_;
    bool over_ = false;
  };

 private:
  Scene& scene() const { return *scene_; }
  Time& time() const;
  void wait_until_all_rest();
  Status start_workers();
  bool can_run() const;
  void leave_mode();
  Status enter_mode();
  Status make_stepper();

  std::function<void(Scene&, const TimedEvent&)> event_;
  const std::atomic<bool>& calling_;
  std::vector<std::unique_ptr<datapath::Worker>> workers_;
  WorkerWatch watch_;
  TakenTime taken_;
  bool judge_busy_seconds_ = false;
  Scene* scene_ = nullptr;
  int quiet_ = 0;  // how many Quiets there are: time stands, whatever time().running says
};

}  // namespace ringside::control
