// SPDX-License-Identifier: BSD-3-Clause
// A guest with several queue pairs generates on all of them, whichever vCPU serves them: the sum is exact, a flow stays
// in its queue, and a sink behind RSS finds each stream in order.
#include <unistd.h>

#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/skip.h"

using namespace ringside;
using namespace ringside::test;

namespace {

std::string two(const std::string& keys, const std::string& generate, const std::string& mode, bool apart = false) {
  const std::string vm = " nic=vmxnet3 switch=s0 memory=32M queues=4 " + keys;
  return "switch add name=s0\nvm add name=b" + vm + " workload=sink\nvm add name=a" + vm +
         " workload=generate peer=b " + generate + "\n" +
         // By itself a chain stays on one worker.
         (apart ? "context place context=a/1 worker=2\ncontext place context=b/1 worker=2\n" : "") +
         "run mode=" + mode + "\n";
}

void all_queues_send(const std::vector<std::string>& kinds, uint64_t most, int workers = 1) {
  auto engine = make_engine(workers);
  for (const std::string& kind : kinds)
    for (const char* mode : {"free", "stepped"}) {
      INFO(kind << ", " << mode);
      const bool stepped = std::string(mode) == "stepped";
      const uint64_t frames = stepped ? 103 : most;
      // A window there is none between two guests: a pace that the sink keeps up with.
      load(*engine, two(kind,
                        "flows=30 batch=8 rate=" + std::string(stepped ? "100kpps" : "20kpps") +
                            " count=" + std::to_string(frames),
                        mode, workers > 1));
      ask(*engine, "run until=idle");
      auto s = engine->cut();
      CHECK(s->balance.holds());
      CHECK(s->balance.in_flight == 0);
      CHECK(s->vms[1].guest_sent == frames);
      CHECK(s->balance.sent == frames);
      CHECK(s->vms[0].guest_received + s->balance.dropped == frames);
      CHECK(s->vms[0].guest_errors == 0);
      CHECK(s->vms[0].guest_out_of_order == 0);
      REQUIRE(s->vms[1].nics[0].tx_queues.size() == 4);
      uint64_t sum = 0;
      for (uint32_t q = 0; q < 4; q++) {
        const uint64_t here = s->vms[1].nics[0].tx_queues[q].frames;
        // 30 flows: eight in each of the first two queues, seven in the others.
        uint64_t expected = 0;
        for (uint64_t n = 0; n < frames; n++) expected += n % 30 % 4 == q;
        CHECK(here == expected);
        sum += here;
      }
      CHECK(sum == frames);
    }
}

}  // namespace

TEST_CASE("generate: four queue pairs send their shares, on soft vCPUs", "[scenario]") {
  all_queues_send({"vcpus=1", "vcpus=3", "vcpus=4", "vcpus=4 driver=interrupt"}, 2003);
}

TEST_CASE("generate: four queue pairs send their shares, on vCPUs that run at the same time", "[scenario]") {
  all_queues_send({"vcpus=2", "vcpus=4"}, 2003, 2);
}

TEST_CASE("generate: four queue pairs send their shares, on KVM vCPUs", "[scenario]") {
  if (access("/dev/kvm", R_OK | W_OK) != 0) skip("no /dev/kvm");
  all_queues_send({"vcpu=kvm irqchip=user vcpus=1", "vcpu=kvm irqchip=user vcpus=2",
                   "vcpu=kvm irqchip=kernel vcpus=4 driver=interrupt"},
                  203);
}

TEST_CASE("generate: one flow keeps to one queue pair, more are spread", "[scenario]") {
  auto engine = make_engine();
  for (int flows : {1, 2}) {
    INFO(flows << " flows");
    load(*engine, two("vcpus=4", "flows=" + std::to_string(flows) + " count=100 rate=1Mpps", "stepped"));
    ask(*engine, "run until=idle");
    auto s = engine->cut();
    for (int q = 0; q < 4; q++)
      CHECK(s->vms[1].nics[0].tx_queues[size_t(q)].frames == uint64_t(q < flows ? 100 / flows : 0));
    CHECK(s->vms[0].guest_out_of_order == 0);
  }
}

TEST_CASE("generate: a rate is that of all queue pairs together", "[scenario]") {
  auto engine = make_engine();
  for (const char* vcpus : {"1", "4"})
    for (const char* flows : {"8", "5"}) {
      INFO(vcpus << " vCPUs, " << flows << " flows");
      load(*engine,
           two(std::string("vcpus=") + vcpus, std::string("rate=100kpps count=forever flows=") + flows, "stepped"));
      ask(*engine, "run for=0.01");
      auto s = engine->cut();
      CHECK(s->vms[1].guest_sent >= 990);
      CHECK(s->vms[1].guest_sent <= 1010);
      CHECK(s->vms[0].guest_out_of_order == 0);
    }
}

TEST_CASE("generate: the count can be raised, and with other flows it begins anew", "[scenario]") {
  auto engine = make_engine();
  load(*engine, two("vcpus=2", "flows=6 count=50 rate=1Mpps", "stepped"));
  ask(*engine, "run until=idle");
  ask(*engine, "vm set name=a count=77");
  ask(*engine, "run until=idle");
  CHECK(engine->cut()->vms[1].guest_sent == 77);
  CHECK(ask(*engine, "vm set name=a flows=3").find("boots anew") != std::string::npos);
  ask(*engine, "run until=idle");
  auto s = engine->cut();
  CHECK(s->vms[1].guest_sent == 2 * 77);
  CHECK(s->balance.holds());
}

TEST_CASE("generate: several streams on a wire's far end are in order, each of them", "[scenario]") {
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=a nic=vmxnet3 switch=s0 memory=32M "
       "queues=4 vcpus=2 workload=generate flows=16 count=400 rate=1Mpps\nrun mode=stepped\n");
  ask(*engine, "run until=idle");
  auto s = engine->cut();
  CHECK(s->wires[0].frames_out == 400);
}
