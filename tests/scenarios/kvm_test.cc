// SPDX-License-Identifier: BSD-3-Clause
#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/kvm.h"
#include "tests/support/patience.h"

using namespace ringside;
using namespace ringside::test;

namespace {

std::string closed_loop(const std::string& vm, const std::string& run = "run mode=free", int frames = 500) {
  return "wire add name=w0 kind=ring window=8\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 " +
         vm + "\n" + run + "\n" + (frames ? "send to=web count=" + std::to_string(frames) + "\n" : "");
}

// As the device counted them.
uint64_t register_accesses(const VmView& vm) {
  uint64_t n = 0;
  for (const RegisterValue& r : vm.nics[0].registers) n += r.reads + r.writes;
  return n;
}

uint64_t exits_by(const VmView& vm, const std::string& reason) {
  uint64_t n = 0;
  for (const VcpuView& v : vm.vcpus)
    for (const ExitTotal& t : v.totals)
      if (t.reason == reason) n += t.count;
  return n;
}

// Waits until the VM is reported as stopped.
std::shared_ptr<const Snapshot> wait_stopped(Engine& engine) {
  std::shared_ptr<const Snapshot> s;
  (void)eventually([&] {
    s = engine.snapshot();
    return !s->vms.empty() && !s->vms[0].vcpus[0].fault.what.empty();
  });
  return s;
}

}  // namespace

TEST_CASE("a KVM guest forwards what a soft guest forwards, register access for register access", "[scenario][kvm]") {
  need_kvm();
  auto engine = make_engine();
  struct Seen {
    double received, sent, tdt, rdt;
    bool operator==(const Seen&) const = default;
  };
  std::vector<Seen> seen;
  for (const char* vm : {"vcpu=soft", "vcpu=kvm irqchip=user", "vcpu=kvm irqchip=kernel"}) {
    INFO(vm);
    load(*engine, closed_loop(std::string(vm) + " refill=1", "run mode=free", 0));
    const uint64_t booted = register_accesses(engine->cut()->vms[0]);
    ask(*engine, "send to=web count=500");
    ask(*engine, "run until=idle");
    auto s = engine->cut();
    CHECK(s->balance.holds());
    CHECK(s->balance.dropped == 0);
    CHECK(s->leaked_packets == 0);
    CHECK(s->vms[0].note.empty());
    seen.push_back({probe(*s, "web.guest.received"), probe(*s, "web.guest.sent"),
                    probe(*s, "web/0.exits.MMIO_write.TDT"), probe(*s, "web/0.exits.MMIO_write.RDT")});
    CHECK(seen.back() == Seen{500, 500, 500, 500});
    // No exit to user space without a register access of the device, and none the other way round.
    const VmView& web = s->vms[0];
    CHECK(exits_by(web, "MMIO write") + exits_by(web, "MMIO read") == register_accesses(web) - booted);
  }
}

TEST_CASE("a KVM guest in interrupt mode halts and is woken, with either interrupt controller", "[scenario][kvm]") {
  need_kvm();
  auto engine = make_engine();
  for (const char* chip : {"user", "kernel"}) {
    INFO(chip);
    load(*engine, closed_loop(std::string("vcpu=kvm driver=interrupt irqchip=") + chip));
    ask(*engine, "run until=idle");
    auto s = engine->cut();
    CHECK(probe(*s, "web.guest.sent") == 500);
    CHECK(s->balance.holds());
    CHECK(probe(*s, "web.nic0.interrupts") > 0);
    CHECK(s->vms[0].vcpus[0].irqchip == chip);
    if (std::string(chip) == "user")
      CHECK(exits_by(s->vms[0], "HLT") > 0);
    else
      CHECK(exits_by(s->vms[0], "HLT") == 0);  // they stay in the kernel
  }
}

