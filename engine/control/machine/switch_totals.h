// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>

#include "engine/datapath/vswitch/forwarder.h"
#include "engine/net/drop_reason.h"

namespace ringside::control {

// What the contexts at a switch have counted for it, added up. Engine's thread.
struct SwitchTotals {
  uint64_t forwarded = 0, flooded = 0, copied = 0, overheard = 0, not_learned = 0;  // frames, as in Forwarder
  std::array<uint64_t, size_t(net::DropReason::kCount)> drops{};

  void add(const datapath::Forwarder& f) {
    forwarded += f.forwarded.value(), flooded += f.flooded.value(), copied += f.copied.value();
    overheard += f.overheard.value(), not_learned += f.not_learned.value();
    for (size_t r = 0; r < drops.size(); r++) drops[r] += f.drops.by_reason[r].value();
  }
};

}  // namespace ringside::control
