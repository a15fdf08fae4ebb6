// SPDX-License-Identifier: BSD-3-Clause
// VMXNET3's register face: any access of any width to its three BARs, commands among them, over a shared area that is
// written too, while its rings have work.
#include "tests/fuzz/vmxnet3_steps.h"

using namespace ringside::fuzz;

static void run(Vmxnet3Rig& rig, Input& in) {
  if (in.byte() & 1) vmxnet3_begin(rig, in);
  while (!in.empty()) switch (in.below(16)) {
      case 0:
      case 1:
      case 2: vmxnet3_command(rig, in); break;
      case 3:
      case 4:
      case 5: vmxnet3_share(rig, in); break;
      case 6:
      case 7: vmxnet3_access(rig, in); break;
      case 8: vmxnet3_moderate(rig, in); break;
      case 9: vmxnet3_vectors(rig, in); break;
      case 10: vmxnet3_send(rig, in); break;
      case 11: vmxnet3_fill(rig, in); break;
      case 12:
        if (in.below(4) == 0) vmxnet3_begin(rig, in);
        break;
      case 13: common_step(rig, in); break;
      default: rig.turn(in);
    }
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Vmxnet3Rig free(ringside::devices::vmxnet3_model(), kQueues),
      stepped(ringside::devices::vmxnet3_model(), kQueues);
  twice(free, stepped, data, size, run);
  return 0;
}
