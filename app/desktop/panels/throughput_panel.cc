// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/throughput_panel.h"

#include <algorithm>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/panels/number_tip.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/plot.h"
#include "app/lookup/find.h"

namespace ringside::desktop {
namespace {

struct Figure {
  SiNumber number;
  std::string below;
  bool bad = false;
  const char* key = "";
  double raw = 0;
  const char* unit = "pps";
};

// Of the direction in which more goes: what moved in the window of the rates, bytes with each frame's checksum (4).
struct Busiest {
  double bytes = 0, frames = 0;
};

Busiest busiest(const History& h) {
  const bool out = h.delta("out") > h.delta("in");
  const double frames = h.delta(out ? "out" : "in");
  return {h.delta(out ? "out.bytes" : "in.bytes") + 4 * frames, frames};
}

double frame_size(const PanelFrame& f) {
  if (f.history.rated()) {
    const Busiest b = busiest(f.history);
    return b.frames > 0 ? b.bytes / b.frames : 0;
  }
  uint64_t bytes = 0, frames = 0;
  for (const WireView& w : f.s.wires) bytes += w.bytes_in, frames += w.frames_in;
  if (!frames)
    for (const VmView& v : f.s.vms)
      for (const NicView& n : v.nics) bytes += n.tx.bytes, frames += n.tx.frames;
  return frame_bytes(bytes, frames);
}

std::string drop_words(const PanelFrame& f) {
  if (f.s.drops.empty()) return "dropped";
  const DropView& most =
      *std::max_element(f.s.drops.begin(), f.s.drops.end(), [](auto& a, auto& b) { return a.frames < b.frames; });
  std::string words = most.reason, where;
  int places = 0;
  for (const VmView& v : f.s.vms)
    for (const NicView& n : v.nics)
      for (const auto* q : {&n.rx, &n.tx})
        for (const DropView& d : q->drops)
          if (d.frames && d.reason == most.reason) where = v.name, ++places;
  for (const DropView& d : f.s.gone_drops)
    if (d.reason == most.reason) where = "VMs that are gone", ++places;
  if (places == 1) words += ", all at " + where;
  return words;
}

Figure figure(const History& h, double amount, SiPrefix* prefix, std::string below, const char* key, bool bad = false) {
  if (h.rated()) return {si(amount, "pps", prefix), std::move(below), bad, key, amount};
  return {
      {h.amount_text(amount, prefix), amount == 1 ? "frame" : "frames"}, std::move(below), bad, key, amount, "frames"};
}

void draw_figures(const PanelFrame& f, Rect r) {
  const History& h = f.history;
  const double in = h.amount("in"), to_vms = h.amount("vms"), lost = h.amount("dropped");
  const Busiest moved = busiest(h);
  const double bits = h.window() > 0 ? 8 / h.window() : 0;
  const double l2 = moved.bytes * bits, l1 = (moved.bytes + 20 * moved.frames) * bits;
  const Figure figures[] = {
      figure(h, in, f.ui.prefix("figure.in"), "in from the wire", "total.in"),
      figure(h, to_vms, f.ui.prefix("figure.vms"), "delivered to VMs", "total.vms"),
      figure(h, lost, f.ui.prefix("figure.lost"), lost > 0 ? drop_words(f) : "dropped", "total.dropped", lost > 0),
      {si(l2, "b/s L2", f.ui.prefix("figure.l2")), si_text(l1, "b/s") + " at L1", false, "total.bits", l2, "b/s"}};
  const int shown = r.w >= 620 && h.rated() ? 4 : 3;
  const float pitch = r.w >= 620 ? std::min(180.f, r.w / 4) : r.w / 3;
  for (int i = 0; i < shown; ++i) {
    const Figure& g = figures[i];
    const float x = r.x + pitch * float(i);
    const bool known = h.known(), zero = g.number.digits == "0";
    const Token ink = g.bad ? Token::kDropInk : zero || !known ? Token::kMuted : Token::kText;
    const float w = f.c.text({x, r.y + 10}, Type::kFigure, ink, known ? g.number.digits : std::string(kUnknown));
    if (known) f.c.text({x + w + 6, r.y + 12}, Type::kBody, g.bad ? Token::kDropInk : Token::kText2, g.number.unit);
    float wx = x;
    if (g.bad) draw_icon(f.c, Icon::kCross, {x + 5, r.y + 35}, Token::kDropInk), wx += 16;
    f.c.name({wx, r.y + 35}, Type::kSmall, g.bad ? Token::kDropInk : Token::kMuted, g.below, x + pitch - 12 - wx);
    if (known)
      number_tip(f, {x, r.y - 4, pitch - 16, 30},
                 {g.key, g.raw, g.unit, Provenance::kMeasured, {{"wire", f.s.wires.empty() ? "" : f.s.wires[0].name}}});
  }
}

void draw_table(const PanelFrame& f, Rect r, MoreRows& more) {
  Canvas& c = f.c;
  const History& h = f.history;
  const bool spark = r.w >= 620;
  const float x0 = r.x + 4, nic_x = r.x + 64;
  const float right[] = {r.x + (spark ? 212.f : r.w * 0.42f), r.x + (spark ? 280.f : r.w * 0.57f),
                         r.x + (spark ? 364.f : r.w * 0.76f), r.x + (spark ? 464.f : r.w - 4)};
  const float y = r.y + 10;
  c.text({x0, y}, Type::kSmall, Token::kMuted, "VM");
  c.text({nic_x, y}, Type::kSmall, Token::kMuted, "NIC");
  const char* heads[] = {"in", "out", "dropped", spark || r.w > 420 ? "exits/packet" : "exits/p."};
  for (int i = 0; i < 4; ++i) c.text({right[i], y}, Type::kSmall, Token::kMuted, heads[i], Align::kRight);
  term_tip(f, {right[2] - 56, r.y, 60, 20}, "Drop reason");
  c.target("per packet", {right[3] - 84, r.y - 2, 92, r.h});
  term_tip(f, {right[3] - 80, r.y, 84, 20}, "VM exit");
  if (spark) c.text({r.x + 496, y}, Type::kSmall, Token::kMuted, "delivered, last 60 s");
  c.line({r.x, r.y + 22}, {r.right(), r.y + 22}, Token::kLine, 1);
  float row_y = r.y + 24;
  size_t nics = 0, at = 0;
  for (const VmView& v : f.s.vms) nics += v.nics.size();
  const MoreRows::Shown shown = more.shown(c, {r.x, row_y, r.w, r.bottom() - row_y}, 21, nics);
  for (const VmView& v : f.s.vms) {
    for (const NicView& n : v.nics) {
      if (at < shown.first || at >= shown.end) {
        at++;
        continue;
      }
      at++;
      const Rect row{r.x - 8, row_y, r.w + 16, 21};
      const bool on = v.name == f.ui.vm;
      if (on && f.s.vms.size() > 1)
        selected_row(c, row);
      else if (c.hovered(row))
        hover_row(c, row);
      if (c.clicked(row)) f.ui.choose_vm(v.name);
      if (c.right_clicked({row.x, row.y, right[0] - 60 - row.x, row.h}))
        f.ui.choose_vm(v.name), open_menu(f, "vm", {{"vm", v.name}});
      const float m = row.mid_y();
      c.name({x0, m}, Type::kSmallBold, Token::kText, v.name, nic_x - x0 - 8);
      c.text({nic_x, m}, Type::kSmall, Token::kText2, shown_model(n.model));
      const std::string name = v.name + "." + n.name;
      auto number = [&](int column, const char* key, double rate, Token t) {
        c.text({right[column], m}, Type::kSmall, rate > 0 ? t : Token::kMuted,
               h.known() ? h.amount_text(rate, f.ui.prefix(name + "." + key)) : std::string(kUnknown), Align::kRight);
        number_tip(
            f, {right[column] - 52, row.y, 56, row.h},
            {key, rate, h.per_second("pps", "frames"), Provenance::kMeasured, {{"vm", v.name}, {"nic", n.name}}});
      };
      number(0, "nic.rx", h.amount(History::nic(v, n, "rx")), Token::kText);
      number(1, "nic.tx", h.amount(History::nic(v, n, "tx")), Token::kText);
      const double lost = h.amount(History::nic(v, n, "dropped"));
      number(2, "nic.dropped", lost, Token::kDropInk);
      if (lost > 0)
        draw_icon(c, Icon::kCross,
                  {right[2] - c.width(Type::kSmall, h.amount_text(lost, f.ui.prefix(name + ".nic.dropped"))) - 9, m},
                  Token::kDropInk);
      const std::string packets = v.name + ".work";
      const double work = h.grown(packets, packets);
      const bool per = !v.vcpus.empty() && work > 0;
      const bool other = per && h.moved(packets) != h.moved("work");  // of another stretch than the header says
      double exits = 0;
      for (const VcpuView& k : v.vcpus) exits += h.grown(History::vcpu(k, "exits"), packets);
      const double each = per ? exits / work : 0;
      c.text({right[3], m}, Type::kSmall, per ? Token::kText : Token::kMuted,
             per ? (other ? "so far " : "") + significant(each) : std::string(kUnknown), Align::kRight);
      if (per)
        number_tip(f, {right[3] - 60, row.y, 64, row.h},
                   {"vm.per_packet", each, "", Provenance::kMeasured, {{"vm", v.name}}});
      if (spark)
        draw_sparkline(c, {r.x + 496, m - 7, r.w - 500, 14}, h.curve(History::nic(v, n, "rx"), 60), Token::kText);
      row_y += 21;
    }
  }
}

}  // namespace

std::string ThroughputPanel::explanation(const PanelFrame& f) const {
  const double size = frame_size(f);
  const std::string curves = f.history.rated() ? "curves 60 s" : "";
  return size > 0 ? tick_text(size, "B") + " frames" + (curves.empty() ? "" : ", " + curves) : curves;
}

void ThroughputPanel::draw(const PanelFrame& f, Rect body) {
  Rect rest = body;
  rest.y += 12, rest.h -= 12;
  draw_figures(f, rest.cut_top(46, 6));
  size_t rows = 0;
  for (const VmView& v : f.s.vms) rows += v.nics.size();
  const float table = 24 + 21 * float(rows) + 4;
  const bool plot_fits = rest.h - std::min(table, rest.h * 0.5f) >= 96;
  if (plot_fits) {
    const Rect area = rest.cut_top(rest.h - std::min(table, rest.h * 0.5f) - 12, 12);
    const int points = std::max(30, int(area.w / 3));
    Plot plot;
    plot.curves = {{"in", f.history.curve("in", points), Token::kText2, Token::kText2},
                   {"delivered", f.history.curve("vms", points), Token::kGuest, Token::kGuestInk}};
    plot.lost = {"dropped", f.history.curve("dropped", points), Token::kDrop, Token::kDropInk};
    double greatest = 0, lost = 0;
    for (const Curve& curve : plot.curves)
      for (float v : curve.values) greatest = std::max(greatest, double(v));
    for (float v : plot.lost.values) lost = std::max(lost, double(v));
    if (round_top(greatest) > top_ || greatest < top_ / 4) top_ = round_top(greatest);
    if (round_top(lost) > drop_top_ || lost < drop_top_ / 4) drop_top_ = std::max(10.0, round_top(lost));
    plot.top = top_, plot.lost_top = drop_top_;
    for (const History::Mark& m : f.history.marks())
      plot.marks.push_back({float(1 - (f.history.now() - m.time) / History::kSpan), m.text});
    if (plot.marks.size() > 3) plot.marks.erase(plot.marks.begin(), plot.marks.end() - 3);
    plot.strip = area.h >= 130, plot.now = f.history.rated();
    const bool any = std::any_of(plot.curves.begin(), plot.curves.end(), [](const Curve& c) {
      return std::any_of(c.values.begin(), c.values.end(), [](float v) { return v >= 0; });
    });
    if (any)
      draw_plot(f.c, area, plot);
    else
      for (float y = area.y + 20;
           const std::string& line : f.c.wrap(Type::kSmall, f.words.empty("Throughput curves").sentence, area.w))
        f.c.text({area.x, y}, Type::kSmall, Token::kMuted, line), y += 20;
  }
  draw_table(f, rest, more_);
}

}  // namespace ringside::desktop
