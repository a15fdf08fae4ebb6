// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/topology_plan.h"

#include <algorithm>

namespace ringside::desktop {
namespace {

// Widths of the columns, from the widest room down. Each edge keeps `gap`, so that a rate has room on it; beyond `most`
// the NIC and the VM grow instead.
struct Widths {
  float room, wire, pnic, vswitch, nic, exits, vm, gap, most;
};
constexpr Widths kWidths[] = {
    {1160, 104, 216, 128, 288, 88, 208, 60, 170},  // high rows alone: larger dials, and what else there is to say
    {940, 80, 184, 88, 192, 80, 112, 60, 150},    {680, 0, 112, 88, 168, 80, 96, 58, 110},
    {512, 0, 84, 72, 104, 60, 88, 50, 66},        {0, 0, 0, 88, 92, 56, 80, 56, 84},
};
constexpr float kLowRow = 30, kTallRow = 130, kGrandRow = 250;  // rows

size_t rows_of(const Topology& t) {
  size_t rows = 0;
  for (const TopologyGroup& g : t.groups) rows += std::max<size_t>(1, g.rows.size());
  return rows;
}

void put_columns(TopologyPlan& k, Rect area) {
  size_t at = k.height >= kGrandRow ? 0 : 1;
  while (at + 1 < std::size(kWidths) && area.w < kWidths[at].room) ++at;
  Widths w = kWidths[at];
  k.folded = w.wire == 0, k.slim = w.pnic == 0;
  if (at == 1 && k.height >= kTallRow) w.vm = 136;
  if (!k.any_wire) w.wire = w.pnic = 0, k.slim = false;
  const float edges = 1 + float(w.wire > 0) + float(w.pnic > 0),
              rest = area.w - (w.wire + w.pnic + w.vswitch + w.nic + w.exits + w.vm),
              gaps = std::clamp(rest, w.gap, w.most * edges), grown = std::max(0.f, rest - gaps);
  w.nic += std::min(grown * 0.6f, w.nic * 0.5f), w.vm += std::min(grown * 0.4f, w.vm * 0.6f);
  w.vswitch += std::max(0.f, area.w - (w.wire + w.pnic + w.vswitch + w.nic + w.exits + w.vm) - gaps);
  const float g1 = w.wire == 0 ? 0 : gaps * 0.23f, g2 = w.pnic == 0 ? 0 : gaps * (w.wire == 0 ? 0.47f : 0.37f);
  k.exits = w.exits;
  k.wire = {area.x, 0, w.wire, 0};
  k.pnic = {k.wire.right() + g1, 0, w.pnic, 0};
  k.vswitch = {k.pnic.right() + g2, 0, w.vswitch, 0};
  k.nic = {k.vswitch.right() + gaps - g1 - g2, 0, w.nic, 0};
  k.border = k.nic.right() + w.exits / 2;
  k.vm = {k.nic.right() + w.exits, 0, w.vm, 0};
}

}  // namespace

TopologyPlan plan_topology(Rect area, const Topology& t) {
  TopologyPlan k;
  k.rows = rows_of(t);
  k.any_wire = std::any_of(t.groups.begin(), t.groups.end(), [](const TopologyGroup& g) { return g.has_wire; });
  if (k.rows == 0) return k;
  k.legend = (area.h - 58) / float(k.rows) >= 56;
  Rect body{area.x, area.y + 26, area.w, area.h - 26 - (k.legend ? 32.f : 0.f)};
  k.shown = k.rows;
  if (body.h < kLowRow * float(k.rows)) {
    k.more = body.cut_bottom(26);
    k.shown = std::min(k.rows, std::max<size_t>(1, size_t(body.h / kLowRow)));
  }
  k.first = std::min(t.first, k.rows - k.shown);
  // A machine of one or two VMs fills its room: its rows grow, up to what they have to say.
  const float most = k.rows == 1 ? 420 : k.rows == 2 ? 320 : 216;
  k.pitch = std::clamp(body.h / float(k.shown), kLowRow, most), k.height = k.pitch - (k.pitch < 48 ? 4 : 8);
  const float used = k.pitch * float(k.shown) - (k.pitch - k.height);
  k.start = body.y + std::max(0.f, std::min(40.f, (body.h - used) / 2));
  k.widest = std::clamp((k.pitch - 16) / 2, 4.f, 12.f);
  put_columns(k, area);
  return k;
}

TopologyRoom topology_room(Rect area, const Topology& t) {
  const TopologyPlan k = plan_topology(area, t);
  TopologyRoom room{k.shown, k.rows};
  size_t at = 0;
  for (const TopologyGroup& g : t.groups) {
    for (size_t i = 0; i < g.rows.size() && room.chosen < 0; ++i)
      if (g.rows[i].selected) room.chosen = ptrdiff_t(at + i);
    at += std::max<size_t>(1, g.rows.size());
  }
  return room;
}

}  // namespace ringside::desktop
