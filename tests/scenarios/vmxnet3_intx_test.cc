// SPDX-License-Identifier: BSD-3-Clause
// VMXNET3 by its interrupt line: the handler asks ICR whose interrupt it is, an exit for each of them (sheet vmxnet3
// §1, §5).
#include <unistd.h>

#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/skip.h"

using namespace ringside;
using namespace ringside::test;

namespace {

std::string machine(const std::string& keys, const std::string& mode) {
  return "wire add name=w0 kind=ring window=16\nswitch add name=s0 uplink=w0\nvm add name=web nic=vmxnet3 switch=s0 "
         "memory=32M driver=interrupt " +
         keys + "\nrun mode=" + mode + "\n";
}

double count_of(const Snapshot& s, const std::string& name) { return s.find(name) ? probe(s, name) : 0; }

void forwards(const std::string& keys, const std::string& mode, int frames) {
  auto engine = make_engine();
  for (const char* interrupts : {"intx", "msix"}) {
    INFO(keys << ", " << mode << ", " << interrupts);
    load(*engine, machine(keys + " interrupts=" + interrupts, mode));
    ask(*engine, "send to=web flows=16 count=" + std::to_string(frames));
    ask(*engine, "run until=idle");
    auto s = engine->cut();
    CHECK(s->balance.holds());
    CHECK(s->balance.dropped == 0);
    CHECK(s->wires[0].frames_out == uint64_t(frames));
    CHECK(s->vms[0].guest_errors == 0);
    CHECK(s->vms[0].guest_interrupts > 0);
    const double reads = count_of(*s, "web/0.exits.MMIO_read.ICR");
    CHECK(reads == (std::string(interrupts) == "intx" ? double(s->vms[0].guest_interrupts) : 0));
    // Several queues' interrupts may be one on the line, or one message that is still pending.
    if (mode == "stepped" && keys.find("queues") == std::string::npos)
      CHECK(probe(*s, "web.nic0.interrupts") == double(s->vms[0].guest_interrupts));
  }
}

}  // namespace

TEST_CASE("vmxnet3 INTx: an ICR read for each interrupt, on soft vCPUs", "[scenario]") { forwards("", "free", 2000); }

TEST_CASE("vmxnet3 INTx: an ICR read for each interrupt, stepped", "[scenario]") {
  forwards("exit_cost=0", "stepped", 100);
}

TEST_CASE("vmxnet3 INTx: one line serves four queues", "[scenario]") { forwards("queues=4", "stepped", 100); }

TEST_CASE("vmxnet3 INTx: an ICR read for each interrupt, on KVM vCPUs, who injects themselves", "[scenario]") {
  if (access("/dev/kvm", R_OK | W_OK) != 0) skip("no /dev/kvm");
  forwards("vcpu=kvm irqchip=user", "free", 100);
}

TEST_CASE("vmxnet3 INTx: an ICR read for each interrupt, on KVM vCPUs with the kernel's controller", "[scenario]") {
  if (access("/dev/kvm", R_OK | W_OK) != 0) skip("no /dev/kvm");
  forwards("vcpu=kvm irqchip=kernel", "free", 100);
}

TEST_CASE("vmxnet3 INTx: an ICR read for each interrupt, on KVM vCPUs, stepped", "[scenario]") {
  if (access("/dev/kvm", R_OK | W_OK) != 0) skip("no /dev/kvm");
  forwards("vcpu=kvm", "stepped", 30);
}

TEST_CASE("vmxnet3 INTx: what cannot work is refused, and a running VM changes its kind", "[scenario]") {
  auto engine = make_engine();
  const auto refused = [&](const std::string& keys) {
    Status loaded =
        engine->load_scenario("test.scn", "switch add name=s0\nvm add name=a switch=s0 " + keys + "\n").status();
    return loaded ? std::string() : loaded.error().text();
  };
  CHECK(refused("nic=vmxnet3 queues=2 vcpus=2 interrupts=intx")
            .find("interrupts=intx is not possible with 2 vCPUs: the line leads to vCPU 0") != std::string::npos);
  CHECK(refused("nic=vmxnet3 queues=2 vcpus=2 interrupts=intx").find("Nearest: `interrupts=msix`") !=
        std::string::npos);
  CHECK(refused("nic=e1000 interrupts=msix")
            .find("interrupts=msix is not possible for an E1000. It has an interrupt line and no messages.") !=
        std::string::npos);
  CHECK(refused("nic=e1000 interrupts=intx").empty());
  load(*engine, machine("vcpu=soft", "stepped"));
  CHECK(ask(*engine, "vm set name=web interrupts=intx").find("boots anew") != std::string::npos);
  ask(*engine, "send to=web count=5");
  ask(*engine, "run until=idle");
  auto s = engine->cut();
  CHECK(s->wires[0].frames_out == 5);
  CHECK(probe(*s, "web/0.exits.MMIO_read.ICR") == double(s->vms[0].guest_interrupts));
}
