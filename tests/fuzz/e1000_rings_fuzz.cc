// SPDX-License-Identifier: BSD-3-Clause
// The E1000's ring face: any words in its rings, any heads and tails, frames of every kind, between a driver's sound
// work.
#include "tests/fuzz/e1000_steps.h"

using namespace ringside::fuzz;

static void run(E1000Rig& rig, Input& in) {
  e1000_begin(rig, in);
  while (!in.empty()) switch (in.below(12)) {
      case 0:
      case 1: e1000_row(rig, in); break;
      case 2:
      case 3: e1000_send(rig, in); break;
      case 4:
      case 5: e1000_fill(rig, in); break;
      case 6: e1000_write(rig, in); break;
      case 7: common_step(rig, in); break;
      case 8:
        if (in.below(4) == 0)
          e1000_begin(rig, in);
        else
          e1000_interrupts(rig, in);
        break;
      default: rig.turn(in);
    }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static E1000Rig free(ringside::devices::e1000_model(), 64u, 64u), stepped(ringside::devices::e1000_model(), 64u, 64u);
  twice(free, stepped, data, size, run);
  return 0;
}
