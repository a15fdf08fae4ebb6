// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/ring_geometry.h"

#include <cmath>
#include <numbers>

namespace ringside::desktop {
namespace {

constexpr float kPi = std::numbers::pi_v<float>;

const PointerView* pointer(const RingView& ring, bool by_driver) {
  for (const PointerView& p : ring.pointers)
    if (p.by_driver == by_driver && !p.hollow) return &p;
  return nullptr;
}

}  // namespace

DialShape dial_shape_of_radius(float radius, uint32_t rows) {
  DialShape shape;
  shape.radius = radius;
  shape.thickness = radius < 40 ? 0.4f * radius : radius / 4;
  shape.single = radius >= 40 && float(rows) <= kPi * (2 * radius - shape.thickness) / 4;
  return shape;
}

DialShape dial_shape(float width, float height, uint32_t rows) {
  return dial_shape_of_radius(std::clamp((std::min(width, height) - 72) / 2, 20.f, 120.f), rows);
}

float dial_angle(double index, uint32_t rows, double first) {
  return float(-std::numbers::pi / 2 + 2 * std::numbers::pi * (index - first) / rows);
}

std::vector<Run> merge_runs(std::span<const RowView> rows) {
  std::vector<Run> runs;
  for (uint32_t i = 0; i < rows.size(); ++i) {
    if (!runs.empty() && runs.back().state == rows[i].state)
      ++runs.back().length;
    else
      runs.push_back({i, 1, rows[i].state});
  }
  return runs;
}

std::vector<Run> runs_of_counts(const RingView& ring) {
  if (ring.size == 0) return {};
  const uint32_t n = ring.size;
  const PointerView* head = pointer(ring, false);
  const uint32_t h = head ? head->index % n : 0;
  const uint32_t device = std::min(ring.rows_device, n), done = std::min(ring.rows_done + ring.rows_error, n - device);
  // from the head on the device's, before it what is done, the rest is the driver's
  std::vector<RowState> state(n, RowState::kDriver);
  for (uint32_t i = 0; i < device; ++i) state[(h + i) % n] = RowState::kDevice;
  for (uint32_t i = 1; i <= done; ++i) state[(h + n - i) % n] = RowState::kDone;
  std::vector<Run> runs;
  for (uint32_t i = 0; i < n; ++i) {
    if (!runs.empty() && runs.back().state == state[i])
      ++runs.back().length;
    else
      runs.push_back({i, 1, state[i]});
  }
  return runs;
}

int strength(RowState state) {
  switch (state) {
    case RowState::kError: return 4;
    case RowState::kAccessed: return 3;
    case RowState::kDone: return 2;
    case RowState::kDevice: return 1;
    case RowState::kDriver: return 0;
  }
  return 0;
}

std::vector<Run> binned(std::span<const Run> runs, uint32_t rows, uint32_t bins) {
  if (rows == 0 || bins == 0) return {};
  std::vector<RowState> strongest(bins, RowState::kDriver);
  for (const Run& run : runs) {
    const uint64_t first = uint64_t(run.first) * bins / rows,
                   last = (uint64_t(run.first + run.length) * bins - 1) / rows;
    for (uint64_t b = first; b <= last && b < bins; ++b)
      if (strength(run.state) > strength(strongest[b])) strongest[b] = run.state;
  }
  std::vector<Run> merged;
  for (uint32_t b = 0; b < bins; ++b) {
    if (!merged.empty() && merged.back().state == strongest[b])
      ++merged.back().length;
    else
      merged.push_back({b, 1, strongest[b]});
  }
  return merged;
}

FieldShape field_shape(uint32_t descriptors, float width) {
  struct Line {
    uint32_t up_to;
    int columns;
    float row_gap;
    bool labelled;
  };
  constexpr Line kLines[] = {{16, 16, 32, true},   {32, 16, 32, true},    {64, 16, 32, true},
                             {128, 32, 24, true},  {256, 32, 16, false},  {512, 64, 6, false},
                             {1024, 64, 6, false}, {2048, 128, 6, false}, {4096, 128, 3, false}};
  const Line* line = &kLines[std::size(kLines) - 1];
  for (const Line& l : kLines)
    if (descriptors <= l.up_to) {
      line = &l;
      break;
    }
  FieldShape shape;
  shape.columns = line->columns;
  if (width < 512 && descriptors > 1024) shape.columns /= 2;
  shape.rows = int((descriptors + uint32_t(shape.columns) - 1) / uint32_t(shape.columns));
  shape.pitch = std::max(2.f, std::min(40.f, std::floor(width / float(shape.columns))));
  shape.gap = shape.pitch >= 20 ? 4 : shape.pitch >= 12 ? 3 : shape.pitch >= 9 ? 2 : 1;
  shape.cell = shape.pitch - shape.gap;
  shape.height = std::max(6.f, shape.cell);
  shape.row_gap = line->row_gap;
  shape.labelled = line->labelled;
  shape.lens = shape.cell < 12;
  return shape;
}

}  // namespace ringside::desktop
