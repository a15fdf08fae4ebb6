// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "tests/support/catch.h"
#include "tests/support/guest_vmxnet3.h"

namespace ringside::test {

// What a driver asks of the device with a frame: stands in the frame's first row.
struct Vmxnet3Wish {
  uint64_t mode = spec::vmxnet3::txd::kOmNone;
  uint32_t header = 0;  // hlen
  uint32_t mss = 0;     // msscof: segment size, or where the checksum goes
  int tci = -1;         // -1: no tag
};

struct SentFrame {
  Bytes data;
  int tci = -1;
};

// GuestVmxnet3 with the order of steps that the public drivers share: all rows of a frame, the end and the wish for a
// completion in the last, wishes in the first, whose generation bit turns last of all.
struct Vmxnet3Driver : GuestVmxnet3 {
  using GuestVmxnet3::GuestVmxnet3;
  static constexpr uint64_t kLarge = 0x1000000, kLargeBytes = 0x4000;

  // A row a part. Returns the row of the last one.
  uint32_t transmit(const std::vector<Bytes>& parts, const Vmxnet3Wish& wish = {}, uint16_t q = 0) {
    namespace txd = spec::vmxnet3::txd;
    uint64_t* first = nullptr;
    uint32_t last = 0;
    for (size_t i = 0; i < parts.size(); i++) {
      const uint64_t buffer = kLarge + kLargeBytes * side[q].tx_next;
      memcpy(at<uint8_t>(buffer), parts[i].data(), parts[i].size());
      last = side[q].tx_next;
      const uint64_t gen = side[q].tx_gen ? txd::kGen : 0;
      uint64_t* words = row(q, kTx, last);
      uint64_t word = (parts[i].size() & txd::kLengthMask) | (i ? gen : gen ^ txd::kGen);
      if (i + 1 == parts.size()) word |= txd::kEop | txd::kCq;
      shared::store_relaxed(words, buffer);
      shared::store_release(words + 1, word);
      if (!i) first = words;
      if (++side[q].tx_next == kRows) side[q].tx_next = 0, side[q].tx_gen ^= 1;
    }
    uint64_t word = first[1] | wish.mode << txd::kOmShift | uint64_t{wish.header} << txd::kHlenShift |
                    uint64_t{wish.mss} << txd::kMsscofShift;
    if (wish.tci >= 0) word |= txd::kTi | uint64_t(wish.tci) << txd::kTciShift;
    shared::store_release(first + 1, word ^ txd::kGen);
    return last;
  }

  // All that the device has to send, burst by burst.
  std::vector<SentFrame> sent() {
    std::vector<SentFrame> frames;
    net::Burst burst;
    for (int turns = 0; nic->has_work(); turns++) {
      REQUIRE(turns < 100'000);
      nic->ingress_burst(turn, 0, burst);
      for (uint32_t i = 0; i < burst.count; i++) {
        net::Packet* p = burst.packets[i];
        frames.push_back({GuestE1000::content(p), net::is_tagged(p) ? int(p->vlan_tci) : -1});
        rte_pktmbuf_free(p);
      }
      fetched += burst.count;
    }
    return frames;
  }

  // A tagged frame from the switch.
  void send_tagged(const Bytes& data, uint16_t tci) {
    net::Burst burst;
    burst.push(make_packet(pool->get(), data));
    net::set_tag(burst.packets[0], tci);
    given++;
    nic->egress_burst(turn, 0, burst);
  }

  uint64_t rx_dropped(net::DropReason why) const { return nic->rx_drops.by_reason[size_t(why)].value(); }
  uint64_t tx_dropped(net::DropReason why) const { return nic->tx_drops.by_reason[size_t(why)].value(); }
};

inline std::vector<Bytes> data_of(const std::vector<SentFrame>& frames) {
  std::vector<Bytes> all;
  for (const SentFrame& f : frames) all.push_back(f.data);
  return all;
}

// A frame in pieces of these lengths, the last what is left.
inline std::vector<Bytes> pieces_of(const Bytes& frame, const std::vector<size_t>& lengths) {
  std::vector<Bytes> parts;
  size_t from = 0;
  for (const size_t n : lengths) {
    if (from + n >= frame.size()) break;
    parts.emplace_back(frame.begin() + long(from), frame.begin() + long(from + n));
    from += n;
  }
  parts.emplace_back(frame.begin() + long(from), frame.end());
  return parts;
}

}  // namespace ringside::test
