// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/topology.h"

#include <algorithm>
#include <cmath>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/flow_edge.h"
#include "app/desktop/widgets/topology_plan.h"

namespace ringside::desktop {
namespace {

// At the border of host and guest: a bar as long as the rate of exits, and the number.
void draw_exits(Canvas& c, const TopologyPlan& k, float y, const TopologyRow& row, double greatest) {
  const float x = k.border;
  const std::string number = row.exits <= 0 ? "0" : row.exits_shown.empty() ? si_text(row.exits) : row.exits_shown;
  const float w = c.width(Type::kSmallBold, number) + 8;
  const bool bar = row.exits > 0 && k.height >= 46;
  c.fill({x - w / 2, bar ? y + 3 : y - 9, w, bar ? 16.f : 18.f}, Token::kPanel);
  c.text({x, bar ? y + 11 : y}, Type::kSmallBold, row.exits > 0 ? Token::kExitInk : Token::kMuted, number,
         Align::kCentre);
  if (!bar) return;
  const float length = std::max(2.f, (k.exits - 16) * float(std::sqrt(row.exits / greatest)));
  c.fill({x - length / 2, y - 13, length, 10}, Token::kExit, 1);
}

void draw_legend(Canvas& c, Point p, float right, bool rated, double scale) {
  std::string width = std::string(rated ? "width = rate, widest " : "width = frames, widest ") + tick_text(scale, "");
  struct Entry {
    Swatch swatch;
    Token token;
    std::string_view word;
  };
  const Entry entries[] = {{Swatch::kFoot, Token::kGuest, "driver owns"},
                           {Swatch::kFill, Token::kDevice, "device owns"},
                           {Swatch::kFill, Token::kDone, "done, to be cleaned"},
                           {Swatch::kLost, Token::kDrop, "lost"},
                           {Swatch::kEdge, Token::kFlow, width}};
  for (const Entry& e : entries) {
    if (p.x + 60 + c.width(Type::kSmall, e.word) > right) return;
    p.x = legend(c, p, e.swatch, e.token, e.word);
  }
  if (constexpr std::string_view kArrows = "arrows = polls that find work";
      p.x + c.width(Type::kSmall, kArrows) <= right)
    c.text(p, Type::kSmall, Token::kText2, kArrows);
}

// How many rows stand above and below, and what leads there.
void draw_more(Canvas& c, const TopologyPlan& k, TopologyHit& hit) {
  const float y = k.more.y + 15;
  float x = k.more.x;
  const auto entry = [&](size_t n, const char* word, int page) {
    if (n == 0) return;
    const std::string words = std::to_string(n) + " " + word;
    const Rect target{x - 4, k.more.y + 3, c.width(Type::kSmallBold, words) + 30, 24};
    if (c.hovered(target)) c.fill(target, Token::kRaised, 4);
    const float d = page > 0 ? 2 : -2;
    const Point chevron[] = {{x + 2, y - d}, {x + 6, y + d}, {x + 10, y - d}};
    c.polyline(chevron, Token::kText2, 1.5f);
    c.text({x + 18, y}, Type::kSmallBold, Token::kText, words);
    c.target(page > 0 ? "rows below" : "rows above", target);
    if (c.clicked(target)) hit.page = page;
    x = target.right() + 12;
  };
  entry(k.rows - k.first - k.shown, "more", 1);
  entry(k.first, "above", -1);
  const float whole = k.pitch * float(k.shown), at = whole / float(k.rows);
  c.fill({k.vm.right() + 6, k.start + at * float(k.first), 3, at * float(k.shown)}, Token::kOutline, 1);
}

void draw_titles(Canvas& c, const TopologyPlan& k, const Topology& t, float y) {
  const auto title = [&](float x, float right, const char* word) {
    return c.name({x, y}, Type::kSmall, Token::kMuted, word, right - x - 6);
  };
  if (!k.folded && k.any_wire) title(k.wire.x, k.pnic.x, "Wire");
  if (k.any_wire && !k.slim) {
    const float w = title(k.pnic.x, k.vswitch.x, k.folded ? "Wire, NIC" : "Physical NIC");
    if (!k.folded && t.groups.size() == 1)
      c.name({k.pnic.x + w + 10, y}, Type::kSmall, Token::kMuted, t.groups[0].wire, k.vswitch.x - k.pnic.x - w - 20);
  }
  title(k.vswitch.x, k.nic.x, k.slim && k.any_wire ? "Wire, switch" : "Switch");
  title(k.nic.x, k.nic.right() + 14, "Emulated NIC");
  c.text({k.border, y}, Type::kSmall, Token::kExitInk, t.rated ? "exits/s" : "exits", Align::kCentre);
  title(k.vm.x, k.vm.right(), "VM");
}

void draw_row(Canvas& c, const TopologyPlan& k, const Topology& t, const TopologyGroup& g, const TopologyRow& row,
              float y, double greatest, TopologyHit& hit) {
  const Rect nic{k.nic.x, y, k.nic.w, k.height}, vm{k.vm.x, y, k.vm.w, k.height},
      gap{k.vswitch.right(), nic.mid_y(), nic.x - k.vswitch.right(), 0};
  draw_edge(c, gap.x, gap.right(), gap.y, row.in, row.out,
            {t.scale, t.phase, t.rated, row.selected, true, true, k.pitch, k.widest});
  edge_spots(c, t, hit, gap, row.in, row.out, g, &row);
  draw_nic(c, nic, row, hit);
  const float half = std::min(38.f, k.exits / 2);
  topology_spot(c, hit,
                {{k.border - half, nic.mid_y() - 16, 2 * half, 36},
                 "vm.exits",
                 t.rated ? "exits/s" : "exits",
                 row.exits,
                 Provenance::kMeasured,
                 &row,
                 nullptr});
  draw_exits(c, k, nic.mid_y(), row, greatest);
  draw_vm(c, vm, row, t.at_speed, hit);
  for (const Rect& r : {nic, vm}) {
    const bool is_nic = r.x == nic.x;
    if (!hit.row && c.clicked(r)) hit.row = &row;
    if (row.selected || g.rows.size() == 1) c.target(is_nic ? "nic" : "vm", r);
    if (c.recording()) c.target((is_nic ? "nic " : "vm ") + row.vm, r);
    if (c.right_clicked(r)) hit.row = &row, hit.menu = true, hit.on_nic = is_nic, hit.spot = {};
  }
}

}  // namespace

void edge_spots(Canvas& c, const Topology& t, TopologyHit& hit, Rect gap, const Flow& in, const Flow& out,
                const TopologyGroup& g, const TopologyRow* row) {
  const float x = gap.x + 1, w = gap.w - 2, y = gap.y;
  const std::string_view names[] = {row ? "nic.rx" : "wire.in", row ? "nic.tx" : "wire.out"};
  const std::string_view unit = t.rated ? "pps" : "frames";
  if (in.known) topology_spot(c, hit, {{x, y - 26, w, 26}, names[0], unit, in.rate, Provenance::kMeasured, row, &g});
  if (out.known) topology_spot(c, hit, {{x, y, w, 26}, names[1], unit, out.rate, Provenance::kMeasured, row, &g});
  if (c.clicked({x, y - 26, w, 52})) hit.edge = &g, hit.edge_row = row;
  // the right button on a number copies it; beside the numbers it opens the edge's menu
  if (c.right_clicked({x, y - 10, w, 20})) hit.edge = &g, hit.edge_row = row, hit.menu = true, hit.spot = {};
}

TopologyHit draw_topology(Canvas& c, Rect area, const Topology& t) {
  TopologyHit hit;
  const TopologyPlan k = plan_topology(area, t);
  if (k.rows == 0) return hit;
  double greatest = 1;
  for (const TopologyGroup& g : t.groups)
    for (const TopologyRow& r : g.rows) greatest = std::max(greatest, r.exits);
  draw_titles(c, k, t, area.y + 10);
  const float used = k.pitch * float(k.shown) - (k.pitch - k.height);
  c.dashes({k.border, k.start}, {k.border, k.start + used}, {Token::kExit, 0.7f}, 1, 3, 4);

  size_t at = 0;  // rows of groups before
  for (const TopologyGroup& g : t.groups) {
    const size_t rows = std::max<size_t>(1, g.rows.size()), from = std::max(at, k.first),
                 to = std::min(at + rows, k.first + k.shown);
    if (from < to) {
      const auto y_of = [&](size_t row) { return k.start + k.pitch * float(row - k.first); };
      const float top = y_of(from), bottom = y_of(to - 1) + k.height;
      draw_uplink(c, k, g, top, bottom, t, hit);
      for (size_t i = from; i < to && i - at < g.rows.size(); ++i)
        draw_row(c, k, t, g, g.rows[i - at], y_of(i), greatest, hit);
      draw_switch(c, k, g, top, bottom, hit);
    }
    at += rows;
  }
  if (!k.more.empty()) draw_more(c, k, hit);
  c.target("edges", {k.wire.right(), k.start, k.nic.x - k.wire.right(), used});
  if (k.legend) draw_legend(c, {area.x, area.bottom() - 10}, area.right(), t.rated, t.scale);
  return hit;
}

}  // namespace ringside::desktop
