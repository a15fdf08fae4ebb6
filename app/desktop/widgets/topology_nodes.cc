// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/flow_edge.h"
#include "app/desktop/widgets/guest_mark.h"
#include "app/desktop/widgets/ring_dial.h"
#include "app/desktop/widgets/topology_plan.h"

namespace ringside::desktop {
namespace {

constexpr float kOneLine = 46, kTall = 130, kGrand = 240;  // heights of nodes

Rect node(Canvas& c, Rect r, bool selected) {
  c.fill(r, Token::kRaised, 4);
  if (selected) c.frame(r, Token::kHalo, 1.5f, 4);
  return r;
}

// Text that ends at a place, or is centred there, and is elided in its room.
void name_ending(Canvas& c, Point right, Type type, Token token, const std::string& text, float room) {
  c.name({right.x - std::min(room, c.width(type, text)), right.y}, type, token, text, room);
}
void name_centred(Canvas& c, Point middle, Type type, Token token, const std::string& text, float room) {
  c.name({middle.x - std::min(room, c.width(type, c.elide(type, text, room))) / 2, middle.y}, type, token, text, room);
}

using Facts = std::vector<std::pair<std::string, std::string>>;

constexpr float kFact = 20, kSecondLine = 16;
constexpr std::string_view kExitCost = "exit cost";

// Label and value stand whole: on one line, or, where a node is narrow, the value below.
float fact_height(const Canvas& c, float width, const std::pair<std::string, std::string>& fact) {
  const float symbol = fact.first == kExitCost ? 16.f : 0;  // it is modelled
  const bool one = c.width(Type::kSmall, fact.first) + 10 + symbol + c.width(Type::kSmall, fact.second) <= width;
  const bool fits = std::max(c.width(Type::kSmall, fact.first), symbol + c.width(Type::kSmall, fact.second)) <= width;
  return fact.second.empty() || !fits ? 0 : one ? kFact : kFact + kSecondLine;
}

// Where each fact's value stands, for as many as have room; the others' number in words, which say them when the mouse
// rests on them.
std::vector<float> draw_facts(Canvas& c, Rect r, const Facts& facts) {
  float all = 0;
  for (const auto& fact : facts) all += fact_height(c, r.w, fact);
  // One line of room has a fact, and the others when the mouse rests on it.
  const bool whole = r.y + all - 10 <= r.bottom() || r.y + kFact + 10 > r.bottom();
  const float bottom = r.bottom() - (whole ? 0 : kFact);
  std::vector<float> values;
  float y = r.y;
  size_t left = 0;
  std::string tip;
  for (const auto& fact : facts) {
    const auto& [label, value] = fact;
    const float h = fact_height(c, r.w, fact);
    if (h == 0) continue;
    if (left || y + h - 10 > bottom + 0.5f) {
      ++left, tip += (tip.empty() ? "" : "\n") + label + " " + value;
      continue;
    }
    c.text({r.x, y}, Type::kSmall, Token::kMuted, label);
    const float at = y + h - kFact;
    c.text({r.right(), at}, Type::kSmall, Token::kText2, value, Align::kRight);
    values.resize(size_t(&fact - facts.data()), -1), values.push_back(at);
    y += h;
  }
  const std::string words = std::to_string(left) + " more";
  const bool said = left && !whole && y + 6 <= r.bottom() && c.width(Type::kSmall, words) <= r.w;
  if (said) c.text({r.x, y}, Type::kSmall, Token::kMuted, words);
  if (left && c.hovered({r.x, (said ? y : r.y) - 10, r.w, 20})) c.tooltip(tip);
  return values;
}

// A wire's words, a part a line, as many as fit.
void draw_parts(Canvas& c, Rect r, std::string rest, bool centred) {
  Group told(c, "command", {r.x, r.y - 10, r.w, r.h + 10});  // what it was told to send is no measurement
  for (float y = r.y; !rest.empty() && y + 10 < r.bottom(); y += 18) {
    const size_t comma = rest.find(", ");
    const std::string part = rest.substr(0, comma);
    if (centred)
      name_centred(c, {r.mid_x(), y}, Type::kSmall, Token::kText2, part, r.w);
    else
      c.name({r.x, y}, Type::kSmall, Token::kText2, part, r.w);
    rest = comma == std::string::npos ? "" : rest.substr(comma + 2);
  }
}

void draw_world(Canvas& c, const TopologyPlan& k, const TopologyGroup& g, float mid, float height) {
  const float h = std::min(height, k.wire.w > 90 ? 112.f : 88.f);
  const Rect r = node(c, {k.wire.x, mid - h / 2, k.wire.w, h}, false);
  Group group(c, "wire", r);
  const bool low = h < 60;
  name_centred(c, {r.mid_x(), low ? r.mid_y() : r.y + 20}, Type::kBodyBold, Token::kText, g.wire_kind, r.w - 12);
  if (low) return;
  draw_parts(c, {r.x + 4, r.y + 40, r.w - 8, r.h - 40}, g.wire_detail, true);
}

void draw_queue(Canvas& c, Rect p, const TopologyPlan& k, const TopologyGroup& g, float mid) {
  const Token ink = g.in.rate == 0 ? Token::kMuted : Token::kText;
  const std::string rate = text_of(g.in);
  if (p.h < 68) {  // too low for a box of its own
    const float w = c.text({p.x + 8, p.mid_y()}, Type::kSmallBold, Token::kText, "q0");
    if (w + 28 + c.width(Type::kSmallBold, rate) < p.w)
      c.text({p.right() - 8, p.mid_y()}, Type::kSmallBold, ink, rate, Align::kRight);
    return;
  }
  const Rect q{p.x + 8, std::clamp(mid - 26, p.y + 8, p.bottom() - 60), p.w - 16, 52};
  Group group(c, "pnic", q);
  c.fill(q, Token::kPanel, 3);
  const float w = c.text({q.x + 10, q.y + 15}, Type::kBodyBold, Token::kText, "q0");
  if (!k.folded) c.text({q.x + 18 + w, q.y + 15}, Type::kSmall, Token::kText2, "default, shared");
  c.text({q.right() - 10, q.y + 37}, Type::kSmallBold, ink, rate, Align::kRight);
  if (!k.folded) gauge(c, {q.x + 10, q.y + 32, 90, 10}, g.in.activity);
  if (c.hovered(q))
    c.tooltip("Queue 0 of " + g.wire + ", " + g.wire_kind + "\nThe cells show the share of polls that find work.");
}

// Two dials across, or, in a narrow node, one below the other.
struct Dials {
  Point rx, tx;
  float radius = 0;
  bool words = false;  // below each

