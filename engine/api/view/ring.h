// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/event.h"

namespace ringside {

// Whose turn a row is (look/visual-language.md section 5).
enum class RowState : uint8_t { kDriver, kDevice, kAccessed, kDone, kError };

// A field of a descriptor in words: "length" "60" "bytes, no checksum yet".
struct FieldView {
  std::string name, value, meaning;
  uint8_t low = 0, width = 0;  // bits within the 128-bit row, for drawing bits at their places
};

struct RowView {
  RowState state = RowState::kDriver;
  bool end_of_packet = false, report_status = false;
  int8_t generation = -1;      // the row's generation bit; -1: rows of this ring have none
  int link = -1;               // a completion's: row of the packet's last descriptor; -1 = none
  uint8_t link_ring = 0;       // which of RingView::links that row lies in
  uint64_t qword[2] = {0, 0};  // raw bytes, little endian
};

// A pointer into a ring. `by_driver`: a register that the driver writes (filled, outside); else one the device moves
// (inside). `hollow`: an index that no register shows.
struct PointerView {
  std::string name;  // "RDT"
  uint32_t index = 0;
  bool by_driver = false, hollow = false;
};

// A descriptor ring. Exact at a cut; in free running coherent in its owner's cursors only (DESIGN section 9).
struct RingView {
  std::string name;     // "web.nic0.rx", "web.nic0.tx1.comp"
  std::string vm, nic;  // "web", "nic0"
  std::string model;    // "e1000"
  RingKind kind{};
  uint16_t queue = 0;
  std::vector<std::string>
      links;  // a completion ring's: the rings that its rows point into; RowView::link_ring is the place here
  int seam =
      -1;  // generation bits: the row at which the device's round begins anew, the rows before it are one round ahead
  int generation = -1;  // that the device expects (or writes) at the seam; -1: a ring without generation bits
  int64_t tx_threshold = -1,
          tx_deferred = -1;  // deferred doorbell: rings when so many are deferred; now deferred. -1: there is none
  bool receive = false;
  bool exact = false;  // taken at a cut
  uint64_t base = 0;   // guest-physical address of row 0
  uint32_t size = 0;   // rows
  uint32_t row_bytes = 16;
  std::vector<PointerView> pointers;
  uint32_t rows_device = 0, rows_done = 0, rows_driver = 0, rows_error = 0;
  std::vector<RowView> rows;  // empty unless the ring is watched (command `watch`)
  int accessed = -1;          // row of the latest event in stepped running, or -1
  uint64_t age_ns = 0;        // since the copy was made
};

// A row in words, by the model's own description (no panel knows a descriptor format).
std::vector<FieldView> decode_row(const std::string& model, RingKind kind, const uint64_t qword[2]);

}  // namespace ringside
