// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/unit/guest/fake_nic.h"

// Interrupt mode: handler, polling until empty, HLT.
namespace ringside::test {
namespace {

struct InterruptVm : FakeVm {
  explicit InterruptVm(spec::WorkloadKind workload = spec::WorkloadKind::kForward) : FakeVm(workload) {
    info().driver = spec::DriverMode::kInterrupt;
    boot();
  }
};
const Bytes kFrame(60, 1);

TEST_CASE("guest interrupt mode: halts, is woken by a frame, handles it and halts again",
          "[guest][sanitize][one-thread]") {
  InterruptVm vm;
  vm.turn();
  CHECK(vm.vcpu.state() == "halted");
  CHECK_FALSE(vm.turn());
  CHECK_FALSE(vm.vcpu.has_work());
  CHECK(vm.vcpu.wakes_itself());
  vm.nic().deliver(kFrame);
  CHECK(vm.vcpu.has_work());
  vm.nic().log.clear();
  const uint64_t before = vm.vcpu.exits.total();
  CHECK(vm.turn());
  // ICR read, IMC, RDT, TDT, IMS: each an exit, and HLT.
  std::vector<uint32_t> order;
  for (const auto& line : vm.nic().log) order.push_back(line.offset);
  namespace r = e1000::reg;
  CHECK(order == std::vector<uint32_t>{r::kIcr, r::kImc, r::kRdt, r::kTdt, r::kIms});
  CHECK(vm.vcpu.exits.total() - before == 6);
  CHECK(vm.vcpu.state() == "halted");
  CHECK(vm.report().interrupts == 1);
  CHECK(vm.nic().transmit().size() == 1);
}

TEST_CASE("guest interrupt mode: under load it polls, masked, until the ring is empty", "[guest]") {
  InterruptVm vm;
  vm.control().batch = 4;
  vm.turn();
  for (int i = 0; i < 10; i++) vm.nic().deliver(kFrame);
  vm.turn();
  CHECK(vm.nic().ims == 0);
  CHECK(vm.vcpu.state() == "running");
  vm.turn();
  vm.nic().deliver(kFrame);  // arrives while masked: no further interrupt
  vm.turn();
  CHECK(vm.report().interrupts == 1);
  CHECK(vm.report().received == 11);
  // It came after ICR was read, and was polled: the cause is still latched, and interrupts once more for nothing, as on
  // real hardware.
  vm.turn();
  CHECK(vm.report().interrupts == 2);
  CHECK_FALSE(vm.turn());
  CHECK(vm.vcpu.state() == "halted");
  CHECK(vm.nic().ims != 0);
}

TEST_CASE("guest interrupt mode: no frame is forgotten, whenever it comes", "[guest][sanitize][one-thread]") {
  // A NIC that delivers in the middle of a register access.
  struct Sly final : vmm::MmioDevice {
    FakeNic& nic;
    uint32_t at, access_number = 0;
    Sly(FakeNic& n, uint32_t a) : nic(n), at(a) {}
    void perhaps() {
      if (++access_number == at) nic.deliver(kFrame);
    }
    uint64_t mmio_read(uint64_t offset, uint8_t width, vmm::Access& access) override {
      const uint64_t value = nic.mmio_read(offset, width, access);
      return perhaps(), value;
    }
    void mmio_write(uint64_t offset, uint8_t width, uint64_t value, vmm::Access& access) override {
      if (offset == e1000::reg::kIms || access_number % 2)
        perhaps(), nic.mmio_write(offset, width, value, access);
      else
        nic.mmio_write(offset, width, value, access), perhaps();
    }
    const char* register_name(uint64_t) const override { return "x"; }
  };
  for (uint32_t at = 1; at < 20; at++) {
    FakeVm vm(spec::WorkloadKind::kSink);
    Sly sly(vm.nic(), at);
    vm.bus.map(FakeVm::kBar + 0x10000000, e1000::kBar0Bytes, &sly, 0);
    vm.info().driver = spec::DriverMode::kInterrupt;
    vm.boot();
    *reinterpret_cast<uint64_t*>(vm.memory->base() + spec::kGuestStateGpa + 0x1000) =
        FakeVm::kBar + 0x10000000;  // E1000State::bar
    vm.turn();
    uint32_t given = 0;
    for (int i = 0; i < 6; i++) {
      given += vm.nic().deliver(kFrame);
      while (vm.turn()) {
      }
    }
    CHECK(vm.report().received == given + (sly.access_number >= at));
    CHECK(vm.vcpu.state() == "halted");
  }
}

TEST_CASE("guest interrupt mode: a full transmit ring keeps it polling", "[guest]") {
  FakeVm vm(spec::WorkloadKind::kForward, 64, 8);
  vm.info().driver = spec::DriverMode::kInterrupt;
  vm.boot();
  vm.turn();
  for (int i = 0; i < 20; i++) REQUIRE(vm.nic().deliver(kFrame));
  for (int i = 0; i < 10; i++) vm.turn();
  CHECK(vm.vcpu.state() == "running");
  size_t taken = 0;
  for (int i = 0; i < 10; i++) taken += vm.nic().transmit().size(), vm.turn();
  CHECK(taken == 20);
  CHECK(vm.vcpu.state() == "halted");
}

TEST_CASE("guest interrupt mode: two NICs on two lines", "[guest]") {
  FakeVm vm(spec::WorkloadKind::kSink, 64, 64, 16 << 20, 2);
  vm.info().driver = spec::DriverMode::kInterrupt;
  vm.boot();
  vm.turn();
  vm.nic(1).deliver(kFrame);
  while (vm.turn()) {
  }
  CHECK(vm.report().received == 1);
  vm.nic(0).deliver(kFrame), vm.nic(1).deliver(kFrame);
  while (vm.turn()) {
  }
  CHECK(vm.report().received == 3);
  CHECK(vm.vcpu.state() == "halted");
}

TEST_CASE("guest interrupt mode: a generator does not halt", "[guest]") {
  FakeVm vm(spec::WorkloadKind::kGenerate);
  vm.info().driver = spec::DriverMode::kInterrupt;
  vm.boot();
  vm.turn();
  CHECK(vm.vcpu.state() == "running");
  vm.control().generate_count = 5;
  while (vm.turn()) {
  }
  CHECK(vm.nic().transmit().size() == 5);
}

}  // namespace
}  // namespace ringside::test
