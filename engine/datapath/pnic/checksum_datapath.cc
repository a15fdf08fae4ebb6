// SPDX-License-Identifier: BSD-3-Clause
#include <rte_ether.h>
#include <rte_ip.h>

#include <cstring>

#include "engine/datapath/pnic/checksum.h"

namespace ringside::datapath {
namespace {

constexpr uint8_t kTcp = 6, kUdp = 17;

uint16_t word_at(const uint8_t* at) { return uint16_t(at[0] << 8 | at[1]); }

// Where the transport header begins, what it is and how long it is with its payload; 0 = not one that we complete.
uint32_t transport_of(const uint8_t* data, uint32_t length, uint8_t& protocol, uint32_t& bytes) {
  if (length >= 34 && word_at(data + 12) == RTE_ETHER_TYPE_IPV4) {
    uint32_t header = (data[14] & 15u) * 4, total = word_at(data + 16);
    bool fragment = word_at(data + 20) & 0x3fff;
    protocol = data[23];
    if (header < 20 || fragment || total < header || 14 + total > length) return 0;
    bytes = total - header;
    return 14 + header;
  }
  if (length >= 54 && word_at(data + 12) == RTE_ETHER_TYPE_IPV6) {
    protocol = data[20];
    bytes = word_at(data + 18);
    return 54 + bytes <= length ? 54 : 0;
  }
  return 0;
}

}  // namespace

bool complete_checksum(net::Packet* packet) {
  uint8_t* data = net::data_of(packet);
  uint8_t protocol = 0;
  uint32_t bytes = 0, at = transport_of(data, packet->data_len, protocol, bytes);
  if (!at || (protocol != kTcp && protocol != kUdp) || bytes < (protocol == kTcp ? 20u : 8u)) return false;
  uint8_t* field = data + at + (protocol == kTcp ? 16 : 6);
  uint16_t stored, pseudo;
  std::memcpy(&stored, field, 2);
  // Pseudo header: addresses, protocol, length.
  bool v4 = at < 54 || word_at(data + 12) == RTE_ETHER_TYPE_IPV4;
  uint32_t sum = rte_raw_cksum(data + (v4 ? 26 : 22), v4 ? 8 : 32);
  sum += __builtin_bswap16(uint16_t(bytes)) + __builtin_bswap16(protocol);
  sum = (sum & 0xffff) + (sum >> 16);
  pseudo = uint16_t((sum & 0xffff) + (sum >> 16));
  if (stored != pseudo) return false;
  // The field holds the pseudo header's sum: summing all of it, field included, is the whole sum.
  uint16_t whole = uint16_t(~rte_raw_cksum(data + at, bytes));
  if (whole == 0 && protocol == kUdp) whole = 0xffff;  // 0 means "none" in UDP
  std::memcpy(field, &whole, 2);
  return true;
}

bool is_whole(const net::Packet* packet) {
  const uint8_t* data = rte_pktmbuf_mtod(packet, const uint8_t*);
  uint32_t at = 14;  // of what lies behind the addresses and tags
  const auto type_is = [&](uint16_t type) { return at <= packet->data_len && word_at(data + at - 2) == type; };
  while (type_is(RTE_ETHER_TYPE_VLAN) || type_is(RTE_ETHER_TYPE_QINQ)) at += 4;
  if (type_is(RTE_ETHER_TYPE_IPV4) && at + 20u <= packet->data_len)
    return at + word_at(data + at + 2) <= packet->pkt_len;
  if (type_is(RTE_ETHER_TYPE_IPV6) && at + 40u <= packet->data_len)
    return at + 40u + word_at(data + at + 4) <= packet->pkt_len;
  return true;
}

}  // namespace ringside::datapath
