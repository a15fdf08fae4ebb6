// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/base/shared.h"
#include "engine/devices/kit/checksum.h"
#include "engine/net/drop_reason.h"
#include "engine/net/packet.h"

struct rte_mempool;

namespace ringside::devices {

// How a large frame is cut into segments (TSO): which bytes stand in front of each, and which of their words are
// mended. All positions are offsets in the frame. Worked out from the frame's headers (plan_from_headers), or said by
// the driver (8254x: a context descriptor, SDM 3.3.6): IPCSS is `ip`, TUCSS is `tcp`, HDRLEN is `header`, MSS is `mss`.
struct SegmentPlan {
  uint32_t header = 0;  // bytes, copied in front of each piece of payload
  uint32_t mss = 0;     // bytes of payload in each segment; the last one has what is left
  uint32_t ip = 0;      // the IP header: total length and identification, or with `ipv6` the payload length
  uint32_t tcp = 0;     // the TCP header: sequence number and flags
  bool ipv6 = false;
  ChecksumRange ip_checksum;   // IPv4's own: recomputed from 0
  ChecksumRange tcp_checksum;  // the place holds the pseudo header's sum without the length, which is added
  uint32_t longest = 0;        // bytes of a frame that the device can send
};

// The plan of a TCP frame over IPv4 or IPv6 as its own headers say it. `header`: where the payload begins; both
// checksums are wanted, and the pseudo header's sum is written into the frame, whatever the driver left there. The
// frame carries no tag in its data. False: the headers are not those of a TCP segment, or the first does not end at
// `header`.
bool plan_from_headers(net::Packet* frame, uint32_t header, uint32_t mss, uint32_t longest, SegmentPlan& plan);

// Cuts one frame at a time into frames of a packet pool, a segment a call, so that a burst takes as many as it has room
// for and goes on in the next: the IPv4 total length and identification (+1 a segment), the IPv6 payload length, the
// TCP sequence number, FIN and PSH on the last segment only, CWR on the first only (RFC 3168 6.1.2), checksums. Owns
// the frame from begin() to the last segment. Nothing is taken from elsewhere than the pool. Thread: the worker that
// transmits; left() any.
class Segmenter {
 public:
  Segmenter() = default;
  Segmenter(const Segmenter&) = delete;
  Segmenter& operator=(const Segmenter&) = delete;
  ~Segmenter() { give_up(); }

  // Takes the frame, and nothing is left of the one before. kCount: it is the segmenter's now, and left() segments will
  // come. Otherwise it is the caller's still, to be dropped: kBadDescriptor (no segment size; headers that are longer
  // than the frame, or too short for what is to be mended, or positions outside them), kOversize (a segment would be
  // longer than plan.longest).
  net::DropReason begin(net::Packet* frame, const SegmentPlan& plan);

  // Segments that are still to come.
  uint32_t left() const { return left_.load(); }
  // Segments of the frame taken last that have come so far. Worker.
  uint32_t made() const { return made_; }

  // The next of them, the caller's; only while left(). Null: the pool has no buffer, and nothing changed.
  net::Packet* next(rte_mempool* pool);

  // What is left is lost: how many segments. The frame goes back to its pool.
  uint32_t give_up();

 private:
  void mend(net::Packet* segment, uint32_t payload) const;

  static constexpr uint32_t kMostParts = 16;  // buffers of one segment
  net::Packet* frame_ = nullptr;
  SegmentPlan plan_;
  uint32_t made_ = 0;                  // segments so far
  uint32_t sent_ = 0;                  // bytes of payload in them
  const net::Packet* from_ = nullptr;  // where the next payload byte lies
  uint32_t from_offset_ = 0;           //   in that buffer
  shared::Published<uint32_t> left_{0};
};

}  // namespace ringside::devices
