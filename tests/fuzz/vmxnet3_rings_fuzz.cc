// SPDX-License-Identifier: BSD-3-Clause
// VMXNET3's ring face: any words in any of its rings, with generation bits right, wrong and flipped, frames of every
// kind, between a driver's sound work.
#include "tests/fuzz/vmxnet3_steps.h"

using namespace ringside::fuzz;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Vmxnet3Rig free(ringside::devices::vmxnet3_model(), kQueues),
      stepped(ringside::devices::vmxnet3_model(), kQueues);
  twice(free, stepped, data, size, vmxnet3_rings);
  return 0;
}