TEST_CASE("two stepped runs of KVM guests are the same, event for event, and know their instructions",
          "[scenario][kvm]") {
  need_kvm();
  auto engine = make_engine();
  std::string first;
  for (int run = 0; run < 2; run++) {
    load(*engine,
         "switch add name=s0\n"
         "vm add name=a nic=e1000 switch=s0 workload=generate peer=b count=20 refill=1 vcpu=kvm\n"
         "vm add name=b nic=e1000 switch=s0 workload=sink refill=1 driver=interrupt vcpu=kvm\n"
         "run mode=stepped seed=7\n");
    Events events(*engine);
    ask(*engine, "run until=idle");
    CHECK(events.list.size() > 200);
    if (run == 0)
      first = events.text();
    else
      CHECK(events.text() == first);
    int writes = 0, reads = 0, halts = 0, idles = 0;
    for (const EventView& e : events.list) {
      if (!e.exit) continue;
      INFO(e.who << ": " << e.what << ": " << e.instruction << " in " << e.where);
      if (e.kind == EventKind::kRegisterWrite) {
        writes++;
        CHECK(e.instruction.starts_with("mov dword ptr ["));
      }
      if (e.kind == EventKind::kRegisterRead) {
        reads++;
        CHECK(e.instruction.find(", dword ptr [") != std::string::npos);
      }
      if (e.kind == EventKind::kHalt) {
        halts++;
        CHECK(e.instruction == "hlt");
      }
      if (e.kind == EventKind::kGuestIdle) {
        idles++;
        CHECK(e.instruction.starts_with("out "));
      }
      CHECK_FALSE(e.where.empty());
    }
    CHECK(writes > 20);
    CHECK(reads > 0);
    CHECK(halts > 0);
    CHECK(idles > 0);
    auto s = engine->cut();
    CHECK(s->balance.holds());
    CHECK(probe(*s, "b.guest.received") == 20);
    CHECK(probe(*s, "b.guest.errors") == 0);
  }
}

TEST_CASE("a KVM guest is stepped exit by exit, and the balance is exact at each", "[scenario][kvm]") {
  need_kvm();
  auto engine = make_engine();
  load(*engine, closed_loop("vcpu=kvm refill=1", "run mode=stepped", 10));
  int exits = 0;
  for (; exits < 40; exits++) {
    Answer answer = engine->execute("step until=exit");
    if (!answer.ok()) break;
    auto s = engine->cut();
    INFO(answer.text);
    CHECK(s->balance.exact);
    CHECK(s->balance.holds());
    REQUIRE_FALSE(s->events.empty());
    CHECK(s->events.back().exit);
    CHECK_FALSE(s->events.back().instruction.empty());
  }
  CHECK(exits > 20);
  ask(*engine, "run until=idle");
  CHECK(probe(*engine->cut(), "web.guest.sent") == 10);
}

TEST_CASE("a KVM guest changes between free and stepped running and loses nothing", "[scenario][kvm]") {
  need_kvm();
  auto engine = make_engine();
  load(*engine, closed_loop("vcpu=kvm driver=interrupt", "run mode=free", 300));
  CHECK_FALSE(engine->cut()->vms[0].vcpus[0].cycles_modelled);
  for (int round = 0; round < 4; round++) {
    ask(*engine, "run mode=stepped");
    CHECK(engine->cut()->vms[0].vcpus[0].cycles_modelled);
    for (int i = 0; i < 25; i++) (void)engine->execute("step until=exit");
    ask(*engine, "run mode=free for=0.01");
    CHECK(engine->cut()->balance.holds());
  }
  ask(*engine, "run mode=free until=idle");
  auto s = engine->cut();
  CHECK(s->balance.holds());
  CHECK(s->vms[0].vcpus[0].cycles_modelled);  // stepped exits are in the sum, at the stepper's price
  CHECK(probe(*s, "web.guest.sent") == 300);
  CHECK(s->vms[0].vcpus[0].fault.what.empty());
}

TEST_CASE("a KVM guest that goes wrong is reported with its registers, and only its VM stops", "[scenario][kvm]") {
  need_kvm();
  auto engine = make_engine();
  struct Way {
    const char *how, *what, *instruction;
  };
  for (const Way& way :
       {Way{"triple_fault", "triple fault", "ud2"},
        Way{"exception", "exception 6 (invalid opcode), error code 0x0", "ud2"}, Way{"jump", "", "no memory"},
        Way{"spin", "it has used 2 s of CPU time without a poll and without an exit", "jmp"}}) {
    INFO(way.how);
    // The watchdog counts CPU time, of which a busy machine gives little: whoever spins here should be alone with it.
    const bool spins = std::string(way.how) == "spin";
    load(*engine, std::string("wire add name=w0 kind=ring window=8\nswitch add name=s0 uplink=w0\nvm add name=web "
                              "nic=e1000 switch=s0 vcpu=kvm vcpus=") +
                      (spins ? "1" : "2") +
                      "\nvm add name=other nic=e1000 switch=s0 vcpu=kvm driver=interrupt\nrun mode=free\n");
    ask(*engine, std::string("vm crash name=web how=") + way.how);
    auto s = wait_stopped(*engine);
    const VcpuView& vcpu = s->vms[0].vcpus[0];
    INFO(s->vms[0].note);
    CHECK(vcpu.fault.what.find(way.what) != std::string::npos);
    CHECK(vcpu.fault.instruction.find(way.instruction) != std::string::npos);
    CHECK(vcpu.fault.registers.size() == 19);
    CHECK(vcpu.state.starts_with("stopped: "));
    if (!spins) CHECK(s->vms[0].vcpus[1].state.starts_with("stopped: "));
    CHECK_FALSE(s->vms[1].vcpus[0].state.starts_with("stopped"));
    ask(*engine, "send to=other count=50");
    CHECK(eventually([&] { return probe(*engine->cut(), "other.guest.sent") >= 50; }));
    CHECK(probe(*engine->cut(), "other.guest.sent") == 50);
    ask(*engine, "vm set name=web workload=echo");
    CHECK(engine->cut()->vms[0].vcpus[0].state == "running");
  }
}

