// SPDX-License-Identifier: BSD-3-Clause
// `vm set` with memory, mac, queues or interrupts puts another VM in the place of the one before. What that one had
// counted was lost: a guest that had received 15 frames said 5, and counts since a mark were negative.
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/kvm.h"

using namespace ringside;
using namespace ringside::test;

namespace {

const std::vector<std::string> kChanges{
    "memory=32M",       "mac=02:00:00:00:00:77",      "queues=1", "interrupts=intx", "rx_ring=64",
    "driver=interrupt", "workload=forward memory=64M"};

// The counters that one has and the other has not, or has less of.
std::string gone_back(const Snapshot& before, const Snapshot& after) {
  std::string names;
  for (const Probe& p : before.probes) {
    if (p.kind != ProbeKind::kCounter) continue;
    const std::optional<Probe> now = after.find(p.name);
    if (!now || now->number() < p.number())
      names += std::string(p.name) + " " + std::to_string(p.number()) + " -> " +
               (now ? std::to_string(now->number()) : "gone") + "\n";
  }
  return names;
}

void check_counts(Engine& engine, const std::string& mode) {
  ask(engine, "run until=idle mode=" + mode);
  ask(engine, "send to=web count=10");
  ask(engine, "run until=idle");
  double frames = probe(*engine.cut(), "web.guest.received");
  REQUIRE(frames == 10);
  for (const std::string& change : kChanges) {
    INFO(mode << ", " << change);
    ask(engine, "mark name=then");
    const auto before = engine.cut();
    ask(engine, "vm set name=web " + change);
    const auto after = engine.cut();
    CHECK(gone_back(*before, *after) == "");
    CHECK(after->balance.sent == before->balance.sent);
    CHECK(after->balance.delivered == before->balance.delivered);
    CHECK(after->balance.holds());
    ask(engine, "send to=web count=5");
    ask(engine, "run until=idle");
    const auto end = engine.cut();
    CHECK(gone_back(*before, *end) == "");
    for (const char* count : {"web.guest.received", "web.guest.sent", "web.nic0.rx.accepted", "web.nic0.tx.fetched"}) {
      INFO(count);
      CHECK(end->since(count, "then") == 5);
      CHECK(probe(*end, count) == frames + 5);
    }
    CHECK(end->since("web/0.exits", "then") >= 0);
    CHECK(end->since("web/0.exits", "then") < 100);
    CHECK(end->balance.holds());
    frames += 5;
  }
}

std::string machine(const std::string& nic) {
  return "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web switch=s0 workload=forward " + nic +
         "\n";
}

}  // namespace

TEST_CASE("what a VM counted is kept when it is built anew", "[regression][sanitize]") {
  auto engine = make_engine(1);
  for (const char* mode : {"stepped", "free"})
    for (const char* nic : {"nic=e1000", "nic=vmxnet3"}) {
      INFO(nic);
      load(*engine, machine(nic));
      check_counts(*engine, mode);
    }
}

TEST_CASE("what a KVM VM counted is kept when it is built anew", "[regression]") {
  need_kvm();
  auto engine = make_engine(1);
  load(*engine, machine("nic=vmxnet3 vcpu=kvm"));
  check_counts(*engine, "free");
}

TEST_CASE("what each queue counted is kept as far as there are queues", "[regression]") {
  auto engine = make_engine(1);
  load(*engine, machine("nic=vmxnet3 queues=2"));
  ask(*engine, "send to=web count=64 flows=16");
  ask(*engine, "run mode=stepped until=idle");
  const auto queues = [&] {
    std::vector<uint64_t> frames;
    const auto picture = engine->cut();
    const NicView& nic = picture->vms[0].nics[0];
    for (const QueueView& queue : nic.rx_queues) frames.push_back(queue.frames);
    CHECK(nic.rx.frames == 64);
    return frames;
  };
  const std::vector<uint64_t> two = queues();
  REQUIRE(two.size() == 2);
  ask(*engine, "vm set name=web queues=4");
  CHECK(queues() == std::vector<uint64_t>{two[0], two[1], 0, 0});
  ask(*engine, "vm set name=web queues=1");
  CHECK(queues().empty());
  ask(*engine, "vm set name=web queues=2");
  CHECK(queues() == std::vector<uint64_t>{64, 0});
}

// After `vm remove` a switch had counted nothing: since an older mark, a negative rate.
TEST_CASE("what a switch did for a VM that is gone stays counted", "[regression]") {
  auto engine = make_engine(1);
  load(*engine,
       "wire add name=w0 kind=null\nswitch add name=s0\n"
       "vm add name=a nic=e1000 switch=s0 workload=generate peer=b count=50 size=60\n"
       "vm add name=b nic=e1000 switch=s0 workload=sink\n"
       "vm add name=c nic=e1000 switch=s0 workload=generate peer=nobody count=3 size=60\n"
       "run mode=stepped until=idle\n");
  const auto before = engine->cut()->switches.at(0);
  REQUIRE(before.forwarded + before.flooded >= 50);
  ask(*engine, "vm remove name=a");
  ask(*engine, "vm remove name=c");
  const auto after = engine->cut()->switches.at(0);
  CHECK(after.forwarded == before.forwarded);
  CHECK(after.flooded == before.flooded);
  CHECK(after.copied == before.copied);
  REQUIRE(after.drops.size() == before.drops.size());
  for (size_t n = 0; n < after.drops.size(); n++) CHECK(after.drops[n].frames == before.drops[n].frames);
}
