// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/netstack/ethernet.h"

// ARP for Ethernet and IPv4, RFC 826. Offsets count from the ARP header.
namespace ringside::guest::arp {

inline constexpr uint32_t kBytes = 28;
inline constexpr uint32_t kFormat = 0, kOperation = 6, kSenderMac = 8, kSenderIp = 14, kTargetMac = 18, kTargetIp = 24;
// Hardware 1, protocol 0x0800, lengths 6 and 4, as they lie in memory.
inline constexpr uint64_t kEthernetIpv4 = 0x0406'0008'0100;
inline constexpr uint16_t kRequest = 1, kReply = 2;

// "Who has `ip`?"
inline bool asks_for(const uint8_t* at, uint32_t ip) {
  return (get64(at + kFormat) & 0xffffffffffff) == kEthernetIpv4 && get16(at + kOperation) == net16(kRequest) &&
         get32(at + kTargetIp) == net32(ip);
}

// Turns the question into its answer, in place.
inline void answer(uint8_t* at, uint64_t mac, uint32_t ip) {
  put16(at + kOperation, net16(kReply));
  const uint64_t asker = ethernet::mac(at + kSenderMac);
  const uint32_t asker_ip = get32(at + kSenderIp);
  ethernet::put_mac(at + kSenderMac, mac);
  put32(at + kSenderIp, net32(ip));
  ethernet::put_mac(at + kTargetMac, asker);
  put32(at + kTargetIp, asker_ip);
}

}  // namespace ringside::guest::arp