TEST_CASE("a soft VM does not crash", "[scenario]") {
  auto engine = make_engine();
  load(*engine, closed_loop("vcpu=soft"));
  Answer answer = engine->execute("vm crash name=web how=spin");
  CHECK_FALSE(answer.ok());
  CHECK(answer.text.find("vcpu=kvm") != std::string::npos);
}

TEST_CASE("vcpu=kvm? is a KVM vCPU or a soft one, and says why", "[scenario]") {
  auto engine = make_engine();
  load(*engine, closed_loop("vcpu=kvm?"));
  ask(*engine, "run until=idle");
  auto s = engine->cut();
  CHECK(probe(*s, "web.guest.sent") == 500);
  if (s->vms[0].vcpus[0].kind == "soft")
    CHECK(s->vms[0].note.find("kvm") != std::string::npos);
  else
    CHECK(s->vms[0].note.empty());
}

TEST_CASE("the kernel's own counters stand beside ours", "[scenario][kvm]") {
  need_kvm();
  auto engine = make_engine();
  load(*engine, closed_loop("vcpu=kvm irqchip=user"));
  ask(*engine, "run until=idle");
  auto s = engine->cut();
  const VcpuView& v = s->vms[0].vcpus[0];
  if (v.kernel.empty()) skip("this kernel has no statistics of a vCPU (before Linux 5.14)");
  const std::optional<Probe> exits = s->find("web/0.kernel.exits");
  REQUIRE(exits);
  // Boot exits are taken out of ours, and signals count there and not here.
  CHECK(exits->number() >= double(v.exits));
  CHECK(exits->provenance == Provenance::kMeasured);
  for (const ExitView& e : s->exits) CHECK(e.cost_provenance == Provenance::kMeasured);
}

TEST_CASE("pausing a KVM VM stops its guest and nobody else", "[scenario][kvm]") {
  need_kvm();
  auto engine = make_engine();
  load(*engine, closed_loop("vcpu=kvm"));
  ask(*engine, "vm pause name=web");
  // What it was in the middle of may come to its end; then nothing moves.
  CHECK(eventually([&] {
    const double at = probe(*engine->cut(), "web.guest.received");
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    return probe(*engine->cut(), "web.guest.received") == at;
  }));
  CHECK(engine->snapshot()->vms[0].vcpus[0].state == "paused");
  ask(*engine, "vm resume name=web");
  ask(*engine, "run until=idle");
  CHECK(probe(*engine->cut(), "web.guest.sent") == 500);
}

TEST_CASE("a KVM VM with several vCPUs boots and forwards", "[scenario][kvm]") {
  need_kvm();
  auto engine = make_engine();
  for (const char* more : {"driver=poll", "driver=interrupt", "driver=interrupt irqchip=user"}) {
    INFO(more);
    load(*engine, closed_loop(std::string("vcpu=kvm vcpus=3 ") + more, "run mode=free", 200));
    ask(*engine, "run until=idle");
    auto s = engine->cut();
    CHECK(probe(*s, "web.guest.sent") == 200);
    CHECK(s->vms[0].vcpus.size() == 3);
    CHECK(s->vms[0].note.empty());
    ask(*engine, "run mode=stepped");
    ask(*engine, "send to=web count=5");
    ask(*engine, "run until=idle");
    CHECK(probe(*engine->cut(), "web.guest.sent") == 205);
  }
}

TEST_CASE("a hundred machines with KVM guests come and go, and nothing of them stays", "[scenario][kvm]") {
  need_kvm();
  auto engine = make_engine();
  auto entries = [](const char* folder) {
    return std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator{});
  };
  long files = 0, threads = 0;
  for (int machine = 0; machine < 100; machine++) {
    load(*engine,
         "wire add name=w0 kind=ring window=8\nswitch add name=s0 uplink=w0\n"
         "vm add name=a nic=e1000 switch=s0 vcpu=kvm vcpus=2 driver=interrupt rx_ring=32 tx_ring=32\n"
         "vm add name=b nic=e1000 switch=s0 vcpu=kvm rx_ring=32 tx_ring=32\nrun mode=free\nsend to=a count=forever\n");
    ask(*engine, "run for=0.002");
    if (machine % 10 == 0) ask(*engine, "run mode=stepped");
    auto s = engine->cut();
    CHECK(s->balance.holds());
    CHECK(s->leaked_packets == 0);
    if (machine == 19)
      files = entries("/proc/self/fd"),
      threads = entries("/proc/self/task");  // free, as the last one: stepped ones have no irqfds
  }
  CHECK(entries("/proc/self/fd") <= files);
  CHECK(entries("/proc/self/task") <= threads + 4);  // lanes of a stepped machine
}

