// SPDX-License-Identifier: BSD-3-Clause
// cold: templates are made at a cut; the frames' way is in frame_maker.h and frame_maker_datapath.cc
#include "engine/datapath/pnic/frame_maker.h"

#include <rte_ip.h>

#include <algorithm>
#include <string>

namespace ringside::datapath {
namespace {

constexpr uint32_t kSourceIp = 0xc6120001;       // 198.18.0.1: the addresses set aside for benchmarks (RFC 2544)
constexpr uint32_t kDestinationIp = 0xc6130001;  // 198.19.0.1 and on
constexpr uint16_t kDiscardPort = 9;

void put16(uint8_t* at, uint32_t value) { at[0] = uint8_t(value >> 8), at[1] = uint8_t(value); }
void put32(uint8_t* at, uint32_t value) { put16(at, value >> 16), put16(at + 2, value); }

void make_header(uint8_t* h, const FrameTemplate& frame, uint32_t size, uint64_t destination, uint32_t index) {
  std::memset(h, 0, kHeaderBytes);
  std::memcpy(h, &destination, 6);
  std::memcpy(h + 6, &frame.source, 6);
  put16(h + 12, 0x0800);
  h[14] = 0x45;
  put16(h + 16, size - 14);
  put16(h + 20, 0x4000);  // do not fragment
  h[22] = 64, h[23] = 17;
  put32(h + 26, kSourceIp);
  put32(h + 30, kDestinationIp + index);
  rte_ipv4_hdr ip;
  std::memcpy(&ip, h + 14, sizeof ip);
  uint16_t sum = rte_ipv4_cksum(&ip);
  std::memcpy(h + 24, &sum, 2);
  put16(h + 36, kDiscardPort);
  put16(h + 38, size - 34);  // UDP checksum 0: not computed (RFC 768), so that ports and payload can be patched
  std::memcpy(h + spec::kPayloadOffset, &spec::kPayloadMagic, 4);
}

}  // namespace

Status FrameMaker::check(const FrameTemplate& frame) {
  constexpr char kUnchanged[] = "Nothing was changed.";
  if (!frame.imix && (frame.size < 60 || frame.size > 9018))
    return Error{"size=" + std::to_string(frame.size) + " is not possible: frames have 60 to 9018 bytes without FCS.",
                 kUnchanged, "Nearest: size=" + std::to_string(frame.size < 60 ? 60 : 9018)};
  if (frame.flows < 1 || frame.flows > 64000)
    return Error{"flows=" + std::to_string(frame.flows) + " is not possible: a flow is a UDP source port.", kUnchanged,
                 "Nearest: flows=" + std::to_string(frame.flows < 1 ? 1 : 64000)};
  if (frame.vlan > 4094)
    return Error{"vlan=" + std::to_string(frame.vlan) + " is not possible.", kUnchanged, "1 to 4094, 0 = untagged"};
  if (frame.destinations.size() > 4096)
    return Error{std::to_string(frame.destinations.size()) + " destinations are too many.", kUnchanged, "At most 4096"};
  return {};
}

void FrameMaker::set(const FrameTemplate& frame) {
  std::vector<uint64_t> destinations = frame.destinations;
  if (destinations.empty()) destinations.push_back(net::kBroadcast);
  imix_ = frame.imix;
  for (size_t kind = 0; kind < sizes_.size(); kind++) sizes_[kind] = imix_ ? kImixSize[kind] : uint16_t(frame.size);
  longest_ = imix_ ? kImixSize.back() : frame.size;
  destinations_ = uint32_t(destinations.size());
  flows_ = frame.flows;
  vlan_ = frame.vlan;
  imix_at_ = destination_at_ = flow_at_ = 0;
  headers_.assign(destinations_ * (imix_ ? sizes_.size() : 1), {});
  for (uint32_t i = 0; i < headers_.size(); i++)
    make_header(headers_[i].bytes, frame, sizes_[i / destinations_], destinations[i % destinations_],
                i % destinations_);
}

void FrameMaker::aim(const std::vector<uint64_t>& destinations) {
  if (destinations.size() != destinations_) return;
  for (uint32_t i = 0; i < headers_.size(); i++) std::memcpy(headers_[i].bytes, &destinations[i % destinations_], 6);
}

std::vector<uint64_t> FrameMaker::destinations() const {
  std::vector<uint64_t> all(std::min<size_t>(destinations_, headers_.size()), 0);
  for (size_t i = 0; i < all.size(); i++) std::memcpy(&all[i], headers_[i].bytes, 6);
  return all;
}

}  // namespace ringside::datapath
