// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/exits_panel.h"

#include <algorithm>
#include <map>

#include "app/desktop/model/find.h"
#include "app/desktop/panels/number_tip.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/lanes.h"
#include "app/desktop/widgets/numbers.h"

namespace ringside::desktop {
namespace {

constexpr double kSampleSeconds = 40e-6;  // what a lane shows of a free run

double hz_of(const Snapshot& s) { return s.mode == RunMode::kFree && s.tsc_hz > 0 ? s.tsc_hz : 2.6e9; }

struct Reason {
  std::string reason, reg, by, vm, model;
  double rate = 0, cycles = 0, share = 0;
  uint64_t total = 0, all_cycles = 0;
  bool modelled = false;
};

std::vector<Reason> reasons_of(const PanelFrame& f) {
  std::map<std::pair<std::string, std::string>, Reason> merged;
  for (const VmView& vm : f.s.vms)
    for (const VcpuView& v : vm.vcpus)
      for (const ExitTotal& t : v.totals) {
        if (!t.count) continue;
        Reason& r = merged[{t.reason, t.reg}];
        r.reason = t.reason, r.reg = t.reg;
        if (r.vm.empty() || vm.name == f.ui.vm) r.vm = vm.name, r.model = vm.nics.empty() ? "" : vm.nics[0].model;
        if (r.by.find(vm.name) == std::string::npos) r.by += (r.by.empty() ? "" : ", ") + vm.name;
        const double cycles = f.history.delta(History::exit(v, t, "cycles"));
        r.rate += f.history.rate(History::exit(v, t, "count"));
        r.all_cycles += t.cycles, r.total += t.count;
        r.share += f.history.window() > 0 ? cycles / f.history.window() / hz_of(f.s) : 0;
        r.cycles = double(r.all_cycles) / double(r.total);
        r.modelled |= v.cycles_modelled;
      }
  std::vector<Reason> rows;
  for (auto& [key, r] : merged) rows.push_back(std::move(r));
  const bool by_time = f.ui.exits_by_time;
  std::stable_sort(rows.begin(), rows.end(), [by_time](const Reason& a, const Reason& b) {
    const double x = by_time ? a.cycles * double(a.total) : double(a.total), y = by_time ? b.cycles * double(b.total) : double(b.total);
    return x > y;
  });
  return rows;
}

bool modelled(const Snapshot& s) {
  for (const VmView& vm : s.vms)
    for (const VcpuView& v : vm.vcpus)
      if (v.cycles_modelled) return true;
  return false;
}

}  // namespace

std::string ExitsPanel::explanation(const PanelFrame& f) const {
  std::string words;
  if (f.history.known()) {
    words = si_text(f.history.rate("exits")) + "/s";
    if (f.history.delta("work") > 0) words += ", " + significant(f.history.per("exits", "work")) + " per packet";
    words += ". ";
  }
  return words + (f.s.mode == RunMode::kFree && f.s.state == RunState::kRunning ? "Traces: a 40" + std::string(kThin) + "µs sample, twice a second" : "Traces: the latest exits");
}

std::vector<Provenance> ExitsPanel::provenance(const PanelFrame& f) const {
  return modelled(f.s) ? std::vector{Provenance::kMeasured, Provenance::kModelled} : std::vector{Provenance::kMeasured};
}

bool ExitsPanel::empty(const PanelFrame& f) const {
  for (const VmView& vm : f.s.vms)
    for (const VcpuView& v : vm.vcpus)
      if (v.exits) return false;
  return true;
}

float ExitsPanel::draw_lanes(const PanelFrame& f, Rect r) {
  Canvas& c = f.c;
  // A live lane is a sample, taken twice a second; paused it is the recording's end.
  const bool live = f.s.state == RunState::kRunning && f.s.mode == RunMode::kFree;
  if (!live || sampled_at_ < 0 || f.phase - sampled_at_ >= 0.5 || f.phase < sampled_at_) {
    sample_ = f.s.exits;
    sampled_at_ = f.phase;
    sample_end_ = 0;
    for (const ExitView& e : sample_) sample_end_ = std::max(sample_end_, e.end);
  }
  const double window = kSampleSeconds * hz_of(f.s);
  Axis axis{double(sample_end_) - window, double(sample_end_), hz_of(f.s) * 1e-6, "µs"};
  const float label = 60, numbers = 176;
  const Rect plot{r.x + label, r.y + 26, r.w - label - numbers, 0};
  size_t vcpus = 0;
  for (const VmView& vm : f.s.vms) vcpus += vm.vcpus.size();
  const size_t fit = std::min<size_t>(16, size_t(std::max(1.f, (r.h - 26) / 26)));
  const size_t shown = std::min(vcpus, fit);
  const float lanes_h = 26 * float(shown) + 4;
  c.text({r.right() - 84, r.y + 8}, Type::kSmall, Token::kMuted, "exits/s", Align::kRight);
  c.text({r.right(), r.y + 8}, Type::kSmall, Token::kMuted, "per packet", Align::kRight);
  term_tip(f, {r.right() - 136, r.y, 56, 20}, "VM exit");
  draw_axis(c, {plot.x, r.y + 20, plot.w, lanes_h + 4}, axis, r.y + 8);
  size_t i = 0;
  for (const VmView& vm : f.s.vms)
    for (const VcpuView& v : vm.vcpus) {
      if (i >= shown) break;
      Lane lane;
      lane.name = v.name;
      for (const ExitView& e : sample_)
        if (e.vcpu == v.name && double(e.end) >= axis.from)
          lane.slices.push_back({double(e.begin), double(e.end), slice_of(e.reason), v.cycles_modelled, "", e.reason + " " + e.reg + " at 0x" + hex(e.address, 8) + "\n" + count(e.end - e.begin) + " cycles"});
      const Rect row{r.x - 8, r.y + 24 + 26 * float(i), r.w + 16, 26};
      const bool on = vm.name == f.ui.vm && f.s.vms.size() > 1;
      if (on) selected_row(c, row);
      else if (c.hovered(row)) hover_row(c, row);
      if (c.clicked(row)) f.ui.choose_vm(vm.name);
      if (c.right_clicked({row.x, row.y, label, row.h})) f.ui.choose_vm(vm.name), open_menu(f, "vm", {{"vm", vm.name}});
      c.name({r.x, row.mid_y()}, on ? Type::kSmallBold : Type::kSmall, Token::kText, v.name, label - 6);
      draw_lane(c, {plot.x, row.y, plot.w, row.h}, lane, axis, axis.to);
      const double rate = f.history.rate(History::vcpu(v, "exits")), work = f.history.delta(vm.name + ".work");
      const Token value = rate > 0 ? (f.s.mode == RunMode::kFree ? Token::kText : Token::kMuted) : Token::kMuted;
      c.text({r.right() - 84, row.mid_y()}, on ? Type::kSmallBold : Type::kSmall, value, f.history.known() ? si(rate, "", f.ui.prefix(v.name + ".exits")).text() : std::string(kUnknown), Align::kRight);
      number_tip(f, {r.right() - 140, row.y, 60, row.h}, {"vm.exits", rate, "exits/s", Provenance::kMeasured, {{"vm", vm.name}}});
      const double each = work > 0 ? f.history.delta(History::vcpu(v, "exits")) / work : 0;
      if (work > 0) number_tip(f, {r.right() - 64, row.y, 72, row.h}, {"vm.per_packet", each, "", Provenance::kMeasured, {{"vm", vm.name}}});
      c.text({r.right(), row.mid_y()}, on ? Type::kSmallBold : Type::kSmall, work > 0 ? Token::kText : Token::kMuted,
             work > 0 ? significant(each) : std::string(kUnknown), Align::kRight);
      ++i;
    }
  float y = r.y + 26 + lanes_h;
  if (vcpus > shown) c.text({r.x, y + 4}, Type::kSmall, Token::kMuted, std::to_string(vcpus - shown) + " more vCPUs"), y += 20;
  float x = legend(c, {r.x + label, y + 10}, Swatch::kLine, Token::kGuest, "guest runs");
  x = legend(c, {x, y + 10}, Swatch::kSlice, Token::kExit, "exit");
  if (x + 80 < r.right()) x = legend(c, {x, y + 10}, Swatch::kLine, Token::kOutline, "halted");
  return y + 28 - r.y;
}

void ExitsPanel::draw_table(const PanelFrame& f, Rect r) {
  Canvas& c = f.c;
  const std::vector<Reason> rows = reasons_of(f);
  const bool by = r.w >= 620, bars = r.w >= 520;
  const float reg_x = r.x + 104, by_x = r.x + 224, rate_x = r.x + (by ? 404.f : 264.f), cycles_x = rate_x + 96, bar_x = cycles_x + 32;
  const float y = r.y + 10;
  c.text({r.x, y}, Type::kSmall, Token::kMuted, "reason");
  c.text({reg_x, y}, Type::kSmall, Token::kMuted, "register");
  if (by) c.text({by_x, y}, Type::kSmall, Token::kMuted, "by");
  const Rect sort_count{rate_x - 56, y - 10, 60, 20}, sort_time{cycles_x - 86, y - 10, 90, 20};
  c.text({rate_x, y}, Type::kSmall, !f.ui.exits_by_time ? Token::kText : Token::kMuted, "exits/s", Align::kRight);
  c.text({cycles_x, y}, Type::kSmall, f.ui.exits_by_time ? Token::kText : Token::kMuted, "cycles each", Align::kRight);
  if (modelled(f.s)) provenance_symbol(c, {cycles_x - c.width(Type::kSmall, "cycles each") - 9, y}, Provenance::kModelled, Token::kText2);
  if (c.clicked(sort_count)) f.ui.exits_by_time = false;
  if (c.clicked(sort_time)) f.ui.exits_by_time = true;
  const float share_w = c.width(Type::kSmall, "99.9" + std::string(kThin) + "%");
  if (bars) c.text({bar_x, y}, Type::kSmall, Token::kMuted, "share of one core");
  else c.text({r.right(), y}, Type::kSmall, Token::kMuted, "share", Align::kRight);
  c.line({r.x, r.y + 22}, {r.right(), r.y + 22}, Token::kLine, 1);
  float row_y = r.y + 24;
  double greatest = 1e-9;
  for (const Reason& x : rows) greatest = std::max(greatest, x.share);
  for (const Reason& x : rows) {
    if (row_y + 22 > r.bottom() + 2) break;
    const float m = row_y + 11;
    if (!x.reg.empty() && c.hovered({r.x - 8, row_y, r.w + 16, 22})) hover_row(c, {r.x - 8, row_y, r.w + 16, 22});
    c.name({r.x, m}, Type::kSmall, Token::kText, x.reason, reg_x - r.x - 8);
    c.name({reg_x, m}, Type::kMono, Token::kText, x.reg, (by ? by_x : rate_x - 60) - reg_x - 8);
    if (by) c.name({by_x, m}, Type::kSmall, Token::kText2, x.by, rate_x - 60 - by_x);
    c.text({rate_x, m}, Type::kSmall, x.rate > 0 ? Token::kText : Token::kMuted, f.history.known() ? si(x.rate, "", f.ui.prefix(x.reason + x.reg)).text() : std::string(kUnknown), Align::kRight);
    c.text({cycles_x, m}, Type::kSmall, Token::kText, count(uint64_t(x.cycles + 0.5)), Align::kRight);
    if (bars) {
      const float room = r.right() - share_w - 16 - bar_x;
      const Rect bar{bar_x, row_y + 5, std::max(1.f, room * float(x.share / greatest)), 12};
      if (x.modelled && bar.w >= 4) c.hatch(bar, c.theme().exit_hatch(), 4), c.frame(bar, c.theme().exit_hatch(), 1);
      else if (x.share > 0) c.fill(bar, Token::kExit);
    }
    c.text({r.right(), m}, Type::kSmall, x.share > 0 ? Token::kText : Token::kMuted, percent(x.share), Align::kRight);
    const Rect row{r.x - 8, row_y, r.w + 16, 22};
    const Rect words{row.x, row.y, rate_x - 60 - row.x, 22};
    if (c.hovered(words)) {
      if (x.reg.empty()) c.tooltip(Canvas::kTipTitle + x.reason + "\n" + count(x.total) + " since the machine was built");
      else register_tip(f, words, x.model, x.reg);
    }
    if (!x.reg.empty() && c.right_clicked(words)) open_menu(f, "exit", {{"vm", x.vm}, {"register", x.reg}});
    if (!x.reg.empty() && c.clicked(words)) f.ui.choose_vm(x.vm), f.ui.reg = x.reg;
    number_tip(f, {rate_x - 56, row_y, 60, 22}, {"exits.rate", x.rate, "exits/s"});
    number_tip(f, {cycles_x - 60, row_y, 64, 22}, {"exits.each", x.cycles, "cycles", x.modelled ? Provenance::kModelled : Provenance::kMeasured});
    number_tip(f, {bars ? bar_x : r.right() - share_w, row_y, r.right() + 8 - (bars ? bar_x : r.right() - share_w), 22},
               {"exits.share", x.share * 100, "%", x.modelled ? Provenance::kModelled : Provenance::kMeasured});
    row_y += 22;
  }
}

void ExitsPanel::draw(const PanelFrame& f, Rect body) {
  const float table = 24 + 22 * 2;
  const float used = draw_lanes(f, {body.x, body.y, body.w, std::max(60.f, body.h - table - 40)});
  Rect rest = body;
  rest.cut_top(used + 4);
  if (rest.h >= 46) draw_table(f, rest);
}

}  // namespace ringside::desktop
