// SPDX-License-Identifier: BSD-3-Clause
#include <map>
#include <set>

#include "engine/devices/e1000/e1000_registers.h"
#include "tests/support/catch.h"
#include "tests/support/guest_ring.h"

namespace ringside::test {
namespace {

namespace e1000 = spec::e1000;
namespace reg = e1000::reg;

// Literal values of the datasheet, typed in once more: a slip in the spec header is found here.
TEST_CASE("e1000 spec: registers and bits are the datasheet's") {
  const std::pair<uint32_t, uint32_t> offsets[] = {
      {reg::kCtrl, 0x0},     {reg::kStatus, 0x8},    {reg::kEecd, 0x10},     {reg::kEerd, 0x14},
      {reg::kCtrlExt, 0x18}, {reg::kMdic, 0x20},     {reg::kIcr, 0xc0},      {reg::kItr, 0xc4},
      {reg::kIcs, 0xc8},     {reg::kIms, 0xd0},      {reg::kImc, 0xd8},      {reg::kRctl, 0x100},
      {reg::kTctl, 0x400},   {reg::kTipg, 0x410},    {reg::kPba, 0x1000},    {reg::kRdbal, 0x2800},
      {reg::kRdbah, 0x2804}, {reg::kRdlen, 0x2808},  {reg::kRdh, 0x2810},    {reg::kRdt, 0x2818},
      {reg::kRdtr, 0x2820},  {reg::kRxdctl, 0x2828}, {reg::kRadv, 0x282c},   {reg::kTdbal, 0x3800},
      {reg::kTdbah, 0x3804}, {reg::kTdlen, 0x3808},  {reg::kTdh, 0x3810},    {reg::kTdt, 0x3818},
      {reg::kTidv, 0x3820},  {reg::kTadv, 0x382c},   {reg::kRxcsum, 0x5000}, {reg::kMta, 0x5200},
      {reg::kRal, 0x5400},   {reg::kRah, 0x5404},    {reg::kVfta, 0x5600},   {reg::kMpc, 0x4010},
      {reg::kGprc, 0x4074},  {reg::kBprc, 0x4078},   {reg::kMprc, 0x407c},   {reg::kGptc, 0x4080},
      {reg::kGorcl, 0x4088}, {reg::kGotcl, 0x4090},  {reg::kRnbc, 0x40a0},   {reg::kRoc, 0x40ac},
      {reg::kTpr, 0x40d0},   {reg::kTpt, 0x40d4},    {reg::kBptc, 0x40f4},   {reg::kPrc64, 0x405c}};
  for (auto [ours, datasheet] : offsets) CHECK(ours == datasheet);
  CHECK(e1000::ctrl::kRst == 0x04000000);
  CHECK(e1000::ctrl::kSlu == 0x40);
  CHECK(e1000::ctrl::kVme == 0x40000000);
  CHECK(e1000::rctl::kEn == 0x2);
  CHECK(e1000::rctl::kBam == 0x8000);
  CHECK(e1000::rctl::kLpe == 0x20);
  CHECK(e1000::rctl::kVfe == 0x40000);
  CHECK(e1000::rctl::kBsex == 0x02000000);
  CHECK(e1000::tctl::kCollisionDistance == 0x40000);
  CHECK(e1000::tctl::kCollisionThreshold == 0xf0);
  CHECK(e1000::cause::kRxt0 == 0x80);
  CHECK(e1000::cause::kRxdmt0 == 0x10);
  CHECK(e1000::cause::kAll == 0x1fedf);
  CHECK(e1000::txd::kEop == 0x01000000);
  CHECK(e1000::txd::kRs == 0x08000000);
  CHECK(e1000::txd::kDext == 0x20000000);
  CHECK(e1000::txd::kVle == 0x40000000);
  CHECK(e1000::rxd::kDd == uint64_t{1} << 32);
  CHECK(e1000::rxd::kRxe == uint64_t{0x80} << 40);
  CHECK(e1000::receive_buffer_bytes(0) == 2048);
  CHECK(e1000::receive_buffer_bytes(3u << 16) == 256);
  CHECK(e1000::receive_buffer_bytes(1u << 16 | 1u << 25) == 16384);
  CHECK(e1000::receive_buffer_bytes(3u << 16 | 1u << 25) == 4096);
  // 12:34:56:78:9a:bc: bits 47:36 of the address are 0xbc9.
  const uint64_t mac = 0xbc9a78563412;
  CHECK(e1000::multicast_bit(mac, 0) == 0xbc9);
  CHECK(e1000::multicast_bit(mac, 1u << 12) == 0x793);
  CHECK(e1000::multicast_bit(mac, 2u << 12) == 0xf26);
  CHECK(e1000::multicast_bit(mac, 3u << 12) == 0xc9a);
}

TEST_CASE("e1000 registers: the table is sound and describes itself") {
  const devices::RegisterMap& map = devices::e1000_register_map();
  std::set<uint32_t> offsets;
  std::set<std::string> names;
  for (uint16_t n = 0; n < map.size(); n++) {
    CHECK(offsets.insert(map.offset(n)).second);
    CHECK(names.insert(map.element_name(n)).second);
    CHECK(map.find(map.offset(n)) == n);
    CHECK(map.offset(n) < e1000::kBar0Bytes + e1000::kIoBarBytes);
  }
  CHECK(map.find(0x0004) == devices::RegisterMap::kNone);
  CHECK(map.find(e1000::kBar0Bytes + e1000::kIoBarBytes) == devices::RegisterMap::kNone);
  CHECK(map.find(~uint64_t{0}) == devices::RegisterMap::kNone);
  std::map<std::string, RegisterInfo> by_name;
  for (const RegisterInfo& info : devices::e1000_model().registers()) by_name[info.name] = info;
  CHECK(by_name.at("TDT").long_name == "Transmit Descriptor Tail");
  CHECK(by_name.at("ICR").access == "RC");
  CHECK(by_name.at("RAL15").offset == 0x5478);
  CHECK(by_name.at("MTA").long_name == "Multicast Table Array (128 words)");
  CHECK(by_name.at("RCTL").fields.at(0).name == "EN");
  for (const auto& [name, info] : by_name) {
    CHECK_FALSE(info.section.empty());
    uint32_t seen = 0;
    for (const BitFieldView& f : info.fields) {
      const uint32_t mask = uint32_t(((uint64_t{1} << f.width) - 1) << f.low);
      INFO(name << "." << f.name);
      CHECK((seen & mask) == 0);
      CHECK(f.low + f.width <= 32);
      seen |= mask;
    }
  }
}

TEST_CASE("e1000 registers: a driver's initialisation") {
  GuestE1000 vm;
  CHECK(vm.read(reg::kStatus) == 0x81);
  CHECK(vm.nic->effective_mac() == GuestE1000::kMac);
  vm.init();
  CHECK((vm.read(reg::kCtrl) & e1000::ctrl::kRst) == 0);
  CHECK(vm.read(reg::kStatus) == 0x83);
  CHECK(vm.read(reg::kRdlen) == 64 * 16);
  CHECK(vm.read(reg::kRdt) == 63);
  CHECK(vm.read(reg::kIcr) == e1000::cause::kLsc);
  CHECK(vm.read(reg::kIcr) == 0);
  CHECK(vm.nic->receive_mode() == net::ReceiveMode::kOwn);
  vm.write(reg::kRctl, e1000::rctl::kUpe);
  CHECK(vm.nic->receive_mode() == net::ReceiveMode::kPromiscuous);
  vm.write(reg::kRal, 0x44332211);
  vm.write(reg::kRah, 0x80006655);
  CHECK(vm.nic->effective_mac() == 0x665544332211);
  // Reset brings the EEPROM's address back and forgets the rings.
  vm.write(reg::kCtrl, e1000::ctrl::kRst);
  CHECK(vm.nic->effective_mac() == GuestE1000::kMac);
  for (uint32_t r : {reg::kRdlen, reg::kRdt, reg::kTdlen, reg::kTdt, reg::kRctl, reg::kTctl, reg::kIms})
    CHECK(vm.read(r) == 0);
  CHECK(vm.read(reg::kStatus) == 0x81);
}

TEST_CASE("e1000 registers: only the bits that exist are kept") {
  GuestE1000 vm;
  vm.write(reg::kRdlen, ~0u);
  CHECK(vm.read(reg::kRdlen) == 0xfff80);
  vm.write(reg::kTdlen, 0x7f);
  CHECK(vm.read(reg::kTdlen) == 0);
  vm.write(reg::kRdbal, ~0u);
  CHECK(vm.read(reg::kRdbal) == 0xfffffff0);
  vm.write(reg::kStatus, 0);
  CHECK(vm.read(reg::kStatus) == 0x81);
  vm.write(reg::kIms, ~0u);
  CHECK(vm.read(reg::kIms) == e1000::cause::kAll);
  vm.write(reg::kImc, e1000::cause::kRxt0);
  CHECK(vm.read(reg::kIms) == (e1000::cause::kAll & ~e1000::cause::kRxt0));
  CHECK(vm.read(reg::kIcs) == 0);
  for (uint32_t i : {0u, 77u, 127u}) {
    vm.write(reg::kMta + 4 * i, 0xa0000000 + i);
    CHECK(vm.read(reg::kMta + 4 * i) == 0xa0000000 + i);
  }
}

TEST_CASE("e1000 registers: accesses of other widths are harmless and counted") {
  GuestE1000 vm;
  vm.write(reg::kRctl, 0x11223344);
  CHECK(vm.nic->register_misuses() == 0);
  auto read = [&](uint64_t offset, uint8_t width) { return vm.nic->mmio_read(offset, width, vm.access); };
  CHECK(read(reg::kRctl, 1) == 0x44);
  CHECK(read(reg::kRctl + 1, 1) == 0x33);
  CHECK(read(reg::kRctl + 2, 2) == 0x1122);
  CHECK(read(reg::kRctl + 1, 4) == 0);
  CHECK(read(reg::kRctl + 1, 2) == 0);
  CHECK(read(reg::kRctl, 3) == 0);
  vm.nic->mmio_write(reg::kRctl, 1, 0xff, vm.access);
  vm.nic->mmio_write(reg::kRctl + 2, 4, 0xff, vm.access);
  CHECK(vm.read(reg::kRctl) == 0x11223344);
  vm.nic->mmio_write(reg::kRdbal, 8, 0x0000000112345678, vm.access);
  CHECK(vm.read(reg::kRdbal) == 0x12345670);
  CHECK(vm.read(reg::kRdbah) == 1);
  CHECK(read(reg::kRdbal, 8) == 0x0000000112345670);
  CHECK(vm.nic->register_misuses() == 10);
  CHECK(read(0x1fffc, 4) == 0);  // no such register
  vm.write(reg::kTdt, 7);        // no ring yet: it is kept
  CHECK(vm.read(reg::kTdt) == 7);
  CHECK(vm.nic->register_misuses() == 11);
  CHECK(std::string(vm.nic->register_name(reg::kTdt)) == "TDT");
  CHECK(std::string(vm.nic->register_name(reg::kMta + 12)) == "MTA");
  CHECK(std::string(vm.nic->register_name(4)).empty());
}

TEST_CASE("e1000 registers: accesses are counted per register") {
  GuestE1000 vm;
  for (int i = 0; i < 3; i++) vm.write(reg::kTdt, 0);
  vm.read(reg::kIcr);
  for (const RegisterValue& v : vm.nic->register_values()) {
    if (v.name == "TDT")
      CHECK(v.writes == 3);
    else if (v.name == "ICR")
      CHECK(v.reads == 1);
    else
      CHECK(v.reads + v.writes == 0);
  }
}

TEST_CASE("e1000 registers: the EEPROM, by EERD and by bit-banging") {
  GuestE1000 vm;
  auto by_eerd = [&](uint32_t word) {
    vm.write(reg::kEerd, 1 | word << 8);
    const uint32_t value = vm.read(reg::kEerd);
    CHECK((value & 0x10));
    return value >> 16;
  };
  uint32_t sum = 0;
  for (uint32_t i = 0; i < 64; i++) sum += by_eerd(i);
  CHECK((sum & 0xffff) == 0xbaba);
  CHECK(by_eerd(0) == 0x0052);
  CHECK(by_eerd(2) == 0x0100);
  // As e1000_read_nvm_microwire does: opcode 110, six address bits, then 16 bits out, each sampled while SK is high.
  auto by_pins = [&](uint32_t word) {
    uint32_t eecd = e1000::eecd::kReq | e1000::eecd::kCs, value = 0;
    vm.write(reg::kEecd, e1000::eecd::kReq);
    CHECK((vm.read(reg::kEecd) & e1000::eecd::kGnt));
    auto clock = [&](bool in) {
      vm.write(reg::kEecd, eecd | (in ? e1000::eecd::kDi : 0));
      vm.write(reg::kEecd, eecd | (in ? e1000::eecd::kDi : 0) | e1000::eecd::kSk);
      const bool out = vm.read(reg::kEecd) & e1000::eecd::kDo;
      vm.write(reg::kEecd, eecd | (in ? e1000::eecd::kDi : 0));
      return out;
    };
    for (int i = 8; i >= 0; i--) clock((6u << 6 | word) >> i & 1);
    for (int i = 0; i < 16; i++) value = value << 1 | clock(false);
    vm.write(reg::kEecd, e1000::eecd::kReq);
    return value;
  };
  for (uint32_t i : {0u, 1u, 2u, 13u, 63u}) CHECK(by_pins(i) == by_eerd(i));
}

TEST_CASE("e1000 registers: the PHY says that the link is up") {
  GuestE1000 vm;
  auto phy = [&](uint32_t number, uint32_t address = 1) {
    vm.write(reg::kMdic, 0x08000000 | number << 16 | address << 21);
    return vm.read(reg::kMdic);
  };
  CHECK((phy(1) & 0x1000ffff) == 0x1000796d);
  CHECK((phy(2) & 0xffff) == 0x141);
  CHECK((phy(2, 5) & 0x40000000));
  vm.write(reg::kMdic, 0x04000000 | 4 << 16 | 1 << 21 | 0x01e1);
  CHECK((phy(4) & 0xffff) == 0x01e1);
  vm.write(reg::kMdic, 0x04000000 | 0 << 16 | 1 << 21 | 0x8000);
  CHECK((phy(4) & 0xffff) == 0x0de1);
}

}  // namespace
}  // namespace ringside::test
