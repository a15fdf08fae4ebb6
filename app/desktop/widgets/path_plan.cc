// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/path_plan.h"

#include <algorithm>

namespace ringside::desktop {
namespace {

using Place = PathStop::Place;

// From roomy to tight: how a node's stops stand, how high a VM off the way is, and the gap between VMs.
struct Density {
  PathPlan::Column column;
  float other, gap;
};
constexpr Density kDensities[] = {
    {{66, 34, true}, 60, 16}, {{64, 30, true}, 52, 12}, {{44, 28, false}, 30, 8},
    {{38, 25, false}, 26, 6}, {{34, 22, false}, 26, 6}, {{32, 20, false}, 26, 6},
};
constexpr float kBelowStops = 12;

float height_for(const PathPlan::Column& c, int slots) {
  return c.first + c.step * float(std::max(0, slots - 1)) + kBelowStops;
}

// The roomiest that fits into a node; the tightest, squeezed, where none does.
PathPlan::Column column_in(float height, int slots) {
  for (const Density& d : kDensities)
    if (height_for(d.column, slots) <= height) return d.column;
  PathPlan::Column c = std::end(kDensities)[-1].column;
  if (slots > 1) c.step = std::max(1.f, (height - c.first - kBelowStops) / float(slots - 1));
  return c;
}

bool in_middle(const PathStop& s) { return s.place == Place::kWire || s.place == Place::kSwitch; }
size_t vm_of(const PathView& v, size_t stop) {
  return size_t(std::clamp(v.stops[stop].row, 0, int(v.rows.size()) - 1));
}

// Which slot of its column each stop in a VM's row takes: a stop in another node of the same VM stands no higher than
// the one before, so that the way runs downhill. With one node for wire and switch this goes for the topmost VM and
// that node, too, which stand side by side.
struct Slots {
  std::vector<int> of;      // each stop
  std::vector<int> in_row;  // how many a VM needs

