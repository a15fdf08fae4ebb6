// SPDX-License-Identifier: BSD-3-Clause
#include "engine/devices/kit/segmentation.h"

#include <algorithm>

#include "engine/devices/frame_copy.h"

namespace ringside::devices {

using net::DropReason;

namespace {

constexpr uint32_t kEthernetBytes = 14, kIpv4Bytes = 20, kIpv6Bytes = 40, kTcpBytes = 20;
constexpr uint16_t kIpv4Type = 0x0800, kIpv6Type = 0x86dd;
constexpr uint8_t kProtocolTcp = 6;
// TCP's flags, byte 13 of its header.
constexpr uint32_t kFlagsAt = 13;
constexpr uint8_t kFin = 0x01, kPsh = 0x08, kCwr = 0x80;

uint32_t be16(const uint8_t* p) { return uint32_t{p[0]} << 8 | p[1]; }
uint32_t be32(const uint8_t* p) { return be16(p) << 16 | be16(p + 2); }
void put16(uint8_t* p, uint32_t v) { p[0] = uint8_t(v >> 8), p[1] = uint8_t(v); }
void put32(uint8_t* p, uint32_t v) { put16(p, v >> 16), put16(p + 2, v); }

// Bytes that a buffer of this pool has room for, behind its headroom.
uint32_t room_of(rte_mempool* pool) { return rte_pktmbuf_data_room_size(pool) - RTE_PKTMBUF_HEADROOM; }

bool place_in(const ChecksumRange& range, uint32_t header) {
  return !range.wanted ||
         (range.start < header && range.at + 2 <= header && range.at < header && range.end > range.start);
}

// Where TCP begins behind an IPv6 header at `at`: behind its extension headers, if they lie within `header` bytes.
// 0: something else than TCP, or a fragment.
uint32_t tcp_behind_ipv6(const uint8_t* data, uint32_t at, uint32_t header) {
  constexpr uint8_t kHopByHop = 0, kRouting = 43, kDestination = 60;
  uint8_t next = data[at + 6];
  for (at += kIpv6Bytes; next != kProtocolTcp;) {
    if ((next != kHopByHop && next != kRouting && next != kDestination) || at + 8 > header) return 0;
    next = data[at];
    at += 8 + 8 * uint32_t{data[at + 1]};
  }
  return at;
}

}  // namespace

bool plan_from_headers(net::Packet* frame, uint32_t header, uint32_t mss, uint32_t longest, SegmentPlan& plan) {
  constexpr uint32_t ip = kEthernetBytes;
  if (header > frame->data_len || header < ip + kIpv4Bytes + kTcpBytes) return false;
  uint8_t* data = net::data_of(frame);
  const uint32_t type = be16(data + 12);
  plan = {.header = header, .mss = mss, .ip = ip, .ipv6 = type == kIpv6Type, .longest = longest};
  if (type == kIpv4Type) {
    const bool fragment = be16(data + ip + 6) & 0x3fff;
    const uint32_t bytes = (data[ip] & 0xfu) * 4;
    if (data[ip] >> 4 != 4 || bytes < kIpv4Bytes || data[ip + 9] != kProtocolTcp || fragment) return false;
    plan.tcp = ip + bytes;
    plan.ip_checksum = {ip, ip + 10, plan.tcp, true};
  } else if (plan.ipv6 && header >= ip + kIpv6Bytes + kTcpBytes && data[ip] >> 4 == 6) {
    plan.tcp = tcp_behind_ipv6(data, ip, header);
    if (!plan.tcp) return false;
  } else {
    return false;
  }
  if (plan.tcp + kTcpBytes > header || plan.tcp + (data[plan.tcp + 12] >> 4) * 4u != header) return false;
  plan.tcp_checksum = {plan.tcp, plan.tcp + 16, kToEnd, true};
  // The pseudo header: both addresses and the protocol. The length is each segment's own (RFC 9293 3.1).
  const uint32_t addresses = plan.ipv6 ? ip + 8 : ip + 12, bytes = plan.ipv6 ? 32 : 8;
  uint32_t sum = uint32_t{ones_sum(frame, addresses, bytes)} + kProtocolTcp;
  put16(data + plan.tcp + 16, (sum & 0xffff) + (sum >> 16));
  return true;
}

DropReason Segmenter::begin(net::Packet* frame, const SegmentPlan& plan) {
  give_up();
  const uint32_t ip_bytes = plan.ipv6 ? kIpv6Bytes : kIpv4Bytes, header = plan.header;
  if (!plan.mss || header > frame->data_len || header > room_of(frame->pool) || plan.ip > header ||
      ip_bytes > header - plan.ip || plan.tcp > header || kTcpBytes > header - plan.tcp ||
      !place_in(plan.ip_checksum, header) || !place_in(plan.tcp_checksum, header))
    return DropReason::kBadDescriptor;
  const uint32_t payload = frame->pkt_len - header, part = std::min(payload, plan.mss);
  if (header + part > std::min(plan.longest, kMostParts * room_of(frame->pool))) return DropReason::kOversize;
  frame_ = frame, plan_ = plan;
  made_ = sent_ = 0;
  from_ = frame, from_offset_ = header;
  left_.store(payload ? (payload - 1) / plan.mss + 1 : 1);
  return DropReason::kCount;
}

uint32_t Segmenter::give_up() {
  const uint32_t lost = left_.load();
  if (frame_) rte_pktmbuf_free(frame_);
  frame_ = nullptr;
  left_.store(0);
  return lost;
}

net::Packet* Segmenter::next(rte_mempool* pool) {
  const uint32_t payload = std::min(plan_.mss, frame_->pkt_len - plan_.header - sent_), room = room_of(pool);
  const uint32_t bytes = plan_.header + payload, parts = (bytes + room - 1) / room;
  net::Packet* part[kMostParts];
  if (parts > kMostParts || rte_mempool_get_bulk(pool, reinterpret_cast<void**>(part), parts) != 0) return nullptr;
  for (uint32_t i = 0; i < parts; i++) {
    rte_pktmbuf_reset(part[i]);
    part[i]->data_len = uint16_t(std::min(room, bytes - i * room));
    if (i) part[i - 1]->next = part[i];
  }
  net::Packet* const segment = part[0];
  segment->nb_segs = uint16_t(parts);
  segment->pkt_len = bytes;
  segment->vlan_tci = frame_->vlan_tci;
  segment->ol_flags = frame_->ol_flags;
  copy_frame(net::data_of(segment), net::data_of(frame_), plan_.header);
  uint32_t to = plan_.header;
  for (uint32_t left = payload; left;) {
    if (from_offset_ == from_->data_len) {
      from_ = from_->next, from_offset_ = 0;
      continue;
    }
    const uint32_t n = std::min({left, from_->data_len - from_offset_, room - to % room});
    copy_frame(rte_pktmbuf_mtod_offset(part[to / room], uint8_t*, to % room),
               rte_pktmbuf_mtod_offset(from_, const uint8_t*, from_offset_), n);
    from_offset_ += n, to += n, left -= n;
  }
  mend(segment, payload);
  made_++, sent_ += payload;
  left_.store(left_.load() - 1);
  if (!left_.load()) give_up();
  return segment;
}

// The words of the header that differ from segment to segment.
void Segmenter::mend(net::Packet* segment, uint32_t payload) const {
  uint8_t* data = net::data_of(segment);
  uint8_t* ip = data + plan_.ip;
  const uint32_t behind_ip = plan_.header - plan_.ip + payload;
  if (plan_.ipv6) {
    put16(ip + 4, behind_ip - kIpv6Bytes);
  } else {
    put16(ip + 2, behind_ip);
    put16(ip + 4, be16(ip + 4) + made_);
  }
  uint8_t* tcp = data + plan_.tcp;
  put32(tcp + 4, be32(tcp + 4) + sent_);
  if (left_.load() > 1) tcp[kFlagsAt] &= uint8_t(~(kFin | kPsh));
  if (made_) tcp[kFlagsAt] &= uint8_t(~kCwr);
  if (plan_.ip_checksum.wanted) {
    put16(data + plan_.ip_checksum.at, 0);
    insert_checksum(segment, plan_.ip_checksum, 0, ZeroSum::kPlain);
  }
  if (plan_.tcp_checksum.wanted) insert_checksum(segment, plan_.tcp_checksum, plan_.header - plan_.tcp + payload);
}

}  // namespace ringside::devices
