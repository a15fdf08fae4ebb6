// SPDX-License-Identifier: BSD-3-Clause
// The E1000's rings, rewritten while it reads them.
#include "tests/fuzz/e1000_steps.h"
#include "tests/fuzz/race.h"

using namespace ringside::fuzz;
using ringside::test::GuestE1000;

static void scribble(GuestE1000& vm, Dice& dice) {
  const uint32_t row = dice() % 64;
  const bool receive = dice() % 2, second = dice() % 2;
  uint64_t* word = (receive ? vm.rx_row(row) : vm.tx_row(row)) + second;
  uint64_t value = second ? 60 | e1000::txd::kEop | e1000::txd::kRs : receive ? vm.rx_buffer(row) : vm.tx_buffer(row);
  if (dice() % 2) value = bent(value, dice, GuestE1000::kMemory);
  ringside::shared::store_release(word, value);
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static RacingRig<GuestE1000> rig(scribble, ringside::devices::e1000_model(), 64u, 64u);
  race(rig, data, size, e1000_rings);
  return 0;
}
