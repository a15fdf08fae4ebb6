// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>

#include "engine/base/context.h"
#include "engine/datapath/pnic/capture.h"
#include "engine/net/burst.h"

namespace ringside::datapath {

// Plays a capture out of memory: the frames one after the other, once or again and again, at the pace of a Pacer or at
// the capture's own time stamps. A frame that finds no buffer stays where it is and is played later. The serving
// worker's thread; hot: capture_player_datapath.cc.
class CapturePlayer {
 public:
  struct Played {
    uint32_t frames = 0;    // of the capture, used up
    uint32_t oversize = 0;  // of them: dropped, since too long for a frame of ours
  };

  // cold-begin: built once
  CapturePlayer(std::shared_ptr<const Capture> capture, bool loop) : capture_(std::move(capture)), loop_(loop) {
    const auto& frames = capture_->frames();
    const uint64_t last = frames.back().ns, count = frames.size();
    // Played again, the first frame comes behind the last one by the mean gap; a capture that took no time: once a
    // second.
    round_ns_ = last ? last + last / (count - 1) : 1'000'000'000;
  }
  // cold-end

  const std::shared_ptr<const Capture>& capture() const { return capture_; }

  // The capture's next frames, `limit` of them at most, behind those that are in the burst.
  Played play(net::Burst& burst, uint32_t limit, rte_mempool* pool);

  // At the capture's own time stamps: how many frames are due, `limit` at most; and when the next one is, on the
  // context's clock (0 = at once).
  uint32_t due(const Turn& turn, uint32_t limit);
  uint64_t next() const { return hz_ == 0 ? 0 : at(0); }

 private:
  // When the frame `ahead` of the next one is due.
  uint64_t at(uint64_t ahead) const;
  uint64_t ns_of(uint64_t ahead) const;

  std::shared_ptr<const Capture> capture_;  // wires that play one file share it
  bool loop_;
  uint64_t round_ns_;                  // how long one round takes
  uint64_t next_ = 0, round_ = 0;      // the next frame, and how often all were played
  uint64_t start_ = 0, start_ns_ = 0;  // a moment on the context's clock, and in the capture
  double hz_ = 0;
};

}  // namespace ringside::datapath
