// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <rte_thash.h>

#include <array>
#include <cstdint>

#include "engine/net/packet.h"

namespace ringside::net {

// Receive-side scaling's hash of a frame: Toeplitz over addresses, and over ports where the frame has them and they are
// wanted.
inline constexpr uint32_t kHashIpv4 = 1, kHashTcpIpv4 = 2, kHashUdpIpv4 = 4;

// A 40-byte key as given by drivers, made ready for toeplitz(), which reads it in words of 4 bytes.
struct alignas(4) ToeplitzKey : std::array<uint8_t, 40> {};
inline ToeplitzKey ready_key(const uint8_t* key) {
  ToeplitzKey given, ready;
  for (size_t i = 0; i < given.size(); i++) given[i] = key[i];
  rte_convert_rss_key(reinterpret_cast<const uint32_t*>(given.data()), reinterpret_cast<uint32_t*>(ready.data()),
                      int(ready.size()));
  return ready;
}

// `words`: source address, destination address, and source port << 16 | destination port, each in host order; 2 or 3 of
// them.
inline uint32_t toeplitz(uint32_t* words, uint32_t count, const ToeplitzKey& ready) {
  return rte_softrss_be(words, count, ready.data());
}

// The hash, and of which kind it is (0: no hash, the frame is not IPv4). Fragments have no ports. Worker's thread.
inline uint32_t flow_hash(const Packet* packet, uint32_t wanted, const ToeplitzKey& ready, uint32_t& kind) {
  constexpr uint32_t kIp = 14;
  const uint8_t* frame = rte_pktmbuf_mtod(packet, const uint8_t*);
  const auto be16 = [frame](uint32_t at) { return uint32_t{frame[at]} << 8 | frame[at + 1]; };
  const auto be32 = [be16](uint32_t at) { return be16(at) << 16 | be16(at + 2); };
  kind = 0;
  if (packet->data_len < kIp + 20 || be16(12) != 0x0800 || frame[kIp] >> 4 != 4) return 0;
  uint32_t words[3] = {be32(kIp + 12), be32(kIp + 16), 0};
  const uint32_t protocol = frame[kIp + 9], l4 = kIp + (frame[kIp] & 0xfu) * 4;
  const uint32_t with_ports = protocol == 6 ? kHashTcpIpv4 : protocol == 17 ? kHashUdpIpv4 : 0;
  if (with_ports & wanted && !(be16(kIp + 6) & 0x3fff) && l4 >= kIp + 20 && l4 + 4 <= packet->data_len) {
    words[2] = be32(l4);
    kind = with_ports;
    return toeplitz(words, 3, ready);
  }
  if (!(wanted & kHashIpv4)) return 0;
  kind = kHashIpv4;
  return toeplitz(words, 2, ready);
}

}  // namespace ringside::net
