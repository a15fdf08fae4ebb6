// SPDX-License-Identifier: BSD-3-Clause
#include "engine/vmm/kvm/exit_prices.h"

#include <cpuid.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "engine/base/clock.h"
#include "engine/vmm/kvm/kvm_api.h"
#include "engine/vmm/kvm/micro_guest.h"

namespace ringside::vmm {
namespace {

using Code = MicroGuest::Code;

// The guest's instructions. Many in a row, so that the jump at the end does not count.
constexpr uint32_t kInARow = 64;
const std::vector<uint8_t> kStore{0x89, 0x03};  // mov [rbx], eax
const std::vector<uint8_t> kLoad{0x8b, 0x03};   // mov eax, [rbx]
const std::vector<uint8_t> kOut{0xee};          // out dx, al
const std::vector<uint8_t> kHalt{0xf4};         // hlt
// vmcall with rax = 12 (KVM_HC_MAP_GPA_RANGE), rbx = 0, rcx = 1, rdx = 0; then rbx is no register address, which nobody
// needs here.
const std::vector<uint8_t> kHypercall{0x31, 0xdb, 0x31, 0xd2, 0xb9, 1, 0, 0, 0, 0xb8, 12, 0, 0, 0, 0x0f, 0x01, 0xc1};

ExitPrice finish(std::string name, std::string how, std::vector<uint64_t>& samples, uint64_t less = 0,
                 uint64_t share = 1) {
  ExitPrice price{std::move(name), std::move(how), 0, 0, uint32_t(samples.size())};
  if (samples.empty()) return price;
  auto at = [&](double part) {
    auto place = samples.begin() + long(double(samples.size() - 1) * part);
    std::nth_element(samples.begin(), place, samples.end());
    return (*place > less ? *place - less : 0) / share;
  };
  price.median = at(0.5), price.p99 = at(0.99);
  return price;
}

ExitPrice impossible(std::string name, const std::string& why) {
  return {std::move(name), "Not measured here: " + why, 0, 0, 0};
}

// Asks now and then whether to go on.
class Patience {
 public:
  explicit Patience(const std::function<bool()>& go_on) : go_on_(go_on) {}
  // Time to ask: what is measured across it does not count.
  bool due(uint32_t calls_between = kCallsBetween) { return go_on_ && ++calls_ % calls_between == 0; }
  bool lasts() {
    over_ = over_ || !go_on_();
    return !over_;
  }
  bool over() const { return over_; }

