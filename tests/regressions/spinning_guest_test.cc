// SPDX-License-Identifier: BSD-3-Clause
// A KVM guest that spun in stepped mode after a stretch of free running hung the engine for good: the vCPU's resting
// thread deleted the stepper's timer, so that no watchdog looked after the guest.
#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/kvm.h"

using namespace ringside;
using namespace ringside::test;

TEST_CASE("the watchdog ends a guest that spins while stepped, whatever ran before", "[regression]") {
  need_kvm();
  auto engine = make_engine(1);
  load(*engine,
       "wire add name=w0 kind=ring window=32\nswitch add name=s0 uplink=w0\n"
       "vm add name=web nic=e1000 switch=s0 vcpu=kvm driver=poll doorbell=packet workload=forward\n"
       "send to=web count=100 size=60\nrun mode=free for=100ms\nsend to=web count=5\nstep\nstep n=20\n"
       "vm crash name=web how=spin\n");
  // More than the time after which a resting thread looks around again.
  for (int n = 0; n < 3; n++) ask(*engine, "run mode=free for=100ms");
  const Answer stepped = engine->execute("run mode=stepped until=idle");
  INFO(stepped.text);
  CHECK(engine->cut()->vms.at(0).vcpus.at(0).state.starts_with("stopped"));
  ask(*engine, "wire add name=w3 kind=ring");
}
