// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/guest_ring.h"

namespace ringside::test {
namespace {

namespace e1000 = spec::e1000;
namespace reg = e1000::reg;
namespace cause = e1000::cause;
namespace txd = e1000::txd;

// A guest with interrupts: line 3, a virtual clock of 1 GHz (a cycle is a nanosecond).
struct InterruptVm : GuestE1000 {
  InterruptVm() {
    init();
    read(reg::kIcr);
  }
  bool line() const { return lines.pending() & 8; }
  void frame() { send({make_frame(60, kMac)}), take(); }
  void at(uint64_t ns) {
    turn.now = ns;
    nic->service(turn);
  }
};

TEST_CASE("e1000 interrupt: the line follows cause and mask") {
  InterruptVm vm;
  vm.frame();
  CHECK_FALSE(vm.line());
  vm.write(reg::kIms, cause::kRxt0);  // unmasking finds the cause
  CHECK(vm.line());
  vm.write(reg::kImc, cause::kRxt0);
  CHECK_FALSE(vm.line());
  vm.write(reg::kIms, cause::kRxt0 | cause::kLsc);
  CHECK(vm.line());
  CHECK(vm.read(reg::kIcr) == cause::kRxt0);
  CHECK_FALSE(vm.line());
  vm.frame();
  CHECK(vm.line());
  vm.write(reg::kIcr, cause::kRxt0);
  CHECK_FALSE(vm.line());
  vm.write(reg::kIcs, cause::kLsc | 0x80000000);
  CHECK(vm.line());
  CHECK(vm.read(reg::kIcr) == cause::kLsc);
  vm.write(reg::kIcs, cause::kTxqe);  // not unmasked
  CHECK_FALSE(vm.line());
  CHECK(vm.nic->interrupt().raised() == 4);
  vm.write(reg::kCtrl, 0);
  CHECK(vm.line());
  CHECK((vm.read(reg::kIcr) & cause::kLsc));
}

TEST_CASE("e1000 interrupt: transmit causes") {
  InterruptVm vm;
  vm.write(reg::kIms, cause::kTxdw);
  vm.put(make_frame(60, 2), txd::kEop);
  vm.ring_tx();
  vm.fetch();
  CHECK_FALSE(vm.line());
  CHECK(vm.read(reg::kIcr) == cause::kTxqe);
  vm.put(make_frame(60, 2));
  vm.ring_tx();
  vm.fetch();
  CHECK(vm.line());
  CHECK(vm.read(reg::kIcr) == (cause::kTxqe | cause::kTxdw));
}

TEST_CASE("e1000 interrupt: ITR keeps a gap, and nothing is lost by it") {
  InterruptVm vm;
  vm.write(reg::kItr, 1000);  // 256 us
  vm.write(reg::kIms, cause::kRxt0);
  vm.at(1'000'000);
  vm.frame();
  CHECK(vm.line());
  vm.read(reg::kIcr);
  vm.at(1'100'000);
  vm.frame();
  vm.frame();
  CHECK_FALSE(vm.line());
  CHECK(vm.nic->interrupt().moderated() == 1);
  CHECK(vm.nic->interrupt_due() == 1'256'000);
  vm.at(1'255'999);
  CHECK_FALSE(vm.line());
  vm.at(1'256'000);
  CHECK(vm.line());
  CHECK(vm.nic->interrupt_due() == kNever);
  CHECK(vm.nic->interrupt().raised() == 2);
  // Unmasking under moderation asks the worker, which keeps the gap too.
  vm.write(reg::kImc, cause::kRxt0);
  CHECK_FALSE(vm.line());
  const uint64_t wakes = vm.waker.wakes;
  vm.write(reg::kIms, cause::kRxt0);
  CHECK_FALSE(vm.line());
  CHECK(vm.waker.wakes == wakes + 1);
  CHECK(vm.nic->interrupt_due() == 0);
  vm.at(1'300'000);
  CHECK_FALSE(vm.line());
  CHECK(vm.nic->interrupt_due() == 1'512'000);
  // What was postponed is read meanwhile: nothing is raised.
  vm.read(reg::kIcr);
  vm.at(1'600'000);
  CHECK_FALSE(vm.line());
  CHECK(vm.nic->interrupt_due() == kNever);
}

TEST_CASE("e1000 interrupt: the receive delay restarts, its absolute limit does not") {
  InterruptVm vm;
  vm.write(reg::kIms, cause::kRxt0);
  vm.write(reg::kRdtr, 100);  // 102.4 us after the latest frame
  vm.write(reg::kRadv, 150);  // 153.6 us after the first
  vm.at(1'000'000);
  vm.frame();
  CHECK_FALSE(vm.line());
  CHECK(vm.nic->interrupt_due() == 1'102'400);
  vm.at(1'050'000);
  vm.frame();
  CHECK(vm.nic->interrupt_due() == 1'152'400);
  vm.at(1'100'000);
  vm.frame();
  CHECK(vm.nic->interrupt_due() == 1'153'600);
  vm.at(1'153'600);
  CHECK(vm.line());
  CHECK(vm.read(reg::kIcr) == cause::kRxt0);
  vm.frame();
  vm.write(reg::kRdtr, 100 | e1000::kRdtrFlush);
  CHECK(vm.read(reg::kRdtr) == 100);
  vm.at(1'153'601);
  CHECK(vm.line());
}

TEST_CASE("e1000 interrupt: a delayed transmit report") {
  InterruptVm vm;
  vm.write(reg::kIms, cause::kTxdw);
  vm.write(reg::kTidv, 10);
  vm.at(2'000'000);
  vm.put(make_frame(60, 2), txd::kEop | txd::kRs | txd::kIde);
  vm.ring_tx();
  vm.fetch();
  CHECK_FALSE(vm.line());
  vm.at(2'010'240);
  CHECK(vm.line());
}

TEST_CASE("e1000 interrupt: reset forgets everything that waits") {
  InterruptVm vm;
  vm.write(reg::kItr, 1000);
  vm.write(reg::kIms, cause::kRxt0);
  vm.frame();
  vm.read(reg::kIcr);
  vm.frame();
  CHECK(vm.nic->interrupt_due() != kNever);
  vm.write(reg::kCtrl, e1000::ctrl::kRst);
  vm.at(9'000'000);
  CHECK(vm.nic->interrupt_due() == kNever);
  CHECK_FALSE(vm.line());
  CHECK(vm.read(reg::kIcr) == 0);
}

TEST_CASE("e1000 interrupt: the step event says what became of it") {
  InterruptVm vm;
  RecordingSink sink;
  vm.turn.sink = &sink;
  auto outcome = [&] {
    sink.events.clear();
    vm.send({make_frame(60, GuestE1000::kMac)});
    vm.take();
    REQUIRE(sink.events.back().kind == EventKind::kInterrupt);
    CHECK(sink.events.back().a == cause::kRxt0);
    return InterruptOutcome(sink.events.back().b);
  };
  CHECK(outcome() == InterruptOutcome::kMasked);
  vm.read(reg::kIcr);
  vm.write(reg::kItr, 100);
  vm.write(reg::kIms, cause::kRxt0);
  CHECK(outcome() == InterruptOutcome::kRaised);
  vm.read(reg::kIcr);
  CHECK(outcome() == InterruptOutcome::kModerated);
  vm.at(vm.turn.now + 25'600);
  CHECK(InterruptOutcome(sink.events.back().b) == InterruptOutcome::kRaised);
}

}  // namespace
}  // namespace ringside::test
