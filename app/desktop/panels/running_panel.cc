// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/running_panel.h"

#include <algorithm>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/widgets/actors.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/lanes.h"

namespace ringside::desktop {
namespace {

constexpr double kVirtualGhz = 2.6;

bool is_vcpu(const Snapshot& s, const std::string& who) {
  for (const VmView& vm : s.vms)
    for (const VcpuView& v : vm.vcpus)
      if (v.name == who) return true;
  return false;
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
  for (const VmView& vm : f.s.vms)
    for (const VcpuView& v : vm.vcpus) lane_of(v.name, true);
  const std::string worker = f.s.workers.empty() ? "w0" : f.s.workers[0].name;
  for (size_t i = first; i < events.size(); ++i) {
    const EventView& e = events[i];
    const double begin = double(e.ns), end = begin + double(e.cycles) / kVirtualGhz;
    now = std::max(now, end);
    const bool guest = is_vcpu(f.s, e.who);
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
  const float label = 88, words = std::min(190.f, body.w * 0.22f);
  const Rect plot{body.x + label, body.y, body.w - label - words, body.h};
  const Axis axis{from, now, 1, "ns"};
  const size_t fit = size_t(std::max(1.f, (body.h - 24) / 32));
  if (lanes.size() > fit) lanes.resize(fit);
  const float bottom = body.y + 24 + 32 * float(lanes.size());
  draw_axis(c, {plot.x, body.y + 20, plot.w, bottom - body.y - 16}, axis, body.y + 12);
  float y = body.y + 22;
  for (const Lane& lane : lanes) {
    const float m = y + 16;
    const float w = c.name({body.x, m}, Type::kSmallBold, Token::kText, lane.name, label - 44);
    c.text({body.x + w + 8, m}, Type::kSmall, Token::kMuted, lane.what);
    draw_lane(c, {plot.x, y, plot.w, 32}, lane, axis, now);
    if (!lane.end.empty())
      c.name({plot.right() + 12, m}, Type::kSmallBold, Token::kText, lane.end, words - 12);
    else
      c.name({plot.right() + 12, m}, Type::kSmall, Token::kText2, lane.guest ? "runs on" : "polls", words - 12);
    y += 32;
  }
  const float x = plot.right();
  c.target("newest", {x - 48, body.y + 18, 48, bottom - body.y - 14});
  c.fill({x, body.y + 18, 1.5f, bottom - body.y - 14}, Token::kHalo);
  const Point tip[] = {{x - 6, body.y + 16}, {x + 6, body.y + 16}, {x, body.y + 24}};
  c.polygon(tip, Token::kHalo);
}

}  // namespace ringside::desktop
