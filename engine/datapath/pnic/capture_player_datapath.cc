// SPDX-License-Identifier: BSD-3-Clause
#include <rte_mbuf.h>

#include <algorithm>
#include <cstring>

#include "engine/datapath/pnic/capture_player.h"
#include "engine/datapath/pnic/frame_maker.h"

namespace ringside::datapath {
namespace {

constexpr double kForgive = 0.01;  // seconds late, as Pacer has it

// Copies a frame into an empty mbuf, and into as many more as it needs. False: the pool is empty.
bool lay_in(net::Packet* packet, const uint8_t* bytes, uint32_t length, rte_mempool* pool) {
  if (length > kSegmentRoom && !FrameMaker::extend(packet, length, pool)) [[unlikely]]
    return false;
  packet->data_len = uint16_t(std::min(length, kSegmentRoom));
  packet->pkt_len = length;
  if (!length) [[unlikely]]
    return true;  // a capture of empty frames only has no bytes to point at
  for (net::Packet* segment = packet; segment; segment = segment->next) {
    std::memcpy(net::data_of(segment), bytes, segment->data_len);
    bytes += segment->data_len;
  }
  return true;
}

}  // namespace

CapturePlayer::Played CapturePlayer::play(net::Burst& burst, uint32_t limit, rte_mempool* pool) {
  const auto& frames = capture_->frames();
  Played played;
  limit = std::min(limit, net::kBurst - burst.count);
  net::Packet* fresh[net::kBurst];
  while (limit && rte_pktmbuf_alloc_bulk(pool, fresh, limit) != 0) limit /= 2;  // as many as there are, about
  if (!limit) return played;
  uint32_t used = 0;
  while (played.frames < limit && next_ < frames.size()) {
    const Capture::Frame& frame = frames[next_];
    if (frame.oversize) [[unlikely]] {
      played.oversize++;
    } else {
      if (!lay_in(fresh[used], capture_->bytes(frame), frame.length, pool)) [[unlikely]]
        break;
      burst.push(fresh[used++]);
    }
    played.frames++;
    if (++next_ == frames.size() && loop_) next_ = 0, round_++;
  }
  if (used < limit) [[unlikely]]
    rte_pktmbuf_free_bulk(fresh + used, limit - used);
  return played;
}

uint64_t CapturePlayer::ns_of(uint64_t ahead) const {
  const uint64_t count = capture_->frames().size(), frame = next_ + ahead;
  return (round_ + frame / count) * round_ns_ + capture_->frames()[frame % count].ns;
}

// Computed from the time stamps and never summed up: the same in each stepped run.
uint64_t CapturePlayer::at(uint64_t ahead) const {
  const double cycles = double(ns_of(ahead) - start_ns_) * 1e-9 * hz_;
  return cycles < 9e18 ? start_ + uint64_t(cycles) : kNever;
}

uint32_t CapturePlayer::due(const Turn& turn, uint32_t limit) {
  if (!loop_) limit = uint32_t(std::min<uint64_t>(limit, capture_->frames().size() - next_));
  if (!limit) return 0;
  // The first frame; the clock was changed (free to stepped); or nothing could be played for so long that catching up
  // would be a burst and not the capture's own times. Then the next frame is due now, and the others behind it.
  if (hz_ != turn.hz || turn.now < start_ || double(turn.now) - double(at(0)) > kForgive * hz_)
    hz_ = turn.hz, start_ = turn.now, start_ns_ = ns_of(0);
  uint32_t n = 0;
  while (n < limit && at(n) <= turn.now) n++;
  return n;
}

}  // namespace ringside::datapath
