// SPDX-License-Identifier: BSD-3-Clause
// A command happens whole or not at all: each is tried with each of its fallible calls failing in turn (memory,
// threads, rings, KVM), and when it says no, nothing has changed. `vm set memory=2048M` that was refused destroyed the
// VM, and the `vm pause` behind it ended the program.
#include <string>
#include <vector>

#include "engine/base/fault_injection.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/kvm.h"
#include "tests/support/whole_state.h"

using namespace ringside;
using namespace ringside::test;

namespace {

constexpr char kMachine[] =
    "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nportgroup add name=p0 switch=s0 vlan=7\n"
    "vm add name=web nic=e1000 switch=s0 workload=sink\nvm add name=db nic=vmxnet3 switch=s0 portgroup=p0\n"
    "watch ring=web.nic0.rx\nwatch ring=db.nic0.rx.comp\nsend to=web count=200\nrun mode=free until=idle\nmark "
    "name=start\n";

// Some of a command's calls may fail without harm to it; then it is reached, and what it did is taken back by `undo`.
void try_each_fault(Engine& engine, const std::string& command, const std::string& undo) {
  uint64_t refused = 0;
  bool reached = false;
  for (uint64_t nth = 0;; nth++) {
    const std::string before = whole_state(*engine.cut());
    Answer answer;
    std::string where;
    {
      ArmedFault fault({.nth = nth});
      answer = engine.execute(command);
      where = fault.where();
    }
    const bool hit = !where.empty();
    INFO(command << ", call " << nth << " (" << where << "): " << answer.text);
    if (answer.ok()) {
      reached = true;
      if (!undo.empty()) {
        const Answer undone = engine.execute(undo);
        CHECK(undone.text.starts_with("ok"));
      }
    } else {
      refused++;
      CHECK(answer.ended == Ended::kRefused);
      CHECK(changed_lines(before, whole_state(*engine.cut())) == "");
    }
    CHECK(engine.cut()->balance.holds());
    if (!hit) break;
  }
  INFO(command << " was refused " << refused << " times");
  CHECK(reached);
}

struct Try {
  std::string command, undo;
};

const std::vector<Try> kTries{
    {"wire add name=w1 kind=ring", ""},
    {"wire add name=w2 kind=null", ""},
    {"switch add name=s1", ""},
    {"vm add name=x nic=e1000 switch=s0 vcpus=2", "vm remove name=x"},
    {"vm add name=y nic=vmxnet3 switch=s0 queues=4 portgroup=p0", "vm remove name=y"},
    {"vm set name=web memory=32M", "vm set name=web memory=16M"},
    {"vm set name=db queues=2 flows=4", "vm set name=db queues=1"},
    {"vm set name=web mac=02:00:00:00:00:77", "vm set name=web mac=02:00:00:00:00:01"},
    {"vm set name=web rx_ring=64", "vm set name=web rx_ring=256"},
    {"vm pause name=web", "vm resume name=web"},
    {"send to=web count=3", ""},
    {"exits record most=5", ""},
    {"backend cycles=100", "backend cycles=0"},
    {"context place context=\"tx web.nic0\" worker=2", "context release context=\"tx web.nic0\""},
    {"placement mode=keep", "placement mode=auto"},
    {"placement redo", ""},
};

}  // namespace

TEST_CASE("a refused command has changed nothing, whatever failed", "[regression][sanitize]") {
  auto engine = make_engine(2);
  load(*engine, kMachine);
  for (const char* mode : {"run mode=free for=1ms", "run mode=stepped"}) {
    ask(*engine, mode);
    for (const Try& one : kTries) {
      if (std::string(mode) != "run mode=free for=1ms" && one.command.find(" add name=") != std::string::npos &&
          one.undo.empty())
        continue;  // it is there already
      try_each_fault(*engine, one.command, one.undo);
    }
  }
  ask(*engine, "vm pause name=web");
  ask(*engine, "vm resume name=web");
  ask(*engine, "run mode=free until=idle");
  CHECK(engine->cut()->balance.holds());
}

