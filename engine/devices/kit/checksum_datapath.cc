// SPDX-License-Identifier: BSD-3-Clause
#include "engine/devices/kit/checksum.h"

#include <algorithm>

namespace ringside::devices {
namespace {

uint16_t fold(uint64_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return uint16_t(sum);
}

// Sum of big-endian words; `odd`: the first byte is the second one of a word.
uint64_t sum_bytes(const uint8_t* data, uint32_t bytes, bool odd) {
  uint64_t sum = 0;
  uint32_t i = 0;
  if (odd && bytes) sum += data[i++];
  for (; i + 1 < bytes; i += 2) sum += uint32_t{data[i]} << 8 | data[i + 1];
  if (i < bytes) sum += uint32_t{data[i]} << 8;
  return sum;
}

uint32_t be16(const uint8_t* p) { return uint32_t{p[0]} << 8 | p[1]; }

}  // namespace

uint16_t ones_sum(const net::Packet* packet, uint32_t from, uint32_t bytes) {
  uint64_t sum = 0;
  bool odd = false;
  for (const net::Packet* segment = packet; segment && bytes; segment = segment->next) {
    if (from >= segment->data_len) {
      from -= segment->data_len;
      continue;
    }
    const uint32_t n = std::min(bytes, segment->data_len - from);
    sum += sum_bytes(rte_pktmbuf_mtod_offset(segment, const uint8_t*, from), n, odd);
    odd ^= n & 1;
    bytes -= n;
    from = 0;
  }
  return fold(sum);
}

bool insert_checksum(net::Packet* packet, const ChecksumRange& range, uint32_t add, ZeroSum zero) {
  if (range.start >= packet->pkt_len || range.end <= range.start || packet->data_len < 2 ||
      range.at > packet->data_len - 2u)
    return false;
  const uint32_t sum = ones_sum(packet, range.start, range.end - range.start);
  uint16_t checksum = uint16_t(~fold(uint64_t{sum} + add));
  if (!checksum && zero == ZeroSum::kAsOnes) checksum = 0xffff;
  uint8_t* at = net::data_of(packet) + range.at;
  at[0] = uint8_t(checksum >> 8);
  at[1] = uint8_t(checksum);
  return true;
}

ReceivedChecksums check_received(const net::Packet* packet) {
  constexpr uint32_t kIp = 14, kTcp = 6, kUdp = 17;
  ReceivedChecksums result;
  const uint8_t* frame = rte_pktmbuf_mtod(packet, const uint8_t*);
  if (packet->data_len < kIp + 20 || be16(frame + 12) != 0x0800) return result;
  const uint8_t* ip = frame + kIp;
  const uint32_t header = (ip[0] & 0xfu) * 4, total = be16(ip + 2);
  if (ip[0] >> 4 != 4 || header < 20 || total < header || kIp + total > packet->pkt_len) return result;
  result.ip_checked = true;
  result.ip_good = ones_sum(packet, kIp, header) == 0xffff;
  const uint32_t protocol = ip[9], l4 = kIp + header, bytes = total - header;
  const bool fragment = be16(ip + 6) & 0x3fff;
  if (fragment || (protocol != kTcp && protocol != kUdp) || bytes < (protocol == kTcp ? 20u : 8u) ||
      l4 + 8 > packet->data_len)
    return result;
  if (protocol == kUdp && be16(frame + l4 + 6) == 0) return result;  // sent without one
  const uint64_t pseudo = sum_bytes(ip + 12, 8, false) + protocol + bytes;
  result.l4_checked = true;
  result.l4_good = fold(pseudo + ones_sum(packet, l4, bytes)) == 0xffff;
  return result;
}

}  // namespace ringside::devices
