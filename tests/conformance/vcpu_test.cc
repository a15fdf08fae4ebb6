// SPDX-License-Identifier: BSD-3-Clause
// Each NIC model on each kind of vCPU: the same frames in, the same frames out, and nothing lost without a name. A new
// model or kind is in it at once.
#include <unistd.h>

#include <optional>

#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/skip.h"

using namespace ringside;
using namespace ringside::test;

namespace {

struct Kind {
  const char *name, *keys;
};
constexpr Kind kKinds[] = {
    {"soft", "vcpu=soft"}, {"kvm", "vcpu=kvm irqchip=user"}, {"kvm, kernel's interrupts", "vcpu=kvm irqchip=kernel"}};

bool possible(const Kind& kind) { return std::string(kind.name) == "soft" || access("/dev/kvm", R_OK | W_OK) == 0; }

struct Cell {
  std::string model;
  Kind kind;
  std::string driver;
};

std::vector<Cell> all_cases(Engine& engine) {
  std::vector<Cell> cases;
  for (const std::string& model : engine.models())
    for (const Kind& kind : kKinds)
      for (const char* driver : {"poll", "interrupt"})
        if (possible(kind)) cases.push_back({model, kind, driver});
  return cases;
}

std::string vm(const std::string& name, const Cell& c, const std::string& more) {
  return "vm add name=" + name + " nic=" + c.model + " switch=s0 driver=" + c.driver + " " + c.kind.keys + " " + more +
         "\n";
}

// What everyone must agree on.
struct Delivered {
  uint64_t in, out, bytes_out, received, sent, errors;
  bool operator==(const Delivered&) const = default;
};

}  // namespace

TEST_CASE("forwarding in a closed loop delivers the same frames on every NIC and vCPU", "[conformance]") {
  auto engine = make_engine();
  std::optional<Delivered> first;
  for (const Cell& c : all_cases(*engine)) {
    INFO(c.model << ", " << c.kind.name << ", " << c.driver);
    load(*engine, "wire add name=w0 kind=ring window=16\nswitch add name=s0 uplink=w0\n" +
                      vm("web", c, "workload=forward") + "run mode=free\nsend to=web count=300 size=200 flows=7\n");
    ask(*engine, "run until=idle");
    auto s = engine->cut();
    CHECK(s->balance.exact);
    CHECK(s->balance.holds());
    CHECK(s->balance.dropped == 0);
    CHECK(s->vms[0].note.empty());
    const Delivered seen{s->wires[0].frames_in,    s->wires[0].frames_out, s->wires[0].bytes_out,
                         s->vms[0].guest_received, s->vms[0].guest_sent,   s->vms[0].guest_errors};
    CHECK(seen.sent == 300);
    if (!first) first = seen;
    CHECK(seen == *first);
  }
}

TEST_CASE("what one guest generates the other takes, verified, on every NIC and vCPU", "[conformance]") {
  auto engine = make_engine();
  for (const Cell& c : all_cases(*engine))
    for (const char* mode : {"free", "stepped"}) {
      INFO(c.model << ", " << c.kind.name << ", " << c.driver << ", " << mode);
      load(*engine, "switch add name=s0\n" +
                        vm("a", c, "workload=generate peer=b count=60 size=400 batch=4 rate=5kpps") +
                        vm("b", c, "workload=sink") + "run mode=" + mode + "\n");
      ask(*engine, "run until=idle");
      auto s = engine->cut();
      CHECK(s->balance.holds());
      CHECK(s->vms[0].guest_sent == 60);
      CHECK(s->vms[1].guest_received + s->balance.dropped == 60);
      CHECK(s->vms[1].guest_errors == 0);
    }
}

TEST_CASE("a guest that is set anew while frames move loses none without a name, on every NIC and vCPU",
          "[conformance]") {
  auto engine = make_engine();
  for (const Cell& c : all_cases(*engine)) {
    INFO(c.model << ", " << c.kind.name << ", " << c.driver);
    load(*engine, "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\n" + vm("web", c, "workload=forward") +
                      "run mode=free\nsend to=web count=forever rate=2kpps\n");
    for (const char* change :
         {"rx_ring=64", "driver=interrupt", "workload=sink", "driver=poll workload=forward", "tx_ring=32"}) {
      ask(*engine, std::string("vm set name=web ") + change);
      auto s = engine->cut();
      CHECK(s->balance.holds());
    }
    ask(*engine, "run for=0.02");
    auto s = engine->cut();
    CHECK(s->balance.holds());
    CHECK(s->vms[0].vcpus[0].fault.what.empty());
  }
}

TEST_CASE("machines without KVM still run the suite", "[conformance]") {
  if (!possible(kKinds[1])) skip("no /dev/kvm: the kvm kinds of the conformance suite were left out");
  SUCCEED();
}
