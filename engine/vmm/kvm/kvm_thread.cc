// SPDX-License-Identifier: BSD-3-Clause
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <climits>
#include <system_error>

#include "engine/base/clock.h"
#include "engine/spec/boot_info.h"
#include "engine/vmm/kvm/kvm_api.h"
#include "engine/vmm/kvm/kvm_vcpu.h"

// Free running: a thread a vCPU, how it is stopped, and how an interrupt gets in.
namespace ringside::vmm {
namespace {

constexpr long kWatchNs = 100'000'000;  // of the thread's CPU time; so long a stepped guest may keep the engine's

int kick_signal() {
  static const int number = [] {
    const int n = SIGRTMIN + 4;
    struct sigaction action {};
    action.sa_handler = [](int) {};  // it only has to end KVM_RUN, which is not restarted
    action.sa_flags = SA_RESTART;    // what else the thread waits for is
    sigaction(n, &action, nullptr);
    return n;
  }();
  return number;
}

void futex_wait(std::atomic<uint32_t>& word, uint32_t value, double seconds) {
  timespec limit{time_t(seconds), long((seconds - double(time_t(seconds))) * 1e9)};
  syscall(SYS_futex, reinterpret_cast<uint32_t*>(&word), FUTEX_WAIT_PRIVATE, value, &limit, nullptr, 0);
}

void futex_wake(std::atomic<uint32_t>& word) {
  syscall(SYS_futex, reinterpret_cast<uint32_t*>(&word), FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

}  // namespace

// A line went up. User-space controller: the thread injects, so it is fetched out of the guest or woken. Kernel's: one
// write.
void KvmVcpu::interrupt(uint16_t line) {
  if (vm_.irqchip() == IrqChip::kUser) return kick();
  interrupts.took(line);  // an edge is told with that, and one that comes from now on is told anew
  irqfds_.send(line);
}

void KvmVcpu::kick() {
  if (asleep_.load(std::memory_order_seq_cst) && asleep_.exchange(0, std::memory_order_seq_cst)) futex_wake(asleep_);
  if (!in_guest_.load(std::memory_order_seq_cst)) return;
  std::atomic_ref<uint8_t>(run_->immediate_exit).store(1, std::memory_order_seq_cst);
  if (const int tid = tid_.load()) syscall(SYS_tgkill, getpid(), tid, kick_signal());
}

void KvmVcpu::end_timer() {
  if (timer_owner_) timer_delete(static_cast<timer_t>(timer_));
  timer_owner_ = 0;
}

// The timer that looks after a guest which does not come out, on the thread that runs it. False: it cannot be had, the
// vCPU has failed and says so. A guest that nobody could end is not entered.
bool KvmVcpu::watch(bool on) {
  static std::atomic<uint64_t> threads{0};
  thread_local const uint64_t self = ++threads;   // a thread's id may come again, this does not
  if (on) (void)ran();                            // what the thread did before is not this guest's
  if (on == (timer_owner_ == self)) return true;  // off: another thread's is that one's to end
  end_timer();
  if (!on) return true;
  const int tid = int(gettid());
  tid_.store(tid);
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID, event.sigev_signo = kick_signal();
  event._sigev_un._tid = tid;
  timer_t timer;
  if (fault_here("timer_create") || timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer) != 0) {
    (void)fail(std::string("no timer to watch its guest by: ") + strerror(errno));
    return false;
  }
  itimerspec every{{0, kWatchNs}, {0, kWatchNs}};
  timer_settime(timer, 0, &every, nullptr);
  timer_ = timer, timer_owner_ = self;
  return true;
}

void KvmVcpu::set_poll_interval(double seconds, double hz) {
  poll_ns_.store(uint64_t(seconds * 1e9)), poll_cycles_.store(uint64_t(seconds * hz));
  auto* words = reinterpret_cast<spec::MachineWords*>(vm_.memory().base() + spec::kMachineGpa);
  shared::store_relaxed(&words->poll_every_ns, poll_ns_.load());
}

void KvmVcpu::keep_off(const std::vector<int>& cpus) { keep_off_ = cpus; }

void KvmVcpu::start() {
  if (index() == 0) {
    vm_.clock().fit(tsc(), tsc_hz());
    vm_.set_clock(vm_.clock().last(), tsc(), uint64_t(1e9 / tsc_hz() * 4294967296.0));
  }
  auto* words = reinterpret_cast<spec::MachineWords*>(vm_.memory().base() + spec::kMachineGpa);
  words->idle_leaves = 0, words->poll_every_ns = poll_ns_.load();
  if (vm_.irqchip() == IrqChip::kKernel)
    for (uint32_t lines = interrupts.pending(); lines; lines &= lines - 1) interrupt(uint16_t(std::countr_zero(lines)));
  want(kGo);
  if (!thread_.joinable()) {
    try {
      if (fault_here("pthread_create")) throw std::system_error(errno, std::generic_category());
      thread_ = std::thread([this] { thread_main(); });
    } catch (const std::system_error& none) {
      return (void)fail("there is no thread to run it: " + none.code().message());
    }
    pthread_setname_np(thread_.native_handle(), ("vcpu " + name()).substr(0, 15).c_str());
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    pthread_getaffinity_np(thread_.native_handle(), sizeof cpus, &cpus);
    for (int cpu : keep_off_) CPU_CLR(size_t(cpu), &cpus);
    if (CPU_COUNT(&cpus)) pthread_setaffinity_np(thread_.native_handle(), sizeof cpus, &cpus);
  }
}

void KvmVcpu::wake_thread() { futex_wake(wanted_); }

void KvmVcpu::want(Wanted wanted) {
  wanted_.store((wanted_.load(std::memory_order_relaxed) & ~uint32_t{kWantedMask}) + 4 + wanted,
                std::memory_order_seq_cst);
  if (wanted != kGo) kick();
  wake_thread();
}

void KvmVcpu::ask_rest() { want(kRest); }

void KvmVcpu::wait_rest() {
  for (int tries = 0; thread_.joinable() && !stands(); tries++) {
    if (tries % 64 == 63) kick();  // one that is on its way into the guest
    usleep(20);
  }
  if (index() == 0 && vm_.clock().hz() > 0) vm_.clock().ns(tsc());
}

void KvmVcpu::set_paused(bool paused) {
  paused_.store(paused, std::memory_order_seq_cst);
  if (paused)
    kick();
  else
    wake_thread();
}

void KvmVcpu::thread_main() {
  sigset_t all, kicks;
  sigfillset(&all);
  sigemptyset(&kicks);
  sigaddset(&kicks, kick_signal());
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  pthread_sigmask(SIG_UNBLOCK, &kicks, nullptr);
  for (;;) {
    const uint32_t word = wanted_.load(std::memory_order_acquire), wanted = word & kWantedMask;
    if (wanted == kGo && !paused() && !vm_.broken()) {
      free_ = watch(true);
      if (free_) run_free();
      free_ = false;
      continue;
    }
    // Once for each request: afterwards the vCPU is whoever's runs it, the stepper's perhaps.
    if (wanted != kGo && acknowledged_.load(std::memory_order_relaxed) != word) {
      watch(false);
      acknowledged_.store(word, std::memory_order_release);
    }
    if (wanted == kQuit) return;
    futex_wait(wanted_, word, 0.05);
  }
}

void KvmVcpu::run_free() {
  while (wanted() == kGo && !paused() && !vm_.broken()) {
    if (phase() == Phase::kHalted) {
      sleep_until_interrupt();
      continue;
    }
    const Outcome outcome = enter();
    if (outcome == Outcome::kFailed) return;
    if (outcome == Outcome::kHalt) set_phase(Phase::kHalted);
  }
}

// HLT with the user-space controller. Asleep is written before the lines are read; who raises a line does the reverse.
void KvmVcpu::sleep_until_interrupt() {
  asleep_.store(1, std::memory_order_seq_cst);
  if (interrupts.pending() || wanted() != kGo || paused_.load(std::memory_order_seq_cst)) {
    asleep_.store(0, std::memory_order_seq_cst);
    if (interrupts.pending()) set_phase(Phase::kRunning);
    return;
  }
  futex_wait(asleep_, 1, 0.1);
  asleep_.store(0, std::memory_order_seq_cst);
}

}  // namespace ringside::vmm
