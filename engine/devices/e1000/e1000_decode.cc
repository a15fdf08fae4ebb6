// SPDX-License-Identifier: BSD-3-Clause
#include "engine/devices/e1000/e1000_device.h"
#include "engine/devices/e1000/e1000_registers.h"

// Descriptors and registers in words.
namespace ringside::devices {

namespace spec = ringside::spec::e1000;
namespace rxd = spec::rxd;
namespace txd = spec::txd;

namespace {

struct Flag {
  uint8_t bit;
  const char* name;
  const char* meaning;
};

constexpr Flag kRxStatus[] = {{0, "DD", "done"},
                              {1, "EOP", "end of packet"},
                              {2, "IXSM", "checksums not looked at"},
                              {3, "VP", "tag in special"},
                              {4, "UDPCS", "UDP checked"},
                              {5, "TCPCS", "TCP or UDP checked"},
                              {6, "IPCS", "IPv4 header checked"},
                              {7, "PIF", "address not exact"}};
constexpr Flag kRxErrors[] = {{0, "CE", "CRC error"},
                              {1, "SE", "symbol error"},
                              {2, "SEQ", "sequence error"},
                              {4, "CXE", "carrier extension error"},
                              {5, "TCPE", "TCP or UDP checksum is wrong"},
                              {6, "IPE", "IPv4 header checksum is wrong"},
                              {7, "RXE", "data could not be stored"}};
constexpr Flag kTxCommand[] = {{0, "EOP", "end of packet"},      {1, "IFCS", "insert frame check sequence"},
                               {2, "IC", "insert checksum"},     {3, "RS", "report when done"},
                               {4, "RPS", "report packet sent"}, {5, "DEXT", "extended descriptor"},
                               {6, "VLE", "insert tag"},         {7, "IDE", "delay the interrupt"}};
constexpr Flag kDataCommand[] = {{0, "EOP", "end of packet"},      {1, "IFCS", "insert frame check sequence"},
                                 {2, "TSE", "cut into segments"},  {3, "RS", "report when done"},
                                 {4, "RPS", "report packet sent"}, {5, "DEXT", "extended descriptor"},
                                 {6, "VLE", "insert tag"},         {7, "IDE", "delay the interrupt"}};
constexpr Flag kDataOptions[] = {{0, "IXSM", "insert the IP checksum"}, {1, "TXSM", "insert the TCP or UDP checksum"}};
constexpr Flag kContextCommand[] = {{0, "TCP", "TCP, else UDP"},        {1, "IP", "IPv4, else IPv6"},
                                    {2, "TSE", "for cutting"},          {3, "RS", "report when done"},
                                    {5, "DEXT", "extended descriptor"}, {7, "IDE", "delay the interrupt"}};
constexpr Flag kTxStatus[] = {{0, "DD", "done"},
                              {1, "EC", "excess collisions"},
                              {2, "LC", "late collision"},
                              {3, "TU", "underrun: the data could not be fetched"}};

template <size_t kCount>
FieldView flags(const char* name, uint64_t value, const Flag (&table)[kCount], const char* none, uint8_t low,
                uint8_t width) {
  FieldView field{name, "", "", low, width};
  for (const Flag& flag : table) {
    if (!(value >> flag.bit & 1)) continue;
    if (!field.value.empty()) field.value += " ", field.meaning += ", ";
    field.value += flag.name;
    field.meaning += flag.meaning;
  }
  if (field.value.empty()) field.value = "0", field.meaning = none;
  return field;
}

std::string hex(uint64_t value, int digits) {
  std::string text = "0x";
  for (int i = digits - 1; i >= 0; i--) text.push_back("0123456789abcdef"[value >> 4 * i & 0xf]);
  return text;
}

FieldView number(const char* name, uint64_t value, const char* meaning, uint8_t low, uint8_t width) {
  return {name, std::to_string(value), meaning, low, width};
}

FieldView special(uint64_t word, bool used) {
  const uint64_t value = word >> 48;
  FieldView field{"special", hex(value, 4), "not used", 112, 16};
  if (used)
    field.meaning = std::string("VLAN ")
                        .append(std::to_string(value & 0xfff))
                        .append(", priority ")
                        .append(std::to_string(value >> 13));
  return field;
}

std::vector<FieldView> decode_receive(uint64_t address, uint64_t word) {
  const bool done = word & rxd::kDd, end = done && word & rxd::kEop;
  return {
      {"address", hex(address, 16), address ? "of the buffer in guest memory" : "null: the row is stepped over", 0, 64},
      number("length", word & 0xffff, done ? "bytes in this buffer" : "written when done", 64, 16),
      {"checksum", hex(word >> 16 & 0xffff, 4),
       word & rxd::kIxsm || !end ? "not used" : "sum of the packet from RXCSUM.PCSS on", 80, 16},
      flags("STA", word >> 32 & 0xff, kRxStatus, "not done: no frame here yet", 96, 8),
      flags("ERR", word >> 40 & 0xff, kRxErrors, "no error", 104, 8),
      special(word, word & rxd::kVp)};
}

std::vector<FieldView> decode_context(uint64_t offsets, uint64_t word) {
  const spec::TxContext c = spec::tx_context(offsets, word);
  const bool cut = word & txd::kTse;
  const char* const unused = "not used: nothing is cut";
  return {number("IPCSS", c.ipcss, "the IP header, and its checksum's range, start here", 0, 8),
          number("IPCSO", c.ipcso, "the IP checksum goes to this byte", 8, 8),
          number("IPCSE", c.ipcse, c.ipcse ? "last byte of its range" : "its range ends with the frame", 16, 16),
          number("TUCSS", c.tucss, "the TCP or UDP header, and its checksum's range, start here", 32, 8),
          number("TUCSO", c.tucso, "the TCP or UDP checksum goes to this byte", 40, 8),
          number("TUCSE", c.tucse, c.tucse ? "last byte of its range" : "its range ends with the frame", 48, 16),
          number("PAYLEN", c.paylen, cut ? "bytes of payload, to be cut" : unused, 64, 20),
          {"DTYP", "0", "context: how the rows behind it are to be treated", 84, 4},
          flags("TUCMD", word >> 24 & 0xff, kContextCommand, "UDP over IPv6, for checksums", 88, 8),
          flags("STA", word >> 32 & 0xf, kTxStatus, "not reported done", 96, 4),
          number("HDRLEN", c.hdrlen, cut ? "bytes of header, in front of each segment" : unused, 104, 8),
          number("MSS", c.mss, cut ? "bytes of payload in a segment" : unused, 112, 16)};
}

std::vector<FieldView> decode_transmit(uint64_t address, uint64_t word) {
  const FieldView command = flags("CMD", word >> 24 & 0xff, kTxCommand, "more rows of this frame follow", 88, 8);
  const FieldView status = flags("STA", word >> 32 & 0xf, kTxStatus, "not reported done", 96, 4);
  if (word & txd::kDext && !(word & txd::kDtypMask)) return decode_context(address, word);
  if (word & txd::kDext)
    return {{"address", hex(address, 16), address ? "of the data in guest memory" : "null: moves no data", 0, 64},
            number("length", word & txd::kLongLengthMask, "bytes, without frame check sequence", 64, 20),
            {"DTYP", std::to_string(bits_of(word, 20, 4)),
             (word & txd::kDtypMask) == txd::kData ? "data" : "of no known type", 84, 4},
            flags("CMD", word >> 24 & 0xff, kDataCommand, "more rows of this frame follow", 88, 8),
            status,
            flags("POPTS", word >> 40 & 0xff, kDataOptions, "no checksum is inserted", 104, 8),
            special(word, word & txd::kVle)};
  const bool checksum = word & txd::kIc;
  return {{"address", hex(address, 16), address ? "of the data in guest memory" : "null: moves no data", 0, 64},
          number("length", word & 0xffff, "bytes, without frame check sequence", 64, 16),
          number("CSO", word >> 16 & 0xff, checksum ? "the checksum goes to this byte" : "not used", 80, 8),
          command,
          status,
          number("CSS", word >> 40 & 0xff, checksum ? "the checksum starts at this byte" : "not used", 104, 8),
          special(word, word & txd::kVle)};
}

}  // namespace

std::vector<FieldView> decode_e1000_row(RingKind kind, const uint64_t qword[2]) {
  return kind == RingKind::kReceive ? decode_receive(qword[0], qword[1]) : decode_transmit(qword[0], qword[1]);
}

std::vector<FieldView> decode_e1000_register(uint32_t offset, uint32_t value) {
  const RegisterMap& map = e1000_register_map();
  const uint16_t number = map.find(offset);
  if (number == RegisterMap::kNone) return {};
  std::vector<FieldView> fields;
  for (const BitField& f : map.row(number).fields) {
    const uint32_t part = uint32_t(bits_of(value, f.low, f.width));
    fields.push_back(
        {f.name, f.width > 8 ? hex(part, (f.width + 3) / 4) : std::to_string(part), f.description, f.low, f.width});
  }
  return fields;
}

std::string e1000_event_words(const StepEvent& event, uint32_t rows) {
  const bool receive = is_receive(event.ring);
  switch (event.kind) {
    case EventKind::kDeviceWriteBack:
      return std::string(receive ? "length and DD; RDH " : "DD; TDH ") + std::to_string(event.a) + " → " +
             std::to_string(rows ? (event.a + 1) % rows : event.a + 1);
    case EventKind::kInterrupt: {
      std::string text;
      for (const FieldView& f : decode_e1000_register(spec::reg::kIcr, uint32_t(event.a)))
        if (f.value != "0") text.append(text.empty() ? "ICR " : " ").append(f.name);
      if (InterruptOutcome(event.b) == InterruptOutcome::kMasked) text += "; the guest polls the status bit";
      if (InterruptOutcome(event.b) == InterruptOutcome::kModerated) text += "; ITR says not yet";
      return text;
    }
    case EventKind::kDriverTakeRow: return "DD seen; an empty buffer goes into the row";
    case EventKind::kDriverCleanRow: return "DD seen; the buffer is free again";
    default: return "";
  }
}

}  // namespace ringside::devices
