// SPDX-License-Identifier: BSD-3-Clause
// VMXNET3's ring face: any words in any of its rings, with generation bits right, wrong and flipped, frames of every
// kind, between a driver's sound work.
#include "tests/fuzz/vmxnet3_steps.h"

using namespace ringside::fuzz;

static void run(Vmxnet3Rig& rig, Input& in) {
  vmxnet3_begin(rig, in);
  while (!in.empty()) switch (in.below(13)) {
      case 0:
      case 1: vmxnet3_row(rig, in); break;
      case 2:
      case 3: vmxnet3_send(rig, in); break;
      case 4:
      case 5: vmxnet3_fill(rig, in); break;
      case 6: vmxnet3_share(rig, in); break;
      case 7: vmxnet3_command(rig, in); break;
      case 8: common_step(rig, in); break;
      case 9:
        if (in.below(4) == 0)
          vmxnet3_begin(rig, in);
        else if (in.below(4) == 0)
          vmxnet3_moderate(rig, in);
        else
          vmxnet3_vectors(rig, in);
        break;
      default: rig.turn(in);
    }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Vmxnet3Rig free(ringside::devices::vmxnet3_model(), kQueues),
      stepped(ringside::devices::vmxnet3_model(), kQueues);
  twice(free, stepped, data, size, run);
  return 0;
}