TEST_CASE("a VMXNET3's doorbells can be answered by the kernel, an E1000's cannot", "[scenario][kvm]") {
  auto engine = make_engine();
  Status refused =
      engine
          ->load_scenario("test.scn",
                          "switch add name=s0\nvm add name=a nic=e1000 switch=s0 vcpu=kvm doorbell_by=ioeventfd\n")
          .status();
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.error().what.find("TDT is all that says how far the ring is filled") != std::string::npos);
  Status soft =
      engine
          ->load_scenario("test.scn", "switch add name=s0\nvm add name=a nic=vmxnet3 switch=s0 doorbell_by=ioeventfd\n")
          .status();
  REQUIRE_FALSE(soft.ok());
  CHECK(soft.error().remedy.find("vcpu=kvm") != std::string::npos);
  need_kvm();
  load(*engine,
       "wire add name=w0 kind=ring window=8\nswitch add name=s0 uplink=w0\nvm add name=web nic=vmxnet3 switch=s0 "
       "vcpu=kvm doorbell_by=ioeventfd tx_threshold=1\nrun mode=free\nsend to=web count=500\n");
  ask(*engine, "run until=idle");
  auto s = engine->cut();
  CHECK(s->balance.holds());
  CHECK(probe(*s, "web.guest.sent") == 500);
  const std::optional<Probe> seen = s->find("web/0.exits.MMIO_write.TXPROD");
  CHECK((!seen || seen->number() == 0));
  CHECK(probe(*s, "web/0.kernel_doorbells") > 0);
  // Stepped, each doorbell is an exit to look at again.
  ask(*engine, "run mode=stepped");
  ask(*engine, "send to=web count=20");
  ask(*engine, "run until=idle");
  s = engine->cut();
  CHECK(probe(*s, "web.guest.sent") == 520);
  CHECK(probe(*s, "web/0.exits.MMIO_write.TXPROD") > 0);
}

TEST_CASE("several vCPUs of a KVM guest serve a queue each", "[scenario][kvm]") {
  need_kvm();
  auto engine = make_engine();
  for (const char* more : {"driver=poll", "driver=interrupt irqchip=kernel", "driver=interrupt irqchip=user"}) {
    INFO(more);
    load(*engine, std::string("wire add name=w0 kind=ring window=32\nswitch add name=s0 uplink=w0\nvm add name=web "
                              "nic=vmxnet3 switch=s0 vcpu=kvm vcpus=2 queues=2 ") +
                      more + "\nrun mode=free\nsend to=web count=600 flows=64\n");
    ask(*engine, "run until=idle");
    auto s = engine->cut();
    CHECK(s->balance.holds());
    CHECK(probe(*s, "web.guest.sent") == 600);
    REQUIRE(s->vms[0].vcpus.size() == 2);
    for (const VcpuView& v : s->vms[0].vcpus) {
      INFO(v.name);
      CHECK(v.exits > 0);
      CHECK(v.fault.what.empty());
    }
  }
}

TEST_CASE("each exit of a KVM guest by a register access is one access that the device counted", "[scenario][kvm]") {
  need_kvm();
  auto engine = make_engine();
  for (const std::string& model : engine->models())
    for (const char* driver : {"poll", "interrupt"}) {
      INFO(model << ", " << driver);
      load(*engine, "wire add name=w0 kind=ring window=8\nswitch add name=s0 uplink=w0\nvm add name=web nic=" + model +
                        " switch=s0 vcpu=kvm driver=" + driver + "\nrun mode=free\n");
      const VmView before = engine->cut()->vms[0];
      const uint64_t exits = exits_by(before, "MMIO write") + exits_by(before, "MMIO read");
      ask(*engine, "send to=web count=300");
      ask(*engine, "run until=idle");
      const VmView after = engine->cut()->vms[0];
      CHECK(exits_by(after, "MMIO write") + exits_by(after, "MMIO read") - exits ==
            register_accesses(after) - register_accesses(before));
      CHECK(register_accesses(after) > register_accesses(before));
    }
}
