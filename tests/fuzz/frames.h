// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "engine/net/packet.h"
#include "tests/fuzz/input.h"
#include "tests/support/eal.h"

namespace ringside::fuzz {

inline void must(bool holds, const char* what) {
  if (holds) [[likely]]
    return;
  std::fprintf(stderr, "does not hold: %s\n", what);
  std::abort();
}

inline uint64_t mix(uint64_t digest, uint64_t value) {
  return ((digest ^ value) * 0x9e37'79b9'7f4a'7c15u) ^ digest >> 29;
}
inline uint64_t digest_of(const net::Packet* packet) {
  uint64_t digest = mix(packet->pkt_len, net::tci_of(packet) | uint64_t{net::is_tagged(packet)} << 16);
  for (const net::Packet* s = packet; s; s = s->next) {
    const uint8_t* data = rte_pktmbuf_mtod(s, const uint8_t*);
    for (uint32_t i = 0; i < s->data_len; i += 8) {
      uint64_t word = 0;
      memcpy(&word, data + i, std::min<uint32_t>(8, s->data_len - i));
      digest = mix(digest, word);
    }
  }
  return digest;
}

inline void put16(uint8_t* at, uint32_t value) { at[0] = uint8_t(value >> 8), at[1] = uint8_t(value); }
inline uint32_t sum16(const uint8_t* data, uint32_t bytes, uint32_t sum = 0) {
  for (uint32_t i = 0; i < bytes; i++) sum += i % 2 ? data[i] : uint32_t{data[i]} << 8;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

// A frame's headers: addresses, EtherType, and in most of them IPv4 with TCP or UDP, right or wrong in every way that a
// device looks at.
inline void write_frame(uint8_t* f, uint32_t length, uint64_t mac, Input& in) {
  const uint64_t destinations[] = {
      mac, mac, mac, 0xffff'ffff'ffff, 0x0100'5e00'0001, 0x0200'5e00'0001, mac ^ uint64_t{1} << 40};
  const uint64_t to = in.pick(destinations);
  for (uint32_t i = 0; i < 6; i++) f[i] = uint8_t(to >> 8 * i);
  const uint32_t types[] = {0x0800, 0x0800, 0x0800, 0x88b5, 0x8100, 0x86dd};
  const uint32_t type = in.pick(types);
  put16(f + 12, type);
  if (type != 0x0800 || length < 14 + 20 + 20) return;
  const uint8_t how = in.byte();
  uint8_t* const ip = f + 14;
  const uint32_t header = 4 * (how & 64 ? in.below(16) : 5), total = how & 32 ? in.below(2048) : length - 14;
  memset(ip, 0, 20);
  ip[0] = uint8_t((how & 128 ? in.byte() & 0xf0 : 0x40) | header / 4), ip[8] = 64,
  ip[9] = how & 128 ? in.byte()
          : how & 1 ? 6
                    : 17;
  put16(ip + 2, total), put16(ip + 6, how & 8 ? 0x2001 : 0x4000);
  ip[12] = ip[16] = 10, ip[15] = in.byte(), ip[19] = 2;
  put16(ip + 10, 0xffff & ~sum16(ip, std::min(header, length - 14)));
  if (how & 2) ip[10] ^= 0x55;
  if (14 + header + 20 > length || total < header + 20 || total > length - 14) return;
  uint8_t *const l4 = ip + header, *const sum = l4 + (ip[9] == 6 ? 16 : 6);
  put16(sum, 0);
  put16(sum, 0xffff & ~sum16(l4, total - header, sum16(ip + 12, 8, ip[9] + total - header)));
  if (how & 4) sum[0] ^= 0x55;
  if (how & 16) put16(sum, 0);
}

// Packets as a switch may hand them to a NIC: of every length, in one segment or many, tagged, shared with other ports,
// cloned, and out of the NIC's own pool or another.
class Frames {
 public:
  net::Packet* make(Input& in, rte_mempool* nics, uint64_t mac) {
    static constexpr uint32_t kLengths[] = {60,   60,   60,   200,  1514, 1518,  0,     1,    13,  14,
                                            15,   17,   18,   46,   59,   61,    64,    255,  256, 257,
                                            2047, 2048, 2049, 4096, 9018, 16380, 16384, 16385};
    const uint8_t how = in.byte();
    const uint32_t length = how & 1 ? in.below(16500) : in.pick(kLengths);
    std::fill(content_.begin(), content_.begin() + 64, uint8_t(0));
    write_frame(content_.data(), length, mac, in);
    static constexpr uint32_t kSegments[] = {2048, 2048, 2048, 2048, 2048, 300, 97};
    // A burst of long clones in short segments would need more packets than there are: what is left goes in long ones.
    const uint32_t wanted = in.pick(kSegments), segment = rte_mempool_avail_count(pool_->get()) < 1024 ? 2048 : wanted,
                   first = how & 0xf0 ? segment : in.below(40);
    rte_mempool* pool = how & 2 && rte_mempool_avail_count(nics) > 600 ? nics : pool_->get();
    net::Packet *packet = nullptr, *last = nullptr;
    for (uint32_t at = 0; at < length || !packet;) {
      net::Packet* part = rte_pktmbuf_alloc(pool);
      must(part, "a packet for the switch");
      part->data_len = uint16_t(std::min(length - at, packet ? segment : first));
      memcpy(net::data_of(part), content_.data() + at, part->data_len);
      at += part->data_len;
      if (packet)
        packet->nb_segs++, last->next = part;
      else
        packet = part;
      last = part;
    }
    packet->pkt_len = length;
    if (!(how & 12)) net::set_tag(packet, uint16_t(in.take(2)));
    if ((how & 12) == 4 && how & 0x80) {  // flooded: the switch holds it too, and nobody may write to it
      for (net::Packet* s = packet; s; s = s->next) rte_mbuf_refcnt_update(s, 1);
      held_.push_back({packet, digest_of(packet)});
    } else if ((how & 12) == 8 && how & 0x80) {
      net::Packet* clone = rte_pktmbuf_clone(packet, pool_->get());
      must(clone, "a packet for a clone");
      rte_pktmbuf_free(packet);
      packet = clone;
    }
    return packet;
  }

  // The other ports are done with the frames that were flooded.
  void release() {
    for (const Held& held : held_) {
      must(digest_of(held.packet) == held.digest && rte_mbuf_refcnt_read(held.packet) == 1,
           "a flooded frame is as it was, and let go");
      rte_pktmbuf_free(held.packet);
    }
    held_.clear();
  }

  bool all_back() const { return pool_->in_use() == 0; }

 private:
  struct Held {
    net::Packet* packet;
    uint64_t digest;
  };
  std::unique_ptr<datapath::PacketPool> pool_ = test::make_pool(8192);
  std::vector<uint8_t> content_ = [] {
    std::vector<uint8_t> bytes(20'000);
    for (size_t i = 0; i < bytes.size(); i++) bytes[i] = uint8_t(i * 2654435761u >> 13);
    return bytes;
  }();
  std::vector<Held> held_;
};

}  // namespace ringside::fuzz
