// SPDX-License-Identifier: BSD-3-Clause
// VMXNET3's register face: any access of any width to its three BARs, commands among them, over a shared area that is written too.
#include "tests/fuzz/input.h"
#include "tests/support/guest_vmxnet3.h"

using namespace ringside;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static test::GuestVmxnet3 vm(2);
  constexpr uint32_t kCmd = test::GuestVmxnet3::kBar1 + spec::vmxnet3::bar1::kCmd;
  fuzz::Input in(data, size);
  vm.init(spec::vmxnet3::rx_mode::kPromisc);
  while (!in.empty()) {
    const uint8_t kind = in.byte();
    if (kind % 4 == 0) {  // a command
      vm.write(kCmd, (kind & 64 ? 0xcafe0000u : 0xf00d0000u) + in.byte() % 32);
    } else if (kind % 4 == 1) {  // a word of the shared area or of the queue control
      const uint64_t base = kind & 8 ? test::GuestVmxnet3::kShared : kind & 16 ? test::GuestVmxnet3::kDescs : test::GuestVmxnet3::kRss;
      shared::store_relaxed(vm.at<uint64_t>(base + in.take(2) % 1024 / 8 * 8), in.nasty(test::GuestVmxnet3::kMemory));
    } else {
      const uint8_t widths[] = {4, 4, 4, 4, 4, 1, 2, 8}, width = widths[kind >> 2 & 7];
      const uint64_t offset = in.take(2) % 0x3010 & (kind & 0x80 ? ~uint64_t{0} : ~uint64_t{3});
      if (kind & 0x40) vm.nic->mmio_read(offset, width, vm.access);
      else vm.nic->mmio_write(offset, width, in.nasty(test::GuestVmxnet3::kMemory), vm.access);
    }
    if (kind % 11 == 0) fuzz::turn(vm, in, test::GuestVmxnet3::kMac);
  }
  fuzz::settle(vm);
  return 0;
}
