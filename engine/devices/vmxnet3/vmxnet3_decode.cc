// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/bits.h"
#include "engine/devices/vmxnet3/vmxnet3_registers.h"

// Descriptors, registers and events in words.
namespace ringside::devices {

namespace spec = ringside::spec::vmxnet3;

namespace {

std::string hex(uint64_t value, int digits) {
  std::string text = "0x";
  for (int i = digits - 1; i >= 0; i--) text.push_back("0123456789abcdef"[value >> 4 * i & 0xf]);
  return text;
}

FieldView number(const char* name, uint64_t value, const std::string& meaning, uint8_t low, uint8_t width) {
  return {name, std::to_string(value), meaning, low, width};
}
FieldView flag(const char* name, bool set, const char* yes, const char* no, uint8_t low) {
  return {name, set ? "1" : "0", set ? yes : no, low, 1};
}
FieldView tag(uint64_t tci, bool used, uint8_t low) {
  return {"tci", hex(tci, 4), used ? std::string("VLAN ").append(std::to_string(tci & 0xfff)) : "not used", low, 16};
}

std::vector<FieldView> transmit(const uint64_t q[2]) {
  namespace txd = spec::txd;
  constexpr const char* kModes[] = {"no offload", "encapsulation: this device does not know it", "insert checksum",
                                    "segmentation: this device does not know it"};
  const uint64_t length = q[1] & txd::kLengthMask, mode = q[1] >> txd::kOmShift & txd::kOmMask;
  return {{"address", hex(q[0], 16), "of the data in guest memory", 0, 64},
          number("len", length, length ? "bytes" : "0 means 16384", 64, 14),
          flag("gen", q[1] & txd::kGen, "generation bit", "generation bit", 78),
          number("msscof", q[1] >> txd::kMsscofShift & txd::kMsscofMask,
                 mode == txd::kOmCsum ? "the checksum goes to this byte" : "not used", 82, 14),
          number("hlen", q[1] >> txd::kHlenShift & txd::kHlenMask,
                 mode == txd::kOmCsum ? "the checksum starts at this byte" : "not used", 96, 10),
          number("om", mode, kModes[mode], 106, 2),
          flag("eop", q[1] & txd::kEop, "end of packet", "more rows of this packet follow", 108),
          flag("cq", q[1] & txd::kCq, "completion wanted", "no completion wanted", 109),
          flag("ti", q[1] & txd::kTi, "insert the tag", "no tag", 111),
          tag(q[1] >> txd::kTciShift, q[1] & txd::kTi, 112)};
}

std::vector<FieldView> transmit_completion(const uint64_t q[2]) {
  return {number("txdIdx", q[0] & spec::txc::kIndexMask,
                 "row of the packet's last descriptor; it and those before it are free again", 0, 12),
          number("type", q[1] >> 56 & 0x7f, "transmit completion", 120, 7),
          flag("gen", q[1] & spec::txc::kGen, "generation bit", "generation bit", 127)};
}

std::vector<FieldView> receive(const uint64_t q[2]) {
  namespace rxd = spec::rxd;
  return {{"address", hex(q[0], 16), "of the buffer in guest memory", 0, 64},
          number("len", q[1] & rxd::kLengthMask, "bytes that the buffer takes", 64, 14),
          flag("btype", q[1] & rxd::kBody, "body: a packet's further bytes", "head: a packet begins here", 78),
          flag("dtype", q[1] & rxd::kDtype, "reserved", "plain", 79),
          flag("gen", q[1] & rxd::kGen, "generation bit", "generation bit", 95)};
}

std::vector<FieldView> receive_completion(const uint64_t q[2]) {
  namespace rxc = spec::rxc;
  const bool checked = !(q[0] & rxc::kNoChecksum);
  const uint64_t rss = q[0] >> rxc::kRssTypeShift & rxc::kRssTypeMask;
  return {number("rxdIdx", q[0] & rxc::kIndexMask, "row of the receive ring", 0, 12),
          flag("eop", q[0] & rxc::kEop, "end of packet", "more rows follow", 14),
          flag("sop", q[0] & rxc::kSop, "start of packet", "goes on", 15),
          number("rqID", q[0] >> rxc::kQueueShift & rxc::kQueueMask,
                 "which ring: queue, or queue + number of queues for the second", 16, 10),
          number("rssType", rss, rss ? "what the hash was made of: 1 addresses, 2 TCP, 4 UDP" : "no hash", 26, 4),
          flag("cnc", q[0] & rxc::kNoChecksum, "checksums not looked at", "checksums looked at", 30),
          {"rssHash", hex(q[0] >> 32, 8), rss ? "Toeplitz" : "not used", 32, 32},
          number("len", q[1] & rxc::kLengthMask, "bytes in this buffer", 64, 14),
          flag("err", q[1] & rxc::kErr, "the packet could not be stored", "no error", 78),
          flag("ts", q[1] & rxc::kTs, "tag stripped", "no tag", 79),
          tag(q[1] >> rxc::kTciShift & 0xffff, q[1] & rxc::kTs, 80),
          flag("tuc", q[1] & rxc::kTuc, "TCP or UDP checksum is right",
               checked ? "not right, or not looked at" : "not looked at", 112),
          flag("ipc", q[1] & rxc::kIpc, "IPv4 header checksum is right", checked ? "not right" : "not looked at", 115),
          number("type", q[1] >> rxc::kTypeShift & rxc::kTypeMask, "3: received packet", 120, 7),
          flag("gen", q[1] & rxc::kGen, "generation bit", "generation bit", 127)};
}

}  // namespace

std::vector<FieldView> decode_vmxnet3_row(RingKind kind, const uint64_t qword[2]) {
  switch (kind) {
    case RingKind::kTransmit: return transmit(qword);
    case RingKind::kTransmitCompletion: return transmit_completion(qword);
    case RingKind::kReceiveCompletion: return receive_completion(qword);
    default: return receive(qword);
  }
}

std::vector<FieldView> decode_vmxnet3_register(uint32_t offset, uint32_t value) {
  const RegisterMap& map = vmxnet3_register_map();
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

std::string vmxnet3_event_words(const StepEvent& event, uint32_t) {
  switch (event.kind) {
    case EventKind::kDeviceWriteBack:
      if (is_receive(event.ring))
        return std::string("row ")
            .append(std::to_string(event.a & spec::rxc::kIndexMask))
            .append(", length ")
            .append(std::to_string(event.b & spec::rxc::kLengthMask))
            .append(", generation bit");
      return std::string("up to row ")
          .append(std::to_string(event.a & spec::txc::kIndexMask))
          .append(", generation bit");
    case EventKind::kInterrupt: {
      std::string text = std::string("vector ").append(std::to_string(event.a));
      if (InterruptOutcome(event.b) == InterruptOutcome::kMasked) text += "; the guest polls the generation bit";
      if (InterruptOutcome(event.b) == InterruptOutcome::kModerated) text += "; moderation says not yet";
      return text;
    }
    case EventKind::kDriverTakeRow: return "generation bit seen; an empty buffer goes into the receive ring";
    case EventKind::kDriverCleanRow: return "completion seen; the buffer is free again";
    default: return "";
  }
}

}  // namespace ringside::devices
