// SPDX-License-Identifier: BSD-3-Clause
// VMXNET3's rings, and all else that it shares with its driver, rewritten while it reads them.
#include "tests/fuzz/race.h"
#include "tests/fuzz/vmxnet3_steps.h"

using namespace ringside::fuzz;

static void scribble(Vm3& vm, Dice& dice) {
  if (dice() % 8 == 0) {  // the shared area, the queues' descriptions, the tables that they lead to
    const uint64_t places[] = {Vm3::kShared + dice() % sizeof(v3::DriverShared), Vm3::kDescs + dice() % (512 * kQueues),
                               Vm3::kRss + dice() % sizeof(v3::RssConf), kMulticast + dice() % 64,
                               kCoalesce + dice() % 64};
    auto* word = reinterpret_cast<uint64_t*>(vm.memory->base() + (places[dice() % 5] & ~uint64_t{7}));
    return ringside::shared::store_relaxed(word, bent(*word, dice, Vm3::kMemory));
  }
  const auto which = Vm3::Which(dice() % 5);
  const auto queue = uint16_t(dice() % kQueues);
  const uint32_t row = dice() % Vm3::kRows;
  const bool second = dice() % 2;
  uint64_t* word = vm.row(queue, which, row) + second;
  uint64_t value =
      second ? (*word & v3::txd::kGen) | 60 | v3::txd::kEop | v3::txd::kCq : vm.rx_buffer(queue, dice() % 3, row);
  if (dice() % 2) value = bent(value, dice, Vm3::kMemory);
  ringside::shared::store_release(word, value);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static RacingRig<Vm3> rig(scribble, ringside::devices::vmxnet3_model(), kQueues);
  race(rig, data, size, vmxnet3_rings);
  return 0;
}
