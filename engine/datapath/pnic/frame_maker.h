// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <vector>

#include "engine/base/result.h"
#include "engine/datapath/pnic/wire.h"
#include "engine/net/packet.h"
#include "engine/spec/boot_info.h"

namespace ringside::datapath {

// 7:4:1 of the small, middle and large size, in an order that spreads them.
inline constexpr std::array<uint16_t, 3> kImixSize = {60, 590, 1514};
inline constexpr std::array<uint8_t, 12> kImixOrder = {0, 1, 0, 0, 1, 0, 2, 0, 1, 0, 1, 0};
inline constexpr uint32_t kHeaderBytes =
    64;  // Ethernet, IPv4, UDP, payload header of spec/boot_info.h, and what pads a cache line
inline constexpr uint32_t kSegmentRoom = 2048;
inline constexpr uint16_t kFirstPort = 1024;

// Turns a FrameTemplate into frames: a header of 64 bytes, with its IPv4 checksum, is made once for each size and
// destination, and copied; then only port, sequence number and time stamp are patched. set() and aim() are for the
// engine's thread at a cut, destinations() for it at any time, the rest for the serving worker. Hot: all but those.
class FrameMaker {
 public:
  // What is wrong with a template, if anything.
  static Status check(const FrameTemplate& frame);
  void set(const FrameTemplate& frame);
  // Others instead of the destinations that it has, as many, each in the other's turn; all else goes on.
  void aim(const std::vector<uint64_t>& destinations);
  std::vector<uint64_t> destinations() const;  // MACs, used in turn

  uint64_t sequence() const { return sequence_; }
  uint32_t longest() const { return longest_; }

  // Makes the next frame in an empty mbuf with `segments_for(next_size())` segments' room. `stamp` in ns.
  uint32_t next_size() const { return sizes_[imix_ ? kImixOrder[imix_at_] : 0]; }
  static uint32_t extra_segments(uint32_t size) { return (size - 1) / kSegmentRoom; }

  // Appends what next_size() needs beyond one segment; false when the pool is empty (the frame is then unchanged). Once
  // a frame.
  static bool extend(net::Packet* packet, uint32_t size, rte_mempool* pool);

  void fill(net::Packet* packet, uint64_t stamp, uint32_t trace) {
    uint32_t kind = imix_ ? kImixOrder[imix_at_] : 0;
    uint32_t size = sizes_[kind];
    uint8_t* data = net::data_of(packet);
    std::memcpy(data, headers_[kind * destinations_ + destination_at_].bytes, kHeaderBytes);
    uint16_t port = __builtin_bswap16(uint16_t(kFirstPort + flow_at_));
    std::memcpy(data + 34, &port, 2);
    std::memcpy(data + spec::kPayloadOffset + 4, &sequence_, 8);
    std::memcpy(data + spec::kPayloadOffset + 12, &stamp, 8);
    if (size > kHeaderBytes) [[unlikely]]
      fill_rest(packet, data, size);
    packet->data_len = uint16_t(size < kSegmentRoom ? size : kSegmentRoom);
    packet->pkt_len = size;
    if (vlan_) [[unlikely]]
      net::set_tag(packet, vlan_);
    net::trace_id(packet) = trace;
    advance();
  }

 private:
  struct alignas(kHeaderBytes) Header {
    uint8_t bytes[kHeaderBytes];
  };

  void advance() {
    sequence_++;
    if (imix_ && ++imix_at_ == kImixOrder.size()) imix_at_ = 0;
    // Flows advance when all destinations had their turn, so that each destination sees each flow.
    if (++destination_at_ == destinations_) {
      destination_at_ = 0;
      if (++flow_at_ == flows_) flow_at_ = 0;
    }
  }
  // No byte of another frame, which the buffer still holds, may leave with this one.
  static void fill_rest(net::Packet* packet, uint8_t* data, uint32_t size);

  uint64_t sequence_ = 1;  // 0 stands for "none" in events
  uint32_t imix_at_ = 0, destination_at_ = 0, destinations_ = 1, flow_at_ = 0, flows_ = 1, longest_ = 60;
  uint16_t vlan_ = 0;
  bool imix_ = false;
  std::array<uint16_t, 3> sizes_ = {60, 60, 60};
  std::vector<Header> headers_;
};

}  // namespace ringside::datapath
