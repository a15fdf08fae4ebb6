// SPDX-License-Identifier: BSD-3-Clause
#include <array>
#include <cstring>

#include "engine/devices/frame_reader.h"
#include "engine/devices/kit/frame_check_sequence.h"

namespace ringside::devices {
namespace {

// Eight tables, so that eight bytes are taken at once: entry b of table k is the remainder of byte b with k bytes
// behind it.
using Tables = std::array<std::array<uint32_t, 256>, 8>;

constexpr Tables make_tables() {
  constexpr uint32_t kPolynomial = 0xedb88320;  // of IEEE 802.3, its bits in the order in which they are sent
  Tables t{};
  for (uint32_t b = 0; b < 256; b++) {
    uint32_t rest = b;
    for (int bit = 0; bit < 8; bit++) rest = rest >> 1 ^ (rest & 1 ? kPolynomial : 0);
    t[0][b] = rest;
  }
  for (uint32_t k = 1; k < 8; k++)
    for (uint32_t b = 0; b < 256; b++) t[k][b] = t[k - 1][b] >> 8 ^ t[0][t[k - 1][b] & 0xff];
  return t;
}

constexpr Tables kTables = make_tables();

uint32_t add_bytes(uint32_t rest, const uint8_t* data, uint32_t bytes) {
  for (; bytes >= 8; data += 8, bytes -= 8) {
    uint64_t word;
    memcpy(&word, data, 8);
    word ^= rest;
    rest = 0;
    for (uint32_t k = 0; k < 8; k++) rest ^= kTables[7 - k][word >> 8 * k & 0xff];
  }
  for (; bytes; data++, bytes--) rest = rest >> 8 ^ kTables[0][(rest ^ *data) & 0xff];
  return rest;
}

}  // namespace

uint32_t frame_check_sequence(const net::Packet* packet) {
  constexpr uint32_t kTagAt = 12;
  uint32_t rest = ~uint32_t{0}, skip = 0;
  if (net::is_tagged(packet)) {
    const uint8_t tag[4] = {kVlanEtherType >> 8, kVlanEtherType & 0xff, uint8_t(packet->vlan_tci >> 8),
                            uint8_t(packet->vlan_tci)};
    rest = add_bytes(rest, rte_pktmbuf_mtod(packet, const uint8_t*), kTagAt);
    rest = add_bytes(rest, tag, sizeof tag);
    skip = kTagAt;
  }
  for (const net::Packet* s = packet; s; s = s->next, skip = 0)
    rest = add_bytes(rest, rte_pktmbuf_mtod_offset(s, const uint8_t*, skip), s->data_len - skip);
  return ~rest;
}

}  // namespace ringside::devices
