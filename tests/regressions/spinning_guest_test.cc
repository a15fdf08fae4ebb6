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

// A run until=idle stops and goes on every few milliseconds to see whether all is at rest; the guest's two seconds
// began anew each time, and such a run never ended.
TEST_CASE("a guest that spins is stopped however often time stands meanwhile", "[regression]") {
  need_kvm();
  auto engine = make_engine(1);
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\n"
       "vm add name=web nic=e1000 switch=s0 vcpu=kvm workload=forward\n"
       "send to=web count=100 rate=10kpps\nvm crash name=web how=spin\n");
  ask(*engine, "run mode=free until=idle");
  CHECK(engine->cut()->vms.at(0).vcpus.at(0).state.starts_with("stopped"));
}

// It held the engine's thread until its two seconds of CPU time were over, and another one behind it as long again.
TEST_CASE("who asks while guests spin a step at a time is heard before the watchdog ends them", "[regression]") {
  need_kvm();
  auto engine = make_engine(1);
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\n"
       "vm add name=a nic=e1000 switch=s0 vcpu=kvm workload=forward\n"
       "vm add name=b nic=e1000 switch=s0 vcpu=kvm workload=forward\n"
       "run mode=stepped\nvm crash name=a how=spin\nvm crash name=b how=spin\n");
  ask(*engine, "run");
  for (const char* heard : {"mark name=first", "mark name=second", "pause"}) {
    ask(*engine, heard);
    for (const auto newest = engine->cut(); const VmView& vm : newest->vms)
      CHECK_FALSE(vm.vcpus.at(0).state.starts_with("stopped"));
  }
}

TEST_CASE("a paused KVM guest does nothing while others need a standstill", "[regression]") {
  need_kvm();
  auto engine = make_engine(1);
  load(*engine,
       "wire add name=w0 kind=ring window=32\nswitch add name=s0 uplink=w0\n"
       "vm add name=a nic=e1000 switch=s0 vcpu=kvm workload=forward doorbell=packet\n"
       "send to=a count=1k size=60\nrun mode=stepped\n");
  ask(*engine, "step until=exit");
  ask(*engine, "vm pause name=a");
  const auto before = engine->cut();
  ask(*engine, "switch add name=s1");
  ask(*engine, "wire add name=w1 kind=null");
  const auto after = engine->cut();
  CHECK(after->vms.at(0).guest_sent == before->vms.at(0).guest_sent);
  CHECK(after->vms.at(0).vcpus.at(0).exits <= before->vms.at(0).vcpus.at(0).exits + 1);  // the one it stood in
}
