// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/timeline_panel.h"

#include <algorithm>
#include <cmath>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/panels/actions.h"
#include "app/desktop/panels/exit_timeline.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/exit_card.h"
#include "app/desktop/widgets/lanes.h"
#include "app/lookup/find.h"

namespace ringside::desktop {

std::string TimelinePanel::explanation(const PanelFrame& f) const {
  return timeline_words(f, width_ > 0 ? scale_.seconds_per_pixel() * double(width_) : ExitRecording::kSampleSeconds);
}
std::vector<Provenance> TimelinePanel::provenance(const PanelFrame& f) const { return exit_provenance(f.s); }
std::string TimelinePanel::qualifier(const PanelFrame& f) const { return nested_words(f.s); }
bool TimelinePanel::empty(const PanelFrame& f) const { return f.history.exits().empty(); }

// The exit before or after the one that is open, on its own lane.
void TimelinePanel::walk(const PanelFrame& f, int by) {
  const auto& lane = f.history.exits().of(f.ui.exit_vcpu);
  if (lane.empty()) return;
  const auto it = std::lower_bound(lane.begin(), lane.end(), f.ui.exit_begin,
                                   [](const ExitRecording::Exit& e, uint64_t t) { return e.view.begin < t; });
  const ptrdiff_t to = std::clamp<ptrdiff_t>(it - lane.begin() + by, 0, ptrdiff_t(lane.size()) - 1);
  const ExitView& e = lane[size_t(to)].view;
  open_exit(f, e);
  scale_.reveal(double(e.begin) / f.history.exits().hz(), playhead_, width_);
}

void TimelinePanel::keys(const PanelFrame& f, float lane_width, double playhead, double oldest) {
  if (f.ui.focus != id() || !f.keys) return;
  const float step = lane_width / 8;
  std::erase_if(*f.keys, [&](const KeyPress& k) {
    const bool open = f.history.exits().find(f.ui.exit_vcpu, f.ui.exit_begin);
    switch (k.key) {
      case Key::kLeft: open ? walk(f, -1) : scale_.pan(step, playhead, oldest); return true;
      case Key::kRight: open ? walk(f, 1) : scale_.pan(-step, playhead, oldest); return true;
      case Key::kUp: scale_.zoom(-1, lane_width / 2, lane_width, playhead); return true;
      case Key::kDown: scale_.zoom(1, lane_width / 2, lane_width, playhead); return true;
      case Key::kHome: scale_.pan(1e9f, playhead, oldest); return true;
      case Key::kEnd: scale_.follow(); return true;
      default: return false;
    }
  });
}

// Pixels that the mouse has dragged the lanes since the frame before.
float TimelinePanel::drag(const PanelFrame& f, Rect lanes) {
  if (!f.c.held(lanes)) {
    dragged_from_ = -1;
    return 0;
  }
  const float x = f.c.mouse().x, moved = dragged_from_ >= 0 ? x - dragged_from_ : 0;
  if (dragged_from_ < 0 && std::abs(x - f.c.pressed_at().x) < 4) return 0;
  dragged_from_ = x;
  f.ui.focus = id(), f.ui.list_has_focus = true;
  return moved;
}

void TimelinePanel::draw_tools(const PanelFrame& f, Rect r, float lane_width, double playhead) {
  Canvas& c = f.c;
  const float y = r.y + 14;
  float x = r.x;
  const auto tool = [&](std::string_view label, std::string_view name) {
    const float w = std::max(32.f, c.width(Type::kSmallBold, label) + 20);
    const bool pressed =
        button(c, {x, y - 14, w, 28}, label, {.outlined = true, .type = Type::kSmallBold, .name = name});
    x += w + 8;
    return pressed;
  };
  if (tool("−", "zoom out")) scale_.zoom(1, lane_width / 2, lane_width, playhead);
  if (tool("+", "zoom in")) scale_.zoom(-1, lane_width / 2, lane_width, playhead);
  x += c.text({x + 4, y}, Type::kSmall, Token::kText2, duration(scale_.seconds_per_pixel()) + " a pixel") + 20;
  if (!scale_.follows() && tool("Follow", "follow"))
    scale_.follow();
  else if (scale_.follows())
    x += c.text({x, y}, Type::kSmall, Token::kMuted, "follows the newest") + 12;
  draw_recorded_share(f, x + 12, {r.right(), y});
}

void TimelinePanel::draw_record(const PanelFrame& f, Rect r) {
  const ExitRecording& recording = f.history.exits();
  const ExitRecording::Exit* exit = recording.find(f.ui.exit_vcpu, f.ui.exit_begin);
  if (!exit) return;
  const ExitView& e = exit->view;
  const VmView* vm = vm_of_vcpu(f.s, e.vcpu);
  const NicView* nic = vm ? nic_of_register(*vm, e.reg) : nullptr;
  ExitCard card;
  card.title = e.reason + (e.reg.empty() ? "" : " " + e.reg);
  if (nic)
    for (const RegisterInfo& info : f.client.registers(nic->model))
      if (info.name == e.reg) card.long_name = info.long_name;
  card.vcpu = e.vcpu;
  card.when = "−" + duration(double(recording.newest() - std::min(recording.newest(), e.begin)) / recording.hz());
  if (e.width) {
    card.address = "0x" + hex(e.address, 8);
    card.width = std::to_string(8 * e.width) + " bits";
    card.value = "0x" + hex(e.value, 2 * e.width);
  }
  card.instruction = e.instruction, card.where = e.where;
  if (e.rip) card.rip = "0x" + hex(e.rip, 8);
  card.no_instruction = f.words.phrase(e.rip ? "exit.no_code" : "exit.soft");
  card.cost = count(e.end - e.begin) + " cycles", card.cost_time = duration(double(e.end - e.begin) / recording.hz());
  card.cost_provenance = e.cost_provenance;
  if (e.cost_provenance == Provenance::kMeasured)
    card.qualifier = nested_words(f.s), card.cost_time += " " + f.words.phrase("exit.user_part");
  card.has_register = nic, card.has_ring = vm && ring_of_register(f.s, vm->name, e.reg);
  const std::string chosen = vm ? vm->name : "";
  switch (draw_exit_card(f.c, r, card)) {
    case ExitCardHit::kRegister: act(f, "window vm=" + chosen + " register=" + e.reg + " tab=Registers"); break;
    case ExitCardHit::kRing: act(f, "window ring=" + ring_of_register(f.s, chosen, e.reg)->name + " tab=Rings"); break;
    case ExitCardHit::kBefore: walk(f, -1); break;
    case ExitCardHit::kAfter: walk(f, 1); break;
    case ExitCardHit::kClose: f.ui.choose_exit("", 0); break;
    case ExitCardHit::kNone: break;
  }
}

// What there is to see, until somebody chooses something else.
void TimelinePanel::fit(const PanelFrame& f) {
  if (fitted_ >= 0 && (scale_.rung() != fitted_ || !scale_.follows())) return;
  shown_ = shown_seconds(f, shown_);
  scale_.show(shown_, width_);
  fitted_ = scale_.rung();
}

void TimelinePanel::draw(const PanelFrame& f, Rect body) {
  if (f.ui.exit_begin == ~uint64_t{0})  // by command: the newest of a vCPU
    if (const ExitRecording::Exit* newest = f.history.exits().find(f.ui.exit_vcpu, f.ui.exit_begin))
      open_exit(f, newest->view);
  if (body.h >= 150) draw_tools(f, body.cut_top(32, 8), width_ > 0 ? width_ : body.w, playhead_);
  const bool open = f.history.exits().find(f.ui.exit_vcpu, f.ui.exit_begin);
  Rect record;
  if (const float wanted = exit_card_height(body.w); open && body.h >= timeline_height(1) + kExitCardLeast + 8)
    record = body.cut_bottom(std::clamp(body.h - timeline_height(2) - 8, kExitCardLeast, wanted), 8);
  Timeline head;
  head.columns = {"", ""}, head.shares = body.w >= 560;
  width_ = timeline_lane_width(body.w, head);
  fit(f);
  const ExitRecording& recording = f.history.exits();
  playhead_ = double(recording.newest()) / recording.hz();
  keys(f, width_, playhead_, double(recording.oldest()) / recording.hz());
  const Timeline t = exit_timeline(f, scale_, body.w, head.shares);
  playhead_ = t.playhead;
  const Rect lanes{body.x + 64, body.y, width_, std::max(0.f, body.h - 24)};
  if (draw_exit_timeline(f, body, t, scale_, drag(f, lanes))) f.ui.focus = id(), f.ui.list_has_focus = true;
  const float used = timeline_height(std::min<size_t>(16, t.rows.size()));
  if (body.h >= used + 24) {
    float x = body.x + 64;
    const float y = body.y + used + 12;
    x = legend(f.c, {x, y}, Swatch::kLine, Token::kGuest, "in the guest");
    x = legend(f.c, {x, y}, Swatch::kSlice, Token::kExit, "exit");
    if (x + 200 < body.right()) x = legend(f.c, {x, y}, Swatch::kSlice, Token::kFlowHi, "an instruction");
    if (x + 90 < body.right()) x = legend(f.c, {x, y}, Swatch::kLine, Token::kOutline, "waits");
    if (x + 130 < body.right()) legend(f.c, {x, y}, Swatch::kTriangle, Token::kIrq, "interrupt");
  }
  if (!record.empty()) return draw_record(f, record);
  Rect rest = body;
  rest.cut_top(used + 32);
  draw_shares(f, rest, t);
}

// Where the time of the last second went, as numbers; below it, what a click would do.
void TimelinePanel::draw_shares(const PanelFrame& f, Rect r, const Timeline& t) {
  Canvas& c = f.c;
  constexpr float kHead = 26, kRow = 24, kName = 64, kNumber = 64;
  const bool known = std::any_of(t.rows.begin(), t.rows.end(), [](const TimelineRow& row) { return row.guest >= 0; });
  const size_t rows =
      known && kHead + kRow * float(t.rows.size()) + 30 <= r.h ? t.rows.size() : 0;  // all of them, or none
  if (rows) {
    const Rect head = r.cut_top(kHead);
    const float bar_x = head.x + kName, numbers = head.right() - 3 * kNumber, bar_w = numbers - bar_x - 8;
    c.text({head.x, head.mid_y()}, Type::kSmall, Token::kText2, f.words.phrase("timeline.second"));
    const char* names[] = {"in the guest", "in exits", "idle"};
    for (int i = 0; i < 3; ++i)
      c.text({numbers + kNumber * float(i + 1), head.mid_y()}, Type::kSmall, Token::kText2, names[i], Align::kRight);
    for (size_t i = 0; i < rows; ++i) {
      const TimelineRow& row = t.rows[i];
      const Rect line = r.cut_top(kRow);
      const double guest = std::clamp(row.guest, 0.0, 1.0), exit = std::clamp(row.exit, 0.0, 1.0 - guest),
                   idle = 1 - guest - exit;
      c.name({line.x, line.mid_y()}, Type::kSmallBold, Token::kText, row.lane.name, kName - 8);
      if (bar_w >= 60) {
        const Rect bar{bar_x, line.mid_y() - 6, bar_w, 12};
        c.fill(bar, Token::kSunken);
        c.fill({bar.x, bar.y, bar.w * float(guest), bar.h}, Token::kGuest);
        c.fill({bar.x + bar.w * float(guest), bar.y, bar.w * float(exit), bar.h}, Token::kExit);
      }
      int column = 0;
      for (double share : {guest, exit, idle})
        c.text({numbers + kNumber * float(++column), line.mid_y()}, Type::kSmall, Token::kText,
               row.guest < 0 ? std::string(kUnknown) : gauge_percent(share), Align::kRight);
    }
    if (c.hovered(head)) c.tooltip(f.words.phrase("timeline.second.more"));
  }
  if (r.h >= 24 && !t.rows.empty() && f.history.exits().size())
    c.name({r.x, r.y + 14}, Type::kSmall, Token::kMuted, f.words.phrase("timeline.click"), r.w);
}

}  // namespace ringside::desktop
