// SPDX-License-Identifier: BSD-3-Clause
// What the panels of VM exits say, and what they count: totals that are never mixed, gaps that are shown, a chart that
// follows settings.
#include "app/desktop/kit/numbers.h"
#include "app/desktop/model/exit_recording.h"
#include "app/desktop/model/exit_totals.h"
#include "app/desktop/model/nic_comparison.h"
#include "app/desktop/model/window_command.h"
#include "app/desktop/widgets/ring_pair.h"
#include "app/desktop/widgets/timeline.h"
#include "tests/app/headless.h"
#include "tests/support/catch.h"
#include "tests/support/fake_nics.h"

using namespace ringside;
using namespace ringside::desktop;
using namespace ringside::test;

namespace {

ExitView exit_at(uint64_t begin, uint32_t skipped = 0) {
  ExitView e;
  e.vcpu = "web/0", e.reason = "MMIO write", e.reg = "TDT", e.width = 4, e.begin = begin, e.end = begin + 1000,
  e.skipped = skipped;
  return e;
}

Snapshot snapshot_with(uint64_t serial, RunState state, std::vector<ExitView> exits) {
  Snapshot s;
  s.serial = serial, s.tsc_hz = 2e9, s.tsc = exits.empty() ? serial : exits.back().end, s.mode = RunMode::kFree,
  s.state = state, s.exits = std::move(exits);
  return s;
}

void put_in_front(Headless& h, const char* panel) { h.desktop->ui().bring_to_front(panel); }

}  // namespace