  // Beside the dials the model's name stands whole: where it cannot, the transmit ring's gives it its place.
  bool both(const Canvas& c, Rect r, const std::string& model) const {
    return tx.x + radius + 6 + c.width(Type::kSmallBold, model) <= r.right() - 6;
  }
  float last(const Canvas& c, Rect r, const std::string& model) const {
    return (both(c, r, model) ? tx.x : rx.x) + radius + (r.w < 180 ? 6.f : 10.f);
  }
};

Dials dials_of(Rect r) {
  if (r.w < 150) {
    if (r.h < 190) return {};
    const float radius = std::min({r.w / 2 - 14, (r.h - 104) / 4, 48.f}), first = r.y + 36 + radius;
    return {{r.mid_x(), first}, {r.mid_x(), first + 2 * radius + 36}, radius, true};
  }
  if (r.h < kTall) return {{r.x + 30, r.mid_y()}, {r.x + 78, r.mid_y()}, 20, false};
  const float radius = std::min({r.w / 4 - 10, (r.h - 58) / 2, 72.f});
  const float y = r.y + 32 + radius + std::min(14.f, std::max(0.f, (r.h - 58) / 2 - radius));
  return {{r.x + r.w * 0.26f, y}, {r.x + r.w * 0.74f, y}, radius, true};
}

void draw_nic_line(Canvas& c, Rect r, const TopologyRow& row, Token ink) {
  const std::string share = gauge_percent(row.rx_full);
  const float w = c.width(Type::kSmall, share);
  c.name({r.x + 8, r.mid_y()}, Type::kSmallBold, Token::kText, row.model, r.w - w - 26);
  c.text({r.right() - 8, r.mid_y()}, Type::kSmall, ink, share, Align::kRight);
}

}  // namespace

void topology_spot(Canvas& c, TopologyHit& hit, const TopologyHit::Spot& s) {
  if (c.hovered(s.rect)) hit.spot = s;
}

void draw_uplink(Canvas& c, const TopologyPlan& k, const TopologyGroup& g, float top, float bottom, const Topology& t,
                 TopologyHit& hit) {
  if (!g.has_wire || k.slim) return;
  const float mid = (top + bottom) / 2;
  const EdgeLook look{t.scale, t.phase, t.rated, false, true, true, bottom - top + 8, k.widest};
  if (!k.folded) {
    const Rect gap{k.wire.right(), mid, k.pnic.x - k.wire.right(), 0};
    draw_edge(c, gap.x, gap.right(), mid, g.in, g.out, look);
    edge_spots(c, t, hit, gap, g.in, g.out, g, nullptr);
    draw_world(c, k, g, mid, bottom - top);
  }
  const Rect gap{k.pnic.right(), mid, k.vswitch.x - k.pnic.right(), 0};
  EdgeLook inner = look;
  inner.labels = k.folded;
  draw_edge(c, gap.x, gap.right(), mid, g.in, g.out, inner);
  edge_spots(c, t, hit, gap, g.in, g.out, g, nullptr);
  const Rect p = node(c, {k.pnic.x, top, k.pnic.w, bottom - top}, false);
  Group group(c, "pnic", p);
  if (p.h >= kTall) name_centred(c, {p.mid_x(), p.y + 19}, Type::kSmallBold, Token::kText2, g.wire, p.w - 12);
  draw_queue(c, p, k, g, mid);
  if (p.h < kGrand) return;
  draw_facts(c, {p.x + 12, p.y + 48, p.w - 24, p.h / 2 - 90}, g.wire_facts);
  if (k.folded) draw_parts(c, {p.x + 12, mid + 44, p.w - 24, p.bottom() - mid - 48}, g.wire_detail, false);
}

void draw_switch(Canvas& c, const TopologyPlan& k, const TopologyGroup& g, float top, float bottom, TopologyHit& hit) {
  const Rect r = node(c, {k.vswitch.x, top, k.vswitch.w, bottom - top}, false);
  Group group(c, "switch", r);
  if (r.h < 60) return name_centred(c, {r.mid_x(), r.mid_y()}, Type::kSmallBold, Token::kText, g.vswitch, r.w - 12);
  float y = r.y + (k.slim ? 18 : 27);
  const auto line = [&](const char* label, const std::string& value, Token ink, const TopologyHit::Spot& s) {
    if (y > r.bottom() - 10) return;
    if (c.width(Type::kSmall, label) + c.width(Type::kSmall, value) + 22 > r.w) return;
    c.text({r.x + 8, y}, Type::kSmall, Token::kMuted, label);
    c.text({r.right() - 8, y}, Type::kSmall, value == "0" ? Token::kMuted : ink, value, Align::kRight);
    TopologyHit::Spot spot = s;
    spot.rect = {r.x, y - 10, r.w, 20}, spot.group = &g;
    topology_spot(c, hit, spot);
    y += 20;
  };
  if (k.slim && g.has_wire && r.h >= 100) {
    name_centred(c, {r.mid_x(), y}, Type::kSmallBold, Token::kText, g.wire, r.w - 12);
    y += 20;
    line("in", text_of(g.in), Token::kText2, {.key = "wire.in", .raw = g.in.rate});
    line("out", text_of(g.out), Token::kText2, {.key = "wire.out", .raw = g.out.rate});
    c.line({r.x + 8, y - 4}, {r.right() - 8, y - 4}, Token::kLine, 1);
    y += 12;
  }
  name_centred(c, {r.mid_x(), y}, Type::kSmallBold, Token::kText, g.vswitch, r.w - 12);
  y += k.slim ? 22 : 32;
  line("MACs", count(g.macs), Token::kText2, {.key = "switch.count", .unit = "MACs", .raw = double(g.macs)});
  line("VLANs", count(g.vlans), Token::kText2, {.key = "switch.count", .unit = "VLANs", .raw = double(g.vlans)});
  line("flooded", count(g.flooded), Token::kText2,
       {.key = "switch.count", .unit = "flooded", .raw = double(g.flooded)});
  line("dropped", g.dropped > 0 ? si_text(g.dropped) : "0", Token::kDropInk,
       {.key = "switch.count", .unit = "dropped", .raw = g.dropped});
}

void draw_nic(Canvas& c, Rect r, const TopologyRow& row, TopologyHit& hit) {
  node(c, r, row.selected);
  Group group(c, "nic", r);
  const Token full_ink = row.rx_full > 0.9 ? Token::kDropInk : Token::kText2;
  if (r.h < kOneLine) return draw_nic_line(c, r, row, full_ink);
  const Dials d = dials_of(r);
  const auto dial = [&](Point p, const RingView* ring, const char* name) {
    static const RingView kNone;
    draw_dial(c, p, dial_shape_of_radius(d.radius, ring ? ring->size : 0), ring ? *ring : kNone, {.middle = name});
    const Rect target{p.x - d.radius, p.y - d.radius, 2 * d.radius, 2 * d.radius};
    if (!ring) return;
    const bool receive = name[0] == 'R';
    topology_spot(c, hit,
                  {target, receive ? "nic.full" : "nic.to_send", receive ? "%" : "rows",
                   receive ? row.rx_full * 100 : double(ring->rows_device), Provenance::kMeasured, &row, nullptr});
    if (c.recording()) c.target(ring->name, target);
    if (c.clicked(target)) hit.row = &row, hit.ring = ring->name;
  };
  if (d.radius > 0) dial(d.rx, row.rx, "RX");
  if (d.radius > 0 && (d.words || d.both(c, r, row.model))) dial(d.tx, row.tx, "TX");
  const std::string full = gauge_percent(row.rx_full) + " full",
                    waits = row.tx ? count(row.tx->rows_device) + " to send" : "";
  if (d.words) {
    const float w = c.name({r.x + 12, r.y + 19}, Type::kBodyBold, Token::kText, row.model, r.w - 24);
    if (const float room = r.w - w - 36; room > 60)
      name_ending(c, {r.right() - 12, r.y + 19}, Type::kSmall, Token::kMuted, row.vm + "." + row.nic, room);
    c.text({d.rx.x, d.rx.y + d.radius + 14}, Type::kSmall, full_ink, full, Align::kCentre);
    c.text({d.tx.x, d.tx.y + d.radius + 14}, Type::kSmall, Token::kText2, waits, Align::kCentre);
    const float facts = d.tx.y + d.radius + 42;
    draw_facts(c, {r.x + 12, facts, r.w - 24, r.bottom() - facts}, row.nic_facts);
    return;
  }
  const float x = d.radius > 0 ? d.last(c, r, row.model) : r.x + 8, room = r.right() - x - 6;
  if (room <= 30) return;
  c.name({x, r.mid_y() - 10}, Type::kSmallBold, Token::kText, row.model, room);
  const std::string words = "RX " + full;
  c.text({x, r.mid_y() + 10}, Type::kSmall, full_ink,
         c.width(Type::kSmall, words) <= room ? words : gauge_percent(row.rx_full));
}

void draw_vm(Canvas& c, Rect r, const TopologyRow& row, bool at_speed, TopologyHit& hit) {
  const GuestState state = row.has_vcpu ? row.state : GuestState::kRunning;
  guest_ground(c, r, state);
  if (row.selected) c.frame(r, Token::kHalo, 1.5f, 4);
  Group group(c, "vm", r);
  const bool tall = r.h >= kTall, low = r.h < kOneLine;
  const float top = tall ? r.y + 6 : low ? r.mid_y() - 13 : r.y;
  // At speed a halted guest is so for a moment: its share of the last second says more, and the symbol stands beside
  // it.
  const bool moment = at_speed && state == GuestState::kHalted;
  const bool shows_busy = row.has_vcpu && row.busy >= 0 && (state == GuestState::kRunning || moment);
  const std::string busy = shows_busy ? gauge_percent(row.busy) : "";
  const Type busy_type = row.busy >= 0.9 ? Type::kSmallBold : Type::kSmall;
  const Type name_type = low ? Type::kSmallBold : Type::kBodyBold;
  // The name is what one looks for: where both have no room, the figure gives it its place, and its bar says the same.
  const float symbol = state == GuestState::kRunning ? 0 : guest_mark_width(c, state, true) + 5;
  const bool busy_fits = c.width(name_type, row.vm) + 8 + c.width(busy_type, busy) + symbol <= r.w - 16;
  const float bw = busy_fits ? c.width(busy_type, busy) : 0;
  if (busy_fits) c.text({r.right() - 8, top + 13}, busy_type, Token::kText, busy, Align::kRight);
  // What stands says so behind its name; in a narrow node below it, and in a narrow line by its symbol alone.
  const float whole_name = c.width(name_type, row.vm);
  const bool behind = r.w - 24 - guest_mark_width(c, state, false) >= (low ? std::min(48.f, whole_name) : whole_name);
  const float mark = behind || moment || low
                         ? guest_mark(c, {r.right() - 8 - (bw > 0 ? bw + 5 : 0), top + 13}, state, moment || !behind)
                         : 0;
  const float taken = 8 + bw + (bw > 0 && mark > 0 ? 5 : 0) + mark;
  c.name({r.x + 8, top + 13}, name_type, state == GuestState::kRunning || moment ? Token::kText : Token::kText2, row.vm,
         r.w - 14 - taken);
  if (shows_busy && busy_fits)
    topology_spot(c, hit,
                  {{r.right() - 16 - bw, top, bw + 12, 26},
                   "vm.busy",
                   "%",
                   row.busy * 100,
                   Provenance::kMeasured,
                   &row,
                   nullptr});
  if (low) return;
  if (state != GuestState::kRunning && mark == 0)
    guest_mark(c, {r.x + 8 + guest_mark_width(c, state, false), top + 32}, state, false);
  else
    c.name({r.x + 8, top + 32}, Type::kSmall, Token::kText2, row.workload, r.w - 16);
  const Rect track{r.x + 8, top + 44, r.w - 16, 4};
  if (row.busy >= 0) c.fill(track, Token::kLine, 1);
  if (shows_busy) c.fill({track.x, track.y, track.w * float(std::clamp(row.busy, 0.0, 1.0)), 4}, Token::kGuest, 1);
  if (!tall) return;
  const float first = top + 68;
  const std::vector<float> at = draw_facts(c, {r.x + 10, first, r.w - 20, r.bottom() - first}, row.facts);
  for (size_t i = 0; i < at.size(); ++i) {
    if (row.facts[i].first != kExitCost || at[i] < 0) continue;
    const float value = r.right() - 10 - c.width(Type::kSmall, row.facts[i].second);
    provenance_symbol(c, {value - 9, at[i]}, Provenance::kModelled, Token::kText2);
    topology_spot(
        c, hit,
        {{r.x, at[i] - 10, r.w, 20}, "vm.exit_cost", "cycles", row.exit_cost, Provenance::kModelled, &row, nullptr});
  }
}

}  // namespace ringside::desktop
