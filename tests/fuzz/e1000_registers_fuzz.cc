// SPDX-License-Identifier: BSD-3-Clause
// The E1000's register face: any access of any width, with a turn of the worker now and then.
#include "tests/fuzz/input.h"

using namespace ringside;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static test::GuestE1000 vm;
  fuzz::Input in(data, size);
  vm.init();
  while (!in.empty()) {
    const uint8_t kind = in.byte();
    const uint8_t widths[] = {4, 4, 4, 4, 4, 1, 2, 8}, width = widths[kind & 7];
    const uint64_t offset = in.take(3) % 0x20010;
    if (kind & 0x80) vm.nic->mmio_read(offset & (kind & 0x40 ? ~uint64_t{0} : ~uint64_t{3}), width, vm.access);
    else vm.nic->mmio_write(offset & (kind & 0x40 ? ~uint64_t{0} : ~uint64_t{3}), width, in.nasty(test::GuestE1000::kMemory), vm.access);
    if (kind % 13 == 0) fuzz::turn(vm, in, test::GuestE1000::kMac);
  }
  fuzz::settle(vm);
  return 0;
}