  Slots(const PathView& v, bool slim) : in_row(v.rows.size()) {
    std::vector<int> nic(v.rows.size()), guest(v.rows.size());
    size_t top = v.rows.size();
    for (size_t i = 0; i < v.stops.size(); ++i)
      if (!in_middle(v.stops[i])) top = std::min(top, vm_of(v, i));
    int last = 0, middle = 0;
    size_t last_row = v.rows.size();
    for (size_t i = 0; i < v.stops.size(); ++i) {
      const bool between = in_middle(v.stops[i]);
      const size_t row = between ? top : vm_of(v, i);
      if (between && (!slim || row == v.rows.size())) {
        of.push_back(0), last_row = v.rows.size();
        continue;
      }
      int& used = between ? middle : v.stops[i].place == Place::kNic ? nic[row] : guest[row];
      if (row == last_row) used = std::max(used, last);
      last = used, last_row = row;
      of.push_back(used++);
      in_row[row] = std::max(in_row[row], used);
    }
  }
};

void put_columns(PathPlan& k, Rect area, bool has_wire) {
  float x = area.x;
  const bool narrow = area.w < 640, wide = area.w >= 760 && has_wire;
  const float pnic = !has_wire || k.slim ? 0 : narrow ? 88 : 124, between = narrow ? 16 : 24;
  const float vs =
      k.slim ? std::clamp(area.w * 0.25f, 92.f, 154.f) : std::clamp(area.w * (narrow ? 0.25f : 0.175f), 110.f, 180.f);
  k.gap = area.w < 520 ? 60 : 76;
  if (wide) k.wire = {x, 0, 56, 60}, x += 56 + 16;
  if (pnic > 0) k.pnic = {x, 0, pnic, 60}, x += pnic + between;
  k.vswitch = {x, area.y, vs, area.h}, x += vs + between;
  const float node = (area.right() - x - k.gap) / 2;
  for (PathPlan::Row& r : k.rows) r.nic.x = x, r.guest.x = x + node + k.gap, r.nic.w = r.guest.w = node;
  k.border = x + node + k.gap / 2;
}

// Which VMs are drawn, and how high each is.
void put_rows(PathPlan& k, Rect area, const PathView& v, const Slots& slots) {
  const size_t all = v.rows.size();
  std::vector<size_t> others;
  for (size_t i = 0; i < all; ++i)
    if (!slots.in_row[i]) others.push_back(i);
  const bool chosen = std::any_of(others.begin(), others.end(), [&](size_t i) { return v.rows[i].selected; });
  const auto needs = [&](const Density& d, size_t drawn) {  // `drawn`: how many of the others
    float h = float(drawn) * d.other + float(all - others.size() + drawn) * d.gap - d.gap;
    for (int n : slots.in_row)
      if (n) h += height_for(d.column, n);
    return h;
  };
  const Density* density = nullptr;
  size_t drawn = others.size();
  for (const Density& d : kDensities)
    if (!density && needs(d, drawn) <= area.h) density = &d;
  if (!density) {  // not all have room
    k.more = {area.x, area.bottom(), area.w, kWords};
    for (size_t wanted : {size_t(2), size_t(1), size_t(0)})  // some of them, rather than roomy stops
      for (const Density& d : kDensities)
        if (!density && wanted <= drawn && needs(d, wanted) <= area.h) density = &d;
    if (!density) density = &std::end(kDensities)[-1];
    while (drawn > 1 && needs(*density, drawn) > area.h) --drawn;
    if (needs(*density, drawn) > area.h) density = &std::end(kDensities)[-1];
    if (needs(*density, drawn) > area.h && !chosen) drawn = 0;
  }
  size_t from = std::min(v.first, others.size() - drawn);
  k.above = from, k.below = others.size() - drawn - from;
  std::vector<size_t> shown(others.begin() + long(from), others.begin() + long(from + drawn));
  for (size_t i = 0; i < all; ++i)
    if (slots.in_row[i]) shown.push_back(i);
  std::sort(shown.begin(), shown.end());

  const float squeeze =
      std::min(1.f, (area.h - float(shown.size() - 1) * density->gap) /
                        std::max(1.f, needs(*density, drawn) - float(shown.size() - 1) * density->gap));
  const float spare = std::max(0.f, area.h - needs(*density, drawn)) / float(shown.size());
  float y = area.y;
  for (size_t i : shown) {
    const int n = slots.in_row[i];
    const float least = n ? height_for(density->column, n) : density->other;
    const float h = std::min(least * squeeze + spare, std::max(320.f, least));
    PathPlan::Row& row = k.rows.emplace_back();
    row.vm = i, row.nic.y = row.guest.y = y, row.nic.h = row.guest.h = h;
    row.column = column_in(h, n);
    row.column.subtitle = n ? row.column.subtitle : h >= 52;
    y += h + density->gap;
  }
}

// Stops of wire and switch stand as high as those of the NICs before and behind them, so that the way there is
// straight; between two NICs in the middle. One below the other, in the order of the way.
void put_middle(PathPlan& k, const PathView& v, Place place, float least) {
  std::vector<size_t> column;
  for (size_t i = 0; i < v.stops.size(); ++i)
    if (v.stops[i].place == place || (k.slim && in_middle(v.stops[i]))) column.push_back(i);
  if (column.empty()) return;
  const Rect node = k.node(column[0], v);
  const float bottom = k.vswitch.bottom() - kBelowStops, room = bottom - node.y - least;
  const float step = std::min(34.f, column.size() > 1 ? room / float(column.size() - 1) : 34.f);
  const auto placed = [&](size_t i) {
    return i < k.stops.size() &&
           (!in_middle(v.stops[i]) || (place == Place::kWire && v.stops[i].place == Place::kSwitch));
  };
  std::vector<float> ys(column.size(), -1);
  for (size_t n = 0; n < column.size(); ++n) {
    const size_t i = column[n];
    const bool before = i > 0 && placed(i - 1), behind = i + 1 < v.stops.size() && placed(i + 1);
    if (before && behind)
      ys[n] = (k.stops[i - 1].y + k.stops[i + 1].y) / 2;
    else if (before || behind)
      ys[n] = k.stops[before ? i - 1 : i + 1].y;
  }
  for (size_t n = column.size(); n-- > 0;)
    if (ys[n] < 0) ys[n] = n + 1 < column.size() && ys[n + 1] >= 0 ? ys[n + 1] - step : n ? -1 : k.vswitch.mid_y();
  for (size_t n = 0; n < column.size(); ++n) {
    const float low = n ? ys[n - 1] + step : node.y + least, high = bottom - step * float(column.size() - 1 - n);
    ys[n] = std::max(low, std::min(high, ys[n] < 0 ? low : ys[n]));
    k.stops[column[n]] = {node.x + 24, ys[n]};
  }
}

}  // namespace

Rect PathPlan::node(size_t stop, const PathView& v) const {
  switch (v.stops[stop].place) {
    case Place::kWire: return slim || pnic.empty() ? vswitch : pnic;
    case Place::kSwitch: return vswitch;
    case Place::kNic: return rows[row_of[stop]].nic;
    case Place::kVm: return rows[row_of[stop]].guest;
  }
  return {};
}

float least_path_height(const PathView& v) {
  const Density& tight = std::end(kDensities)[-1];
  const Slots slots(v, false);
  float h = 14 + kWords - tight.gap;
  for (int n : slots.in_row)
    if (n) h += height_for(tight.column, n) + tight.gap;
  return h;
}

PathPlan plan_path(Rect area, const PathView& v) {
  PathPlan k;
  if (v.rows.empty()) return k;
  area.cut_top(area.h < 260 ? 2.f : 14.f), area.cut_bottom(kWords);
  k.slim = area.w < 640 && v.has_wire;
  const Slots slots(v, k.slim);
  put_rows(k, area, v, slots);
  put_columns(k, area, v.has_wire);
  k.vswitch.h = k.rows.back().nic.bottom() - area.y;
  k.wire.y = k.pnic.y = k.vswitch.mid_y() - 30;
  for (size_t i = 0; i < v.stops.size(); ++i) {
    size_t row = 0;
    while (row + 1 < k.rows.size() && k.rows[row].vm != vm_of(v, i)) ++row;
    k.row_of.push_back(row);
    const Rect node = k.node(i, v);
    const PathPlan::Column& c = k.rows[row].column;
    k.stops.push_back({node.x + 24, node.y + c.first + c.step * float(slots.of[i])});
  }
  const float titles = k.vswitch.h >= 150 ? 66 : 32;
  put_middle(k, v, Place::kSwitch, titles);
  if (k.slim || k.pnic.empty()) return k;
  k.pnic.y = area.y;
  put_middle(k, v, Place::kWire, titles);
  // The physical NIC is as high as its stops need, its names above them.
  float first = 0, last = 0;
  for (size_t i = 0; i < v.stops.size(); ++i)
    if (v.stops[i].place == Place::kWire) first = first > 0 ? first : k.stops[i].y, last = k.stops[i].y;
  k.pnic.y = first > 0 ? std::max(area.y, first - 66) : std::max(area.y, k.vswitch.mid_y() - 30);
  k.pnic.h = first > 0 ? last + kBelowStops - k.pnic.y : std::min(60.f, k.vswitch.h);
  k.wire.y = k.pnic.y, k.wire.h = std::min(60.f, k.pnic.h);
  return k;
}

}  // namespace ringside::desktop
