// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>

#include "engine/base/fault_injection.h"
#include "engine/spec/boot_info.h"
#include "engine/vmm/kvm/kvm_doorbells.h"
#include "engine/vmm/kvm/kvm_vcpu.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/kvm.h"

// KVM refuses something in the middle: a set of doorbells stayed half armed, a vCPU whose VM could not be made anew was
// entered all the same.
namespace ringside::test {
namespace {

using namespace vmm;

size_t open_files() {
  size_t n = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator("/proc/self/fd")) n++;
  return n;
}

// One vCPU that boots and then polls for ever: each round is a write to the idle port.
struct Rig {
  explicit Rig(IrqChip chip = IrqChip::kUser) {
    memory = std::move(*GuestMemory::create(2 << 20));
    GuestImage image;
    image.bytes = code;
    image.gpa = image.entry = spec::kImageGpa;
    auto made = KvmVm::create(*memory, bus, image, chip);
    REQUIRE(made.ok());
    vm = std::move(*made);
    auto one = KvmVcpu::create("rig/0", 0, *vm);
    REQUIRE(one.ok());
    vcpu = std::move(*one);
    boot();
  }
  void boot() {
    auto* report = reinterpret_cast<spec::GuestReport*>(memory->base() + spec::kReportGpa);
    report->alive = spec::kBootMagic;
    vcpu->power_on(false);
  }
  // mov edx, booted; out dx, al; mov edx, idle; out dx, al; jmp to the last out
  const std::vector<uint8_t> code{0xba,
                                  uint8_t(spec::kBootedPort & 0xff),
                                  uint8_t(spec::kBootedPort >> 8),
                                  0,
                                  0,
                                  0xee,
                                  0xba,
                                  uint8_t(spec::kIdlePort & 0xff),
                                  uint8_t(spec::kIdlePort >> 8),
                                  0,
                                  0,
                                  0xee,
                                  0xeb,
                                  0xfd};
  std::unique_ptr<GuestMemory> memory;
  MmioBus bus;
  std::unique_ptr<KvmVm> vm;
  std::unique_ptr<KvmVcpu> vcpu;
};

}  // namespace

