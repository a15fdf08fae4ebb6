// SPDX-License-Identifier: BSD-3-Clause
#include "engine/vmm/kvm/kvm_vcpu.h"
#include "engine/vmm/mmio_bus.h"
#include "tests/support/catch.h"
#include "tests/support/guest_ring.h"
#include "tests/support/kvm.h"

// The E1000's I/O BAR (SDM 13.2.2): IOADDR and IODATA, by which Linux's driver resets an 82545EM. There was none.
namespace ringside::test {
namespace {

namespace e1000 = spec::e1000;
namespace reg = e1000::reg;

// Where the BAR lies in the device's register space: behind BAR0.
constexpr uint64_t kIoAddress = 0x20000, kIoData = 0x20004;

struct Ported : GuestE1000 {
  void write_io(uint32_t offset, uint32_t value) {
    write(kIoAddress, offset);
    write(kIoData, value);
  }
  uint32_t read_io(uint32_t offset) {
    write(kIoAddress, offset);
    return read(kIoData);
  }
};

TEST_CASE("e1000 I/O BAR: any register is reached through IOADDR and IODATA", "[sanitize][one-thread]") {
  Ported vm;
  vm.init();
  const auto bars = vm.nic->bars();
  REQUIRE(bars.size() == 2);
  CHECK(bars[1].size == 8);
  CHECK(bars[1].at == kIoAddress);
  CHECK(vm.read_io(reg::kStatus) == vm.read(reg::kStatus));
  CHECK(vm.read(kIoAddress) == reg::kStatus);
  vm.write_io(reg::kTidv, 0x1234);
  CHECK(vm.read(reg::kTidv) == 0x1234);
  // Reading clears here, too.
  vm.write(reg::kIcs, e1000::cause::kLsc);
  CHECK(vm.read_io(reg::kIcr) == e1000::cause::kLsc);
  CHECK(vm.read_io(reg::kIcr) == 0);
  CHECK(vm.nic->register_misuses() == 0);
  CHECK(std::string(vm.nic->register_name(kIoAddress)) == "IOADDR");
  CHECK(std::string(vm.nic->register_name(kIoData)) == "IODATA");
}

TEST_CASE("e1000 I/O BAR: Linux's reset of an 82545EM", "[sanitize][one-thread]") {
  Ported vm;
  vm.init();
  vm.write(reg::kRal, 0x12345678);
  vm.write(reg::kTidv, 5);
  vm.write_io(reg::kCtrl, vm.read(reg::kCtrl) | e1000::ctrl::kRst);
  CHECK((vm.read(reg::kCtrl) & e1000::ctrl::kRst) == 0);
  CHECK(vm.read(reg::kTidv) == 0);
  CHECK(vm.read(reg::kRdlen) == 0);
  CHECK(vm.read(reg::kRal) == uint32_t(GuestE1000::kMac));  // from the EEPROM again
}

TEST_CASE("e1000 I/O BAR: offsets that make no sense are harmless", "[sanitize][one-thread]") {
  Ported vm;
  vm.init();
  // Beyond the registers, flash, the BAR itself, between two registers, none there.
  for (uint32_t offset : {0x20000u, 0x20004u, 0x80000u, 0xfffffffcu, 0x101u, 0x1fffcu}) {
    CHECK(vm.read_io(offset) == 0);
    vm.write_io(offset, ~0u);
  }
  for (uint8_t width : {1, 2, 8}) {
    vm.nic->mmio_read(kIoData, width, vm.access);
    vm.nic->mmio_write(kIoData, width, ~uint64_t{0}, vm.access);
    vm.nic->mmio_read(kIoAddress, width, vm.access);
  }
  const Bytes frame = make_frame(80, GuestE1000::kMac);
  vm.send({frame});
  CHECK(vm.take() == frame);
}

TEST_CASE("e1000 I/O BAR: a KVM guest's OUT and IN reach it", "[kvm]") {
  need_kvm();
  GuestE1000 nic;
  auto memory = std::move(*vmm::GuestMemory::create(2 << 20));
  vmm::MmioBus bus;
  REQUIRE(bus.map_ports(0xc000, 8, nic.nic.get(), 0, kIoAddress));
  CHECK_FALSE(bus.map_ports(0xc004, 8, nic.nic.get(), 0, kIoAddress));
  CHECK(bus.find_port(0xc008) == nullptr);
  // mov edx, 0xc000; mov eax, TIDV; out dx, eax; mov edx, 0xc004; mov eax, 0x77; out dx, eax; in eax, dx; ud2
  const std::vector<uint8_t> code = {0xba, 0x00, 0xc0, 0,    0,    0xb8, 0x20, 0x38, 0,    0,    0xef, 0xba, 0x04,
                                     0xc0, 0,    0,    0xb8, 0x77, 0,    0,    0,    0xef, 0xed, 0x0f, 0x0b};
  vmm::GuestImage image;
  image.bytes = code, image.gpa = image.entry = spec::kImageGpa;
  auto vm = vmm::KvmVm::create(*memory, bus, image, vmm::IrqChip::kUser);
  REQUIRE(vm.ok());
  auto vcpu = vmm::KvmVcpu::create("rig/0", 0, **vm);
  REQUIRE(vcpu.ok());
  (*vcpu)->power_on(false);
  CHECK(nic.read(reg::kTidv) == 0x77);
  std::vector<vmm::ExitRecord> exits(64);
  exits.resize((*vcpu)->exits.drain(exits.data(), 64));
  REQUIRE(exits.size() >= 3);
  CHECK(exits[0].reason == vmm::ExitReason::kPioWrite);
  CHECK(std::string(exits[0].reg) == "IOADDR");
  CHECK(std::string(exits[1].reg) == "IODATA");
  CHECK(exits[2].reason == vmm::ExitReason::kPioRead);
  CHECK(exits[2].value == 0x77);
}

}  // namespace
}  // namespace ringside::test
