// SPDX-License-Identifier: BSD-3-Clause
// The E1000's ring face: any words in its rings, any heads and tails, frames of every kind, between a driver's sound
// work.
#include "tests/fuzz/e1000_steps.h"

using namespace ringside::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static E1000Rig free(ringside::devices::e1000_model(), 64u, 64u), stepped(ringside::devices::e1000_model(), 64u, 64u);
  twice(free, stepped, data, size, e1000_rings);
  return 0;
}
