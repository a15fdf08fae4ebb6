// SPDX-License-Identifier: BSD-3-Clause
// table: the registers of the 82545EM, a row each
#include "engine/devices/e1000/e1000_registers.h"

namespace ringside::devices {
namespace {

namespace spec = ringside::spec::e1000;
namespace reg = spec::reg;
using H = E1000Registers;

// --- bit fields

constexpr BitField kCtrlFields[] = {{"FD", "full duplex", 0},
                                    {"LRST", "link reset", 3},
                                    {"ASDE", "auto-speed detection", 5},
                                    {"SLU", "set link up", 6},
                                    {"SPEED", "10: 1000 Mb/s", 8, 2},
                                    {"FRCSPD", "force speed", 11},
                                    {"FRCDPX", "force duplex", 12},
                                    {"RST", "device reset, clears itself", 26},
                                    {"RFCE", "receive flow control", 27},
                                    {"TFCE", "transmit flow control", 28},
                                    {"VME", "VLAN mode: tags go through descriptors", 30},
                                    {"PHY_RST", "PHY reset", 31}};
constexpr BitField kStatusFields[] = {{"FD", "full duplex", 0}, {"LU", "link up", 1}, {"TXOFF", "transmission paused", 4}, {"SPEED", "10: 1000 Mb/s", 6, 2}};
constexpr BitField kEecdFields[] = {{"SK", "clock", 0},  {"CS", "chip select", 1}, {"DI", "data to the EEPROM", 2}, {"DO", "data from the EEPROM", 3},
                                    {"REQ", "driver asks for access", 6}, {"GNT", "access granted", 7}, {"PRES", "EEPROM is there", 8}};
constexpr BitField kEerdFields[] = {{"START", "read", 0}, {"DONE", "data is valid", 4}, {"ADDR", "word", 8, 8}, {"DATA", "what was read", 16, 16}};
constexpr BitField kMdicFields[] = {{"DATA", "PHY register's data", 0, 16}, {"REG", "PHY register", 16, 5}, {"PHY", "PHY address", 21, 5},
                                    {"OP", "01 write, 10 read", 26, 2}, {"R", "ready", 28}, {"I", "interrupt when done", 29}, {"E", "error", 30}};
constexpr BitField kCauseFields[] = {{"TXDW", "transmit descriptor written back", 0},
                                     {"TXQE", "transmit queue empty", 1},
                                     {"LSC", "link status change", 2},
                                     {"RXSEQ", "receive sequence error", 3},
                                     {"RXDMT0", "receive descriptors fell to the threshold", 4},
                                     {"RXO", "receiver overrun: no descriptor", 6},
                                     {"RXT0", "frames received (receive timer)", 7},
                                     {"MDAC", "MDIC access complete", 9},
                                     {"RXCFG", "/C/ ordered sets received", 10},
                                     {"GPI", "general purpose pins, PHY", 11, 4},
                                     {"TXD_LOW", "transmit descriptors low", 15},
                                     {"SRPD", "small packet received", 16}};
constexpr BitField kItrFields[] = {{"INTERVAL", "least gap between interrupts, 256 ns units", 0, 16}};
constexpr BitField kRctlFields[] = {{"EN", "receiver on", 1},
                                    {"SBP", "store bad packets", 2},
                                    {"UPE", "unicast promiscuous", 3},
                                    {"MPE", "multicast promiscuous", 4},
                                    {"LPE", "long packets", 5},
                                    {"LBM", "loopback", 6, 2},
                                    {"RDMTS", "threshold: 1/2, 1/4, 1/8 of the ring", 8, 2},
                                    {"MO", "multicast offset: 47:36, 46:35, 45:34, 43:32", 12, 2},
                                    {"BAM", "accept broadcast", 15},
                                    {"BSIZE", "buffer: 2048, 1024, 512, 256", 16, 2},
                                    {"VFE", "VLAN filter", 18},
                                    {"CFIEN", "canonical form filter", 19},
                                    {"DPF", "discard pause frames", 22},
                                    {"PMCF", "pass MAC control frames", 23},
                                    {"BSEX", "buffer size times 16", 25},
                                    {"SECRC", "strip the frame check sequence", 26}};
constexpr BitField kTctlFields[] = {{"EN", "transmitter on", 1},   {"PSP", "pad short packets", 3},         {"CT", "collision threshold", 4, 8},
                                    {"COLD", "collision distance", 12, 10}, {"RTLC", "retransmit on late collision", 24}, {"MULR", "multiple requests", 28}};
constexpr BitField kTipgFields[] = {{"IPGT", "gap", 0, 10}, {"IPGR1", "gap, part 1", 10, 10}, {"IPGR2", "gap, part 2", 20, 10}};
constexpr BitField kRdtrFields[] = {{"DELAY", "after the latest frame, 1.024 us units", 0, 16}, {"FPD", "flush now", 31}};
constexpr BitField kDelayFields[] = {{"DELAY", "1.024 us units", 0, 16}};
constexpr BitField kThresholdFields[] = {{"PTHRESH", "prefetch", 0, 6}, {"HTHRESH", "host", 8, 6}, {"WTHRESH", "write-back", 16, 6}, {"GRAN", "descriptors, not lines", 24}};
constexpr BitField kRxcsumFields[] = {{"PCSS", "packet checksum starts here", 0, 8}, {"IPOFL", "check IPv4 header", 8}, {"TUOFL", "check TCP and UDP", 9}};
constexpr BitField kLengthFields[] = {{"LEN", "bytes of the ring, a multiple of 128", 7, 13}};
constexpr BitField kIndexFields[] = {{"INDEX", "descriptor", 0, 16}};
constexpr BitField kRahFields[] = {{"RAH", "bytes 4 and 5 of the address", 0, 16}, {"AS", "00: destination address", 16, 2}, {"AV", "valid", 31}};

constexpr const char* kSheet = "sheet e1000 §2";
constexpr const char* kStatistics = "SDM 13.7";

// Counters that reading clears.
template <uint32_t kOffset>
constexpr RegisterRow counter(const char* name, const char* long_name) {
  return {.offset = kOffset, .name = name, .long_name = long_name, .access = "RC", .section = kStatistics,
          .peek = H::peek_count<kOffset>, .on_read = H::read_count<kOffset>};
}

// --- the table

constexpr RegisterRow kRows[] = {
    {.offset = reg::kCtrl, .name = "CTRL", .long_name = "Device Control", .access = "RW", .section = kSheet,
     .writable = ~(spec::ctrl::kRst | spec::ctrl::kPhyRst), .reset = spec::ctrl::kFd | spec::ctrl::kSpeed1000, .on_write = H::write_ctrl, .fields = kCtrlFields},
    {.offset = reg::kStatus, .name = "STATUS", .long_name = "Device Status", .access = "RO", .section = kSheet,
     .reset = spec::status::kFd | spec::status::kSpeed1000, .fields = kStatusFields},
    {.offset = reg::kEecd, .name = "EECD", .long_name = "EEPROM Control and Data", .access = "RW", .section = kSheet,
     .reset = spec::eecd::kPres | spec::eecd::kDo, .on_write = H::write_eecd, .fields = kEecdFields},
    {.offset = reg::kEerd, .name = "EERD", .long_name = "EEPROM Read", .access = "RW", .section = kSheet, .on_write = H::write_eerd, .fields = kEerdFields},
    {.offset = reg::kCtrlExt, .name = "CTRL_EXT", .long_name = "Extended Device Control", .access = "RW", .section = kSheet, .writable = ~0u},
    {.offset = reg::kMdic, .name = "MDIC", .long_name = "MDI Control: access to the PHY", .access = "RW", .section = kSheet,
     .reset = spec::mdic::kReady, .on_write = H::write_mdic, .fields = kMdicFields},
    {.offset = reg::kFcal, .name = "FCAL", .long_name = "Flow Control Address Low", .access = "RW", .section = kSheet, .writable = ~0u, .reset = 0x00c28001},
    {.offset = reg::kFcah, .name = "FCAH", .long_name = "Flow Control Address High", .access = "RW", .section = kSheet, .writable = 0xffff, .reset = 0x0100},
    {.offset = reg::kFct, .name = "FCT", .long_name = "Flow Control Type", .access = "RW", .section = kSheet, .writable = 0xffff, .reset = 0x8808},
    {.offset = reg::kVet, .name = "VET", .long_name = "VLAN Ether Type", .access = "RW", .section = kSheet, .writable = 0xffff, .reset = spec::kVlanEtherType},
    {.offset = reg::kIcr, .name = "ICR", .long_name = "Interrupt Cause Read", .access = "RC", .section = kSheet,
     .peek = H::peek_icr, .on_read = H::read_icr, .on_write = H::write_icr, .fields = kCauseFields},
    {.offset = reg::kItr, .name = "ITR", .long_name = "Interrupt Throttling", .access = "RW", .section = kSheet, .writable = 0xffff,
     .on_write = H::write_itr, .fields = kItrFields},
    {.offset = reg::kIcs, .name = "ICS", .long_name = "Interrupt Cause Set", .access = "WO", .section = kSheet, .readable = 0, .on_write = H::write_ics, .fields = kCauseFields},
    {.offset = reg::kIms, .name = "IMS", .long_name = "Interrupt Mask Set/Read", .access = "RW", .section = kSheet,
     .peek = H::peek_ims, .on_write = H::write_ims, .fields = kCauseFields},
    {.offset = reg::kImc, .name = "IMC", .long_name = "Interrupt Mask Clear", .access = "WO", .section = kSheet, .readable = 0, .on_write = H::write_imc, .fields = kCauseFields},
    {.offset = reg::kRctl, .name = "RCTL", .long_name = "Receive Control", .access = "RW", .section = kSheet, .writable = ~0u,
     .on_write = H::write_rctl, .fields = kRctlFields},
    {.offset = reg::kFcttv, .name = "FCTTV", .long_name = "Flow Control Transmit Timer Value", .access = "RW", .section = "SDM 13", .writable = 0xffff},
    {.offset = reg::kTctl, .name = "TCTL", .long_name = "Transmit Control", .access = "RW", .section = kSheet, .writable = ~0u,
     .on_write = H::write_transmit, .fields = kTctlFields},
    {.offset = reg::kTipg, .name = "TIPG", .long_name = "Transmit Inter Packet Gap", .access = "RW", .section = kSheet, .writable = 0x3fffffff,
     .reset = spec::kTipgDefault, .fields = kTipgFields},
    {.offset = reg::kAit, .name = "AIT", .long_name = "Adaptive IFS Throttle", .access = "RW", .section = "SDM 13", .writable = 0xffff},
    {.offset = reg::kLedctl, .name = "LEDCTL", .long_name = "LED Control", .access = "RW", .section = "SDM 13", .writable = ~0u, .reset = 0x07061302},
    {.offset = reg::kPba, .name = "PBA", .long_name = "Packet Buffer Allocation", .access = "RW", .section = kSheet, .writable = 0xffff, .reset = 0x00100030},
    {.offset = reg::kFcrtl, .name = "FCRTL", .long_name = "Flow Control Receive Threshold Low", .access = "RW", .section = "SDM 13", .writable = ~0u},
    {.offset = reg::kFcrth, .name = "FCRTH", .long_name = "Flow Control Receive Threshold High", .access = "RW", .section = "SDM 13", .writable = ~0u},
    {.offset = reg::kRdbal, .name = "RDBAL", .long_name = "Receive Descriptor Base Low", .access = "RW", .section = kSheet, .writable = ~0xfu, .on_write = H::write_receive_ring},
    {.offset = reg::kRdbah, .name = "RDBAH", .long_name = "Receive Descriptor Base High", .access = "RW", .section = kSheet, .writable = ~0u, .on_write = H::write_receive_ring},
    {.offset = reg::kRdlen, .name = "RDLEN", .long_name = "Receive Descriptor Length", .access = "RW", .section = kSheet,
     .writable = spec::kRingLengthMask, .on_write = H::write_receive_ring, .fields = kLengthFields},
    {.offset = reg::kRdh, .name = "RDH", .long_name = "Receive Descriptor Head", .access = "RW", .section = kSheet,
     .peek = H::peek_rdh, .on_write = H::write_rdh, .fields = kIndexFields, .holds_row = true},
    {.offset = reg::kRdt, .name = "RDT", .long_name = "Receive Descriptor Tail", .access = "RW", .section = kSheet,
     .peek = H::peek_rdt, .on_write = H::write_rdt, .fields = kIndexFields, .holds_row = true},
    {.offset = reg::kRdtr, .name = "RDTR", .long_name = "Receive Delay Timer", .access = "RW", .section = kSheet, .writable = 0xffff,
     .on_write = H::write_rdtr, .fields = kRdtrFields},
    {.offset = reg::kRxdctl, .name = "RXDCTL", .long_name = "Receive Descriptor Control", .access = "RW", .section = kSheet, .writable = ~0u, .reset = 0x00010000, .fields = kThresholdFields},
    {.offset = reg::kRadv, .name = "RADV", .long_name = "Receive Absolute Delay", .access = "RW", .section = kSheet, .writable = 0xffff,
     .on_write = H::write_receive, .fields = kDelayFields},
    {.offset = reg::kTdbal, .name = "TDBAL", .long_name = "Transmit Descriptor Base Low", .access = "RW", .section = kSheet, .writable = ~0xfu, .on_write = H::write_transmit_ring},
    {.offset = reg::kTdbah, .name = "TDBAH", .long_name = "Transmit Descriptor Base High", .access = "RW", .section = kSheet, .writable = ~0u, .on_write = H::write_transmit_ring},
    {.offset = reg::kTdlen, .name = "TDLEN", .long_name = "Transmit Descriptor Length", .access = "RW", .section = kSheet,
     .writable = spec::kRingLengthMask, .on_write = H::write_transmit_ring, .fields = kLengthFields},
    {.offset = reg::kTdh, .name = "TDH", .long_name = "Transmit Descriptor Head", .access = "RW", .section = kSheet,
     .peek = H::peek_tdh, .on_write = H::write_tdh, .fields = kIndexFields, .holds_row = true},
    {.offset = reg::kTdt, .name = "TDT", .long_name = "Transmit Descriptor Tail", .access = "RW", .section = kSheet,
     .peek = H::peek_tdt, .on_write = H::write_tdt, .fields = kIndexFields, .holds_row = true},
    {.offset = reg::kTidv, .name = "TIDV", .long_name = "Transmit Interrupt Delay Value", .access = "RW", .section = kSheet, .writable = 0xffff,
     .on_write = H::write_transmit, .fields = kDelayFields},
    {.offset = reg::kTxdctl, .name = "TXDCTL", .long_name = "Transmit Descriptor Control", .access = "RW", .section = kSheet, .writable = ~0u, .fields = kThresholdFields},
    {.offset = reg::kTadv, .name = "TADV", .long_name = "Transmit Absolute Delay", .access = "RW", .section = kSheet, .writable = 0xffff,
     .on_write = H::write_transmit, .fields = kDelayFields},
    counter<reg::kCrcerrs>("CRCERRS", "CRC Errors"),
    counter<reg::kAlgnerrc>("ALGNERRC", "Alignment Errors"),
    counter<reg::kSymerrs>("SYMERRS", "Symbol Errors"),
    counter<reg::kRxerrc>("RXERRC", "Receive Errors"),
    counter<reg::kMpc>("MPC", "Missed Packets: no descriptor"),
    counter<reg::kScc>("SCC", "Single Collisions"),
    counter<reg::kEcol>("ECOL", "Excessive Collisions"),
    counter<reg::kMcc>("MCC", "Multiple Collisions"),
    counter<reg::kLatecol>("LATECOL", "Late Collisions"),
    counter<reg::kColc>("COLC", "Collisions"),
    counter<reg::kDc>("DC", "Defers"),
    counter<reg::kTncrs>("TNCRS", "Transmits with no Carrier Sense"),
    counter<reg::kSec>("SEC", "Sequence Errors"),
    counter<reg::kCexterr>("CEXTERR", "Carrier Extension Errors"),
    counter<reg::kRlec>("RLEC", "Receive Length Errors"),
    counter<reg::kXonrxc>("XONRXC", "XON Received"),
    counter<reg::kXontxc>("XONTXC", "XON Sent"),
    counter<reg::kXoffrxc>("XOFFRXC", "XOFF Received"),
    counter<reg::kXofftxc>("XOFFTXC", "XOFF Sent"),
    counter<reg::kFcruc>("FCRUC", "Flow Control Frames Received, Unsupported"),
    counter<reg::kPrc64>("PRC64", "Packets Received, 64 bytes"),
    counter<reg::kPrc64 + 4>("PRC127", "Packets Received, 65 to 127 bytes"),
    counter<reg::kPrc64 + 8>("PRC255", "Packets Received, 128 to 255 bytes"),
    counter<reg::kPrc64 + 12>("PRC511", "Packets Received, 256 to 511 bytes"),
    counter<reg::kPrc64 + 16>("PRC1023", "Packets Received, 512 to 1023 bytes"),
    counter<reg::kPrc64 + 20>("PRC1522", "Packets Received, 1024 bytes and longer"),
    counter<reg::kGprc>("GPRC", "Good Packets Received"),
    counter<reg::kBprc>("BPRC", "Broadcast Packets Received"),
    counter<reg::kMprc>("MPRC", "Multicast Packets Received"),
    counter<reg::kGptc>("GPTC", "Good Packets Transmitted"),
    counter<reg::kGorcl>("GORCL", "Good Octets Received, low"),
    counter<reg::kGorch>("GORCH", "Good Octets Received, high"),
    counter<reg::kGotcl>("GOTCL", "Good Octets Transmitted, low"),
    counter<reg::kGotch>("GOTCH", "Good Octets Transmitted, high"),
    counter<reg::kRnbc>("RNBC", "Receive No Buffers"),
    counter<reg::kRuc>("RUC", "Receive Undersize"),
    counter<reg::kRfc>("RFC", "Receive Fragments"),
    counter<reg::kRoc>("ROC", "Receive Oversize"),
    counter<reg::kRjc>("RJC", "Receive Jabber"),
    counter<reg::kMgtprc>("MGTPRC", "Management Packets Received"),
    counter<reg::kMgtpdc>("MGTPDC", "Management Packets Dropped"),
    counter<reg::kMgtptc>("MGTPTC", "Management Packets Transmitted"),
    counter<reg::kTorl>("TORL", "Total Octets Received, low"),
    counter<reg::kTorh>("TORH", "Total Octets Received, high"),
    counter<reg::kTotl>("TOTL", "Total Octets Transmitted, low"),
    counter<reg::kToth>("TOTH", "Total Octets Transmitted, high"),
    counter<reg::kTpr>("TPR", "Total Packets Received"),
    counter<reg::kTpt>("TPT", "Total Packets Transmitted"),
    counter<reg::kPtc64>("PTC64", "Packets Transmitted, 64 bytes"),
    counter<reg::kPtc64 + 4>("PTC127", "Packets Transmitted, 65 to 127 bytes"),
    counter<reg::kPtc64 + 8>("PTC255", "Packets Transmitted, 128 to 255 bytes"),
    counter<reg::kPtc64 + 12>("PTC511", "Packets Transmitted, 256 to 511 bytes"),
    counter<reg::kPtc64 + 16>("PTC1023", "Packets Transmitted, 512 to 1023 bytes"),
    counter<reg::kPtc64 + 20>("PTC1522", "Packets Transmitted, 1024 bytes and longer"),
    counter<reg::kMptc>("MPTC", "Multicast Packets Transmitted"),
    counter<reg::kBptc>("BPTC", "Broadcast Packets Transmitted"),
    counter<reg::kTsctc>("TSCTC", "TCP Segmentation Contexts Transmitted"),
    counter<reg::kTsctfc>("TSCTFC", "TCP Segmentation Contexts, Failed"),
    {.offset = reg::kRxcsum, .name = "RXCSUM", .long_name = "Receive Checksum Control", .access = "RW", .section = kSheet, .writable = 0x7ff,
     .on_write = H::write_receive, .fields = kRxcsumFields},
    {.offset = reg::kMta, .name = "MTA", .long_name = "Multicast Table Array", .access = "RW", .section = "SDM 13.5.1", .writable = ~0u, .count = reg::kMtaWords},
    {.offset = reg::kRal, .name = "RAL", .long_name = "Receive Address Low", .access = "RW", .section = kSheet, .writable = ~0u,
     .count = reg::kReceiveAddresses, .stride = reg::kReceiveAddressStride, .on_write = H::write_receive},
    {.offset = reg::kRah, .name = "RAH", .long_name = "Receive Address High", .access = "RW", .section = kSheet, .writable = 0x8003ffff,
     .count = reg::kReceiveAddresses, .stride = reg::kReceiveAddressStride, .on_write = H::write_receive, .fields = kRahFields},
    {.offset = reg::kVfta, .name = "VFTA", .long_name = "VLAN Filter Table Array", .access = "RW", .section = kSheet, .writable = ~0u, .count = reg::kVftaWords},
    {.offset = reg::kWuc, .name = "WUC", .long_name = "Wakeup Control", .access = "RW", .section = "SDM 13", .writable = ~0u},
    {.offset = reg::kWufc, .name = "WUFC", .long_name = "Wakeup Filter Control", .access = "RW", .section = "SDM 13", .writable = ~0u},
    {.offset = reg::kManc, .name = "MANC", .long_name = "Management Control", .access = "RW", .section = "SDM 13", .writable = ~0u},
    // Behind BAR0: the I/O BAR.
    {.offset = spec::kBar0Bytes + spec::io::kAddress, .name = "IOADDR", .long_name = "I/O BAR: offset of a register", .access = "RW", .section = "SDM 13.2.2", .writable = ~0u},
    {.offset = spec::kBar0Bytes + spec::io::kData, .name = "IODATA", .long_name = "I/O BAR: the register at IOADDR", .access = "RW", .section = "SDM 13.2.2",
     .on_read = H::read_iodata, .on_write = H::write_iodata},
};

}  // namespace

const RegisterMap& e1000_register_map() {
  static const RegisterMap map(kRows, spec::kBar0Bytes + spec::kIoBarBytes);
  return map;
}

}  // namespace ringside::devices
