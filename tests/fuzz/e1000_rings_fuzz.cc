// SPDX-License-Identifier: BSD-3-Clause
// The E1000's ring face: any words in its rings, any heads and tails.
#include "tests/fuzz/input.h"

using namespace ringside;
namespace reg = spec::e1000::reg;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static test::GuestE1000 vm;
  fuzz::Input in(data, size);
  vm.init(uint32_t(in.take(4)) | spec::e1000::rctl::kEn);
  while (!in.empty()) {
    const uint8_t kind = in.byte();
    const uint32_t row = in.byte() % 64;
    uint64_t* words = kind & 1 ? vm.rx_row(row) : vm.tx_row(row);
    const uint64_t address = kind & 2 ? in.nasty(test::GuestE1000::kMemory) : kind & 1 ? vm.rx_buffer(row) : vm.tx_buffer(row);
    shared::store_relaxed(words, address);
    shared::store_release(words + 1, kind & 4 ? in.take(8) : (in.take(2) & 0x7ff) | spec::e1000::txd::kEop | spec::e1000::txd::kRs);
    if (kind & 8) vm.write(kind & 16 ? reg::kTdt : reg::kRdt, in.byte());
    if (kind % 5 == 0) fuzz::turn(vm, in, test::GuestE1000::kMac);
  }
  fuzz::settle(vm);
  return 0;
}
