// SPDX-License-Identifier: BSD-3-Clause
// The E1000's register face: any access of any width, in any order, while its rings have work.
#include "tests/fuzz/e1000_steps.h"

using namespace ringside::fuzz;

static void run(E1000Rig& rig, Input& in) {
  if (in.byte() & 1) e1000_begin(rig, in);
  while (!in.empty()) switch (in.below(16)) {
      case 0:
      case 1:
      case 2:
      case 3: e1000_write(rig, in); break;
      case 4: e1000_interrupts(rig, in); break;
      case 5:
      case 6: e1000_read(rig, in); break;
      case 7:
      case 8: e1000_any_access(rig, in); break;
      case 9: e1000_pins(rig, in); break;
      case 10: e1000_phy(rig, in); break;
      case 11: e1000_send(rig, in); break;
      case 12: e1000_fill(rig, in); break;
      case 13:
        if (in.below(4) == 0) e1000_begin(rig, in);
        break;
      case 14: common_step(rig, in); break;
      default: rig.turn(in);
    }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static E1000Rig free(ringside::devices::e1000_model(), 64u, 64u), stepped(ringside::devices::e1000_model(), 64u, 64u);
  twice(free, stepped, data, size, run);
  return 0;
}
