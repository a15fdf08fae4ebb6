// SPDX-License-Identifier: BSD-3-Clause
// table: the registers of VMXNET3, a row each
#include "engine/devices/vmxnet3/vmxnet3_registers.h"

namespace ringside::devices {
namespace {

namespace spec = ringside::spec::vmxnet3;
using H = Vmxnet3Registers;

constexpr const char* kSheet = "sheet vmxnet3 §1";
constexpr uint32_t kBar1 = Vmxnet3Device::kBar1At, kMsix = Vmxnet3Device::kMsixAt;

constexpr BitField kMaskFields[] = {{"MASK", "1: the vector is masked", 0}};
constexpr BitField kProducerFields[] = {{"INDEX", "next row to fill", 0, 16}};
constexpr BitField kRevisionFields[] = {{"REV", "bit 0 is revision 1; writing selects one", 0, 4}};
constexpr BitField kCommandFields[] = {{"COMMAND", "what is to be done", 0, 16}, {"BASE", "0xcafe: sets, 0xf00d: gets", 16, 16}};
constexpr BitField kMacHighFields[] = {{"MACH", "bytes 4 and 5 of the address", 0, 16}};
constexpr BitField kIcrFields[] = {{"INT", "an interrupt is up", 0}};
constexpr BitField kEventFields[] = {{"RQERR", "a receive queue stopped", 0}, {"TQERR", "a transmit queue stopped", 1}, {"LINK", "link state changed", 2},
                                     {"DIC", "device implementation change", 3}, {"DEBUG", "for debugging", 4}};

constexpr RegisterRow kRows[] = {
    // --- BAR0: what is written often
    {.offset = spec::bar0::kImr, .name = "IMR", .long_name = "Interrupt Mask", .access = "RW", .section = kSheet, .count = spec::kMaxVectors, .stride = 8, .peek = H::peek_imr, .on_write = H::write_imr, .fields = kMaskFields},
    {.offset = spec::bar0::kTxprod, .name = "TXPROD", .long_name = "Transmit Producer: the doorbell", .access = "RW", .section = kSheet, .count = spec::kMaxTxQueues, .stride = 8, .peek = H::peek_txprod, .on_write = H::write_txprod, .fields = kProducerFields, .holds_row = true},
    {.offset = spec::bar0::kRxprod, .name = "RXPROD", .long_name = "Receive Producer, first ring", .access = "RW", .section = kSheet, .count = spec::kMaxRxQueues, .stride = 8, .peek = H::peek_rxprod<0>, .on_write = H::write_rxprod<0>, .fields = kProducerFields, .holds_row = true},
    {.offset = spec::bar0::kRxprod2, .name = "RXPROD2", .long_name = "Receive Producer, second ring", .access = "RW", .section = kSheet, .count = spec::kMaxRxQueues, .stride = 8, .peek = H::peek_rxprod<1>, .on_write = H::write_rxprod<1>, .fields = kProducerFields, .holds_row = true},
    // --- BAR1: what is written seldom
    {.offset = kBar1 + spec::bar1::kVrrs, .name = "VRRS", .long_name = "Device Revision Report and Selection", .access = "RW", .section = kSheet, .peek = H::read_vrrs, .on_write = H::write_vrrs, .fields = kRevisionFields},
    {.offset = kBar1 + spec::bar1::kUvrs, .name = "UVRS", .long_name = "UPT Revision Report and Selection", .access = "RW", .section = kSheet, .peek = H::read_uvrs, .on_write = H::write_uvrs},
    {.offset = kBar1 + spec::bar1::kDsal, .name = "DSAL", .long_name = "Driver Shared Address Low", .access = "RW", .section = kSheet, .writable = ~0u, .on_write = H::write_ds},
    {.offset = kBar1 + spec::bar1::kDsah, .name = "DSAH", .long_name = "Driver Shared Address High", .access = "RW", .section = kSheet, .writable = ~0u, .on_write = H::write_ds},
    {.offset = kBar1 + spec::bar1::kCmd, .name = "CMD", .long_name = "Command; reads back its answer", .access = "RW", .section = "sheet vmxnet3 §2", .peek = H::peek_cmd, .on_write = H::write_cmd, .fields = kCommandFields},
    {.offset = kBar1 + spec::bar1::kMacl, .name = "MACL", .long_name = "MAC Address Low", .access = "RW", .section = kSheet, .writable = ~0u, .on_write = H::write_mac},
    {.offset = kBar1 + spec::bar1::kMach, .name = "MACH", .long_name = "MAC Address High", .access = "RW", .section = kSheet, .writable = 0xffff, .on_write = H::write_mac, .fields = kMacHighFields},
    {.offset = kBar1 + spec::bar1::kIcr, .name = "ICR", .long_name = "Interrupt Cause, INTx only", .access = "RC", .section = kSheet, .peek = H::peek_icr, .on_read = H::read_icr, .fields = kIcrFields},
    {.offset = kBar1 + spec::bar1::kEcr, .name = "ECR", .long_name = "Event Cause; writing 1 clears", .access = "RW", .section = kSheet, .peek = H::peek_ecr, .on_write = H::write_ecr, .fields = kEventFields},
    // --- the MSI-X BAR
    {.offset = kMsix + spec::msix::kTable, .name = "MSIX_TABLE", .long_name = "MSI-X table: address, data, mask of each vector", .access = "RW", .section = "PCI 3.0 6.8.2", .count = 4 * spec::kMaxVectors, .stride = 4, .peek = H::peek_table, .on_write = H::write_table},
    {.offset = kMsix + spec::msix::kPending, .name = "MSIX_PBA", .long_name = "MSI-X pending bits", .access = "RO", .section = "PCI 3.0 6.8.2", .peek = H::peek_pending},
};

}  // namespace

const RegisterMap& vmxnet3_register_map() {
  static const RegisterMap map(kRows, Vmxnet3Device::kSpaceBytes);
  return map;
}

}  // namespace ringside::devices
