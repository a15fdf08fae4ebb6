// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/running_panel.h"

#include <algorithm>
#include <map>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/model/guest_state.h"
#include "app/desktop/widgets/actors.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/lanes.h"

namespace ringside::desktop {
namespace {

constexpr double kVirtualGhz = 2.6;

// Where a vCPU stood still: from its HLT, or from its last step when it was paused, until it woke or until now.
void add_waits(const Snapshot& s, GuestState state, double from, double now, Lane& lane) {
  double since = -1, last = from;
  std::vector<Slice> waits;
  const auto wait = [&](double until, const char* word) {
    if (until > from) waits.push_back({std::max(since, from), until, SliceKind::kWait, false, word, {}, 0});
    since = -1;
  };
  for (const EventView& e : s.events) {
    if (e.who != lane.name) continue;
    const double begin = double(e.ns);
    if (e.kind == EventKind::kWake && since < 0) since = last;  // its HLT is no longer kept
    last = std::max(last, begin + double(e.cycles) / kVirtualGhz);
    if (e.kind == EventKind::kHalt)
      since = begin + double(e.cycles) / kVirtualGhz;
    else if (since >= 0)
      wait(begin, "HLT");
  }
  if (since >= 0)
    wait(now, "HLT");
  else if (state != GuestState::kRunning && last < now)
    since = last, wait(now, name_of(state));
  if (waits.empty()) return;
  std::vector<Slice> merged;
  std::merge(lane.slices.begin(), lane.slices.end(), waits.begin(), waits.end(), std::back_inserter(merged),
             [](const Slice& a, const Slice& b) { return a.from < b.from; });
  lane.slices = std::move(merged);
}

bool busy(const Lane& lane) {
  return !lane.end.empty() ||
         std::any_of(lane.slices.begin(), lane.slices.end(), [](const Slice& s) { return s.kind != SliceKind::kWait; });
}

// As many as fit: first those without anything to see go, from the last on. How many went.
size_t keep(std::vector<Lane>& lanes, size_t fit) {
  const size_t before = lanes.size();
  for (const bool all : {false, true})
    for (size_t i = lanes.size(); i-- > 0 && lanes.size() > fit;)
      if (all || !busy(lanes[i])) lanes.erase(lanes.begin() + ptrdiff_t(i));
  return before - lanes.size();
}

// The events since the newest frame began to move.
size_t first_of(const SharedList<EventView>& events) {
  for (size_t i = events.size(); i-- > 0;)
    if ((events[i].kind == EventKind::kBuildFrame || events[i].kind == EventKind::kWireIn) && events.size() - i >= 4)
      return i;
  return events.size() > 12 ? events.size() - 12 : 0;
}

}  // namespace

std::string RunningPanel::explanation(const PanelFrame& f) const {
  const size_t first = first_of(f.s.events);
  return first < f.s.events.size() && f.s.events[first].kind == EventKind::kWireIn
             ? "since the frame came in, virtual clock"
         : first < f.s.events.size() && f.s.events[first].kind == EventKind::kBuildFrame
             ? "since the frame was built, virtual clock"
             : "the last steps, virtual clock";
}

void RunningPanel::draw(const PanelFrame& f, Rect body) {
  Canvas& c = f.c;
  const auto& events = f.s.events;
  const size_t first = first_of(events);
  const double from = double(events[first].ns);
  double now = from + 1;
  std::vector<Lane> lanes;
  auto lane_of = [&](const std::string& name, bool guest) -> Lane& {
    for (Lane& l : lanes)
      if (l.name == name) return l;
    Lane& made = lanes.emplace_back();
    made.name = name, made.what = guest ? "vCPU" : "worker", made.guest = guest;
    return lanes.back();
  };
  std::map<std::string, GuestState> vcpus;
  for (const VmView& vm : f.s.vms)
    for (const VcpuView& v : vm.vcpus)
      vcpus[lane_of(v.name, true).name] = vm.paused ? GuestState::kPaused : guest_state(v);
  const std::string worker = f.s.workers.empty() ? "w0" : f.s.workers[0].name;
  for (size_t i = first; i < events.size(); ++i) {
    const EventView& e = events[i];
    const double begin = double(e.ns), end = begin + double(e.cycles) / kVirtualGhz;
    now = std::max(now, end);
    const bool guest = vcpus.count(e.who);
    Lane& lane = lane_of(guest ? e.who : worker, guest);
    const Token token = actor_of(e);
    const std::string tip = e.who + ": " + e.what + "\n" + e.detail + "\n" + count(e.cycles) + " cycles";
    if (guest && (e.exit || e.kind == EventKind::kHalt))
      lane.slices.push_back({begin, end,
                             e.kind == EventKind::kHalt           ? SliceKind::kWait
                             : e.kind == EventKind::kRegisterRead ? SliceKind::kRead
                                                                  : SliceKind::kWrite,
                             e.cycles_provenance == Provenance::kModelled, "exit, " + count(e.cycles) + " cycles",
                             tip});
    else if (!guest)
      lane.slices.push_back({begin, end,
                             token == Token::kDevice ? SliceKind::kDevice
                             : token == Token::kIrq  ? SliceKind::kInterrupt
                             : token == Token::kDrop ? SliceKind::kFault
                                                     : SliceKind::kSwitch,
                             false, "", tip});
    lane.end = i + 1 == events.size() ? e.what : lane.end;
  }
  float label = 88, words = std::min(190.f, body.w * 0.22f);
  for (const Lane& lane : lanes) label = std::max(label, c.width(Type::kSmallBold, lane.name) + 50);
  label = std::min(label, std::max(88.f, body.w * 0.25f));
  const Rect plot{body.x + label, body.y, body.w - label - words, body.h};
  const Axis axis{from, now, 1, "ns"};
  for (Lane& lane : lanes)
    if (const auto v = vcpus.find(lane.name); v != vcpus.end()) add_waits(f.s, v->second, from, now, lane);
  const float words_h = (body.h - 24) / 32 < float(lanes.size()) ? 22 : 0;
  const size_t left_out = keep(lanes, size_t(std::max(1.f, (body.h - 24 - words_h) / 32)));
  const float bottom = body.y + 24 + 32 * float(lanes.size());
  draw_axis(c, {plot.x, body.y + 20, plot.w, bottom - body.y - 16}, axis, body.y + 12);
  float y = body.y + 22;
  for (const Lane& lane : lanes) {
    const float m = y + 16;
    const float w = c.name({body.x, m}, Type::kSmallBold, Token::kText, lane.name, label - 44);
    if (w + 8 + c.width(Type::kSmall, lane.what) <= label - 6)
      c.text({body.x + w + 8, m}, Type::kSmall, Token::kMuted, lane.what);
    draw_lane(c, {plot.x, y, plot.w, 32}, lane, axis, now);
    if (c.recording()) c.target("lane " + lane.name, {body.x, y, body.w, 32});
    const auto v = vcpus.find(lane.name);
    const bool rests = v != vcpus.end() && v->second != GuestState::kRunning;
    if (!lane.end.empty())
      c.name({plot.right() + 12, m}, Type::kSmallBold, Token::kText, lane.end, words - 12);
    else
      c.name({plot.right() + 12, m}, Type::kSmall, Token::kText2,
             rests        ? name_of(v->second)
             : lane.guest ? "runs on"
                          : "polls",
             words - 12);
    y += 32;
  }
  if (left_out && bottom + 18 < body.bottom() + 8)
    c.text({body.x, bottom + 10}, Type::kSmall, Token::kMuted,
           std::to_string(left_out) + (left_out == 1 ? " more lane" : " more lanes"));
  const float x = plot.right();
  c.target("newest", {x - 48, body.y + 18, 48, bottom - body.y - 14});
  c.fill({x, body.y + 18, 1.5f, bottom - body.y - 14}, Token::kHalo);
  const Point tip[] = {{x - 6, body.y + 16}, {x + 6, body.y + 16}, {x, body.y + 24}};
  c.polygon(tip, Token::kHalo);
}

}  // namespace ringside::desktop
