// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/api/view/ring.h"

namespace ringside::devices {

// How many rows of a ring are in which state. Without branches: a picture counts every row of every ring.
struct RowCounts {
  uint32_t device = 0, done = 0, error = 0;

  void add(RowState state) {
    device += state == RowState::kDevice, done += state == RowState::kDone, error += state == RowState::kError;
  }
  // All others are the driver's.
  void show(uint32_t rows, RingView& view) const {
    view.rows_device = device, view.rows_done = done, view.rows_error = error;
    view.rows_driver = rows - device - done - error;
  }
};

}  // namespace ringside::devices
