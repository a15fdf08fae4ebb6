// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/kvm.h"

using namespace ringside;
using namespace ringside::test;

TEST_CASE("calibrate puts measured prices into the model, and takes them out again", "[scenario][kvm]") {
  need_kvm();
  auto engine = make_engine();
  load(*engine,
       "switch add name=s0\nvm add name=a nic=e1000 switch=s0 exit_cost=700\nvm add name=k nic=e1000 switch=s0 "
       "vcpu=kvm\n");
  CHECK(engine->cut()->prices.empty());
  ask(*engine, "calibrate samples=200");
  auto s = engine->cut();
  REQUIRE_FALSE(s->prices.empty());
  uint64_t write = 0;
  int references = 0;
  for (const ExitPriceView& p : s->prices) {
    if (p.name == "MMIO write") write = p.median;
    references += p.provenance == Provenance::kReference;
  }
  CHECK(references == 2);
  CHECK(s->vms[0].vcpus[0].exit_cost == write);
  CHECK(s->vms[0].vcpus[0].cycles_modelled);  // a measured price does not make a soft exit a measured one
  CHECK_FALSE(s->vms[1].vcpus[0].cycles_modelled);
  ask(*engine, "vm add name=b nic=e1000 switch=s0");
  CHECK(engine->cut()->vms[2].vcpus[0].exit_cost == write);
  ask(*engine, "calibrate to=set");
  CHECK(engine->cut()->vms[0].vcpus[0].exit_cost == 700);
  CHECK(engine->cut()->vms[2].vcpus[0].exit_cost == 1000);
}

TEST_CASE("measuring refuses a number of samples that says nothing", "[scenario]") {
  auto engine = make_engine();
  Answer answer = engine->execute("measure exits samples=3");
  CHECK_FALSE(answer.ok());
  CHECK(answer.text.find("Nearest: `samples=100`") != std::string::npos);
}
