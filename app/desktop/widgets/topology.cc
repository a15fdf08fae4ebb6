// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/topology.h"

#include <algorithm>
#include <cmath>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/flow_edge.h"
#include "app/desktop/widgets/ring_dial.h"

namespace ringside::desktop {
namespace {

// Columns from left to right; in a narrow panel wire and physical NIC fold into one node.
struct Columns {
  bool folded = false, any_wire = true;
  Rect wire, pnic, vswitch, nic, vm;  // x and w only
  float border = 0;                   // between host and guest
};

Columns columns_of(float x, float w, bool high, bool any_wire) {
  Columns k;
  k.folded = w < 940;
  k.any_wire = any_wire;
  const float wire = any_wire ? 80 : 0,
              pnic = !any_wire  ? 0
                     : k.folded ? 112
                                : 184,
              vswitch = 88, nic = k.folded ? 168 : 192,
              vm = k.folded ? 96
                   : high   ? 136
                            : 104,
              exits = 80;
  const float nodes = (k.folded ? 0 : wire) + pnic + vswitch + nic + vm + exits;
  const float gaps = std::max(60.f, w - nodes);
  const float g1 = k.folded || !any_wire ? 0 : gaps * 0.177f, g2 = !any_wire ? 0 : gaps * (k.folded ? 0.45f : 0.375f),
              g3 = gaps - g1 - g2;
  k.wire = {x, 0, k.folded ? 0 : wire, 0};
  k.pnic = {x + k.wire.w + g1, 0, pnic, 0};
  k.vswitch = {k.pnic.right() + g2, 0, vswitch, 0};
  k.nic = {k.vswitch.right() + g3, 0, nic, 0};
  k.border = k.nic.right() + exits / 2;
  k.vm = {k.nic.right() + exits, 0, vm, 0};
  return k;
}

void spot(Canvas& c, TopologyHit& hit, const TopologyHit::Spot& s) {
  if (c.hovered(s.rect)) hit.spot = s;
}

// An edge's two directions are numbers, and the edge itself can be pressed.
void edge_spots(Canvas& c, const Topology& t, TopologyHit& hit, float x0, float x1, float y, const Flow& in,
                const Flow& out, const TopologyGroup& g, const TopologyRow* row) {
  const Rect upper{x0 + 1, y - 26, x1 - x0 - 2, 26}, lower{x0 + 1, y, x1 - x0 - 2, 26};
  const std::string_view names[] = {row ? "nic.rx" : "wire.in", row ? "nic.tx" : "wire.out"};
  if (in.known) spot(c, hit, {upper, names[0], t.rated ? "pps" : "frames", in.rate, Provenance::kMeasured, row, &g});
  if (out.known) spot(c, hit, {lower, names[1], t.rated ? "pps" : "frames", out.rate, Provenance::kMeasured, row, &g});
  const Rect all{x0 + 1, y - 26, x1 - x0 - 2, 52};
  if (c.clicked(all)) hit.edge = &g, hit.edge_row = row;
  // the right button on a number copies it; beside the numbers it opens the edge's menu
  const Rect line{x0 + 1, y - 10, x1 - x0 - 2, 20};
  if (c.right_clicked(line)) hit.edge = &g, hit.edge_row = row, hit.menu = true, hit.spot = {};
}

Rect node(Canvas& c, Rect r, bool selected) {
  c.fill(r, Token::kRaised, 4);
  if (selected) c.frame(r, Token::kHalo, 1.5f, 4);
  return r;
}

void draw_wire(Canvas& c, const Columns& k, const TopologyGroup& g, float top, float bottom, const Topology& t,
               TopologyHit& hit) {
  if (!g.has_wire) return;
  const float mid = (top + bottom) / 2;
  const EdgeLook look{t.scale, t.phase, t.rated, false, true, true};
  if (!k.folded) {
    draw_edge(c, k.wire.right(), k.pnic.x, mid, g.in, g.out, look);
    edge_spots(c, t, hit, k.wire.right(), k.pnic.x, mid, g.in, g.out, g, nullptr);
    const Rect r = node(c, {k.wire.x, mid - 44, k.wire.w, 88}, false);
    Group group(c, "wire", r);
    c.name({r.mid_x() - std::min(r.w - 12, c.width(Type::kBodyBold, g.wire_kind)) / 2, r.y + 20}, Type::kBodyBold,
           Token::kText, g.wire_kind, r.w - 12);
    float y = r.y + 40;
    std::string rest = g.wire_detail;
    for (int line = 0; line < 3 && !rest.empty(); ++line) {
      const size_t comma = rest.find(", ");
      const std::string part = rest.substr(0, comma);
      rest = comma == std::string::npos ? "" : rest.substr(comma + 2);
      const float w = std::min(r.w - 8, c.width(Type::kSmall, part));
      c.name({r.mid_x() - w / 2, y}, Type::kSmall, Token::kText2, part, r.w - 8);
      y += 18;
    }
  }
  const Rect p = node(c, {k.pnic.x, top, k.pnic.w, bottom - top}, false);
  const Rect q{p.x + 8, std::clamp(mid - 26, p.y + 8, p.bottom() - 60), p.w - 16, 52};
  Group group(c, "pnic", q);
  c.fill(q, Token::kPanel, 3);
  const float w = c.text({q.x + 10, q.y + 15}, Type::kBodyBold, Token::kText, "q0");
  if (!k.folded) c.text({q.x + 18 + w, q.y + 15}, Type::kSmall, Token::kText2, "default, shared");
  const std::string rate = text_of(g.in);
  c.text({q.right() - 10, q.y + 37}, Type::kSmallBold, g.in.rate == 0 ? Token::kMuted : Token::kText, rate,
         Align::kRight);
  if (!k.folded) gauge(c, {q.x + 10, q.y + 32, 90, 10}, g.in.activity);
  if (c.hovered(q))
    c.tooltip("Queue 0 of " + g.wire + ", " + g.wire_kind + "\nThe cells show the share of polls that find work.");
}

void draw_switch(Canvas& c, const Columns& k, const TopologyGroup& g, float top, float bottom, TopologyHit& hit) {
  const Rect r = node(c, {k.vswitch.x, top, k.vswitch.w, bottom - top}, false);
  Group group(c, "switch", r);
  const float w = std::min(r.w - 12, c.width(Type::kSmallBold, g.vswitch));
  c.name({r.mid_x() - w / 2, r.y + 27}, Type::kSmallBold, Token::kText, g.vswitch, r.w - 12);
  const std::pair<const char*, std::string> lines[] = {{"MACs", count(g.macs)},
                                                       {"VLANs", count(g.vlans)},
                                                       {"flooded", count(g.flooded)},
                                                       {"dropped", g.dropped > 0 ? si_text(g.dropped) : "0"}};
  float y = r.y + 59;
  for (auto& [label, value] : lines) {
    if (y > r.bottom() - 10) break;
    c.text({r.x + 10, y}, Type::kSmall, Token::kMuted, label);
    c.text({r.right() - 10, y}, Type::kSmall,
           value == "0"      ? Token::kMuted
           : label[0] == 'd' ? Token::kDropInk
                             : Token::kText2,
           value, Align::kRight);
    const double raw = label[0] == 'M'   ? double(g.macs)
                       : label[0] == 'V' ? double(g.vlans)
                       : label[0] == 'f' ? double(g.flooded)
                                         : g.dropped;
    spot(c, hit, {{r.x, y - 10, r.w, 20}, "switch.count", label, raw, Provenance::kMeasured, nullptr, &g});
    y += 20;
  }
}

void draw_nic(Canvas& c, Rect r, const TopologyRow& row, TopologyHit& hit) {
  node(c, r, row.selected);
  Group group(c, "nic", r);
  const bool nearly_full = row.rx_full > 0.9;
  if (r.h < 46) {  // too low for dials: the fullness alone
    const std::string share = gauge_percent(row.rx_full);
    const float w = c.width(Type::kSmall, share);
    c.name({r.x + 10, r.mid_y()}, Type::kSmallBold, Token::kText, row.model, r.w - w - 34);
    c.text({r.right() - 10, r.mid_y()}, Type::kSmall, nearly_full ? Token::kDropInk : Token::kText2, share,
           Align::kRight);
    return;
  }
  const bool stacked = r.h >= 130;  // room for a title above and words below the dials
  const float R = stacked ? 36 : 20;
  const float dial_y = stacked ? r.mid_y() + 2 : r.mid_y();
  const Point rx{stacked ? r.x + r.w * 0.27f : r.x + 10 + R, dial_y},
      tx{stacked ? r.x + r.w * 0.73f : rx.x + 2 * R + 8, dial_y};
  const bool narrow = r.w < 180;
  auto dial = [&](Point p, const RingView* ring, const char* name) {
    static const RingView kNone;
    draw_dial(c, p, dial_shape_of_radius(R, ring ? ring->size : 0), ring ? *ring : kNone, {.middle = name});
    const Rect target{p.x - R, p.y - R, 2 * R, 2 * R};
    const bool receive = name[0] == 'R';
    if (ring)
      spot(c, hit,
           {target, receive ? "nic.full" : "nic.to_send", receive ? "%" : "rows",
            receive ? row.rx_full * 100 : double(ring->rows_device), Provenance::kMeasured, &row, nullptr});
    if (ring && c.recording()) c.target(ring->name, target);
    if (ring && c.hovered(target)) {
      if (c.clicked(target)) hit.row = &row, hit.ring = ring->name;
    }
  };
  dial(rx, row.rx, "RX");
  dial(tx, row.tx, "TX");
  if (stacked) {
    const float w = c.name({r.x + 12, r.y + 19}, Type::kBodyBold, Token::kText, row.model, r.w - 24);
    if (w + 90 < r.w)
      c.name({r.right() - 12 - c.width(Type::kSmall, row.vm + "." + row.nic), r.y + 19}, Type::kSmall, Token::kMuted,
             row.vm + "." + row.nic, r.w - w - 36);
    const std::string words[] = {gauge_percent(row.rx_full) + " full",
                                 row.tx ? count(row.tx->rows_device) + " to send" : ""};
    c.text({rx.x, r.bottom() - 18}, Type::kSmall, nearly_full ? Token::kDropInk : Token::kText2, words[0],
           Align::kCentre);
    c.text({tx.x, r.bottom() - 18}, Type::kSmall, Token::kText2, words[1], Align::kCentre);
    return;
  }
  const float x = tx.x + R + (narrow ? 6.f : 10.f), room = r.right() - x - 6;
  if (room > 30) {
    c.name({x, r.mid_y() - 10}, Type::kSmallBold, Token::kText, row.model, room);
    const std::string share = "RX " + gauge_percent(row.rx_full);
    const std::string words = share + " full";
    c.text({x, r.mid_y() + 10}, Type::kSmall, nearly_full ? Token::kDropInk : Token::kText2,
           c.width(Type::kSmall, words) <= room ? words : gauge_percent(row.rx_full));
  }
}

void draw_vm(Canvas& c, Rect r, const TopologyRow& row, TopologyHit& hit) {
  node(c, r, row.selected);
  Group group(c, "vm", r);
  const bool tall = r.h >= 130, low = r.h < 46;
  const float top = tall ? r.y + 6 : low ? r.mid_y() - 13 : r.y;
  const std::string busy = !row.has_vcpu ? "" : row.paused ? "paused" : row.busy < 0 ? "" : gauge_percent(row.busy);
  const float bw = c.width(Type::kSmall, busy);
  c.name({r.x + 10, top + 13}, Type::kBodyBold, Token::kText, row.vm, r.w - 26 - bw);
  c.text({r.right() - 10, top + 13}, row.busy >= 0.9 ? Type::kSmallBold : Type::kSmall,
         row.paused ? Token::kDropInk : Token::kText, busy, Align::kRight);
  if (row.has_vcpu && !row.paused && row.busy >= 0)
    spot(c, hit,
         {{r.right() - 16 - bw, top, bw + 12, 26},
          "vm.busy",
          "%",
          row.busy * 100,
          Provenance::kMeasured,
          &row,
          nullptr});
  if (low) return;
  c.name({r.x + 10, top + 32}, Type::kSmall, Token::kText2, row.workload, r.w - 20);
  const Rect track{r.x + 10, top + 44, r.w - 20, 4};
  if (row.busy >= 0) c.fill(track, Token::kLine, 1);
  if (row.busy >= 0) c.fill({track.x, track.y, track.w * float(std::clamp(row.busy, 0.0, 1.0)), 4}, Token::kGuest, 1);
  if (!tall) return;
  float y = top + 68;
  for (const auto& [label, value] : row.facts) {
    if (y > r.bottom() - 10) break;
    if (c.width(Type::kSmall, label) + c.width(Type::kSmall, value) + 42 > r.w) continue;
    c.text({r.x + 10, y}, Type::kSmall, Token::kMuted, label);
    c.text({r.right() - 10, y}, Type::kSmall, Token::kText2, value, Align::kRight);
    if (label == "exit cost")
      provenance_symbol(c, {r.right() - 10 - c.width(Type::kSmall, value) - 9, y}, Provenance::kModelled,
                        Token::kText2);
    if (label == "exit cost")
      spot(c, hit,
           {{r.x, y - 10, r.w, 20}, "vm.exit_cost", "cycles", row.exit_cost, Provenance::kModelled, &row, nullptr});
    y += 20;
  }
}

void draw_exits(Canvas& c, float x, float y, const TopologyRow& row, double greatest, bool low) {
  if (row.exits <= 0) {
    c.fill({x - 12, y - 8, 24, 16}, Token::kPanel);
    c.text({x, y}, Type::kSmallBold, Token::kMuted, "0", Align::kCentre);
    return;
  }
  const std::string number = row.exits_shown.empty() ? si_text(row.exits) : row.exits_shown;
  if (low) {
    const float tw = c.width(Type::kSmallBold, number) + 8;
    c.fill({x - tw / 2, y - 9, tw, 18}, Token::kPanel);
    c.text({x, y}, Type::kSmallBold, Token::kExitInk, number, Align::kCentre);
    return;
  }
  const float w = std::max(2.f, 64 * float(std::sqrt(row.exits / greatest)));
  c.fill({x - w / 2, y - 13, w, 10}, Token::kExit, 1);
  const float tw = c.width(Type::kSmallBold, number) + 8;
  c.fill({x - tw / 2, y + 3, tw, 16}, Token::kPanel);
  c.text({x, y + 11}, Type::kSmallBold, Token::kExitInk, number, Align::kCentre);
}

void draw_legend(Canvas& c, Point p, float right, bool rated) {
  struct Entry {
    Swatch swatch;
    Token token;
    const char* word;
  };
  const Entry entries[] = {
      {Swatch::kFoot, Token::kGuest, "driver owns"},
      {Swatch::kFill, Token::kDevice, "device owns"},
      {Swatch::kFill, Token::kDone, "done, to be cleaned"},
      {Swatch::kLost, Token::kDrop, "lost"},
      {Swatch::kEdge, Token::kFlow,
       rated ? "width = rate, arrows = polls that find work" : "width = frames, arrows = polls that find work"}};
  for (const Entry& e : entries) {
    if (p.x + 60 + c.width(Type::kSmall, e.word) > right) break;
    p.x = legend(c, p, e.swatch, e.token, e.word);
  }
}

}  // namespace

TopologyHit draw_topology(Canvas& c, Rect area, const Topology& t) {
  TopologyHit hit;
  size_t rows = 0;
  double greatest = 1;
  for (const TopologyGroup& g : t.groups) {
    rows += std::max<size_t>(1, g.rows.size());
    for (const TopologyRow& r : g.rows) greatest = std::max(greatest, r.exits);
  }
  if (rows == 0) return hit;
  const float header = area.y + 10;
  const bool legend_fits = t.legend && (area.h - 58) / float(rows) >= 56;
  const Rect body{area.x, area.y + 26, area.w, area.h - 26 - (legend_fits ? 32.f : 0.f)};
  const size_t fit = std::max<size_t>(1, size_t(body.h / 30));  // more rows than that are named, not drawn
  const size_t shown = std::min(rows, fit);
  const float pitch = std::clamp(body.h / float(shown), 30.f, 216.f), height = pitch - (pitch < 48 ? 4 : 8);

  const Columns k =
      columns_of(area.x, area.w, height >= 130,
                 std::any_of(t.groups.begin(), t.groups.end(), [](const TopologyGroup& g) { return g.has_wire; }));
  if (!k.folded && k.any_wire) c.text({k.wire.x, header}, Type::kSmall, Token::kMuted, "Wire");
  const float pw =
      k.any_wire ? c.text({k.pnic.x, header}, Type::kSmall, Token::kMuted, k.folded ? "Wire, NIC" : "Physical NIC") : 0;
  if (!k.folded && t.groups.size() == 1 && t.groups[0].has_wire)
    c.text({k.pnic.x + pw + 10, header}, Type::kSmall, Token::kMuted, t.groups[0].wire);
  c.text({k.vswitch.x, header}, Type::kSmall, Token::kMuted, "Switch");
  c.text({k.nic.x, header}, Type::kSmall, Token::kMuted, "Emulated NIC");
  c.text({k.border, header}, Type::kSmall, Token::kExitInk, t.rated ? "exits/s" : "exits", Align::kCentre);
  c.text({k.vm.x, header}, Type::kSmall, Token::kMuted, "VM");
  const float used = pitch * float(shown) - 8, start = body.y + std::max(0.f, std::min(40.f, (body.h - used) / 2));
  c.dashes({k.border, start}, {k.border, start + used}, {Token::kExit, 0.7f}, 1, 3, 4);

  float y = start;
  size_t drawn = 0;
  for (const TopologyGroup& g : t.groups) {
    if (drawn >= shown) break;
    const size_t here = std::min(std::max<size_t>(1, g.rows.size()), shown - drawn);
    const float top = y, bottom = y + pitch * float(here) - (pitch - height);
    if (g.has_wire) {
      draw_edge(c, k.pnic.right(), k.vswitch.x, (top + bottom) / 2, g.in, g.out,
                {t.scale, t.phase, t.rated, false, k.folded, true});
      edge_spots(c, t, hit, k.pnic.right(), k.vswitch.x, (top + bottom) / 2, g.in, g.out, g, nullptr);
    }
    draw_wire(c, k, g, top, bottom, t, hit);
    for (const TopologyRow& row : g.rows) {
      if (drawn >= shown) break;
      ++drawn;
      const Rect nic{k.nic.x, y, k.nic.w, height}, vm{k.vm.x, y, k.vm.w, height};
      draw_edge(c, k.vswitch.right(), nic.x, nic.mid_y(), row.in, row.out,
                {t.scale, t.phase, t.rated, row.selected, true, true, height + 8});
      edge_spots(c, t, hit, k.vswitch.right(), nic.x, nic.mid_y(), row.in, row.out, g, &row);
      draw_nic(c, nic, row, hit);
      spot(c, hit,
           {{k.border - 38, nic.mid_y() - 16, 76, 36},
            "vm.exits",
            t.rated ? "exits/s" : "exits",
            row.exits,
            Provenance::kMeasured,
            &row,
            nullptr});
      draw_exits(c, k.border, nic.mid_y(), row, greatest, height < 46);
      draw_vm(c, vm, row, hit);
      for (const Rect& r : {nic, vm}) {
        if (!hit.row && c.clicked(r)) hit.row = &row;
        if (row.selected || g.rows.size() == 1) c.target(r.x == nic.x ? "nic" : "vm", r);
        if (c.recording()) c.target((r.x == nic.x ? "nic " : "vm ") + row.vm, r);
        if (c.right_clicked(r)) hit.row = &row, hit.menu = true, hit.on_nic = r.x == nic.x, hit.spot = {};
      }
      y += pitch;
    }
    if (g.rows.empty()) y += pitch, ++drawn;
    draw_switch(c, k, g, top, bottom, hit);
  }
  c.target("edges", {k.wire.right(), start, k.nic.x - k.wire.right(), used});
  if (legend_fits) draw_legend(c, {area.x, area.bottom() - 10}, area.right(), t.rated);
  return hit;
}

}  // namespace ringside::desktop