TEST_CASE("doorbells are armed all or not at all", "[kvm]") {
  need_kvm();
  Rig rig;
  const size_t before = open_files();
  {
    std::vector<KvmDoorbells::Bell> bells;
    for (uint64_t i = 0; i < 4; i++) bells.push_back({0xe000'0000 + 8 * i, 4, [] {}});
    auto doorbells = KvmDoorbells::create(*rig.vm, bells);
    REQUIRE(doorbells.ok());
    for (uint64_t nth = 0; nth < bells.size(); nth++) {
      {
        ArmedFault fault({.nth = nth, .only = "KVM_IOEVENTFD"});
        const Status armed = (*doorbells)->arm(true);
        REQUIRE(fault.hit());
        REQUIRE_FALSE(armed.ok());
        CHECK(armed.error().what.find("KVM_IOEVENTFD") != std::string::npos);
      }
      // KVM has none of them left, else it would refuse a second one at the same place.
      CHECK((*doorbells)->arm(true).ok());
      CHECK((*doorbells)->arm(false).ok());
    }
  }
  CHECK(open_files() == before);
}

TEST_CASE("doorbells that cannot be had leave nothing behind", "[kvm]") {
  need_kvm();
  Rig rig;
  const size_t before = open_files();
  for (uint64_t nth = 0;; nth++) {
    ArmedFault fault({.nth = nth});
    auto doorbells = KvmDoorbells::create(*rig.vm, {{0xe000'0000, 4, [] {}}});
    if (!fault.hit()) {
      CHECK(doorbells.ok());
      break;
    }
    INFO(fault.where());
    CHECK_FALSE(doorbells.ok());
    CHECK(open_files() == before);
  }
}

TEST_CASE("a vCPU whose VM could not be made anew has failed, says why, and is not entered until it boots", "[kvm]") {
  need_kvm();
  const IrqChip from = GENERATE(IrqChip::kUser, IrqChip::kKernel);
  const IrqChip to = from == IrqChip::kUser ? IrqChip::kKernel : IrqChip::kUser;
  Rig rig(from);
  REQUIRE(rig.vcpu->state() == "running");
  const size_t before = open_files();
  int refused = 0;
  for (uint64_t nth = 0;; nth++) {
    ArmedFault fault({.nth = nth});
    const Status made = rig.vm->set_irqchip(to);
    if (!fault.hit()) {
      CHECK(made.ok());
      break;
    }
    INFO(fault.where());
    if (made.ok()) {  // a call without which it goes
      CHECK(rig.vcpu->fault() == nullptr);
      REQUIRE(rig.vm->set_irqchip(from).ok());
      continue;
    }
    refused++;
    REQUIRE(rig.vcpu->fault() != nullptr);
    CHECK(rig.vcpu->fault()->what == made.error().what);
    CHECK(rig.vcpu->state() == "stopped: " + made.error().what);
    const uint64_t exits = rig.vcpu->exits.total(), cycles = rig.vcpu->guest_cycles();
    rig.vcpu->start();
    rig.vcpu->ask_rest();
    rig.vcpu->wait_rest();
    Turn turn{.now = 1000, .hz = 2.6e9};
    CHECK_FALSE(rig.vcpu->stepped()->turn(turn));
    CHECK(rig.vcpu->exits.total() == exits);
    CHECK(rig.vcpu->guest_cycles() == cycles);
    CHECK(rig.vm->set_irqchip(from).ok());  // nothing is made for who has failed
    CHECK(rig.vcpu->fault() != nullptr);
    rig.vcpu->reset();
    rig.boot();
    CHECK(rig.vcpu->state() == "running");
    CHECK(rig.vcpu->exits.total() > exits);
    CHECK(rig.vm->irqchip() == from);
    CHECK(open_files() == before);
  }
  CHECK(refused > 8);
}

TEST_CASE("a guest is not entered without the timer that ends one which never comes out", "[kvm]") {
  need_kvm();
  Rig rig;
  rig.vcpu->reset();
  ArmedFault fault({.only = "timer_create", .error = EAGAIN});
  const uint64_t exits = rig.vcpu->exits.total();
  rig.boot();
  REQUIRE(fault.hit());
  CHECK(rig.vcpu->exits.total() == exits);
  REQUIRE(rig.vcpu->fault() != nullptr);
  CHECK(rig.vcpu->fault()->what.find("no timer to watch its guest by") != std::string::npos);
  rig.vcpu->reset();
  rig.boot();
  CHECK(rig.vcpu->state() == "running");
}

TEST_CASE("a machine goes on beside a KVM guest that has lost its VM, and the guest boots anew", "[kvm]") {
  need_kvm();
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring window=8\nswitch add name=s0 uplink=w0\n"
       "vm add name=web nic=e1000 switch=s0 vcpu=kvm\nrun mode=stepped\n");
  {
    ArmedFault fault({.only = "KVM_CREATE_IRQCHIP", .error = EIO});
    const Answer refused = engine->execute("run mode=free");  // the mode cannot be had: it stays stepped
    CHECK(refused.ended == Ended::kRefused);
    CHECK(refused.text.find("KVM refuses KVM_CREATE_IRQCHIP") != std::string::npos);
    CHECK(fault.hit());
  }
  ask(*engine, "run mode=stepped for=1us");  // the others go on
  auto s = engine->cut();
  CHECK(s->vms[0].vcpus[0].state.find("KVM refuses KVM_CREATE_IRQCHIP") != std::string::npos);
  CHECK(s->vms[0].vcpus[0].fault.what.find("KVM_CREATE_IRQCHIP") != std::string::npos);
  ask(*engine, "pause");
  ask(*engine, "vm set name=web memory=32M");
  CHECK(engine->cut()->vms[0].vcpus[0].fault.what.empty());
  ask(*engine, "send to=web count=100");
  ask(*engine, "run until=idle");
  s = engine->cut();
  CHECK(probe(*s, "web.guest.sent") == 100);
  CHECK(s->balance.holds());
}

}  // namespace ringside::test
