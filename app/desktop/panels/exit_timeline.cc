// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/exit_timeline.h"

#include <algorithm>
#include <cmath>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/model/guest_state.h"
#include "app/desktop/panels/number_tip.h"
#include "app/lookup/find.h"

namespace ringside::desktop {
namespace {

constexpr uint64_t kRowBits = 8;

uint64_t id_of(size_t row, uint64_t begin) { return (begin << kRowBits) | uint64_t(std::min<size_t>(row, 254) + 1); }

const ExitView* exit_of(const PanelFrame& f, const Timeline& t, uint64_t id) {
  const size_t row = size_t(id & 0xff) - 1;
  if (!id || row >= t.rows.size()) return nullptr;
  const auto& lane = f.history.exits().of(t.rows[row].lane.name);
  const auto it = std::lower_bound(lane.begin(), lane.end(), id >> kRowBits,
                                   [](const ExitRecording::Exit& e, uint64_t begin) { return e.view.begin < begin; });
  return it != lane.end() && id_of(row, it->view.begin) == id ? &it->view : nullptr;
}

std::string tip_of(const PanelFrame& f, const ExitView& e) {
  const double hz = f.history.exits().hz();
  std::string text = Canvas::kTipTitle + e.reason + (e.reg.empty() ? "" : " " + e.reg);
  if (!e.reg.empty())
    text += std::string("\n") + Canvas::kTipMono + "0x" + hex(e.value, 2 * std::max<int>(1, e.width)) + " at 0x" +
            hex(e.address, 8);
  if (!e.instruction.empty()) text += std::string("\n") + Canvas::kTipMono + e.instruction;
  text += "\n" + count(e.end - e.begin) + " cycles, " + duration(double(e.end - e.begin) / hz) + ", " +
          std::string(name_of(e.cost_provenance));
  const std::string qualifier = nested_words(f.s);
  if (e.cost_provenance == Provenance::kMeasured && !qualifier.empty()) text += ", " + qualifier;
  return text + "\n" + Canvas::kTipMuted + "click opens the record";
}

void fill_lane(const PanelFrame& f, const VcpuView& v, size_t row, double left, double right, double seconds_per_pixel,
               Lane& lane) {
  const ExitRecording& recording = f.history.exits();
  const auto& exits = recording.of(v.name);
  const double tick = 1 / recording.hz();
  if (left < 0) lane.unknown.push_back({left - 1, 0});  // before time began
  if (exits.empty()) return;
  if (exits.front().unknown_before || f.s.mode == RunMode::kFree)
    lane.unknown.push_back({std::max(left - 1, 0.0), double(exits.front().view.begin) * tick});
  const uint64_t from = left > 0 ? uint64_t(left / tick) : 0;
  auto it = std::lower_bound(exits.begin(), exits.end(), from,
                             [](const ExitRecording::Exit& e, uint64_t t) { return e.view.end < t; });
  for (; it != exits.end(); ++it) {
    const ExitView& e = it->view;
    const double begin = double(e.begin) * tick, end = double(e.end) * tick;
    if (it->unknown_before && it != exits.begin())
      lane.unknown.push_back({double(std::prev(it)->view.end) * tick, begin});
    if (begin > right) break;
    Slice slice{begin, end, slice_of(e.reason), e.cost_provenance == Provenance::kModelled,
                {},    {},  id_of(row, e.begin)};
    if ((end - begin) / seconds_per_pixel >= 48) slice.label = e.reg.empty() ? e.reason : e.reg;
    lane.slices.push_back(std::move(slice));
  }
  // What was left out since the last record is not known either.
  if (const double end = double(exits.back().view.end) * tick; v.records_lost && end < right)
    lane.unknown.push_back({end, right});
}

// Stepped: halted from HLT to the interrupt that woke it, or until now; paused and stopped since its last step.
void fill_waits(const PanelFrame& f, const std::string& vcpu, GuestState state, double playhead, Lane& lane) {
  if (f.s.mode == RunMode::kFree) {
    // At speed it is not recorded since when: nothing is known of the time after the last record.
    if (state == GuestState::kRunning) return;
    const double end = lane.slices.empty() ? -1 : lane.slices.back().to;
    const bool told = !lane.unknown.empty() && lane.unknown.back().second >= playhead;
    if (!told && end < playhead) lane.unknown.push_back({end, playhead + 1});
    return;
  }
  const WaitRecording::Lane& recorded = f.history.waits().of(vcpu);
  std::vector<Slice> waits;
  for (const auto& [from, to] : recorded.waits) waits.push_back({from, to, SliceKind::kWait, false, "HLT", {}, 0});
  lane.interrupts.assign(recorded.interrupts.begin(), recorded.interrupts.end());
  lane.unknown.insert(lane.unknown.end(), recorded.unknown.begin(), recorded.unknown.end());
  std::sort(lane.unknown.begin(), lane.unknown.end());
  const double halted = recorded.halted < 0 && state != GuestState::kRunning ? recorded.last : recorded.halted;
  if (halted >= 0 && playhead > halted)
    waits.push_back({halted,
                     playhead,
                     SliceKind::kWait,
                     false,
                     state == GuestState::kHalted || state == GuestState::kRunning ? "HLT" : name_of(state),
                     {},
                     0});
  if (waits.empty()) return;
  std::vector<Slice> merged;
  std::merge(lane.slices.begin(), lane.slices.end(), waits.begin(), waits.end(), std::back_inserter(merged),
             [](const Slice& a, const Slice& b) { return a.from < b.from; });
  lane.slices = std::move(merged);
}

}  // namespace

Timeline exit_timeline(const PanelFrame& f, const TimeScale& scale, float width, bool shares) {
  Timeline t;
  const ExitRecording& recording = f.history.exits();
  t.columns = {std::string(f.history.per_second("exits/s", "exits")), "per packet"};
  t.shares = shares;
  t.playhead = double(recording.newest()) / recording.hz(), t.oldest = double(recording.oldest()) / recording.hz();
  if (f.s.mode != RunMode::kFree && f.s.virtual_ns) t.playhead = std::max(t.playhead, double(f.s.virtual_ns) * 1e-9);
  if (f.s.mode != RunMode::kFree && f.s.state != RunState::kRunning && !f.s.events.empty()) t.next = "the next step";
  const float lanes = timeline_lane_width(width, t);
  const double left = scale.left(t.playhead, lanes), right = scale.right(t.playhead);
  for (const VmView& vm : f.s.vms)
    for (const VcpuView& v : vm.vcpus) {
      TimelineRow& row = t.rows.emplace_back();
      row.lane.name = v.name;
      row.selected = vm.name == f.ui.vm && f.s.vms.size() > 1;
      fill_lane(f, v, t.rows.size() - 1, left, right, scale.seconds_per_pixel(), row.lane);
      fill_waits(f, v.name, vm.paused ? GuestState::kPaused : guest_state(v), t.playhead, row.lane);
      const double rate = f.history.amount(History::vcpu(v, "exits")),
                   work = f.history.grown(vm.name + ".work", vm.name + ".work");
      row.columns = {
          f.history.known() ? f.history.amount_text(rate, f.ui.prefix(v.name + ".exits")) : std::string(kUnknown),
          work > 0 ? (f.history.moved("work") && !f.history.moved(vm.name + ".work") ? "so far " : "") +
                         significant(f.history.grown(History::vcpu(v, "exits"), vm.name + ".work") / work)
                   : std::string(kUnknown)};
      if (f.history.second() && f.history.window() > 0) {
        const double whole = f.history.window() * recording.hz();
        row.guest = f.history.delta(History::vcpu(v, "guest_cycles")) / whole,
        row.exit = f.history.delta(History::vcpu(v, "exit_cycles")) / whole;
      }
      if (v.name == f.ui.exit_vcpu) t.chosen = id_of(t.rows.size() - 1, f.ui.exit_begin);
    }
  return t;
}

void open_exit(const PanelFrame& f, const ExitView& e) {
  f.ui.choose_exit(e.vcpu, e.begin);
  const VmView* vm = vm_of_vcpu(f.s, e.vcpu);
  if (!vm) return;
  f.ui.choose_vm(vm->name);
  if (!e.reg.empty()) f.ui.reg = e.reg;
  if (const RingView* ring = ring_of_register(f.s, vm->name, e.reg)) f.ui.choose_ring(ring->vm, ring->nic, ring->name);
  if (f.s.mode == RunMode::kFree) return;
  const double ns = double(e.begin) / f.history.exits().hz() * 1e9;
  for (const EventView& step : f.s.events)
    if (step.exit && step.who == e.vcpu && step.reg == e.reg && std::abs(double(step.ns) - ns) < 2)
      f.ui.event = step.number;
}

bool draw_exit_timeline(const PanelFrame& f, Rect r, const Timeline& t, TimeScale& scale, float drag) {
  term_tip(f, {r.right() - 136, r.y, 56, 20}, "VM exit");
  const TimelineHit hit = draw_timeline(f.c, r, t, scale, drag);
  auto vm_at = [&](int row) { return vm_of_vcpu(f.s, t.rows[size_t(row)].lane.name); };
  if (const ExitView* e = exit_of(f, t, hit.hovered)) f.c.tooltip(tip_of(f, *e));
  if (hit.row >= 0)
    if (const VmView* vm = vm_at(hit.row)) f.ui.choose_vm(vm->name);
  if (hit.menu >= 0)
    if (const VmView* vm = vm_at(hit.menu)) f.ui.choose_vm(vm->name), open_menu(f, "vm", {{"vm", vm->name}});
  if (hit.name >= 0)
    if (const VmView* vm = vm_at(hit.name)) {
      const Rect here{f.c.mouse().x - 1, f.c.mouse().y - 1, 2, 2};
      const std::string& vcpu = t.rows[size_t(hit.name)].lane.name;
      const std::string packets = vm->name + ".work";
      const double exits = f.history.grown("vcpu." + vcpu + ".exits", packets),
                   work = f.history.grown(packets, packets);
      if (hit.column == 0)
        number_tip(f, here,
                   {"vm.exits",
                    f.history.amount("vcpu." + vcpu + ".exits"),
                    f.history.per_second("exits/s", "exits"),
                    Provenance::kMeasured,
                    {{"vm", vm->name}}});
      else if (work > 0)
        number_tip(f, here, {"vm.per_packet", exits / work, "", Provenance::kMeasured, {{"vm", vm->name}}});
    }
  const ExitView* opened = exit_of(f, t, hit.slice);
  if (opened) open_exit(f, *opened);
  return opened;
}

void draw_recorded_share(const PanelFrame& f, float left, Point at) {
  uint64_t kept = 0, lost = 0;
  for (const VmView& vm : f.s.vms)
    for (const VcpuView& v : vm.vcpus) kept += v.records, lost += v.records_lost;
  if (!lost) return;
  const std::string words = "records of " + percent(double(kept) / double(kept + lost)) + " of the exits";
  const float w = f.c.width(Type::kSmall, words);
  if (left + w >= at.x) return;
  f.c.text(at, Type::kSmall, Token::kText2, words, Align::kRight);
  if (f.c.hovered({at.x - w, at.y - 10, w, 20}))
    f.c.tooltip(Canvas::kTipTitle + words + "\n" + f.words.phrase("exits.share.more") + "\n" + Canvas::kTipMono +
                "exits record most=100k");
}

double shown_seconds(const PanelFrame& f, double now) {
  const ExitRecording& recording = f.history.exits();
  if (f.s.mode != RunMode::kFree)
    return std::clamp(double(recording.newest() - recording.oldest()) / recording.hz() * 1.1, 2e-6, 1.0);
  constexpr double kExits = 8;  // of the busiest vCPU, at least
  double rate = 0;
  for (const VmView& vm : f.s.vms)
    for (const VcpuView& v : vm.vcpus) rate = std::max(rate, f.history.rate(History::vcpu(v, "exits")));
  if (rate <= 0) return std::max(now, ExitRecording::kSampleSeconds);
  const double wanted = std::clamp(kExits / rate, ExitRecording::kSampleSeconds, 1.0);
  return now > wanted * 0.7 && now < wanted * 3 ? now : wanted;
}

std::string timeline_words(const PanelFrame& f, double seconds) {
  const bool free = f.s.mode == RunMode::kFree;
  std::string words = free && f.s.state == RunState::kRunning
                          ? "a " + duration(seconds) + " sample, twice a second"
                          : "the recording, " + count(f.history.exits().size()) + " exits";
  if (!free) words += ", virtual clock";
  return words;
}

std::vector<Provenance> exit_provenance(const Snapshot& s) {
  for (const VmView& vm : s.vms)
    for (const VcpuView& v : vm.vcpus)
      if (v.cycles_modelled) return {Provenance::kMeasured, Provenance::kModelled};
  return {Provenance::kMeasured};
}

}  // namespace ringside::desktop
