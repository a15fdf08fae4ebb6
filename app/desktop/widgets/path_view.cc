// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/path_view.h"

#include <algorithm>
#include <cmath>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/guest_mark.h"
#include "app/desktop/widgets/path_plan.h"
#include "app/desktop/widgets/ring_dial.h"

namespace ringside::desktop {
namespace {

using State = PathStop::State;
using Place = PathStop::Place;

constexpr float kUnder = 25;  // from one stop to the next, where what it cost stands below its name

// A node's name, and below it what it is where its stops leave room; on a ground of their own, for a way may pass
// there.
void titles(Canvas& c, Rect r, Token ground, const std::string& title, const std::string& sub, bool faint, float room) {
  const auto line = [&](float y, Type type, Token token, const std::string& text) {
    const std::string shown = c.elide(type, text, room);
    if (shown.empty()) return;
    c.fill({r.x + 10, y - 9, c.width(type, shown) + 4, 18}, ground);
    c.name({r.x + 12, y}, type, token, text, room);
  };
  line(sub.empty() ? r.y + std::min({19.f, r.h / 2, 15.f}) : r.y + 19, r.h < 40 ? Type::kSmallBold : Type::kBodyBold,
       faint ? Token::kText2 : Token::kText, title);
  line(r.y + 39, Type::kSmall, Token::kText2, sub);
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

Type type_of(const PathStop& s, bool small) {
  const bool here = s.state == State::kHere;
  return small ? here ? Type::kSmallBold : Type::kSmall : here ? Type::kBodyBold : Type::kBody;
}

// A stop's name and what it cost, side by side.
float whole_width(const Canvas& c, const PathStop& s, bool small) {
  return c.width(type_of(s, small), s.label) + (s.cycles ? 10 + c.width(Type::kSmall, count(s.cycles)) : 0);
}

// `closing`: how far the ring of the current stop has closed in; `disc`: where the packet is on its way to it. `small`:
// nodes are narrow, and all names are written small; what a stop cost stands below its name then, where `below` it has
// no room behind it.
void draw_stop(Canvas& c, Point p, const PathStop& s, Token ground, float room, bool small, float below, float closing,
               Point disc) {
  const Type type = type_of(s, small);
  const std::string label = c.elide(type, s.label, room);
  const std::string cost = s.cycles ? count(s.cycles) : "";
  const float label_w = c.width(type, label), cost_w = c.width(Type::kSmall, cost);
  const bool behind = !cost.empty() && cost_w + 10 <= room - label_w,
             under = !cost.empty() && !behind && below >= kUnder;
  if (!label.empty()) c.fill({p.x + 16, p.y - 10, label_w + 10 + (behind ? cost_w + 10 : 0), 20}, ground);
  if (behind) c.text({p.x + 22 + label_w + 10, p.y}, Type::kSmall, Token::kMuted, cost);
  if (under) {
    c.fill({p.x + 20, p.y + 8, cost_w + 4, 13}, ground);
    c.text({p.x + 22, p.y + 14}, Type::kSmall, Token::kMuted, cost);
  }
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
      c.disc(p, 10, ground);
      c.circle(p, 9.25f, Token::kOutline, 1.5f);
      c.text(p, Type::kSmall, Token::kText2, number, Align::kCentre);
      break;
  }
  c.name({p.x + 22, p.y}, type, s.state == State::kToCome ? Token::kText2 : Token::kText, s.label, room);
}

// An exit: where the way crosses the border, or, for a register that does not carry the packet on, on a spur to it.
struct Notch {
  float y;
  bool spur;
  Point from;  // of a spur
  std::string reg, all;
};

std::vector<Notch> notches_of(const PathPlan& k, const PathView& v) {
  std::vector<Notch> notches;
  for (size_t i = 0; i < v.stops.size(); ++i) {
    const PathStop& s = v.stops[i];
    const Point at = k.stops[i];
    if (i > 0 && s.exit && (k.stops[i - 1].x - k.border) * (at.x - k.border) < 0)
      notches.push_back({at.x < k.stops[i - 1].x ? k.stops[i - 1].y : at.y, false, {}, s.reg, s.reg});
    std::string registers, all;  // where there are several, the last one, and how many before it
    for (const std::string& reg : s.exits) registers = reg, all += (all.empty() ? "" : "\n\t") + reg;
    if (s.exits.size() > 1)
      registers = registers.substr(0, registers.find(' ')) + " +" + std::to_string(s.exits.size() - 1);
    if (!registers.empty() && s.place == Place::kVm)
      notches.push_back({at.y + k.rows[k.row_of[i]].column.step / 2, true, at, registers, all});
  }
  std::sort(notches.begin(), notches.end(), [](const Notch& a, const Notch& b) { return a.y < b.y; });
  for (size_t i = 1; i < notches.size(); ++i) notches[i].y = std::max(notches[i].y, notches[i - 1].y + 20);
  // "host" and "guest" stand below: from there up again, closer where there is no room
  const float step = std::min(20.f, (k.vswitch.h - 20) / float(std::max<size_t>(1, notches.size())));
  float most = k.vswitch.bottom() - 10;
  for (size_t i = notches.size(); i-- > 0; most -= step) most = notches[i].y = std::min(notches[i].y, most);
  return notches;
}

void draw_notches(Canvas& c, const PathPlan& k, const std::vector<Notch>& notches) {
  const float least_y = k.vswitch.y, most_y = k.vswitch.bottom();
  for (size_t i = 0; i < notches.size(); ++i) {
    const Notch& n = notches[i];
    if (n.spur) {
      c.line(n.from, {n.from.x, n.y}, Token::kText2, 3);
      c.line({n.from.x, n.y}, {k.border, n.y}, Token::kText2, 3);
    }
    const float w = c.width(Type::kMono, n.reg) + 6;
    const bool alone = (i == 0 || n.y - notches[i - 1].y > 70) &&
                       (i + 1 == notches.size() || notches[i + 1].y - n.y > 70) && n.y - 40 > least_y &&
                       n.y + 40 < most_y && w <= k.gap - 2;
    if (alone) {
      c.fill({k.border - 6, n.y - 14, 12, 28}, Token::kExit, 2);
      c.fill({k.border - 20, n.y - 38, 40, 18}, Token::kPanel);
      c.text({k.border, n.y - 29}, Type::kSmallBold, Token::kExitInk, "exit", Align::kCentre);
      c.fill({k.border - w / 2, n.y + 20, w, 18}, Token::kPanel);
      c.text({k.border, n.y + 29}, Type::kMono, Token::kText, n.reg, Align::kCentre);
    } else {  // too close for words around it: the register in a mark of the exit's colour
      const std::string reg =
          w <= k.gap - 2 ? n.reg : c.elide(Type::kMono, n.reg.substr(0, n.reg.find(' ')), k.gap - 12);
      const float width = c.width(Type::kMono, reg) + 6;
      const Rect box{k.border - width / 2, n.y - 9, width, 18};
      c.fill(box, Token::kPanel, 3);
      c.frame(box, Token::kExit, 1.5f, 3);
      c.text({k.border, n.y}, Type::kMono, Token::kExitInk, reg, Align::kCentre);
    }
    if (c.hovered({k.border - k.gap / 2, n.y - 10, k.gap, 20}))
      c.tooltip(std::string(1, Canvas::kTipTitle) + "exit\n" + Canvas::kTipMono + n.all);
  }
}

void draw_way(Canvas& c, const PathPlan& k, const PathView& v) {
  for (size_t i = 1; i < k.stops.size(); ++i) {
    const Point a = k.stops[i - 1], b = k.stops[i];
    const Point corner = b.x < a.x ? Point{b.x, a.y} : Point{a.x, b.y};
    for (auto& [p, q] : {std::pair{a, corner}, std::pair{corner, b}}) {
      if (p == q) continue;
      if (v.stops[i].state == State::kToCome)
        c.dashes(p, q, Token::kOutline, 1.5f, 2, 4);
      else
        c.line(p, q, Token::kText2, 3);
    }
  }
}

void draw_world(Canvas& c, const PathPlan& k) {
  if (!k.wire.empty()) {
    c.dashes({k.wire.right(), k.wire.mid_y()}, {k.pnic.x, k.wire.mid_y()}, Token::kOutline, 1.5f, 2, 4);
    c.fill(k.wire, Token::kRaised, 4);
  }
  if (k.pnic.empty()) return;
  const float y = k.pnic.y + std::min(30.f, k.pnic.h / 2);
  c.dashes({k.pnic.right(), y}, {k.vswitch.x, y}, Token::kOutline, 1.5f, 2, 4);
  c.fill(k.pnic, Token::kRaised, 4);
}

// Its names, once the way is drawn.
void name_world(Canvas& c, const PathPlan& k, const PathView& v) {
  if (!k.wire.empty()) {
    Group group(c, "wire", k.wire);
    titles(c, k.wire, Token::kRaised, "wire", k.wire.h >= 50 ? v.wire_kind : "", true, k.wire.w - 20);
  }
  if (k.pnic.empty()) return;
  Group group(c, "pnic", k.pnic);
  bool sub = k.pnic.h >= 60;
  for (size_t i = 0; i < v.stops.size(); ++i)
    if (v.stops[i].place == Place::kWire) sub &= k.stops[i].y - k.pnic.y >= 58;
  titles(c, k.pnic, Token::kRaised, v.wire,
         !sub             ? ""
         : k.wire.empty() ? v.wire_kind
                          : v.wire_state,
         true, k.pnic.w - 20);
}

void draw_more(Canvas& c, const PathPlan& k, PathHit& hit) {
  if (k.more.empty()) return;
  float x = k.more.x;
  const auto entry = [&](size_t n, const char* word, int page) {
    if (n == 0) return;
    const std::string words = std::to_string(n) + " " + word;
    const Rect target{x - 4, k.more.y + 1, c.width(Type::kSmallBold, words) + 12, 22};
    if (c.hovered(target)) c.fill(target, Token::kRaised, 4);
    c.text({x + 2, k.more.y + 12}, Type::kSmallBold, Token::kText, words);
    c.target(page > 0 ? "rows below" : "rows above", target);
    if (c.clicked(target)) hit.page = page;
    x = target.right() + 10;
  };
  entry(k.below, "more", 1);
  entry(k.above, "above", -1);
}

void draw_row(Canvas& c, const PathPlan::Row& at, const PathView::Row& r) {
  const bool sub = at.column.subtitle;
  {
    Group group(c, "nic", at.nic);
    const bool dial = r.ring && sub && at.nic.w >= 124;
    titles(c, at.nic, Token::kRaised, r.nic, sub ? r.model : "", false, at.nic.w - (dial ? 74 : 22));
    if (dial)
      draw_dial(c, {at.nic.right() - 34, at.nic.y + 32}, dial_shape_of_radius(22, r.ring->size), *r.ring,
                {.middle = r.ring_name});
  }
  Group group(c, "vm", at.guest);
  const float y = sub ? at.guest.y + 19 : at.guest.y + std::min(at.guest.h / 2, 15.f);
  const float all = guest_mark_width(c, r.state, false), room = at.guest.w - 22;
  const bool word = all > 0 && room - all - 8 >= 40;
  const float mark = guest_mark(c, {at.guest.right() - 10, y}, r.state, !word);
  titles(c, at.guest, guest_token(r.state), r.vm, sub ? r.workload : "", r.state != GuestState::kRunning,
         room - (mark > 0 ? mark + 8 : 0));
}

}  // namespace

PathRoom path_room(Rect area, const PathView& v) {
  const PathPlan k = plan_path(area, v);
  PathRoom room;
  std::vector<bool> on_way(v.rows.size());
  for (const PathStop& s : v.stops)
    if (s.place == Place::kNic || s.place == Place::kVm)
      on_way[size_t(std::clamp(s.row, 0, int(v.rows.size()) - 1))] = true;
  for (size_t i = 0; i < v.rows.size(); ++i) {
    if (on_way[i]) continue;
    if (v.rows[i].selected) room.chosen = ptrdiff_t(room.rows);
    ++room.rows;
  }
  room.shown = room.rows - k.above - k.below;
  return room;
}

PathHit draw_path(Canvas& c, Rect area, const PathView& v) {
  PathHit hit;
  if (v.rows.empty()) return hit;
  const PathPlan k = plan_path(area, v);
  const float bottom = k.vswitch.bottom();
  c.dashes({k.border, k.vswitch.y - 8}, {k.border, bottom + 4}, Token::kExit, 1, 3, 4);
  draw_world(c, k);
  c.fill(k.vswitch, Token::kRaised, 4);
  for (const PathPlan::Row& row : k.rows) {
    const PathView::Row& r = v.rows[row.vm];
    c.fill(row.nic, Token::kRaised, 4);
    guest_ground(c, row.guest, r.state);
    for (const Rect& node : {row.nic, row.guest}) {
      const bool guest = node.x == row.guest.x;
      if (r.selected) c.frame(node, Token::kHalo, 1.5f, 4);
      if (r.selected || v.rows.size() == 1) c.target(guest ? "vm" : "nic", node);
      if (c.recording()) c.target((guest ? "vm " : "nic ") + r.vm, node);
      if (c.clicked(node)) hit.row = int(row.vm);
      if (c.right_clicked(node)) hit.row = int(row.vm), hit.menu = true;
    }
  }
  draw_way(c, k, v);
  draw_notches(c, k, notches_of(k, v));
  name_world(c, k, v);
  {
    Group group(c, "switch", k.vswitch);
    bool sub = k.vswitch.h >= 60;
    for (size_t i = 0; i < v.stops.size(); ++i)
      if (k.node(i, v).x == k.vswitch.x) sub &= k.stops[i].y - k.vswitch.y >= 58;
    titles(c, k.vswitch, Token::kRaised, k.slim ? v.wire + ", " + v.vswitch : v.vswitch, sub ? v.ports : "", false,
           k.vswitch.w - 24);
  }
  for (const PathPlan::Row& row : k.rows) draw_row(c, row, v.rows[row.vm]);
  const auto room_at = [&](size_t i) { return k.node(i, v).right() - k.stops[i].x - 26; };
  const auto below_at = [&](size_t i) {  // down to the next stop of the same node
    float below = k.node(i, v).bottom() - k.stops[i].y;
    for (const Point& other : k.stops)
      if (other.x == k.stops[i].x && other.y > k.stops[i].y) below = std::min(below, other.y - k.stops[i].y);
    return below;
  };
  bool small = false;  // all of them, where one has no room for its name, or for its cost behind it or below
  for (size_t i = 0; i < v.stops.size(); ++i) {
    const PathStop& s = v.stops[i];
    small |= c.width(type_of(s, false), s.label) > room_at(i) ||
             (s.cycles && below_at(i) < kUnder && whole_width(c, s, false) > room_at(i));
  }
  for (size_t i = 0; i < v.stops.size(); ++i) {
    const PathStop& s = v.stops[i];
    const Point at = k.stops[i];
    const float right = k.node(i, v).right();
    const Token ground = s.place == Place::kVm ? guest_token(v.rows[k.rows[k.row_of[i]].vm].state) : Token::kRaised;
    draw_stop(c, at, s, ground, room_at(i), small, below_at(i), s.state == State::kHere ? v.closing : 1,
              s.state == State::kHere && i > 0 ? on_the_way(k.stops[i - 1], at, v.arrival) : at);
    const Rect target{at.x - 12, at.y - 11, right - at.x + 4, 22};
    if (s.cycles && c.hovered(target)) hit.stop = s.cycles, hit.at = target;
  }
  draw_more(c, k, hit);
  c.text({k.border - 8, bottom + 12}, Type::kSmall, Token::kText2, "host", Align::kRight);
  c.text({k.border + 8, bottom + 12}, Type::kSmall, Token::kText2, "guest");
  return hit;
}

}  // namespace ringside::desktop
