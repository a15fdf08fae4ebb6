// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/path_view.h"

#include <algorithm>
#include <cmath>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/widgets/ring_dial.h"

namespace ringside::desktop {
namespace {

using State = PathStop::State;
using Place = PathStop::Place;

struct Nodes {
  Rect wire, pnic, vswitch;
  std::vector<Rect> nics, vms;
  float border = 0;
};

Nodes nodes_of(Rect area, size_t rows, size_t wire_stops, bool has_wire) {
  Nodes n;
  const bool folded = area.w < 720 || !has_wire;
  float x = area.x;
  const float wire = folded ? 0 : 56, pnic = has_wire ? 124 : 0, vs = std::clamp(area.w * 0.16f, 110.f, 180.f),
              exits = 60;
  const float gaps = !has_wire ? 24 : folded ? 24 + 24 : 16 + 24 + 30;
  const float rest = (area.w - wire - pnic - vs - exits - gaps) / 2;
  const float mid = area.mid_y();
  if (!folded) n.wire = {x, mid - 30, wire, 60}, x += wire + 16;
  n.pnic = {x, mid - 30, pnic, 60};
  if (has_wire) x += pnic + 24;
  n.vswitch = {x, area.y, vs, area.h}, x += vs + (folded ? 24 : 30);
  const float pitch = (area.h + 16) / float(rows), height = std::min(pitch - 16, 320.f);
  for (size_t i = 0; i < rows; ++i) {
    const float y = area.y + pitch * float(i);
    n.nics.push_back({x, y, rest, height});
    n.vms.push_back({x + rest + exits, y, rest, height});
  }
  n.vswitch.h = pitch * float(rows - 1) + height;
  n.wire.y = n.vswitch.mid_y() - 30;
  n.pnic.y = n.vswitch.mid_y() - 30;
  if (wire_stops) {  // room for its stops, the first at the height of the switch's
    n.pnic.h = 60 + 34 * float(wire_stops) + 8;
    n.pnic.y = std::max(area.y, n.vswitch.mid_y() - 66);
  }
  n.border = x + rest + exits / 2;
  return n;
}

void titles(Canvas& c, Rect r, const std::string& title, const std::string& sub, bool faint, float room) {
  c.name({r.x + 12, r.y + 19}, Type::kBodyBold, faint ? Token::kText2 : Token::kText, title, room);
  c.name({r.x + 12, r.y + 39}, Type::kSmall, Token::kText2, sub, room);
}

// A share of the way from one stop to the next, round its corner.
Point on_the_way(Point a, Point b, float share) {
  const Point corner = b.x < a.x ? Point{b.x, a.y} : Point{a.x, b.y};
  const float first = std::abs(corner.x - a.x) + std::abs(corner.y - a.y),
              second = std::abs(b.x - corner.x) + std::abs(b.y - corner.y);
  const float gone = (first + second) * share;
  auto between = [](Point p, Point q, float t) { return Point{p.x + (q.x - p.x) * t, p.y + (q.y - p.y) * t}; };
  return gone < first ? between(a, corner, gone / first) : second > 0 ? between(corner, b, (gone - first) / second) : b;
}

// `closing`: how far the ring of the current stop has closed in; `disc`: where the packet is on its way to it.
void draw_stop(Canvas& c, Point p, const PathStop& s, float room, float closing, Point disc) {
  const Type type = s.state == State::kHere ? Type::kBodyBold : Type::kBody;
  const std::string label = c.elide(type, s.label, room);
  // what it cost stands behind its name where there is room
  std::string cost = s.cycles ? count(s.cycles) : "";
  const float label_w = c.width(type, label);
  if (c.width(Type::kSmall, cost) + 10 > room - label_w) cost.clear();
  c.fill({p.x + 16, p.y - 12, label_w + 12 + (cost.empty() ? 0 : c.width(Type::kSmall, cost) + 10), 24},
         Token::kRaised);
  if (!cost.empty()) c.text({p.x + 22 + label_w + 10, p.y}, Type::kSmall, Token::kMuted, cost);
  const std::string number = std::to_string(s.number);
  switch (s.state) {
    case State::kDone:
      c.disc(p, 10, Token::kText2);
      c.text(p, Type::kSmallBold, Token::kPanel, number, Align::kCentre);
      break;
    case State::kHere:
      c.disc(disc, 14, Token::kPanel);
      c.circle(disc, 13 + 8 * (1 - closing), Token::kHalo, 2);
      c.disc(disc, 10, Token::kHalo);
      c.text(disc, Type::kSmallBold, Token::kOnInvert, number, Align::kCentre);
      break;
    case State::kToCome:
      c.disc(p, 10, Token::kRaised);
      c.circle(p, 9.25f, Token::kOutline, 1.5f);
      c.text(p, Type::kSmall, Token::kText2, number, Align::kCentre);
      break;
  }
  c.text({p.x + 22, p.y}, type, s.state == State::kToCome ? Token::kText2 : Token::kText, label);
}

}  // namespace

PathHit draw_path(Canvas& c, Rect area, const PathView& v) {
  PathHit hit;
  if (v.rows.empty()) return hit;
  const Nodes n = nodes_of(
      area, v.rows.size(),
      size_t(std::count_if(v.stops.begin(), v.stops.end(), [](const PathStop& s) { return s.place == Place::kWire; })),
      v.has_wire);
  c.dashes({n.border, area.y}, {n.border, n.vswitch.bottom()}, Token::kExit, 1, 3, 4);
  if (!n.wire.empty()) {
    c.dashes({n.wire.right(), n.wire.mid_y()}, {n.pnic.x, n.wire.mid_y()}, Token::kOutline, 1.5f, 2, 4);
    c.fill(n.wire, Token::kRaised, 4);
    Group group(c, "wire", n.wire);
    titles(c, n.wire, "wire", v.wire_kind, true, n.wire.w - 20);
  }
  if (v.has_wire) {
    c.dashes({n.pnic.right(), n.vswitch.mid_y()}, {n.vswitch.x, n.vswitch.mid_y()}, Token::kOutline, 1.5f, 2, 4);
    c.fill(n.pnic, Token::kRaised, 4);
    Group group(c, "pnic", n.pnic);
    titles(c, n.pnic, v.wire, n.wire.empty() ? v.wire_kind : v.wire_state, true, n.pnic.w - 20);
  }
  c.fill(n.vswitch, Token::kRaised, 4);
  for (size_t i = 0; i < v.rows.size(); ++i) {
    for (const Rect* p : {&n.nics[i], &n.vms[i]}) {
      const Rect& r = *p;
      c.fill(r, Token::kRaised, 4);
      if (v.rows[i].selected) c.frame(r, Token::kHalo, 1.5f, 4);
      if (v.rows[i].selected || v.rows.size() == 1) c.target(&r == &n.vms[i] ? "vm" : "nic", r);
      if (c.clicked(r)) hit.row = int(i);
      if (c.right_clicked(r)) hit.row = int(i), hit.menu = true;
    }
  }
  // positions of the stops: in their node, one below the other in the order of the way
  std::vector<int> used_nic(v.rows.size()), used_vm(v.rows.size());
  std::vector<Point> at;
  int used_switch = 0, used_wire = 0;
  // As low as the wire's, whose names stand above its stops: else the way from here to there ran through them.
  const float switch_stops = n.pnic.h > 60 ? std::max(n.vswitch.mid_y(), n.pnic.y + 66) : n.vswitch.mid_y();
  // a stop in another node of the same row stands no higher than the one before, so that the way runs downhill
  auto slot = [&](std::vector<int>& used, const std::vector<Rect>& nodes, size_t row, size_t index) {
    const float begin = nodes[row].y + 66;
    if (index > 0 && at[index - 1].y > nodes[row].y && at[index - 1].y < nodes[row].bottom())
      used[row] = std::max(used[row], int((at[index - 1].y - begin + 1) / 34));
    return Point{nodes[row].x + 24, begin + 34 * float(used[row]++)};
  };
  for (const PathStop& s : v.stops) {
    const size_t row = size_t(std::clamp(s.row, 0, int(v.rows.size()) - 1));
    switch (s.place) {
      case Place::kWire: at.push_back({n.pnic.x + 24, n.pnic.y + 66 + 34 * float(used_wire++)}); break;
      case Place::kSwitch: at.push_back({n.vswitch.x + 24, switch_stops + 34 * float(used_switch++)}); break;
      case Place::kNic: at.push_back(slot(used_nic, n.nics, row, at.size())); break;
      case Place::kVm: at.push_back(slot(used_vm, n.vms, row, at.size())); break;
    }
  }
  for (size_t i = 1; i < at.size(); ++i) {
    const Point a = at[i - 1], b = at[i];
    const Point corner = b.x < a.x ? Point{b.x, a.y} : Point{a.x, b.y};
    for (auto& [p, q] : {std::pair{a, corner}, std::pair{corner, b}}) {
      if (p == q) continue;
      if (v.stops[i].state == State::kToCome)
        c.dashes(p, q, Token::kOutline, 1.5f, 2, 4);
      else
        c.line(p, q, Token::kText2, 3);
    }
    if (v.stops[i].exit && (a.x - n.border) * (b.x - n.border) < 0) {
      const float y = b.x < a.x ? a.y : b.y;
      c.fill({n.border - 6, y - 14, 12, 28}, Token::kExit, 2);
      c.fill({n.border - 20, y - 38, 40, 18}, Token::kPanel);
      c.text({n.border, y - 29}, Type::kSmallBold, Token::kExitInk, "exit", Align::kCentre);
      const float w = c.width(Type::kMono, v.stops[i].reg) + 8;
      c.fill({n.border - w / 2, y + 20, w, 18}, Token::kPanel);
      c.text({n.border, y + 29}, Type::kMono, Token::kText, v.stops[i].reg, Align::kCentre);
    }
  }
  {
    Group group(c, "switch", n.vswitch);
    titles(c, n.vswitch, v.vswitch, v.ports, false, n.vswitch.w - 24);
  }
  for (size_t i = 0; i < v.rows.size(); ++i) {
    const PathView::Row& r = v.rows[i];
    {
      Group group(c, "nic", n.nics[i]);
      titles(c, n.nics[i], r.nic, r.model, false, n.nics[i].w - 74);
      if (r.ring)
        draw_dial(c, {n.nics[i].right() - 34, n.nics[i].y + 32}, dial_shape_of_radius(22, r.ring->size), *r.ring,
                  {.middle = r.ring_name});
    }
    Group group(c, "vm", n.vms[i]);
    titles(c, n.vms[i], r.vm, r.workload, false, n.vms[i].w - 24);
  }
  for (size_t i = 0; i < v.stops.size(); ++i) {
    const PathStop& s = v.stops[i];
    const float right = s.place == Place::kSwitch ? n.vswitch.right()
                        : s.place == Place::kNic  ? n.nics[0].right()
                        : s.place == Place::kVm   ? n.vms[0].right()
                                                  : n.pnic.right();
    draw_stop(c, at[i], s, right - at[i].x - 24, s.state == State::kHere ? v.closing : 1,
              s.state == State::kHere && i > 0 ? on_the_way(at[i - 1], at[i], v.arrival) : at[i]);
    const Rect target{at[i].x - 12, at[i].y - 13, right - at[i].x + 4, 26};
    if (s.cycles && c.hovered(target)) hit.stop = s.cycles, hit.at = target;
  }
  c.text({n.border - 8, n.vswitch.bottom() + 12}, Type::kSmall, Token::kText2, "host", Align::kRight);
  c.text({n.border + 8, n.vswitch.bottom() + 12}, Type::kSmall, Token::kText2, "guest");
  return hit;
}

}  // namespace ringside::desktop
