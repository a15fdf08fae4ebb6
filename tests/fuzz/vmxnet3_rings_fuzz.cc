// SPDX-License-Identifier: BSD-3-Clause
// VMXNET3's ring face: any words in any of its five rings, with generation bits right, wrong and flipped.
#include "tests/fuzz/input.h"
#include "tests/support/guest_vmxnet3.h"

using namespace ringside;
using Vm = test::GuestVmxnet3;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Vm vm(2);
  fuzz::Input in(data, size);
  vm.init(uint32_t(in.byte()), in.byte() & 0xf);
  while (!in.empty()) {
    const uint8_t kind = in.byte();
    const auto which = Vm::Which(kind % 5);
    const auto queue = uint16_t(kind >> 7);
    const uint32_t row = in.byte() % Vm::kRows;
    uint64_t* words = vm.row(queue, which, row);
    shared::store_relaxed(words, kind & 8 ? in.nasty(Vm::kMemory) : vm.rx_buffer(queue, in.byte() % 3, row));
    shared::store_release(words + 1, kind & 16 ? in.take(8) : (in.take(2) & 0x7ff) | spec::vmxnet3::txd::kGen | spec::vmxnet3::txd::kEop | spec::vmxnet3::txd::kCq | (kind & 32 ? spec::vmxnet3::rxd::kGen : 0));
    if (kind & 64) vm.write(spec::vmxnet3::bar0::kTxprod + 8u * queue, in.byte());
    if (kind % 7 == 0) fuzz::turn(vm, in, Vm::kMac);
    if (kind % 29 == 0) vm.nic->before_sleep();
    if (kind % 53 == 0) vm.init(spec::vmxnet3::rx_mode::kPromisc, in.byte() & 0xf);
  }
  fuzz::settle(vm);
  return 0;
}
