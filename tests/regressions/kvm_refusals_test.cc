// SPDX-License-Identifier: BSD-3-Clause
#include <filesystem>

#include "engine/base/fault_injection.h"
#include "engine/spec/boot_info.h"
#include "engine/vmm/kvm/kvm_doorbells.h"
#include "engine/vmm/kvm/kvm_vcpu.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/kvm.h"

// KVM refuses something in the middle: a set of doorbells stayed half armed, and a VM that could not be made anew for
// another interrupt controller cost its guest all that it was.
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

TEST_CASE("a VM that cannot be made anew goes on as it was, whatever KVM refuses", "[kvm]") {
  need_kvm();
  const IrqChip from = GENERATE(IrqChip::kUser, IrqChip::kKernel);
  const IrqChip to = from == IrqChip::kUser ? IrqChip::kKernel : IrqChip::kUser;
  Rig rig(from);
  REQUIRE(rig.vcpu->state() == "running");
  const size_t before = open_files();
  // The guest polls: a turn is a write to the idle port, counted by nobody who is not asked.
  const auto goes_on = [&] {
    const uint64_t exits = rig.vcpu->exits.total();
    Turn turn{.now = 1000, .hz = 2.6e9};
    (void)rig.vcpu->stepped()->turn(turn);
    CHECK(rig.vcpu->exits.total() > exits);
    CHECK(rig.vcpu->fault() == nullptr);
  };
  int refused = 0;
  for (uint64_t nth = 0;; nth++) {
    const std::string state = rig.vcpu->state();
    const uint64_t exits = rig.vcpu->exits.total();
    Status made;
    std::string refusal;
    {
      ArmedFault fault({.nth = nth});
      made = rig.vm->set_irqchip(to);
      refusal = fault.where();
    }
    INFO(nth << ": " << refusal);
    if (made.ok()) {  // nothing was refused, or a call without which it goes
      CHECK(rig.vm->irqchip() == to);
      CHECK(rig.vcpu->fault() == nullptr);
      REQUIRE(rig.vm->set_irqchip(from).ok());
      if (from == IrqChip::kUser) goes_on();
      CHECK(open_files() == before);
      if (refusal.empty()) break;
      continue;
    }
    refused++;
    REQUIRE(refusal != "");
    CHECK(made.error().unchanged.find("as it was") != std::string::npos);
    CHECK(rig.vm->irqchip() == from);
    CHECK(rig.vcpu->state() == state);
    CHECK(rig.vcpu->exits.total() == exits);
    CHECK(rig.vcpu->fault() == nullptr);
    CHECK(open_files() == before);
    if (from == IrqChip::kUser) goes_on();
  }
  CHECK(refused > 8);
}

TEST_CASE("a mode that KVM refuses to one of two VMs is refused to both, and neither needs KVM to go back", "[kvm]") {
  need_kvm();
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring window=8\nswitch add name=s0 uplink=w0\n"
       "vm add name=web nic=e1000 switch=s0 vcpu=kvm\nvm add name=db nic=vmxnet3 switch=s0 vcpu=kvm\n"
       "run mode=stepped\nsend to=web,db count=30\nstep n=40\n");
  {
    ArmedFault fault({.nth = 1, .times = 1000, .only = "KVM_CREATE_VM"});  // the second, and each one after it
    const Answer answer = engine->execute("run mode=free");
    CHECK(answer.ended == Ended::kRefused);
    CHECK(fault.hits() == 1);
    ask(*engine, "run mode=stepped until=idle");  // with the controllers in user space, or it would sleep in the kernel
    CHECK(fault.hits() == 1);
    const auto s = engine->cut();
    CHECK(probe(*s, "web.guest.sent") + probe(*s, "db.guest.sent") == 30);
    CHECK(s->balance.holds());
  }
  ask(*engine, "send to=web,db count=70");
  ask(*engine, "run mode=free until=idle");
  const auto s = engine->cut();
  CHECK(probe(*s, "web.guest.sent") + probe(*s, "db.guest.sent") == 100);
  CHECK(s->balance.holds());
}

// The lanes' stacks came last, when the controllers had changed: without memory for them all went back through KVM.
TEST_CASE("a mode in which nobody can be stepped is refused before KVM is asked for anything", "[kvm]") {
  need_kvm();
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring window=8\nswitch add name=s0 uplink=w0\n"
       "vm add name=web nic=e1000 switch=s0 vcpu=kvm\nsend to=web count=30\nrun mode=free until=idle\n");
  for (uint64_t nth = 0;; nth++) {
    uint64_t hits = 0;
    Answer answer;
    {
      const ArmedFault fault({.nth = nth, .times = UINT64_MAX});  // and no way back that needs anything
      answer = engine->execute("run mode=stepped");
      hits = fault.hits();
    }
    INFO(nth << ": " << answer.text);
    if (answer.ok()) ask(*engine, "run mode=free for=1us");
    if (!hits) break;
    CHECK((answer.ok() || answer.ended == Ended::kRefused));
    const auto s = engine->cut();
    CHECK(s->mode == RunMode::kFree);
    CHECK(s->vms[0].vcpus[0].irqchip == "kernel");
    CHECK(s->vms[0].vcpus[0].fault.what.empty());
  }
  ask(*engine, "send to=web count=70");
  ask(*engine, "run mode=free until=idle");
  CHECK(probe(*engine->cut(), "web.guest.sent") == 100);
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

TEST_CASE("a mode that KVM refuses costs a guest nothing", "[kvm]") {
  need_kvm();
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring window=8\nswitch add name=s0 uplink=w0\n"
       "vm add name=web nic=e1000 switch=s0 vcpu=kvm\nrun mode=stepped\n");
  ask(*engine, "send to=web count=30");
  ask(*engine, "step n=40");  // in the middle of it
  for (const char* refused : {"KVM_CREATE_IRQCHIP", "KVM_CREATE_VCPU", "KVM_IRQFD", "KVM_SET_LAPIC"}) {
    ArmedFault fault({.only = refused, .error = EIO});
    const Answer answer = engine->execute("run mode=free");
    INFO(answer.text);
    CHECK(answer.ended == Ended::kRefused);
    CHECK(answer.text.find(std::string("KVM refuses ") + refused) != std::string::npos);
    CHECK(fault.hit());
    CHECK(engine->cut()->vms[0].vcpus[0].fault.what.empty());
  }
  // The turns that were under way have ended, as for any change of mode; the guest has lost nothing.
  ask(*engine, "run mode=stepped until=idle");
  CHECK(probe(*engine->cut(), "web.guest.sent") == 30);
  ask(*engine, "send to=web count=70");
  ask(*engine, "run mode=free until=idle");
  const auto s = engine->cut();
  CHECK(probe(*s, "web.guest.sent") == 100);
  CHECK(probe(*s, "web.guest.errors") == 0);
  CHECK(s->balance.holds());
}

}  // namespace ringside::test
