// SPDX-License-Identifier: BSD-3-Clause
#include <rte_ring.h>

#include "engine/control/machine/machine.h"
#include "tests/support/catch.h"
#include "tests/support/eal.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

// sent + copied = delivered + dropped + in flight, at every cut.

TEST_CASE("the balance holds at cuts taken at any moment of a free run", "[scenario][sanitize]") {
  auto engine = make_engine(1);
  load(*engine,
       "wire add name=w0 kind=null flows=7\nswitch add name=s0 uplink=w0\n"
       "vm add name=a nic=e1000 switch=s0 rx_ring=64 exit_cost=0\nvm add name=b nic=e1000 switch=s0 doorbell=batch "
       "exit_cost=200 rx_ring=8 refill=1\n"
       "vm add name=c nic=e1000 switch=s0 workload=sink driver=interrupt exit_cost=0\n"
       "send to=a,b,c count=forever\nrun mode=free\n");
  for (int i = 0; i < 30; i++) {
    auto s = engine->cut();
    INFO("sent " << s->balance.sent << " delivered " << s->balance.delivered << " dropped " << s->balance.dropped
                 << " in flight " << s->balance.in_flight);
    CHECK(s->balance.exact);
    CHECK(s->balance.holds());
  }
  auto s = engine->cut();
  CHECK(s->balance.delivered > 1000);
  uint64_t named = 0;
  for (const DropView& d : s->drops) named += d.frames;
  CHECK(named == s->balance.dropped);
}

TEST_CASE("the balance holds across two workers, and frames that cross are counted on their way",
          "[scenario][sanitize]") {
  auto engine = make_engine(2);
  load(*engine,
       "wire add name=w0 kind=null\nswitch add name=s0 uplink=w0\nvm add name=a nic=e1000 switch=s0 doorbell=batch "
       "exit_cost=0\n"
       "send to=a count=forever\nrun mode=free\n");
  ask(*engine, "context place context=\"tx a.nic0\" worker=2");
  uint64_t last = 0;
  for (int i = 0; i < 30; i++) {
    auto s = engine->cut();
    CHECK(s->balance.holds());
    last = s->balance.delivered;
  }
  CHECK(last > 1000);
  ask(*engine, "context place context=\"tx a.nic0\" worker=1");
  CHECK(engine->cut()->balance.holds());
}

TEST_CASE("a planted leak of one packet is found", "[scenario][sanitize]") {
  need_eal();
  auto made = control::Machine::create(77, false);
  REQUIRE(made.ok());
  control::Machine& machine = **made;
  datapath::WireConfig config = *datapath::parse_wire_kind("ring");
  config.name = "w0";
  auto wire = machine.build_wire(config);
  REQUIRE(wire.ok());
  machine.plug_wire(std::move(*wire));
  machine.add_switch({"s0", "w0"});
  control::VmSpec spec;
  spec.name = "web", spec.nic.switch_name = "s0", spec.nic.mac = 0x0100'0000'0002,
  spec.workload = spec::WorkloadKind::kSink;
  auto vm = machine.build_vm(spec, 0);
  REQUIRE(vm.ok());
  REQUIRE(machine.plug_vm(*vm, {}).ok());
  REQUIRE(machine.place(1, {}).ok());
  datapath::SendJob job;
  job.frame.destinations = {spec.nic.mac}, job.count = 10;
  REQUIRE(machine.wire("w0")->wire->send(job).ok());
  Turn turn{.now = tsc(), .hz = tsc_hz()};
  machine.wire("w0")->wire->generator()->turn(turn);
  REQUIRE(machine.balance(true).holds());
  REQUIRE(machine.balance(true).in_flight == 10);

  // One frame is taken out of the context's hands behind everybody's back.
  datapath::PortContext& context = *machine.wire("w0")->context;
  net::Burst burst;
  burst.clear();
  REQUIRE(machine.wire("w0")->wire->ingress_burst(turn, 0, burst) == 10);
  CHECK_FALSE(machine.balance(true).holds());  // ten frames that no owner shows
  auto& forwarder = const_cast<datapath::Forwarder&>(context.forwarder());
  forwarder.in = burst;
  CHECK(machine.balance(true).holds());
  rte_mbuf* stolen = forwarder.in.packets[--forwarder.in.count];
  Balance broken = machine.balance(true);
  CHECK_FALSE(broken.holds());
  CHECK(broken.sent + broken.copied - broken.delivered - broken.dropped - broken.in_flight == 1);
  machine.switches()[0]->forward(turn, forwarder, context.port());
  CHECK_FALSE(machine.balance(true).holds());
  // And when the machine is taken down, the pool misses it.
  CHECK(machine.unplug() == 1);
  rte_pktmbuf_free(stolen);
}

TEST_CASE("a capture of real traffic goes through the VM, each frame accounted for", "[scenario][sanitize]") {
  auto engine = make_engine();
  load_file(*engine, "assets/scenarios/capture.scn");
  auto s = engine->cut();
  CHECK(probe(*s, "w0.frames_in") == 102);
  CHECK(probe(*s, "web.guest.received") == 102);
  CHECK(probe(*s, "web.guest.sent") == 102);
  CHECK(probe(*s, "w0.frames_out") == 102);
  // The driver asks for padding (TCTL.PSP): two ARP frames of 42 bytes leave as 60.
  CHECK(probe(*s, "w0.bytes_out") == probe(*s, "w0.bytes_in") + 2 * (60 - 42));
  CHECK(s->balance.dropped == 0);
  CHECK(s->balance.holds());
}

TEST_CASE("after a machine is taken down its pool is full again", "[scenario][sanitize]") {
  auto engine = make_engine();
  for (int i = 0; i < 20; i++) {
    load(*engine,
         "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=a nic=e1000 switch=s0 "
         "exit_cost=0\nsend to=a count=forever\nrun mode=free\n");
    ask(*engine, "run for=5ms");
  }
  load(*engine, "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\n");
  CHECK(engine->cut()->leaked_packets == 0);
}

TEST_CASE("a VM that is removed or booted anew leaves its account in the books", "[scenario][sanitize]") {
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=a nic=e1000 switch=s0 exit_cost=0\nvm "
       "add name=b nic=e1000 switch=s0 exit_cost=0\n"
       "send to=a,b count=forever\nrun mode=free\n");
  ask(*engine, "run for=20ms");
  ask(*engine, "run");
  ask(*engine, "vm set name=a rx_ring=64");
  auto s = engine->cut();
  CHECK(s->balance.holds());
  CHECK(s->vms[0].name == "a");
  ask(*engine, "vm remove name=b");
  run_until(*engine, [](const Snapshot& now) { return now.balance.dropped > 0; });  // frames for b are nobody's now
  s = engine->cut();
  CHECK(s->balance.holds());
  CHECK(s->vms.size() == 1);
}