// A machine that was built changes only when each of its turns has ended; what may be refused comes before that.
TEST_CASE("a command that is refused in the middle of a turn leaves the turn where it was", "[regression][sanitize]") {
  auto engine = make_engine(1);
  load(*engine, kMachine);
  ask(*engine, "run mode=stepped");
  ask(*engine, "send to=web count=50");
  for (const Try& one : std::vector<Try>{
           {"placement redo", ""},
           {"wire add name=w1 kind=ring", ""},
           {"switch add name=s1", ""},
           {"vm add name=x nic=e1000 switch=s0 vcpus=2", "vm remove name=x"},
           {"vm set name=web memory=32M", "vm set name=web memory=16M"},
           {"vm set name=web mac=02:00:00:00:00:77", "vm set name=web mac=02:00:00:00:00:01"},
           {"vm set name=web rx_ring=64", "vm set name=web rx_ring=256"},
           {"run mode=free for=1ms", "run mode=stepped"},
       }) {
    ask(*engine, "send to=web count=50");
    ask(*engine, "step n=7");
    try_each_fault(*engine, one.command, one.undo);
  }
}

TEST_CASE("a stepped KVM guest that another is refused beside stays in the middle of its turn", "[regression]") {
  need_kvm();
  auto engine = make_engine(1);
  load(*engine, kMachine);
  ask(*engine, "vm add name=k nic=vmxnet3 switch=s0 vcpu=kvm workload=sink");
  ask(*engine, "run mode=stepped");
  for (const Try& one : std::vector<Try>{
           {"placement redo", ""},
           {"vm add name=l nic=e1000 switch=s0 vcpu=kvm workload=sink", "vm remove name=l"},
           {"vm set name=k memory=32M", "vm set name=k memory=16M"},
       }) {
    ask(*engine, "send to=k count=50");
    ask(*engine, "step n=9");
    try_each_fault(*engine, one.command, one.undo);
  }
}

TEST_CASE("free time that KVM refuses to a guest in the middle of its turn says that the turn has ended",
          "[regression]") {
  need_kvm();
  auto engine = make_engine(1);
  load(*engine, kMachine);
  ask(*engine, "vm add name=k nic=vmxnet3 switch=s0 vcpu=kvm workload=sink");
  ask(*engine, "run mode=stepped");
  uint64_t refused = 0;
  for (uint64_t nth = 0;; nth++) {
    ask(*engine, "send to=k count=50");
    ask(*engine, "step n=9");
    const std::string before = whole_state(*engine->cut());
    ArmedFault fault({.nth = nth});
    const Answer answer = engine->execute("run mode=free for=1ms");
    if (!fault.hit()) break;
    if (answer.ok()) {
      ask(*engine, "run mode=stepped");
      continue;
    }
    refused++;
    INFO(fault.where() << ": " << answer.text);
    const bool changed = !changed_lines(before, whole_state(*engine->cut())).empty();
    CHECK(changed == (answer.text.find("Turns that were under way have ended") != std::string::npos));
    CHECK(engine->cut()->mode == RunMode::kStepped);
  }
  CHECK(refused > 0);
}

TEST_CASE("a refused change of mode has changed nothing", "[regression][sanitize]") {
  auto engine = make_engine(1);
  load(*engine, kMachine);
  try_each_fault(*engine, "run mode=stepped seed=9", "run mode=free for=1ms");
}

TEST_CASE("a refused command about a KVM guest has changed nothing, whatever failed", "[regression]") {
  need_kvm();
  auto engine = make_engine(1);
  load(*engine, kMachine);
  try_each_fault(*engine, "vm add name=k nic=e1000 switch=s0 vcpu=kvm workload=sink", "vm remove name=k");
  ask(*engine, "vm add name=k nic=vmxnet3 switch=s0 vcpu=kvm queues=2 vcpus=2 workload=sink");
  try_each_fault(*engine, "vm set name=k memory=32M", "vm set name=k memory=16M");
  // A vCPU that could not be reset went on from where it was, in a guest that booted anew, and nobody ended that.
  try_each_fault(*engine, "vm set name=k rx_ring=64", "vm set name=k rx_ring=256");
  ask(*engine, "send to=k count=10");
  ask(*engine, "run mode=free until=idle");
  CHECK(engine->cut()->balance.holds());
}