TEST_CASE("the recording knows where nothing was recorded") {
  ExitRecording r;
  r.add(snapshot_with(1, RunState::kPaused, {exit_at(10'000), exit_at(20'000), exit_at(30'000, 7)}));
  r.add(snapshot_with(2, RunState::kPaused,
                      {exit_at(20'000), exit_at(30'000, 7), exit_at(40'000)}));     // joined: two came again
  r.add(snapshot_with(3, RunState::kPaused, {exit_at(90'000), exit_at(100'000)}));  // nothing known before
  const auto& lane = r.of("web/0");
  REQUIRE(lane.size() == 6);
  const bool unknown[] = {false, false, true, false, true, false};
  for (size_t i = 0; i < lane.size(); ++i) CHECK(lane[i].unknown_before == unknown[i]);
  CHECK(r.newest() == 101'000);
  CHECK(r.oldest() == 10'000);
  CHECK(r.find("web/0", 40'000));
  CHECK_FALSE(r.find("web/0", 40'001));
}

TEST_CASE("while time runs freely a sample is taken twice a second") {
  ExitRecording r;
  uint64_t serial = 0;
  for (uint64_t t = 1'000'000'000; t < 5'000'000'000; t += 33'000'000)  // 2 s at 2 GHz
    r.add(snapshot_with(++serial, RunState::kRunning, {exit_at(t), exit_at(t + 5000)}));
  CHECK(r.of("web/0").size() >= 6);
  CHECK(r.of("web/0").size() <= 10);
  Snapshot stepped = snapshot_with(++serial, RunState::kPaused, {exit_at(500)});
  stepped.mode = RunMode::kStepped;
  r.add(stepped);
  CHECK(r.of("web/0").size() == 1);  // another clock: begun anew
}

TEST_CASE("each exit belongs to one of five groups") {
  CHECK(group_of("MMIO write") == ExitGroup::kDevice);
  CHECK(group_of("PIO read") == ExitGroup::kDevice);
  CHECK(group_of("HLT") == ExitGroup::kWait);
  CHECK(group_of("interrupt window") == ExitGroup::kInterrupt);
  CHECK(group_of("hypercall") == ExitGroup::kInstruction);
  CHECK(group_of("triple fault") == ExitGroup::kFault);
  CHECK(is_ept_class("MMIO read"));
  CHECK_FALSE(is_ept_class("PIO write"));
}

TEST_CASE("the zoom ladder is 1, 2, 5 from 10 ns to 1 s a pixel, anchored under the mouse") {
  CHECK(TimeScale::seconds_per_pixel(0) == Approx(1e-8));
  CHECK(TimeScale::seconds_per_pixel(1) == Approx(2e-8));
  CHECK(TimeScale::seconds_per_pixel(2) == Approx(5e-8));
  CHECK(TimeScale::seconds_per_pixel(TimeScale::kRungs - 1) == Approx(1));
  TimeScale s;
  s.show(40e-6, 400);
  CHECK(s.seconds_per_pixel() == Approx(1e-7));
  const double playhead = 1.0;
  for (const int rungs : {-1, -2, 1, 2, 3}) {
    const float x = 120, width = 400;
    const double under = s.left(playhead, width) + double(x) * s.seconds_per_pixel();
    s.zoom(rungs, x, width, playhead);
    if (s.follows()) continue;
    CHECK(s.left(playhead, width) + double(x) * s.seconds_per_pixel() == Approx(under).epsilon(1e-12));
  }
  s.follow();
  s.pan(50, playhead, 0.5);
  CHECK_FALSE(s.follows());
  CHECK(s.right(playhead) == Approx(playhead - 50 * s.seconds_per_pixel()).epsilon(1e-12));
  s.pan(-1e9f, playhead, 0.5);
  CHECK(s.follows());
}

TEST_CASE("the kernel's total and ours stand side by side and are never added") {
  Headless h({{.vms = 2, .running = false, .adorn = [](Snapshot& s) { make_kvm(s, "web", "kernel", 81'234); }}});
  h.frames(5, 0.05);
  const auto s = h.engine.snapshot();
  History history;
  history.add(*s);
  const ExitTotals t = exit_totals(*s, history);
  uint64_t user = 0;
  for (const VmView& vm : s->vms) user += vm.vcpus[0].exits;
  CHECK(t.user == user);
  CHECK(t.kernel == s->vms[0].vcpus[0].exits + 1200 + 81'234);  // the soft vCPU of fw has no kernel that counts
  CHECK(t.kernel_known);
  CHECK(t.count_only == 81'234 + 800 + 12);
  CHECK(h.shows("handled by us"));
  CHECK(h.shows("the kernel’s own count"));
  bool halt = false, doorbell = false;
  for (const ExitRow& row : exit_rows(*s, history, "", false)) {
    if (!row.count_only) continue;
    CHECK(row.cycles == 0);
    halt |= row.reason == "HLT" && row.count == 800, doorbell |= row.count == 81'234;
  }
  CHECK(halt);
  CHECK(doorbell);
}

TEST_CASE("a soft machine shows one total, and the share of exits that have records") {
  Headless h({{.vms = 1, .adorn = [](Snapshot& s) { make_sampled(s, 0.0625); }}});
  h.frames(20, 0.05);
  CHECK(h.shows("records of 6.2" + std::string(kThin) + "% of the exits"));
  CHECK(h.shows("handled by us"));
  CHECK_FALSE(h.shows("the kernel’s own count"));
}

TEST_CASE("a slice opens to its record, and chooses register and ring everywhere") {
  Headless h({{.vms = 2, .running = false, .adorn = [](Snapshot& s) { make_kvm(s, "web", "user"); }}});
  put_in_front(h, "Timeline");
  h.desktop->ui().bring_to_front("Rings");
  h.frames(5, 0.05);
  const auto s = h.engine.snapshot();
  // the lanes' place, and the last exit of web/0 in it
  Rect lanes{};
  for (const Recording::Target& t : h.recording.targets)
    if (t.name == "Timeline/lanes") lanes = t.rect;
  REQUIRE(lanes.w > 100);
  const ExitView* last = nullptr;
  uint64_t newest = 0;
  for (const ExitView& e : s->exits) {
    newest = std::max(newest, e.end);
    if (e.vcpu == "web/0" && e.reg == "TDT") last = &e;
  }
  REQUIRE(last);
  // 100 ns a pixel or its neighbours: whatever shows 40 µs
  TimeScale scale;
  scale.show(ExitRecording::kSampleSeconds, lanes.w);
  const double right = double(newest) / s->tsc_hz, middle = double(last->begin + last->end) / 2 / s->tsc_hz;
  const float x = lanes.right() - float((right - middle) / scale.seconds_per_pixel());
  h.click(x, lanes.y + 13);
  CHECK(h.desktop->ui().exit_vcpu == "web/0");
  CHECK(h.desktop->ui().exit_begin == last->begin);
  CHECK(h.desktop->ui().reg == "TDT");
  CHECK(h.desktop->ui().ring == "web.nic0.tx");
  CHECK(h.shows("MMIO write TDT"));
  CHECK(h.shows("mov dword ptr [rax + 0x3818], ecx"));
  CHECK(h.shows("poll_nics<Forward>+0x1a4"));
  // by command: the newest one of a vCPU
  REQUIRE(apply_window_command(h.desktop->ui(), "window exit=fw/0 tab=Timeline").ok());
  h.frame();
  CHECK(h.desktop->ui().vm == "fw");
  CHECK(h.desktop->ui().exit_begin < newest);
  h.desktop->ui().choose_exit("web/0", last->begin);
  // the arrows walk on the lane
  h.press(Key::kLeft);
  h.frame();
  CHECK(h.desktop->ui().exit_begin < last->begin);
  h.press(Key::kEscape);
  h.frame();
  CHECK(h.desktop->ui().exit_vcpu.empty());
}

TEST_CASE("a timeline that stands is the recording, one that runs a sample, and it says so") {
  Headless h({{.vms = 2, .running = false}});
  put_in_front(h, "Timeline");
  h.frames(5, 0.05);
  CHECK(h.shows("follows the newest"));
  CHECK(h.shows("the recording"));
  CHECK_FALSE(h.shows("µs sample"));
}

TEST_CASE("vCPUs that have no lane of their own share one") {
  Headless h({{.vms = 6,
               .adorn =
                   [](Snapshot& s) {
                     for (VmView& vm : s.vms)
                       for (int i = 1; i < 4; ++i)
                         vm.vcpus.push_back(vm.vcpus[0]), vm.vcpus.back().name = vm.name + "/" + std::to_string(i);
                   }},
              2560,
              1440,
              100});
  put_in_front(h, "Timeline");
  h.frames(10, 0.05);
  // 24 vCPUs: at most 16 lanes, of which the last is the sum
  int lanes = 0, more = 0;
  for (const Drawn& d : h.recording.drawn) {
    if (d.group < 0 || h.recording.groups[size_t(d.group)].name != "Timeline" || d.kind != Drawn::Kind::kText) continue;
    lanes += d.text.find('/') != std::string::npos && d.text.size() < 9 && d.text != "exits/s";
    if (d.text.find(" more") != std::string::npos) more = std::atoi(d.text.c_str());
  }
  CHECK(lanes <= 15);
  CHECK(lanes + more == 24);
}

TEST_CASE("the timeline says where the last second went, and that guests of a nested KVM are no measure") {
  Headless h({{.vms = 2, .adorn = [](Snapshot& s) { make_kvm(s, "web", "user"); }}, 1920, 1080});
  put_in_front(h, "Timeline");
  h.frames(40, 0.05);
  CHECK(h.shows("The last second"));
  CHECK(h.shows("in the guest"));
  CHECK(h.shows("A click on an exit opens its record"));
  for (const char* panel : {"Cycles per packet", "Throughput"}) {
    put_in_front(h, panel);
    h.frames(3);
    CHECK(h.shows("measured, nested"));
  }
}

TEST_CASE("the chart counts since the settings, per 10 000 packets") {
  Snapshot s;
  auto fill = [&](uint64_t packets, double e, double v, uint32_t batch) {
    s.serial++;
    s.vms.clear();
    for (const char* model : {"e1000", "vmxnet3"}) {
      VmView vm;
      vm.name = model, vm.driver = "poll", vm.doorbell = "packet", vm.batch = batch;
      vm.nics.resize(1);
      vm.nics[0].model = model, vm.guest_received = vm.guest_sent = packets;
      vm.vcpus.resize(1);
      vm.vcpus[0].name = std::string(model) + "/0";
      const uint64_t exits = uint64_t(double(packets) * (std::string(model) == "e1000" ? e : v));
      vm.vcpus[0].exits = exits + 10;
      vm.vcpus[0].totals = {{"MMIO write", "nic0", "TDT", exits, exits * 1000}, {"HLT", "", "", 10, 6000}};
      s.vms.push_back(vm);
    }
  };
  NicComparison c;
  fill(100'000, 1.06, 0.03, 32);
  c.add(s);
  auto regimes = c.regimes();
  REQUIRE(regimes.size() == 1);
  REQUIRE(regimes[0].bars.size() == 2);
  CHECK(NicComparison::comparable(regimes[0]));
  CHECK(regimes[0].bars[0].per_10k(regimes[0].bars[0].ept) == Approx(10'600));
  CHECK(regimes[0].bars[1].per_10k(regimes[0].bars[1].ept) == Approx(300));
  CHECK(regimes[0].bars[0].all == regimes[0].bars[0].ept + 10);
  // another batch: what was counted before belongs to other settings
  fill(100'000, 1.06, 0.03, 1);
  c.add(s);
  fill(102'000, 1.06, 0.03, 1);
  c.add(s);
  regimes = c.regimes();
  REQUIRE(regimes.size() == 1);
  CHECK(regimes[0].batch == 1);
  CHECK(regimes[0].bars[0].packets == 2'000);
  CHECK(regimes[0].bars[0].ept == 2'120);
}

TEST_CASE("the chart says its ratio, its settings and what the talk says") {
  {
    Headless h({{.vms = 2, .running = false, .adorn = [](Snapshot& s) {
                   make_vmxnet3(s, "fw"), make_regime(s, "web", 32, "poll", 100'000, 1.0),
                       make_regime(s, "fw", 32, "poll", 100'000, 0.04);
                 }}});
    put_in_front(h, "Talk");
    h.frames(5, 0.05);
    CHECK(h.shows("−96.0" + std::string(kThin) + "%"));
    CHECK(h.shows("the talk −97" + std::string(kThin) + "%"));
    CHECK(h.shows("Batch 32"));
    CHECK(h.shows("polling driver, doorbell per packet, transmit threshold 32"));
    CHECK(h.shows("E1000: exits set the pace"));
    CHECK(h.shows("VMXNET3: the back end sets the pace"));
    CHECK(h.shows("exits for the same packets, per 10" + std::string(kThin) + "000"));
  }
  {
    // The transmit context sleeps: the threshold in memory is 1, the setting is what it was. And both regimes have room
    // on a small screen.
    Headless h({{.vms = 4,
                 .running = false,
                 .adorn =
                     [](Snapshot& s) {
                       make_vmxnet3(s, "fw", 256, 1, 0), make_vmxnet3(s, "cache", 256, 1, 0);
                       make_regime(s, "web", 32, "poll", 100'000, 1.0), make_regime(s, "fw", 32, "poll", 100'000, 0.04);
                       make_regime(s, "db", 1, "poll", 100'000, 1.0), make_regime(s, "cache", 1, "poll", 100'000, 0.04);
                     }},
                1280,
                720});
    put_in_front(h, "Talk");
    h.frames(5, 0.05);
    CHECK(h.shows("Batch 32"));
    CHECK(h.shows("Batch 1"));
    CHECK_FALSE(h.shows("There is more"));
    CHECK(h.shows("per 10" + std::string(kThin) + "000"));
    CHECK_FALSE(h.shows("threshold 1,"));
  }
  Headless empty({{.vms = 2}});
  put_in_front(empty, "Talk");
  empty.frames(5, 0.05);
  CHECK(empty.shows("nics.scn"));
}

TEST_CASE("a ring that is too long for slots shows the stretch around its seam") {
  RingView ring;
  ring.size = 64, ring.seam = 41;
  CHECK(stretch_of(ring, 800, false).whole);
  CHECK(stretch_of(ring, 800, false).pitch == 12);
  ring.size = 512;
  for (const uint32_t seam : {0u, 5u, 300u, 511u}) {
    ring.seam = int(seam);
    const Stretch s = stretch_of(ring, 600, true);
    CHECK_FALSE(s.whole);
    CHECK(s.shown == 50);
    CHECK(s.slot_of(seam, ring.size) == 33);
    CHECK(s.slot_of((seam + 511) % 512, ring.size) == 32);
  }
}

TEST_CASE("a completion leads to the descriptors of its packet, and a click on it chooses both") {
  Snapshot s;
  s.vms.resize(1);
  s.vms[0].name = "web", s.vms[0].nics.resize(1), s.vms[0].vcpus.resize(1);
  make_vmxnet3(s, "web");
  const RingView *tx = nullptr, *comp = nullptr;
  for (const RingView& r : s.rings) {
    if (r.name == "web.nic0.tx") tx = &r;
    if (r.name == "web.nic0.tx.comp") comp = &r;
  }
  REQUIRE(tx);
  REQUIRE(comp);
  const int row = comp->seam - 1;
  REQUIRE(comp->rows[size_t(row)].link >= 0);
  CHECK(completion_of(*comp, uint32_t(comp->rows[size_t(row)].link), 0) == row);
  CHECK(completion_of(*comp, 2, 0) == -1);
  CHECK(first_row_of(*tx, 39) == 38);
  // one completion in a while for many packets: those that speak of a lap that is over lead nowhere
  RingView lapped = *comp;
  for (uint32_t i = 0; i < uint32_t(lapped.seam); ++i)
    lapped.rows[i].link = int(i % 2 ? 31 : 63), lapped.rows[i].state = RowState::kDone;
  const std::vector<uint32_t> newest = newest_completions(lapped, 0);
  REQUIRE(newest.size() == 2);
  CHECK(newest[0] == uint32_t(lapped.seam) - 1);
  CHECK(newest[1] == uint32_t(lapped.seam) - 2);
  Headless h({{.vms = 1, .running = false, .adorn = [](Snapshot& snapshot) { make_vmxnet3(snapshot, "web"); }}});
  h.desktop->ui().bring_to_front("Rings");
  h.desktop->ui().choose_ring("web", "nic0", "web.nic0.tx");
  h.desktop->ui().extended = true;
  h.frames(3);
  CHECK(h.shows("Command ring"));
  CHECK(h.shows("Completion ring"));
  CHECK(h.shows("txNumDeferred 6 of txThreshold 32"));
}
