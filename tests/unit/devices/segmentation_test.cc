// SPDX-License-Identifier: BSD-3-Clause
#include "engine/devices/kit/segmentation.h"

#include "tests/support/catch.h"
#include "tests/support/eal.h"
#include "tests/support/tcp_frames.h"

namespace ringside::test {
namespace {

using devices::kToEnd;
using devices::plan_from_headers;
using devices::Segmenter;
using devices::SegmentPlan;
using net::DropReason;

constexpr uint32_t kLongest = 16384;

net::Packet* packet_of(datapath::PacketPool& pool, const Bytes& data, uint32_t bytes = 2048) {
  return make_packet(pool.get(), data, bytes);
}

Bytes bytes_of(net::Packet* packet) {
  Bytes bytes;
  for (const net::Packet* part = packet; part; part = part->next)
    bytes.insert(bytes.end(), net::data_of(const_cast<net::Packet*>(part)),
                 net::data_of(const_cast<net::Packet*>(part)) + part->data_len);
  CHECK(bytes.size() == packet->pkt_len);
  rte_pktmbuf_free(packet);
  return bytes;
}

std::vector<Bytes> all_of(Segmenter& segmenter, datapath::PacketPool& pool) {
  std::vector<Bytes> segments;
  while (segmenter.left()) {
    net::Packet* segment = segmenter.next(pool.get());
    REQUIRE(segment);
    segments.push_back(bytes_of(segment));
  }
  return segments;
}

// As the driver of an 8254x says it in a context descriptor.
SegmentPlan plan_by_offsets(const LargeTcp& what, uint32_t mss) {
  SegmentPlan plan{
      .header = what.header(), .mss = mss, .ip = 14, .tcp = what.tcp_at(), .ipv6 = what.ipv6, .longest = kLongest};
  if (!what.ipv6) plan.ip_checksum = {14, 24, what.tcp_at(), true};
  plan.tcp_checksum = {what.tcp_at(), what.tcp_at() + 16, kToEnd, true};
  return plan;
}

TEST_CASE("segmentation: by headers and by offsets, IPv4 and IPv6, a receiver gets the payload in valid packets",
          "[sanitize][one-thread]") {
  auto pool = make_pool(1024);
  Segmenter segmenter;
  for (const bool ipv6 : {false, true})
    for (const uint32_t mss : {1u, 7u, 536u, 1448u, 4999u, 5000u, 9000u})
      for (const uint32_t options : {0u, 12u, 40u})
        for (const uint32_t bytes : {2048u, 333u}) {
          LargeTcp what{.ipv6 = ipv6, .payload = mss < 100 ? 301u : 10001u, .options = options};
          if (!ipv6) what.ip_options = options;
          what.flags = 0x99;  // CWR, ACK, PSH, FIN
          INFO("IPv6 " << ipv6 << " mss " << mss << " options " << options << " buffers of " << bytes);
          net::Packet* frame = packet_of(*pool, make_large(what), bytes);
          SegmentPlan plan;
          REQUIRE(plan_from_headers(frame, what.header(), mss, kLongest, plan));
          REQUIRE(segmenter.begin(frame, plan) == DropReason::kCount);
          check_segments(what, mss, all_of(segmenter, *pool));
          what.checksum = pseudo_sum(what);
          frame = packet_of(*pool, make_large(what), bytes);
          REQUIRE(segmenter.begin(frame, plan_by_offsets(what, mss)) == DropReason::kCount);
          check_segments(what, mss, all_of(segmenter, *pool));
        }
  CHECK(pool->in_use() == 0);
}

TEST_CASE("segmentation: an empty pool changes nothing, and what is given up is counted and given back",
          "[sanitize][one-thread]") {
  auto pool = make_pool(64);
  Segmenter segmenter;
  const LargeTcp what{.payload = 5000};
  net::Packet* frame = packet_of(*pool, make_large(what));
  SegmentPlan plan;
  REQUIRE(plan_from_headers(frame, what.header(), 500, kLongest, plan));
  REQUIRE(segmenter.begin(frame, plan) == DropReason::kCount);
  REQUIRE(segmenter.left() == 10);
  std::vector<Bytes> segments = {bytes_of(segmenter.next(pool->get()))};
  std::vector<net::Packet*> hoard;
  while (net::Packet* packet = rte_pktmbuf_alloc(pool->get())) hoard.push_back(packet);
  CHECK_FALSE(segmenter.next(pool->get()));
  CHECK(segmenter.left() == 9);
  for (net::Packet* packet : hoard) rte_pktmbuf_free(packet);
  for (net::Packet* packet; segmenter.left() && (packet = segmenter.next(pool->get()));)
    segments.push_back(bytes_of(packet));
  check_segments(what, 500, segments);
  frame = packet_of(*pool, make_large(what));
  REQUIRE(segmenter.begin(frame, plan) == DropReason::kCount);
  bytes_of(segmenter.next(pool->get()));
  CHECK(segmenter.give_up() == 9);
  CHECK(segmenter.give_up() == 0);
  CHECK(pool->in_use() == 0);
}

TEST_CASE("segmentation: parameters that make no sense are refused under a name", "[sanitize][one-thread]") {
  auto pool = make_pool(64);
  Segmenter segmenter;
  const LargeTcp what{.payload = 3000};
  net::Packet* frame = packet_of(*pool, make_large(what));
  const SegmentPlan good = plan_by_offsets(what, 1000);
  const auto refused = [&](auto&& spoil, DropReason why = DropReason::kBadDescriptor) {
    SegmentPlan plan = good;
    spoil(plan);
    CHECK(segmenter.begin(frame, plan) == why);
    CHECK(segmenter.left() == 0);
  };
  refused([](SegmentPlan& p) { p.mss = 0; });
  refused([](SegmentPlan& p) { p.header = 0; });
  refused([](SegmentPlan& p) { p.header = 3100; });
  refused([](SegmentPlan& p) { p.header = ~0u; });
  refused([](SegmentPlan& p) { p.tcp = p.header - 19; });
  refused([](SegmentPlan& p) { p.tcp = ~0u; });
  refused([](SegmentPlan& p) { p.ip = p.header - 19; });
  refused([](SegmentPlan& p) { p.ip = ~0u - 4; });
  refused([](SegmentPlan& p) { p.ip_checksum.at = p.header - 1; });
  refused([](SegmentPlan& p) { p.tcp_checksum.at = ~0u; });
  refused([](SegmentPlan& p) { p.tcp_checksum.start = p.header; });
  refused([](SegmentPlan& p) { p.ip_checksum.end = p.ip_checksum.start; });
  refused([](SegmentPlan& p) { p.longest = 1000; }, DropReason::kOversize);
  refused([](SegmentPlan& p) { p.mss = ~0u, p.longest = 3000; }, DropReason::kOversize);
  SegmentPlan plan;
  for (const uint32_t header : {0u, 14u, 53u, what.header() - 1, what.header() + 1, 2049u, ~0u})
    CHECK_FALSE(plan_from_headers(frame, header, 1000, kLongest, plan));
  for (const uint32_t at : {12u, 14u, 20u, 23u, what.tcp_at() + 12}) {  // type, version, fragment, protocol, offset
    uint8_t& byte = net::data_of(frame)[at];
    byte ^= 0x21;
    CHECK_FALSE(plan_from_headers(frame, what.header(), 1000, kLongest, plan));
    byte ^= 0x21;
  }
  CHECK(plan_from_headers(frame, what.header(), 1000, kLongest, plan));
  rte_pktmbuf_free(frame);
  CHECK(pool->in_use() == 0);
}

TEST_CASE("checksum insertion: any range over any buffers, odd ones too, and nothing outside the frame",
          "[sanitize][one-thread]") {
  auto pool = make_pool(64);
  const Bytes data = make_large({.payload = 700});
  for (const uint32_t start : {0u, 14u, 35u, 701u})
    for (const uint32_t end : {kToEnd, 750u, 751u})
      for (const uint32_t bytes : {2048u, 101u}) {
        net::Packet* frame = packet_of(*pool, data, bytes);
        REQUIRE(devices::insert_checksum(frame, {.start = start, .at = 50, .end = end}));
        Bytes seen = bytes_of(frame), expected = data;
        const size_t to = std::min<size_t>(end, data.size());
        const uint32_t sum = 0xffff - sum_of(&data[start], to - start);
        expected[50] = uint8_t((sum ? sum : 0xffff) >> 8), expected[51] = uint8_t(sum ? sum : 0xff);
        CHECK(seen == expected);
      }
  net::Packet* frame = packet_of(*pool, data, 101);
  for (const devices::ChecksumRange& range :
       {devices::ChecksumRange{.start = uint32_t(data.size()), .at = 50},
        devices::ChecksumRange{.start = ~0u, .at = 50}, devices::ChecksumRange{.start = 14, .at = 100},
        devices::ChecksumRange{.start = 14, .at = ~0u}, devices::ChecksumRange{.start = 14, .at = 50, .end = 14}})
    CHECK_FALSE(devices::insert_checksum(frame, range));
  CHECK(bytes_of(frame) == data);
  // A sum that comes to 0 stands as ones: to UDP, 0 means that there is none.
  Bytes zero(60, 0);
  zero[20] = zero[21] = 0xff;
  frame = packet_of(*pool, zero);
  REQUIRE(devices::insert_checksum(frame, {.start = 14, .at = 40}));
  CHECK(bytes_of(frame)[40] == 0xff);
  frame = packet_of(*pool, zero);
  REQUIRE(devices::insert_checksum(frame, {.start = 14, .at = 40}, 0, devices::ZeroSum::kPlain));
  CHECK(bytes_of(frame)[40] == 0);
  CHECK(pool->in_use() == 0);
}

}  // namespace
}  // namespace ringside::test
