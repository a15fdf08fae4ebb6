// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/running/clockwork.h"

#include <algorithm>
#include <chrono>

#include "engine/base/log.h"
#include "engine/control/scene.h"

namespace ringside::control {
namespace {

// Only with the controllers in user space an exit at a time can be looked at (DESIGN section 5).
vmm::IrqChip irqchip_of(const VmUnit& vm, RunMode mode) {
  return mode == RunMode::kFree && vm.spec.irqchip != IrqChipChoice::kUser ? vmm::IrqChip::kKernel
                                                                           : vmm::IrqChip::kUser;
}

}  // namespace

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Clockwork::Clockwork(std::function<void(Scene&, const TimedEvent&)> event, const std::atomic<bool>& calling)
    : event_(std::move(event)), calling_(calling) {}

Clockwork::~Clockwork() { quit(); }

void Clockwork::quit() {
  for (auto& worker : workers_) worker->quit();
  workers_.clear();
}

Status Clockwork::launch(const std::vector<int>& cpus, bool judge_busy_seconds) {
  judge_busy_seconds_ = judge_busy_seconds;
  while (workers_.size() < cpus.size()) {
    const size_t w = workers_.size();
    auto worker = std::make_unique<datapath::Worker>(uint16_t(w), unsigned(w + 1), cpus[w]);
    if (!worker->launch())
      return Error{"Worker " + std::to_string(w + 1) + " cannot be started.", "", "Fewer workers: --workers 1", ""};
    workers_.push_back(std::move(worker));
  }
  return {};
}

Time& Clockwork::time() const { return scene_->time; }
RunMode Clockwork::mode() const { return time().mode; }
bool Clockwork::running() const { return time().running; }
double Clockwork::clock_hz() const { return mode() == RunMode::kFree ? tsc_hz() : kVirtualHz; }

void Clockwork::turn_to(Scene& scene) {
  if (scene_) {
    rest();
    for (auto& worker : workers_) worker->set_contexts({});
    time().placed = false;
  }
  scene_ = &scene;
  time().paced_from = seconds_now();
  time().paced_done = 0;
  if (Status on = go_on(); !on) log_line(on.error().text());
}

void Clockwork::let_go() {
  pause();
  leave_mode();
}

// Nobody goes on before everybody has acknowledged, however late: what the caller takes down is still in their hands.
void Clockwork::wait_until_all_rest() {
  Machine* machine = scene().machine.get();
  if (machine) machine->ask_vcpus_rest();
  for (auto& worker : workers_) worker->ask_rest();
  if (machine) machine->wait_vcpus_rest();
  for (auto& worker : workers_)
    while (!worker->wait_rest(1.0)) watch_.look(workers_, true);
}

void Clockwork::rest() {
  if (quiet_ || !time().running || time().mode != RunMode::kFree) return;
  wait_until_all_rest();
  taken_.look(workers_, time().taken, true);
  const double ran = seconds_now() - time().run_began;
  time().clock += uint64_t(ran * tsc_hz());
  time().run_total += ran;
  time().run_began = seconds_now();
}

Status Clockwork::go_on() {
  if (quiet_ || !time().running || time().mode != RunMode::kFree || !scene().machine) return {};
  return start_workers();
}

Status Clockwork::start_workers() {
  Machine& machine = *scene().machine;
  if (!time().placed) {
    auto placed = machine.place(workers(), scene().spec.placement);
    if (!placed) return placed.error();
    std::vector<Waker*> wakers;
    for (size_t w = 0; w < workers_.size(); w++) {
      workers_[w]->set_contexts((*placed)[w]);
      wakers.push_back(workers_[w].get());
    }
    machine.bind_wakers(wakers);
    time().placed = true;
  }
  time().run_began = seconds_now();
  taken_.begin(workers_);
  // The clock goes on from where it stood, so that a pause is no gap for generators and timers.
  for (auto& worker : workers_) worker->set_clock_offset(time().clock - tsc());
  for (auto& worker : workers_)
    if (!worker->contexts().empty()) worker->run();
  std::vector<int> cpus;
  for (auto& worker : workers_)
    if (!worker->contexts().empty()) cpus.push_back(worker->cpu());
  machine.start_vcpus(cpus);
  return {};
}

Clockwork::Standstill::Standstill(Clockwork& clockwork) : clockwork_(clockwork) {
  clockwork_.rest();
  clockwork_.quiet_++;
}

Clockwork::Standstill::~Standstill() {
  clockwork_.quiet_--;
  if (Status on = clockwork_.go_on(); !on) log_line(on.error().text());
}

// region: quiet
Clockwork::Quiet::Quiet(Clockwork& clockwork) : clockwork_(clockwork) {
  clockwork_.rest();
  clockwork_.leave_mode();
  clockwork_.quiet_++;
}

Status Clockwork::Quiet::resume() {
  over_ = true;
  clockwork_.quiet_--;
  const Status entered = clockwork_.enter_mode();
  if (!clockwork_.can_run()) return entered;
  const Status on = clockwork_.go_on();
  return on ? entered : on;
}

Clockwork::Quiet::~Quiet() {
  if (over_) return;
  if (Status on = resume(); !on) log_line(on.error().text());
  clockwork_.time().running &= clockwork_.can_run();
}
// endregion: quiet

bool Clockwork::can_run() const { return mode() == RunMode::kFree || time().stepper; }

// Contexts belong to nobody afterwards: each stands at a turn's end.
void Clockwork::leave_mode() {
  if (auto& stepper = time().stepper) {
    stepper->finish_turns();
    time().clock = std::max(time().clock, stepper->now());
    stepper->hand_over(time().stacks);
    stepper.reset();
  }
  for (auto& worker : workers_) worker->set_contexts({});
  time().placed = false;
}

Status Clockwork::enter_mode() {
  if (!scene().machine) return {};
  Machine& machine = *scene().machine;
  const bool free = mode() == RunMode::kFree;
  Status all;  // the first trouble is told when everybody is ready
  const auto note = [&](Status status) {
    if (all) all = std::move(status);
  };
  if (!free) note(make_stepper());
  // Interrupt controllers change for all VMs or for none, and last of what may be refused: so the way back needs none.
  for (auto& vm : machine.vms())
    if (vm->doorbells) note(vm->doorbells->arm(free));
  for (auto& vm : machine.vms())
    if (vm->kvm && all) note(vm->kvm->prepare_irqchip(irqchip_of(*vm, mode())));
  for (auto& vm : machine.vms())
    if (vm->kvm) all ? vm->kvm->keep() : vm->kvm->go_back();
  for (auto& vm : machine.vms()) {
    tell_poll_interval(*vm);
    // Stepped, every exit is kept; free, a sample, and exact totals.
    for (auto& vcpu : vm->vcpus)
      if (free)
        vcpu->exits.set_rate(scene().spec.exit_records, tsc_hz());
      else
        vcpu->exits.set_rate(vmm::ExitLog::kEvery, kVirtualHz);
  }
  if (all) time().stacks.clear();
  if (free) return all;
  machine.place_on_one();
  machine.bind_wakers({});
  time().idle = false;
  time().stepped_from = scene().history.steps();
  return all;
}

Status Clockwork::reserve(size_t contexts) {
  auto& stacks = time().stacks;
  if (!time().stepper) return {};
  while (stacks.size() < contexts) {
    auto one = Stack::create();
    if (!one) {
      Error error = one.error();
      error.remedy = "Fewer VMs, or let time run: `run mode=free`";
      stacks.clear();
      return error;
    }
    stacks.push_back(std::move(*one));
  }
  return {};
}

Status Clockwork::make_stepper() {
  Scene* const scene = scene_;  // not whatever it will be by then
  auto stepper = Stepper::create(
      scene->machine->contexts(true), time().clock, [this, scene](const TimedEvent& event) { event_(*scene, event); },
      [scene](const void* device, uint8_t ring, uint32_t row) {
        return scene->history.frame_in(*scene->machine, device, ring, row);
      },
      calling_, time().stacks);
  if (!stepper) return stepper.error();
  time().stepper = std::move(*stepper);
  return {};
}

void Clockwork::tell_poll_interval(VmUnit& vm) {
  for (auto& vcpu : vm.vcpus) vcpu->set_poll_interval(vm.spec.poll_every_us * 1e-6, clock_hz());
}

namespace {

// What KVM has of a guest can be read at a turn's end only, and who runs free begins with one: turns had to end before
// anybody could be asked.
Error with_ended_turns(Error error) {
  error.unchanged = "Turns that were under way have ended, and nothing else has changed.";
  return error;
}

}  // namespace

Status Clockwork::set_mode(RunMode wanted, double pace, uint64_t seed) {
  Time& t = time();
  const bool same = (wanted == RunMode::kFree) == (t.mode == RunMode::kFree);
  if (!(same && (wanted == RunMode::kFree || t.stepper))) {
    const RunMode before = t.mode;
    const bool ran = t.running, idle = t.idle, turns = t.stepper && t.stepper->anybody_mid_turn();
    pause();
    leave_mode();
    if (scene().machine) scene().history.drain_exits(*scene().machine, before == RunMode::kFree);
    t.mode = wanted;
    if (Status entered = enter_mode(); !entered) {
      leave_mode();
      t.mode = before;
      if (Status back = enter_mode(); !back) log_line(back.error().text());
      t.running = ran && can_run();
      t.idle = idle;
      if (Status on = go_on(); !on) log_line(on.error().text());
      return turns ? with_ended_turns(entered.error()) : entered;
    }
    if (before == RunMode::kFree) scene().history.forget_rows();
  }
  t.mode = wanted;
  t.pace = pace;
  t.seed = seed;
  return {};
}

Status Clockwork::run() {
  Time& t = time();
  if (t.running) return {};
  t.idle = false;
  t.running = true;
  t.paced_from = seconds_now();
  t.paced_done = 0;
  Status on = go_on();
  if (!on) t.running = false;
  return on;
}

Status Clockwork::run_in(RunMode wanted, double pace, uint64_t seed) {
  Time& t = time();
  const RunMode mode = t.mode;
  const double pace_before = t.pace;
  const uint64_t seed_before = t.seed;
  const bool ran = t.running, idle = t.idle, turns = t.stepper && t.stepper->anybody_mid_turn();
  if (Status set = set_mode(wanted, pace, seed); !set) return set;
  const Status on = run();
  if (on) return on;
  Status back = set_mode(mode, pace_before, seed_before);
  if (back && ran) back = run();
  if (!back) log_line(back.error().text());
  t.idle = idle;
  return turns && wanted == RunMode::kFree ? with_ended_turns(on.error()) : on;
}

void Clockwork::pause() {
  rest();
  time().running = false;
}

void Clockwork::stir() {
  time().idle = false;
  if (time().stepper) time().stepper->stir();
}

void Clockwork::settle(const Context* context) {
  if (time().stepper && time().stepper->mid_turn(context)) time().stepper->finish_turns();
}

double Clockwork::run_seconds() const {
  const Time& t = time();
  if (t.mode != RunMode::kFree) return t.stepper ? double(t.stepper->now()) / kVirtualHz : 0;
  return t.run_total + (t.running ? seconds_now() - t.run_began : 0);
}

std::vector<double> Clockwork::waited_seconds() const {
  return judge_busy_seconds_ ? std::vector<double>() : time().taken;
}

void Clockwork::look_after_workers() {
  if (!scene().machine) return;
  const bool free = running() && mode() == RunMode::kFree;
  watch_.look(workers_, free);
  if (free && !quiet_) taken_.look(workers_, time().taken);
}

}  // namespace ringside::control