 private:
  static constexpr uint32_t kCallsBetween = 256;
  const std::function<bool()>& go_on_;
  uint32_t calls_ = 0;
  bool over_ = false;
};

// From each exit to the next.
ExitPrice each_exit(const char* name, const char* how, const Code& code, uint32_t reason, uint32_t samples,
                    Patience& patience) {
  auto guest = MicroGuest::create(code, IrqChip::kUser);
  if (!guest) return impossible(name, guest.error().what);
  MicroGuest& g = **guest;
  if (reason == KVM_EXIT_HYPERCALL && !g.enable_hypercall_exits())
    return impossible(name, "this KVM answers hypercalls itself.");
  std::vector<uint64_t> cycles;
  cycles.reserve(samples);
  for (uint32_t warm = 0; warm < 100; warm++)
    if (!g.run())
      return impossible(name, "this KVM does not get through the instruction.");
    else if (g.exit_reason() != reason)
      return impossible(name, "the guest left by exit " + std::to_string(g.exit_reason()) + ".");
  for (uint64_t last = tsc(); cycles.size() < samples && !patience.over();) {
    if (patience.due()) {
      if (!patience.lasts()) break;
      if (!g.run()) return impossible(name, "KVM_RUN failed.");
      last = tsc();
    }
    if (!g.run()) return impossible(name, "KVM_RUN failed.");
    const uint64_t now = tsc();
    if (g.exit_reason() == reason) cycles.push_back(now - last);
    last = now;
  }
  return finish(name, how, cycles);
}

// Doorbells that the kernel answers: no exit of theirs is seen here, so 64 of them between two port writes.
ExitPrice doorbell(uint32_t samples, uint64_t port_write, Patience& patience) {
  constexpr const char* kName = "ioeventfd doorbell";
  auto guest = MicroGuest::create({kStore, kInARow, kOut}, IrqChip::kUser);
  if (!guest) return impossible(kName, guest.error().what);
  const int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  ExitPrice price;
  if (Status added = (*guest)->vm().add_doorbell(MicroGuest::kRegister, 4, event); !added) {
    price = impossible(kName, added.error().what);
  } else {
    std::vector<uint64_t> cycles;
    for (uint64_t last = 0; cycles.size() < std::max(1u, samples / kInARow) && (*guest)->run();) {
      if (patience.due() && !patience.lasts()) break;
      const uint64_t now = tsc();
      if (last) cycles.push_back(now - last);
      last = now;
    }
    price = finish(kName, "MMIO write that the kernel answers with an eventfd: means of 64, less one port write.",
                   cycles, port_write, kInARow);
    price.samples = uint32_t(cycles.size() * kInARow);
  }
  close(event);
  return price;
}

// KVM_INTERRUPT, and then the handler's first instruction leaves by a port write.
ExitPrice injection(uint32_t samples, uint64_t port_write, Patience& patience) {
  constexpr const char* kName = "interrupt injection";
  auto guest = MicroGuest::create({kOut, kInARow, {}, true}, IrqChip::kUser);
  if (!guest) return impossible(kName, guest.error().what);
  std::vector<uint64_t> cycles;
  if (!(*guest)->run()) return impossible(kName, "KVM_RUN failed.");
  for (uint32_t refused = 0; cycles.size() < samples && !patience.over();) {
    if (patience.due() && !patience.lasts()) break;
    const uint64_t begin = tsc();
    if (!(*guest)->inject(0x20)) {
      if (++refused > 1000) return impossible(kName, "the guest lets no interrupt in.");
      if (!(*guest)->run()) return impossible(kName, "KVM_RUN failed.");
      continue;
    }
    refused = 0;
    if (!(*guest)->run()) return impossible(kName, "KVM_RUN failed.");
    cycles.push_back(tsc() - begin);
    if (!(*guest)->run()) return impossible(kName, "KVM_RUN failed.");  // out of the handler, to the next port write
  }
  return finish(kName, "From KVM_INTERRUPT to the handler's first instruction, less one port write.", cycles,
                port_write);
}

// A halted guest of the kernel's controllers, and another thread that sends it an interrupt.
ExitPrice wake_up(uint32_t samples, uint64_t port_write, Patience& patience) {
  constexpr const char* kName = "HLT with wake-up";
  auto guest = MicroGuest::create({kHalt, kInARow, {}, true}, IrqChip::kKernel);
  if (!guest) return impossible(kName, guest.error().what);
  std::atomic<uint32_t> awake{1};  // counts the vCPU's wake-ups
  std::atomic<uint64_t> woken{0};
  std::atomic<bool> failed{false};
  std::atomic<uint32_t> wanted{patience.over() ? 0 : samples};
  std::thread runner([&] {
    for (uint32_t n = 0; n < wanted.load(); n++) {
      if (!(*guest)->run() || (*guest)->exit_reason() != KVM_EXIT_IO) failed = true;
      woken.store(tsc(), std::memory_order_relaxed);
      awake.fetch_add(1, std::memory_order_release);
    }
  });
  std::vector<uint64_t> cycles;
  const uint64_t settle = uint64_t(tsc_hz() * 300e-6);
  for (uint32_t n = 0; n < wanted.load(); n++) {
    if (patience.due(16) && !patience.lasts()) {  // each takes a third of a millisecond, and longer on a busy machine
      wanted = n;
      (*guest)->signal(0x20);  // it waits for this one already
      break;
    }
    for (const uint64_t until = tsc() + settle; tsc() < until;)
      _mm_pause();  // back in HLT, and beyond the time for which KVM polls (halt_poll_ns, 200 us)
    const uint32_t before = awake.load(std::memory_order_acquire);
    const uint64_t sent = tsc();
    (*guest)->signal(0x20);
    while (awake.load(std::memory_order_acquire) == before) std::this_thread::yield();
    cycles.push_back(woken.load(std::memory_order_relaxed) - sent);
  }
  runner.join();
  if (failed) return impossible(kName, "the guest left otherwise.");
  return finish(
      kName,
      "From another thread's message to the first instruction of the halted guest's handler, less one port write.",
      cycles, port_write);
}

}  // namespace

Result<ExitPrices> measure_exit_prices(uint32_t samples, const std::function<bool()>& go_on) {
  auto any = MicroGuest::create({kOut}, IrqChip::kUser);
  if (!any) return any.error();
  ExitPrices prices;
  Patience patience(go_on);
  uint32_t eax, ebx, ecx = 0, edx;
  prices.nested = __get_cpuid(1, &eax, &ebx, &ecx, &edx) && (ecx >> 31 & 1);
  // Who was told to stop builds no other guest.
  const auto add = [&](auto measure) {
    if (!patience.over()) prices.list.push_back(measure());
  };
  const auto leaving = [&](const char* name, const char* how, const Code& code, uint32_t reason) {
    add([&] { return each_exit(name, how, code, reason, samples, patience); });
  };
  leaving("MMIO write", "From one exit to the next: 4 bytes to a register.", {kStore, kInARow}, KVM_EXIT_MMIO);
  leaving("MMIO read", "From one exit to the next: 4 bytes from a register.", {kLoad, kInARow}, KVM_EXIT_MMIO);
  leaving("PIO write", "From one exit to the next: a byte to a port.", {kOut, kInARow}, KVM_EXIT_IO);
  const uint64_t port_write = prices.list.empty() ? 0 : prices.list.back().median;
  leaving("HLT", "From one exit to the next, without sleeping: user-space interrupt controllers.", {kHalt, kInARow},
          KVM_EXIT_HLT);
  add([&] { return wake_up(samples, port_write, patience); });
  add([&] { return doorbell(samples, port_write, patience); });
  leaving("hypercall", "From one exit to the next: a VMCALL that KVM hands over, with five instructions around it.",
          {kHypercall, kInARow}, KVM_EXIT_HYPERCALL);
  add([&] { return injection(samples, port_write, patience); });
  if (patience.over()) return Error{"The measurement was stopped before its end.", "", "", ""};
  return prices;
}

}  // namespace ringside::vmm
