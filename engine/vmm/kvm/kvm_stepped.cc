// SPDX-License-Identifier: BSD-3-Clause
#include "engine/vmm/kvm/kvm_stepped.h"

#include <algorithm>

#include "engine/spec/boot_info.h"
#include "engine/vmm/generator.h"

namespace ringside::vmm {
namespace {

template <class T>
const T* page(KvmVm& vm, uint64_t gpa) {
  return reinterpret_cast<const T*>(vm.memory().base() + gpa);
}

constexpr uint64_t kAccessesATurn = 1024;  // a guest that never rests does not keep the others from theirs

}  // namespace

Context* KvmVcpu::stepped() { return stepped_.get(); }

uint64_t KvmVcpu::Stepped::frames_handled() const {
  const auto* report = page<spec::GuestReport>(vcpu_.vm_, spec::report_gpa(vcpu_.index()));
  return shared::load_relaxed(&report->received) + shared::load_relaxed(&report->generated);
}

// region: kvm-stepped-turn
bool KvmVcpu::Stepped::turn(Turn& turn) {
  const Phase phase = vcpu_.phase();
  if (vcpu_.paused() || phase == Phase::kFailed || phase == Phase::kOff || vcpu_.vm_.broken()) return false;
  if (turn.hz != vcpu_.vm_.clock().hz()) vcpu_.vm_.clock().fit(turn.now, turn.hz);
  const bool interrupted = vcpu_.interrupts.pending() != 0;
  if (phase == Phase::kHalted) {
    if (!interrupted) return false;
    vcpu_.set_phase(Phase::kRunning);
    turn.step({.kind = EventKind::kWake, .object = &vcpu_});
  } else if (!interrupted && next_poll_ - turn.now - 1 < vcpu_.poll_cycles_.load()) {
    return false;  // not yet: as a soft vCPU
  }
  const uint64_t accesses = vcpu_.accesses_;
  const Outcome outcome = run(turn);
  const uint64_t handled = frames_handled(), frames = handled - handled_;
  handled_ = handled;
  packets.add(frames);
  const bool moved = frames || vcpu_.accesses_ != accesses || interrupted || outcome == Outcome::kKicked;
  next_poll_ = moved ? 0 : turn.now + vcpu_.poll_cycles_.load();
  if (outcome == Outcome::kHalt) {
    turn.step({.kind = EventKind::kHalt, .cycles = vcpu_.exit_cost(), .rip = vcpu_.rip(), .object = &vcpu_});
    vcpu_.set_phase(Phase::kHalted);
  } else if (outcome == Outcome::kIdle && moved) {
    turn.step({.kind = EventKind::kGuestIdle,
               .a = frames,
               .cycles = vcpu_.exit_cost(),
               .rip = vcpu_.rip(),
               .object = &vcpu_});
  }
  return moved || outcome == Outcome::kFailed;
}
// endregion: kvm-stepped-turn

KvmVcpu::Outcome KvmVcpu::Stepped::run(Turn& turn) {
  auto* words = reinterpret_cast<spec::MachineWords*>(vcpu_.vm_.memory().base() + spec::kMachineGpa);
  words->idle_leaves = 1;
  if (!vcpu_.watch(true)) return Outcome::kFailed;
  vcpu_.turn_ = &turn;
  Outcome outcome = Outcome::kWent;
  for (const uint64_t last = vcpu_.accesses_ + kAccessesATurn;
       vcpu_.accesses_ < last && !vcpu_.vm_.broken() && !vcpu_.paused();) {
    vcpu_.vm_.set_clock(vcpu_.vm_.clock().ns(turn.now), 0, 0);
    outcome = vcpu_.enter();
    // A tick of the watchdog ends the turn, too: whoever waits for the engine meanwhile is heard.
    if (outcome == Outcome::kIdle || outcome == Outcome::kHalt || outcome == Outcome::kFailed ||
        outcome == Outcome::kKicked)
      break;
  }
  vcpu_.turn_ = nullptr;
  (void)vcpu_.watch(false);  // the thread has others to run, whose time is not this guest's
  return outcome;
}

Timer KvmVcpu::Stepped::timer() const {
  if (vcpu_.paused() || vcpu_.phase() != Phase::kRunning || vcpu_.vm_.broken()) return {};
  if (frames_left(vcpu_.vm_.memory().base(), vcpu_.index())) {
    const uint64_t due =
        shared::load_relaxed(&page<spec::GuestReport>(vcpu_.vm_, spec::report_gpa(vcpu_.index()))->next_send_ns);
    return {std::max(next_poll_, due ? vcpu_.vm_.clock().cycles_at(due) : 0), TimerKind::kWork};
  }
  return vcpu_.poll_cycles_.load() ? Timer{next_poll_, TimerKind::kPoll} : Timer{};
}

}  // namespace ringside::vmm
