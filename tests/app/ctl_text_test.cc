// SPDX-License-Identifier: BSD-3-Clause
// The pieces of ringsidectl that need no engine: numbers, command lines, scenario texts, what follows from a snapshot.
#include "app/ctl/arguments.h"
#include "app/ctl/bench/backend_runs.h"
#include "app/ctl/bench/child.h"
#include "app/ctl/dashboard.h"
#include "app/ctl/event_text.h"
#include "app/ctl/number_format.h"
#include "app/ctl/scenario_file.h"
#include "app/ctl/summary.h"
#include "engine/figures/derived.h"
#include "engine/figures/totals.h"
#include "tests/support/catch.h"
#include "tests/support/fake_engine.h"

namespace ringside::ctl {

TEST_CASE("ctl: numbers have three digits and one prefix") {
  CHECK(si(0, "pps") == "0 pps");
  CHECK(si(29'123'456, "pps") == "29.1 Mpps");
  CHECK(si(999'600, "pps") == "1.00 Mpps");
  CHECK(si(950, "pps") == "950 pps");
  CHECK(count(1'234'567) == "1,234,567");
  CHECK(count(999) == "999");
  CHECK(counted(1, "frame") == "1 frame");
  CHECK(decimal(3340.4) == "3,340");
  CHECK(percent(0.661) == "66.1 %");
  CHECK(percent(0.0048) == "0.48 %");
  CHECK(duration(3.9e-7) == "390 ns");
  CHECK(left("µs", 4) == "µs  ");
}

TEST_CASE("ctl: a median's interval comes from ranks, and the back end's claim is judged where it was made") {
  const Interval nine = interval_of({9, 1, 5, 3, 7, 2, 8, 4, 6});
  CHECK(nine.median == 5);
  CHECK(nine.low == 2);
  CHECK(nine.high == 8);
  CHECK(interval_of({3}).low == 3);
  CHECK(apart({1.02, 0.95, 1.05}) == Apart::kWithin);
  CHECK(apart({0.84, 0.80, 0.88}) == Apart::kBeyond);
  CHECK(apart({0.88, 0.80, 0.95}) == Apart::kUnclear);

  BackendPoint p;
  p.ratio = {1.0, 0.99, 1.01};
  p.e1000.guest = 200, p.e1000.exit_cycles = 1000, p.e1000.backend = 2200, p.e1000.path = 80;
  p.vmxnet3 = p.e1000;
  CHECK(claim_of(p, false) == Claim::kNotAsked);  // not a marked point
  p.talk = true;
  CHECK(claim_of(p, false) == Claim::kHolds);
  p.ratio = {0.7, 0.69, 0.71};
  CHECK(claim_of(p, false) == Claim::kContradicted);
  p.e1000.exit_cycles = 20'000;  // exits set the pace
  CHECK(claim_of(p, false) == Claim::kNotAsked);
  p.talk = false, p.own = true;
  CHECK(claim_of(p, false) == Claim::kHolds);
  p.ratio = {1.0, 0.99, 1.01};
  CHECK(claim_of(p, false) == Claim::kContradicted);
}

TEST_CASE("ctl: rates on the line count 24 bytes more for each frame") { CHECK(line_bits(1e6, 60e6) == Approx(672e6)); }

TEST_CASE("ctl: arguments of DPDK belong behind --") {
  auto good = split_arguments({"run", "first.scn", "--", "-l", "0,1"});
  REQUIRE(good);
  CHECK(good->own == std::vector<std::string>{"run", "first.scn"});
  CHECK(good->eal == std::vector<std::string>{"-l", "0,1"});
  auto bad = split_arguments({"--lcores", "0@(0-1)", "run", "x.scn", "--", "-n", "4"});
  REQUIRE(!bad);
  CHECK(bad.error().remedy == "Type: ringsidectl run x.scn -- --lcores '0@(0-1)' -n 4");
}

TEST_CASE("ctl: a scenario's run lines are changed in place") {
  const std::string text = "# what it shows\nwire add name=w0 kind=null\nrun mode=free seed=7 until=idle\nrun for=2s\n";
  CHECK(for_steps(text) == "# what it shows\nwire add name=w0 kind=null\nrun mode=stepped seed=7\n# run for=2s\n");
  CHECK(without_run(text) ==
        "# what it shows\nwire add name=w0 kind=null\n# run mode=free seed=7 until=idle\n# run for=2s\n");
  CHECK(for_steps("wire add name=w0 kind=null\n").ends_with("run mode=stepped\n"));
  CHECK(run_end(text) == RunEnd::kByItself);
  CHECK(run_end("run mode=free\n") == RunEnd::kNever);
  CHECK(run_end("run mode=stepped seed=1\n") == RunEnd::kWaitsForSteps);
  CHECK(run_end("# run mode=free\n") == RunEnd::kNoRun);
  CHECK(with_key("vm add name=web exit_cost=0\n", "vm add", "exit_cost", "600") == "vm add name=web exit_cost=600\n");
}

TEST_CASE("ctl: what follows from a snapshot carries the weakest provenance of its inputs") {
  test::FakeEngine engine({.dropping = true});
  engine.advance(2);
  const auto s = engine.snapshot();
  const auto metrics = figures::derive(*s);
  CHECK(figures::value_of(metrics, "run.seconds") == Approx(2));
  CHECK(figures::value_of(metrics, "rate.w0.in") == Approx(double(s->wires[0].frames_in) / 2));
  CHECK(figures::value_of(metrics, "drops.web.nic0.rx.no_descriptor") == double(s->balance.dropped));
  for (const figures::Figure& metric : metrics) {
    if (metric.name == "exit_cost.web/0" || metric.name == "cycles_per_packet.web/0")
      CHECK(metric.provenance == Provenance::kModelled);
    if (metric.name == "rate.w0.in") CHECK(metric.provenance == Provenance::kMeasured);
  }
}

TEST_CASE("ctl: rates since an earlier picture are of what came after it") {
  test::FakeEngine engine;
  engine.advance(2);
  const Snapshot before = *engine.snapshot();
  engine.advance(0.5);
  const auto s = engine.snapshot();
  const auto metrics = figures::derive(*s, &before);
  CHECK(figures::value_of(metrics, "run.seconds") == Approx(2.5));
  CHECK(figures::value_of(metrics, "rate.w0.in") ==
        Approx(double(s->wires[0].frames_in - before.wires[0].frames_in) / 0.5));
  CHECK(figures::value_of(metrics, "rate.web.received") ==
        Approx(double(s->vms[0].guest_received - before.vms[0].guest_received) / 0.5));
}

// They were means of the whole run, beside rates of the last second.
TEST_CASE("ctl: what is divided by packets is since an earlier picture, too") {
  Snapshot before;
  before.run_ns = 1'000'000'000, before.tsc_hz = 2e9, before.state = RunState::kRunning;
  VmView vm;
  vm.name = "web", vm.guest_sent = 1000;
  VcpuView cpu;
  cpu.name = "web/0", cpu.exits = 1000, cpu.exit_cycles = 1'000'000;
  cpu.totals = {{"MMIO write", "nic0", "TDT", 1000, 1'000'000}};
  vm.vcpus = {cpu};
  before.vms = {vm};
  ContextView context;
  context.name = "tx web.nic0", context.packets = 1000, context.busy_cycles = 100'000;
  before.contexts = {context};
  Snapshot s = before;
  s.run_ns = 2'000'000'000;
  s.vms[0].guest_sent = 3000, s.vms[0].vcpus[0].exits = 1100, s.vms[0].vcpus[0].exit_cycles = 1'300'000;
  s.vms[0].vcpus[0].totals[0].count = 1100;
  s.contexts[0].packets = 3000, s.contexts[0].busy_cycles = 500'000;
  const auto metrics = figures::derive(s, &before);
  CHECK(figures::value_of(metrics, "exits_per_packet.web") == Approx(0.05));
  CHECK(figures::value_of(metrics, "mmio_exits_per_packet.web") == Approx(0.05));
  CHECK(figures::value_of(metrics, "exit_cost.web/0") == Approx(3000));
  CHECK(figures::value_of(metrics, "cycles_per_packet.tx web.nic0") == Approx(200));
}

TEST_CASE("ctl: the summary names each drop with its place, and says whether the balance holds") {
  test::FakeEngine engine({.running = false, .dropping = true});
  const std::string text = summary_text(*engine.cut(), Terminal{});
  CHECK(text.find("It holds.") != std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("ctl: dropped frames are a share of all that there were, copies and segments too") {
  Snapshot s;
  s.balance.sent = 3, s.balance.copied = 4, s.balance.segmented = 1;
  s.balance.delivered = 6, s.balance.dropped = 2, s.balance.exact = true;
  CHECK(summary_text(s, Terminal{}).find("frames, 25.0 %") != std::string::npos);
}

TEST_CASE("ctl: a terminal's width and its colours are respected") {
  test::FakeEngine engine;
  engine.advance(1);
  const Snapshot before = *engine.snapshot();
  engine.advance(0.5);
  Terminal narrow;
  narrow.columns = 80;
  const std::string text = dashboard_text(*engine.snapshot(), before, narrow);
  for (size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
    CHECK(columns(text.substr(begin, end - begin)) <= 80);
  CHECK(text.find("web.nic0.rx") != std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("ctl: an event is one line, and fields that say nothing are left out") {
  EventView event;
  event.number = 3, event.ns = 1500, event.stop = 2, event.who = "web/0", event.what = "write TDT", event.exit = true,
  event.cycles = 1000;
  event.fields = {{"INDEX", "0x0001"}, {"RST", "0"}};
  const std::string line = event_line(event, Terminal{});
  CHECK(line.find("EXIT") != std::string::npos);
  CHECK(line.find("INDEX 0x0001") != std::string::npos);
  CHECK(line.find("RST") == std::string::npos);
}

TEST_CASE("ctl: the median of pairs") {
  CHECK(median({}) == 0);
  CHECK(median({3, 1, 2}) == 2);
  CHECK(median({4, 1, 2, 3}) == 2.5);
}

}  // namespace ringside::ctl
