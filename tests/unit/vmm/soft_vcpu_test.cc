// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "tests/support/catch.h"
#include "tests/unit/guest/fake_nic.h"

// SoftVcpu with programs of a few lines.
namespace ringside::test {
namespace {

constexpr uint64_t kBar = 0x80000000;
thread_local void (*poll_body)(vmm::SoftVcpu&) = nullptr;
thread_local uint32_t poll_calls = 0, interrupt_calls = 0;

vmm::GuestProgram program() {
  return {
      [](vmm::SoftVcpu& v) { reinterpret_cast<spec::GuestReport*>(v.mem(spec::kReportGpa))->alive = spec::kBootMagic; },
      [](vmm::SoftVcpu& v) { interrupt_calls++, v.interrupts.clear_line(3); },
      [](vmm::SoftVcpu& v) {
        poll_calls++;
        if (poll_body) poll_body(v);
        return poll_body != nullptr;
      }};
}

struct Vm {
  Vm()
      : memory(std::move(*vmm::GuestMemory::create(1 << 20))),
        nic(*memory, nullptr, 0),
        vcpu("web/0", *memory, bus, program()) {
    bus.map(kBar, e1000::kBar0Bytes, &nic, 5);
    poll_calls = interrupt_calls = 0;
    poll_body = nullptr;
    vcpu.exits.set_rate(1'000'000'000, 1);  // keep each record
  }
  bool turn(uint64_t now = tsc()) {
    Turn t{.now = now, .hz = hz, .sink = sink};
    return vcpu.turn(t);
  }
  std::vector<vmm::ExitRecord> records() {
    std::vector<vmm::ExitRecord> r(vmm::ExitLog::kRecords);
    r.resize(vcpu.exits.drain(r.data(), uint32_t(r.size())));
    return r;
  }
  std::unique_ptr<vmm::GuestMemory> memory;
  vmm::MmioBus bus;
  FakeNic nic;
  vmm::SoftVcpu vcpu;
  StepSink* sink = nullptr;
  double hz = tsc_hz();
};

struct Recorder final : StepSink {
  void step(const StepEvent& event) override { events.push_back(event); }
  std::vector<StepEvent> events;
};

TEST_CASE("soft vcpu: each access is one recorded exit with register, value, width", "[vmm][sanitize][one-thread]") {
  Vm vm;
  poll_body = [](vmm::SoftVcpu& v) {
    v.mmio_write(kBar + e1000::reg::kTdt, 4, 17);
    CHECK(v.mmio_read(kBar + e1000::reg::kTdt, 4) == 17);
    CHECK(v.mmio_read(0xdead0000, 2) == 0xffff);
    v.mmio_write(0xdead0000, 8, 1);
  };
  vm.turn(), vm.turn();
  const auto r = vm.records();
  REQUIRE(r.size() == 4);
  CHECK(std::string(r[0].reg) == "TDT");
  CHECK(r[0].reason == vmm::ExitReason::kMmioWrite);
  CHECK(r[0].address == kBar + e1000::reg::kTdt);
  CHECK(r[0].value == 17);
  CHECK(r[0].width == 4);
  CHECK(r[0].nic == 5);
  CHECK(r[1].reason == vmm::ExitReason::kMmioRead);
  CHECK(r[1].value == 17);
  CHECK(std::string(r[2].reg) == "unmapped");
  CHECK(vm.vcpu.exits.total() == 4);
  CHECK(vm.nic.log.size() == 2);
}

TEST_CASE("soft vcpu: exits take the cycles that they cost, in order", "[vmm]") {
  Vm vm;
  poll_body = [](vmm::SoftVcpu& v) {
    for (uint32_t i = 0; i < 50; i++) v.mmio_write(kBar + e1000::reg::kTdt, 4, i);
  };
  vm.turn();
  auto spent = [&](uint32_t cost) {
    vm.vcpu.set_exit_cost(cost);
    uint64_t best = ~uint64_t{0};
    for (int i = 0; i < 20; i++) {
      const uint64_t begin = tsc();
      vm.turn();
      best = std::min(best, tsc() - begin);
    }
    return double(best);
  };
  const double none = spent(0), one = spent(1000), ten = spent(10'000);
  CHECK(one - none > 50 * 900);
  CHECK(ten - none > 50 * 9'900);
  CHECK(ten - none < 50 * 30'000);
  vm.records();
  vm.turn();
  const auto r = vm.records();
  REQUIRE(r.size() == 50);
  for (size_t i = 0; i < r.size(); i++) {
    CHECK(r[i].end - r[i].begin >= 10'000);
    if (i) CHECK(r[i].begin >= r[i - 1].end);
  }
}

TEST_CASE("soft vcpu: in stepped running an exit is an event with its price, before the device acts", "[vmm]") {
  Vm vm;
  Recorder recorder;
  vm.sink = &recorder;
  vm.vcpu.set_exit_cost(700);
  poll_body = [](vmm::SoftVcpu& v) {
    v.mmio_write(kBar + e1000::reg::kRdt, 4, 3);
    v.mmio_read(kBar + e1000::reg::kRdt, 4);
    v.halt();
  };
  vm.turn(5'000);
  vm.turn(5'000);
  REQUIRE(recorder.events.size() == 3);
  CHECK(recorder.events[0].kind == EventKind::kRegisterWrite);
  CHECK(recorder.events[0].a == e1000::reg::kRdt);
  CHECK(recorder.events[0].b == 3);
  CHECK(recorder.events[0].cycles == 700);
  CHECK(recorder.events[0].object == static_cast<vmm::MmioDevice*>(&vm.nic));
  CHECK(recorder.events[1].kind == EventKind::kRegisterRead);
  CHECK(recorder.events[1].b == 3);
  CHECK(recorder.events[2].kind == EventKind::kHalt);
  CHECK(recorder.events[2].object == &vm.vcpu);
  const auto r = vm.records();
  REQUIRE(r.size() == 3);
  CHECK(r[0].begin == 5'000);
  CHECK(r[0].end == 5'700);
  CHECK(r[2].reason == vmm::ExitReason::kHalt);
}

TEST_CASE("soft vcpu: HLT lasts until an interrupt is pending", "[vmm][sanitize][one-thread]") {
  struct Bell final : Waker {
    int rings = 0;
    void wake() override { rings++; }
  } bell;
  Vm vm;
  vm.vcpu.interrupts.bind(&bell);
  poll_body = [](vmm::SoftVcpu& v) { v.halt(); };
  vm.turn();
  vm.turn();
  CHECK(vm.vcpu.state() == "halted");
  for (int i = 0; i < 5; i++) CHECK_FALSE(vm.turn());
  CHECK(poll_calls == 1);
  CHECK(vm.vcpu.timer().kind == TimerKind::kNone);
  vm.vcpu.interrupts.assert_line(3);
  CHECK(bell.rings == 1);
  CHECK(vm.vcpu.has_work());
  CHECK(vm.turn());
  CHECK(interrupt_calls == 1);
  CHECK(poll_calls == 2);
  CHECK(vm.vcpu.state() == "halted");
  CHECK(vm.vcpu.exits.total() == 2);
}

TEST_CASE("soft vcpu: paused executes nothing; reset boots again", "[vmm]") {
  Vm vm;
  CHECK(vm.vcpu.state() == "off");
  CHECK(vm.vcpu.has_work());
  vm.turn();
  vm.vcpu.set_paused(true);
  CHECK(vm.vcpu.frozen());
  CHECK_FALSE(vm.turn());
  CHECK(poll_calls == 0);
  CHECK(vm.vcpu.state() == "paused");
  vm.vcpu.set_paused(false);
  vm.turn();
  CHECK(poll_calls == 1);
  vm.vcpu.reset();
  CHECK(vm.vcpu.state() == "off");
  vm.turn();
  CHECK(poll_calls == 1);
  CHECK(vm.vcpu.state() == "running");
}

TEST_CASE("soft vcpu: polls as often as it is told", "[vmm]") {
  Vm vm;
  vm.vcpu.set_poll_every(1000);
  vm.turn(10'000);
  for (uint64_t now = 10'000; now < 20'000; now += 100) vm.turn(now);
  CHECK(poll_calls == 10);
  CHECK(vm.vcpu.timer().kind == TimerKind::kPoll);
  CHECK(vm.vcpu.timer().at == 20'000);
  vm.vcpu.interrupts.assert_line(3);
  vm.turn(19'950);  // an interrupt does not wait for that
  CHECK(poll_calls == 11);
  CHECK(vm.vcpu.polls.value() == 11);
  CHECK(vm.vcpu.empty_polls.value() == 10);
  vm.vcpu.set_poll_every(0);
  CHECK(vm.vcpu.timer().kind == TimerKind::kNone);
}

TEST_CASE("soft vcpu: the guest's clock counts ns and never goes back", "[vmm]") {
  static uint64_t seen;
  Vm vm;
  Recorder recorder;
  poll_body = [](vmm::SoftVcpu& v) { seen = v.clock_ns(); };
  vm.sink = &recorder, vm.hz = 2e9;
  vm.turn(1'000'000'000);
  vm.turn(1'000'002'000);
  CHECK(seen == 1000);
  vm.turn(1'000'000'000 + 2'000'000'000 * uint64_t{100'000});  // a day later
  CHECK(double(seen) == Approx(100'000e9));
  const uint64_t before = seen;
  vm.turn(77);
  CHECK(seen >= before);
  vm.sink = nullptr, vm.hz = 1e9;
  vm.turn(500);
  vm.turn(1'000'500);
  CHECK(seen >= before + 1'000'000);
  CHECK(seen < before + 2'000'000'000);
}

TEST_CASE("soft vcpu: mem() never leaves the guest's RAM", "[vmm]") {
  Vm vm;
  for (uint64_t gpa : {uint64_t{0}, uint64_t{4096}, vm.memory->size() - spec::kMemoryTail})
    CHECK(vm.vcpu.mem(gpa) == vm.memory->base() + gpa);
  for (uint64_t gpa : {vm.memory->size() - spec::kMemoryTail + 1, vm.memory->size(), uint64_t{1} << 63, ~uint64_t{0}})
    CHECK(vm.vcpu.mem(gpa) == vm.memory->base());
}

TEST_CASE("soft vcpu: what the guest does to a frame is seen step by step", "[vmm][guest]") {
  struct Follower final : vmm::ForwardFollower {
    std::vector<std::array<uint32_t, 3>> seen;
    void forwarded(uint16_t nic, uint32_t rx_row, uint32_t tx_row) override { seen.push_back({nic, rx_row, tx_row}); }
  } follower;
  FakeVm vm(spec::WorkloadKind::kForward);
  vm.boot();
  Recorder recorder;
  vm.sink = &recorder;
  vm.vcpu.set_follower(&follower);
  vm.nic().deliver(Bytes(60, 1));
  vm.turn();
  std::vector<EventKind> kinds;
  for (const StepEvent& e : recorder.events) kinds.push_back(e.kind);
  CHECK(kinds == std::vector<EventKind>{EventKind::kDriverTakeRow, EventKind::kRegisterWrite,
                                        EventKind::kDriverWriteRow, EventKind::kRegisterWrite});
  CHECK(recorder.events[0].ring == 1);
  CHECK(recorder.events[0].length == 60);
  CHECK(recorder.events[2].ring == 2);
  CHECK(recorder.events[2].object == &vm.vcpu);
  CHECK(follower.seen == std::vector<std::array<uint32_t, 3>>{{0, 0, 0}});
}

TEST_CASE("soft vcpu: a frame in the guest's hands is counted in the middle of a poll", "[vmm][guest]") {
  struct Counting final : StepSink {
    vmm::SoftVcpu* vcpu = nullptr;
    std::vector<uint64_t> in_hand;
    void step(const StepEvent&) override { in_hand.push_back(vcpu->in_hand()); }
  } counting;
  FakeVm vm(spec::WorkloadKind::kForward);
  vm.control().doorbell = spec::DoorbellMode::kBatch, vm.control().refill = 32;
  vm.boot();
  counting.vcpu = &vm.vcpu, vm.sink = &counting;
  for (int i = 0; i < 2; i++) vm.nic().deliver(Bytes(60, 1));
  vm.turn();
  CHECK(counting.in_hand ==
        std::vector<uint64_t>{1, 1, 2, 2, 2});  // take, write, take, write, TDT: not rung before the device knows
  CHECK(vm.vcpu.in_hand() == 0);
}

}  // namespace
}  // namespace ringside::test
