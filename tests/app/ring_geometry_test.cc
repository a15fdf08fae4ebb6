// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/ring_geometry.h"

#include <cmath>

#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::desktop;

TEST_CASE("the field's table of visual language section 5.2, at 528 px", "[ring]") {
  struct Line {
    uint32_t n;
    int columns, rows;
    float gap, cell, height;
  };
  const Line line =
      GENERATE(Line{16, 16, 1, 32, 29, 29}, Line{32, 16, 2, 32, 29, 90}, Line{64, 16, 4, 32, 29, 212},
               Line{128, 32, 4, 24, 13, 124}, Line{256, 32, 8, 16, 13, 216}, Line{512, 64, 8, 6, 7, 98},
               Line{1024, 64, 16, 6, 7, 202}, Line{2048, 128, 16, 6, 3, 186}, Line{4096, 128, 32, 3, 3, 285});
  const FieldShape s = field_shape(line.n, 528);
  CAPTURE(line.n);
  CHECK(s.columns == line.columns);
  CHECK(s.rows == line.rows);
  CHECK(s.row_gap == line.gap);
  CHECK(s.cell == line.cell);
  CHECK(s.total_height() == line.height);
  CHECK(s.lens == (line.cell < 12));
  CHECK(s.labelled == (line.n <= 128));
}

TEST_CASE("sizes between take the next row of the table, and narrow fields fold", "[ring]") {
  CHECK(field_shape(24, 528).columns == 16);
  CHECK(field_shape(24, 528).rows == 2);
  CHECK(field_shape(136, 528).columns == 32);
  CHECK(field_shape(4096, 400).columns == 64);
  CHECK(field_shape(8, 2000).pitch == 40);
  for (uint32_t n = 8; n <= 4096; n += 8) {
    const FieldShape s = field_shape(n, 528);
    CHECK(s.rows * s.columns >= int(n));
    CHECK((s.rows - 1) * s.columns < int(n));
    CHECK(s.total_width() <= 528);
  }
}

TEST_CASE("no two cells overlap", "[ring]") {
  const FieldShape s = field_shape(256, 528);
  for (uint32_t i = 1; i < 256; ++i) CHECK_FALSE(overlap(s.cell_at(i - 1), s.cell_at(i)));
}

TEST_CASE("the dial: radius, thickness, and when rows stand alone", "[ring]") {
  CHECK(dial_shape(280, 280, 64).radius == 104);
  CHECK(dial_shape(280, 280, 64).thickness == 26);
  CHECK(dial_shape(280, 280, 142).single);
  CHECK_FALSE(dial_shape(280, 280, 143).single);
  CHECK(dial_shape(1000, 1000, 64).radius == 120);
  CHECK(dial_shape(10, 10, 64).radius == 20);
  CHECK(dial_shape(10, 10, 64).thickness == 8);
  CHECK(dial_angle(0, 64) == Approx(-M_PI / 2));
  CHECK(dial_angle(16, 64) == Approx(0).margin(1e-6));
  CHECK(dial_angle(20, 64, 20) == Approx(-M_PI / 2));
}

TEST_CASE("runs and bins", "[ring]") {
  std::vector<RowView> rows(100);
  for (size_t i = 10; i < 40; ++i) rows[i].state = RowState::kDevice;
  rows[77].state = RowState::kError;
  const std::vector<Run> runs = merge_runs(rows);
  REQUIRE(runs.size() == 5);
  CHECK(runs[1] == Run{10, 30, RowState::kDevice});
  CHECK(runs[3] == Run{77, 1, RowState::kError});
  // one row of a hundred survives in ten bins: the strongest state wins
  const std::vector<Run> bins = binned(runs, 100, 10);
  uint32_t sum = 0;
  for (const Run& b : bins) sum += b.length;
  CHECK(sum == 10);
  CHECK(
      std::any_of(bins.begin(), bins.end(), [](const Run& b) { return b.state == RowState::kError && b.first == 7; }));
}

TEST_CASE("without rows the counts are drawn around the head", "[ring]") {
  RingView ring;
  ring.size = 16;
  ring.rows_device = 5, ring.rows_done = 3, ring.rows_driver = 8;
  ring.pointers = {{"TDH", 14, false, false}, {"TDT", 3, true, false}};
  uint32_t device = 0, done = 0, all = 0;
  for (const Run& r : runs_of_counts(ring)) {
    all += r.length;
    if (r.state == RowState::kDevice) device += r.length;
    if (r.state == RowState::kDone) done += r.length;
  }
  CHECK(all == 16);
  CHECK(device == 5);
  CHECK(done == 3);
}
