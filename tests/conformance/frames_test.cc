// SPDX-License-Identifier: BSD-3-Clause
// The same frames in, the same frames out, whatever NIC is plugged in and wherever its guest runs. Over the list of
// models, so that a new one is tried at once. What came back is summed up by the wire (digest=yes), and the books must
// balance: sent = delivered + dropped by reason.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/skip.h"

using namespace ringside;
using namespace ringside::test;

namespace {

struct Case {
  std::string vm;   // further keys of `vm add`
  std::string run;  // "free", "stepped"
  uint32_t size, count;
  uint32_t window =
      24;  // frames unanswered at most, so that nothing need be dropped; 0 = as fast as the wire takes them
};

std::string scenario(const std::string& model, const std::string& vcpu, const Case& c) {
  return "wire add name=w0 kind=ring digest=yes window=" + std::to_string(c.window) +
         "\nswitch add name=s0 uplink=w0\n"
         "vm add name=web nic=" +
         model + " switch=s0 vcpu=" + vcpu + " exit_cost=0 " + c.vm + (c.size > 1514 ? " jumbo=yes" : "") +
         "\nrun mode=" + c.run + "\n";
}

// Sees to it that this kind of vCPU is there, or ends the case as skipped.
void need(Engine& engine, const std::string& vcpu) {
  if (vcpu == "soft") return;
  Status loaded =
      engine.load_scenario("test.scn", "switch add name=s0\nvm add name=a nic=e1000 switch=s0 vcpu=" + vcpu + "\n")
          .status();
  if (!loaded) skip(("no vcpu=" + vcpu + " here: " + loaded.error().text()).c_str());
}

std::string text_of(const Snapshot& s, const std::string& name) {
  const std::optional<Probe> found = s.find(name);
  INFO(name);
  REQUIRE(found);
  return std::string(std::get<std::string_view>(found->value));
}

// 0 where there is no such probe: an exit that never happened has no count.
double count_of(const Snapshot& s, const std::string& name) { return s.find(name) ? probe(s, name) : 0; }

uint64_t named_drops(const Snapshot& s) {
  uint64_t sum = 0;
  for (const DropView& d : s.drops) sum += d.frames;
  return sum;
}

// Runs the case over each model; `check` looks at each, and the digests of what came back must be the same.
template <class Check>
void over_models(const std::string& vcpu, const std::vector<Case>& cases, const std::string& send, Check&& check) {
  auto engine = make_engine();
  need(*engine, vcpu);
  const auto models = engine->models();
  REQUIRE(models.size() >= 2);
  for (const Case& c : cases) {
    std::map<std::string, std::string> digests;
    for (const std::string& model : models) {
      INFO(model << ", vcpu=" << vcpu << ", " << c.run << ", " << c.size << " B, " << c.vm);
      load(*engine, scenario(model, vcpu, c));
      if (!send.empty())
        ask(*engine, send + " count=" + std::to_string(c.count) + " size=" + std::to_string(c.size) + " flows=5");
      ask(*engine, "run until=idle");
      auto s = engine->cut();
      CHECK(s->balance.exact);
      CHECK(s->balance.holds());
      CHECK(s->balance.in_flight == 0);
      CHECK(named_drops(*s) == s->balance.dropped);
      CHECK(s->vms[0].guest_errors == 0);
      check(*s, c);
      digests[text_of(*s, "w0.digest")] += model + " ";
    }
    INFO(c.run << ", " << c.size << " B, " << c.vm << ": the models differ");
    CHECK(digests.size() == 1);
  }
}

// On a host that interprets KVM guests an instruction takes a microsecond: fewer sizes and frames there.
std::vector<Case> all_cases(const std::string& vcpu, const std::string& workload, uint32_t count, uint32_t window) {
  const bool slow = vcpu == "kvm";
  if (slow) count /= 5;
  std::vector<Case> cases;
  for (const char* driver : {"poll", "interrupt"})
    for (const char* rings : {"rx_ring=32 tx_ring=32 refill=1", "rx_ring=256 tx_ring=256"})
      for (const char* doorbell : {"packet", "batch"})
        for (uint32_t size : slow ? std::vector<uint32_t>{60, 2049, 9018}
                                  : std::vector<uint32_t>{60u, 64u, 65u, 590u, 1514u, 2048u, 2049u, 9018u}) {
          const uint32_t open =
              window / ((size + 2047) / 2048);  // a frame of 9,018 bytes takes five rows, and the small ring has 32
          const std::string vm =
              std::string("driver=") + driver + " doorbell=" + doorbell + " workload=" + workload + " " + rings;
          cases.push_back({vm, "free", size, count, open});
          if (size == 60 || size == 2049) cases.push_back({vm, "stepped", size, count / 10, open});
        }
  return cases;
}

void forwards(const std::string& vcpu) {
  over_models(vcpu, all_cases(vcpu, "forward", 300, 24), "send to=web", [](const Snapshot& s, const Case& c) {
    CHECK(s.vms[0].guest_received == c.count);
    CHECK(s.vms[0].guest_sent == c.count);
    CHECK(s.balance.dropped == 0);
    CHECK(s.wires[0].frames_out == c.count);
    CHECK(s.wires[0].bytes_out == uint64_t{c.count} * c.size);
  });
}

void sinks(const std::string& vcpu) {
  over_models(vcpu, all_cases(vcpu, "sink", 200, 0), "send to=web", [](const Snapshot& s, const Case& c) {
    // Verified by the guest (guest_errors) and in order; nothing is answered.
    const VmView& vm = s.vms[0];
    CHECK(vm.guest_received + s.balance.dropped == c.count);
    CHECK(vm.guest_out_of_order == 0);
    CHECK(s.wires[0].frames_out == 0);
    // Sent as fast as it goes, and nobody waits: what a ring holds, a guest gets, however slow it is.
    const bool small = c.vm.find("rx_ring=32") != std::string::npos,
               interrupts = c.vm.find("driver=interrupt") != std::string::npos;
    const uint32_t rows = small ? 32 : 256, parts = (c.size + 2047) / 2048;
    CHECK(vm.guest_received >= std::min<uint64_t>(c.count, (rows - 1) / parts));
    CHECK(vm.nics[0].rx.frames == vm.guest_received);
    CHECK(count_of(s, "web.nic0.rx.dropped.no_descriptor") == double(s.balance.dropped));
    CHECK((vm.guest_interrupts > 0) == interrupts);
    // Its exits, all of them: E1000 hands rows back by RDT, `refill` at once; VMXNET3's rows say so themselves, and an
    // interrupt ends with one write of IMR. The last of these may be still to come when the machine is seen idle.
    const double writes = count_of(s, "web/0.exits.MMIO_write.RDT") + count_of(s, "web/0.exits.MMIO_write.IMR");
    if (vm.nics[0].model == "e1000") CHECK(writes == double(vm.guest_received * parts / (small ? 1 : 16)));
    if (vm.nics[0].model == "vmxnet3") {
      CHECK(writes <= double(vm.guest_interrupts));
      CHECK(writes + 1 >= double(vm.guest_interrupts));
    }
    for (const char* doorbell : {"TDT", "TXPROD", "RXPROD"})
      CHECK(count_of(s, std::string("web/0.exits.MMIO_write.") + doorbell) == 0);
  });
}

void generates(const std::string& vcpu) {
  auto engine = make_engine();
  need(*engine, vcpu);
  for (const char* rings : {"rx_ring=32 tx_ring=32", "rx_ring=256 tx_ring=256"})
    for (uint32_t size : {60u, 1514u, 2049u, 9018u})
      for (const char* mode : {"free", "stepped"}) {
        std::map<std::string, std::string> digests;
        for (const std::string& model : engine->models()) {
          const uint32_t count = std::string(mode) == "free" ? 300 : 30;
          INFO(model << ", vcpu=" << vcpu << ", " << mode << ", " << size << " B, " << rings);
          load(*engine,
               "wire add name=w0 kind=ring digest=yes\nswitch add name=s0 uplink=w0\nvm add name=web nic=" + model +
                   " switch=s0 vcpu=" + vcpu + " exit_cost=0 workload=generate flows=3 count=" + std::to_string(count) +
                   " size=" + std::to_string(size) + " " + rings + (size > 1514 ? " jumbo=yes" : "") +
                   "\nrun mode=" + mode + "\n");
          ask(*engine, "run until=idle");
          auto s = engine->cut();
          CHECK(s->balance.holds());
          CHECK(s->balance.in_flight == 0);
          CHECK(s->vms[0].guest_sent == count);
          CHECK(s->wires[0].frames_out + named_drops(*s) == count);
          CHECK(named_drops(*s) == 0);
          digests[text_of(*s, "w0.digest_payload")] += model + " ";
        }
        std::string seen;
        for (const auto& [digest, models] : digests) seen += digest + " of " + models + "; ";
        INFO(vcpu << ", " << mode << ", " << size << " B, " << rings << ": " << seen);
        CHECK(digests.size() == 1);
      }
}

// A ring too small for what comes at once: what is lost is lost by name, and the books balance.
void overloaded(const std::string& vcpu) {
  auto engine = make_engine();
  need(*engine, vcpu);
  for (const std::string& model : engine->models())
    for (const char* workload : {"forward", "sink"}) {
      INFO(model << ", " << workload);
      load(*engine, "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=" + model +
                        " switch=s0 vcpu=" + vcpu + " exit_cost=0 rx_ring=32 tx_ring=32 workload=" + workload +
                        "\nvm pause name=web\nrun mode=free\n");
      ask(*engine, "send to=web count=100 size=60");
      ask(*engine, "run until=idle");
      auto paused = engine->cut();
      CHECK(paused->balance.holds());
      CHECK(probe(*paused, "web.nic0.rx.dropped.no_descriptor") >= 100 - 32);
      ask(*engine, "vm resume name=web");
      ask(*engine, "run until=idle");
      auto s = engine->cut();
      CHECK(s->balance.holds());
      CHECK(s->balance.in_flight == 0);
      CHECK(s->vms[0].guest_received == 100 - s->balance.dropped);
    }
}

}  // namespace

TEST_CASE("conformance: forwards, on soft vCPUs", "[conformance]") { forwards("soft"); }
TEST_CASE("conformance: forwards, on KVM vCPUs", "[conformance]") { forwards("kvm"); }
TEST_CASE("conformance: sinks, on soft vCPUs", "[conformance]") { sinks("soft"); }
TEST_CASE("conformance: sinks, on KVM vCPUs", "[conformance]") { sinks("kvm"); }
TEST_CASE("conformance: generates, on soft vCPUs", "[conformance]") { generates("soft"); }
TEST_CASE("conformance: generates, on KVM vCPUs", "[conformance]") { generates("kvm"); }
TEST_CASE("conformance: more than a ring holds, on soft vCPUs", "[conformance]") { overloaded("soft"); }
TEST_CASE("conformance: more than a ring holds, on KVM vCPUs", "[conformance]") { overloaded("kvm"); }
