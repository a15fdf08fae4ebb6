// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <immintrin.h>

#include "engine/base/context.h"
#include "engine/base/shared.h"

namespace ringside {

// Waits for a queue's gate on the register side. In stepped running the holder may be suspended inside its burst, so
// that waiting is itself a step point and passes the baton on (DESIGN section 7). Nobody waits for anything while
// holding a gate.
inline void enter_gate(shared::Gate& gate, StepSink* sink, const void* object) {
  while (!gate.try_enter()) {
    if (sink)
      sink->step({.kind = EventKind::kGateWait, .object = object});
    else
      _mm_pause();
  }
}

}  // namespace ringside
