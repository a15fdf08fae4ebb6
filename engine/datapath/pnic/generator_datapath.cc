// SPDX-License-Identifier: BSD-3-Clause
#include <rte_hash_crc.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include <algorithm>
#include <bit>

#include "engine/datapath/pnic/generator.h"
#include "engine/datapath/thread_sanitizer.h"

namespace ringside::datapath {

bool Generator::turn(Turn& turn) {
  bool took = take(turn);
  bool gave = left_.load() != 0 && send(turn);
  return took || gave;
}

bool Generator::take(Turn& turn) {
  net::Packet* frames[net::kBurst];
  uint32_t count = rte_ring_sc_dequeue_burst(from_switch_, reinterpret_cast<void**>(frames), net::kBurst, nullptr);
  if (!count) return false;
  taken_over(from_switch_);
  uint64_t now_ns = ns(turn);
  for (uint32_t i = 0; i < count; i++) check(frames[i], now_ns);
  if (config_.digest) [[unlikely]]
    for (uint32_t i = 0; i < count; i++) sum_up(frames[i]);
  received_.add(count);
  if (config_.window) {
    uint32_t answers = count;
    if (window_.source()) {
      answers = 0;
      for (uint32_t i = 0; i < count; i++) answers += answers_us(frames[i]);
    }
    answered_.add(answers);
  }
  packets.add(count);
  rte_pktmbuf_free_bulk(frames, count);
  return true;
}

// Sent to our address (or our own frame, if it comes back as it was). Tags are in the data here, behind the addresses.
bool Generator::answers_us(const net::Packet* packet) const {
  if (!(packet->ol_flags & net::source_flag) && packet->data_len >= 14 && net::destination_mac(packet) == own_)
      [[likely]]
    return true;
  return net::source_of(packet) == window_.source();
}

void Generator::check(const net::Packet* packet, uint64_t now_ns) {
  const uint8_t* data = rte_pktmbuf_mtod(packet, const uint8_t*);
  if (packet->data_len < 16) return;
  uint32_t at = spec::kPayloadOffset + (data[12] == 0x81 && data[13] == 0 ? 4 : 0);
  if (packet->data_len < at + 18) return;
  uint32_t magic;
  uint64_t sequence, stamp = 0;
  std::memcpy(&magic, data + at, 4);
  std::memcpy(&sequence, data + at + 4, 8);
  std::memcpy(&stamp, data + at + 12, 6);
  const uint64_t stream = sequence >> spec::kStreamShift;
  if (magic != spec::kPayloadMagic || stream >= spec::kMaxStreams) return;
  ours_.add(1);
  uint64_t& expected = next_expected_[stream];
  if (sequence < expected) {
    out_of_order_.add(1);
  } else {
    if (sequence > expected) skipped_.add(sequence - expected);
    expected = sequence + 1;
  }
  // A short frame carries 48 bits of the stamp, which is enough for 78 hours.
  uint64_t trip = (now_ns - stamp) & 0xffff'ffff'ffff;
  uint32_t bucket = trip ? uint32_t(std::bit_width(trip) - 1) : 0;
  round_trips_[std::min(bucket, kBuckets - 1)].add(1);
}

namespace {
// CRC-32C of bytes that lie anywhere. rte_hash_crc() reads words in place, which only aligned ones allow.
uint32_t crc_of(const uint8_t* at, uint32_t bytes, uint32_t crc) {
  uint64_t word;
  for (; bytes >= 8; bytes -= 8, at += 8) {
    std::memcpy(&word, at, 8);
    crc = rte_hash_crc_8byte(word, crc);
  }
  for (; bytes; bytes--) crc = rte_hash_crc_1byte(*at++, crc);
  return crc;
}

// CRC-32C of a frame's bytes [from, to), over its segments.
uint32_t crc_of(const net::Packet* packet, uint32_t from, uint32_t to, uint32_t crc) {
  for (const net::Packet* segment = packet; segment && to; segment = segment->next) {
    const uint32_t length = segment->data_len;
    if (from < length && from < to)
      crc = crc_of(rte_pktmbuf_mtod_offset(segment, const uint8_t*, from), std::min(to, length) - from, crc);
    from = from > length ? from - length : 0;
    to = to > length ? to - length : 0;
  }
  return crc;
}
}  // namespace

void Generator::sum_up(const net::Packet* packet) {
  constexpr uint32_t kAddresses = 12, kStampAt = spec::kPayloadOffset + 12, kStampBytes = 8;
  const uint32_t length = packet->pkt_len;
  uint32_t magic = 0;
  if (packet->data_len >= kStampAt)
    std::memcpy(&magic, rte_pktmbuf_mtod_offset(packet, const uint8_t*, spec::kPayloadOffset), 4);
  const bool ours = magic == spec::kPayloadMagic;
  const uint32_t before = ours ? kStampAt : length, behind = ours ? std::min(length, kStampAt + kStampBytes) : length;
  const auto digest = [&](uint32_t from) {
    const uint32_t crc = crc_of(packet, behind, length, crc_of(packet, std::min(from, before), before, length));
    return uint64_t{crc} * 0x9e37'79b9'7f4a'7c15 + 1;
  };
  digest_.add(digest(0));
  digest_payload_.add(digest(kAddresses));
}

// How many frames may be put on the wire now, if the window lets them.
uint32_t Generator::limited(uint32_t frames) const {
  return std::min(uint32_t(std::min<uint64_t>(frames, left_.load())), rte_ring_free_count(to_switch_));
}

bool Generator::may_send() const { return limited(1) && window_is_open(); }

bool Generator::send(Turn& turn) {
  uint32_t frames = window_.room(limited(pacer_.due(turn, net::kBurst)), sent_.value(), answered_.value());
  if (!frames) return false;
  frames = make(turn, frames);
  return frames != 0;
}

// Makes frames and puts them on the wire; stepped: one after the other, each a step point with everything counted.
uint32_t Generator::make(Turn& turn, uint32_t frames) {
  net::Packet* made[net::kBurst];
  uint64_t stamp = ns(turn);
  uint32_t batch = turn.stepping() ? 1 : frames, done = 0;
  while (done < frames && left_.load() != 0) {
    if (rte_pktmbuf_alloc_bulk(config_.pool, made, batch) != 0) break;
    uint32_t ready = 0;
    uint64_t sequence = maker_.sequence();
    for (; ready < batch; ready++) {
      uint32_t size = maker_.next_size();
      if (size > kSegmentRoom && !FrameMaker::extend(made[ready], size, config_.pool)) [[unlikely]]
        break;
      maker_.fill(made[ready], stamp, turn.stepping() ? trace_base_ + ++traced_ : 0);
    }
    if (ready < batch) rte_pktmbuf_free_bulk(made + ready, batch - ready);
    if (!ready) break;
    StepEvent event{.kind = EventKind::kWireIn,
                    .a = sequence,
                    .length = made[0]->pkt_len,
                    .packet = net::trace_id(made[0]),
                    .object = wire_};
    // There is room: the other side only takes.
    rte_ring_sp_enqueue_bulk(to_switch_, reinterpret_cast<void**>(made), ready, nullptr);
    handed_over(to_switch_);
    sent_.add(ready);
    packets.add(ready);
    pacer_.taken(ready);
    if (left_.load() != ~uint64_t{0}) left_.store(left_.load() - ready);
    done += ready;
    turn.step(event);
    if (ready < batch) break;
  }
  return done;
}

Timer Generator::timer() const {
  if (!may_send()) return {};
  return {pacer_.next(), TimerKind::kWork};
}

bool Generator::has_work() const {
  if (!rte_ring_empty(from_switch_)) return true;
  return pacer_.rate() <= 0 && may_send();
}

uint64_t Generator::waiting() const { return rte_ring_count(from_switch_); }

}  // namespace ringside::datapath
