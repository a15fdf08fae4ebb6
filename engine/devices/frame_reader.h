// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "engine/net/packet.h"

namespace ringside::devices {

inline constexpr uint16_t kVlanEtherType = 0x8100;

// Reads a frame's bytes in order, over its segments, with its tag put back where `tagged`; behind them `trailer`, its
// low byte first (a frame check sequence), and zeros.
class FrameReader {
 public:
  FrameReader(const net::Packet* packet, bool tagged, uint32_t trailer = 0)
      : segment_(packet), tagged_(tagged), trailer_(trailer) {
    const uint16_t words[2] = {__builtin_bswap16(kVlanEtherType), __builtin_bswap16(packet->vlan_tci)};
    memcpy(tag_, words, sizeof tag_);
  }

  void copy(uint8_t* to, uint32_t bytes) {
    while (bytes) {
      uint32_t n = bytes;
      if (tagged_ && at_ >= kTagAt && at_ < kTagAt + 4) {
        n = std::min(n, kTagAt + 4 - at_);
        memcpy(to, tag_ + (at_ - kTagAt), n);
      } else if (!segment_) {
        // Also of a frame whose segments are shorter than it says: our own mistake, but nothing is given away.
        for (uint32_t at = 0; at < n; at++, trailer_ >>= 8) to[at] = uint8_t(trailer_);
      } else if (offset_ == segment_->data_len) {
        segment_ = segment_->next;
        offset_ = 0;
        continue;
      } else {
        n = std::min(n, segment_->data_len - offset_);
        if (tagged_ && at_ < kTagAt) n = std::min(n, kTagAt - at_);
        memcpy(to, rte_pktmbuf_mtod_offset(segment_, const uint8_t*, offset_), n);
        offset_ += n;
      }
      to += n;
      at_ += n;
      bytes -= n;
    }
  }

 private:
  static constexpr uint32_t kTagAt = 12;
  const net::Packet* segment_;
  uint32_t offset_ = 0, at_ = 0;
  const bool tagged_;
  uint32_t trailer_;
  uint8_t tag_[4];
};

}  // namespace ringside::devices
