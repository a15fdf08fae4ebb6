// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <atomic>
#include <vector>

#include "engine/net/drop_reason.h"

namespace ringside::net {

// What a machine lost of each closed loop's frames: the sum over all places that drop. Each place counts for itself
// (DropCounters, owner-written), and each closed loop adds up before it sends. Places come and go at a cut; what one
// counted stays in the sum. lost() is for any thread.
class LossBook {
 public:
  // cold-begin: the engine's thread, at a cut
  // Counts from now on.
  void add(const DropCounters* place) {
    for (uint32_t s = 0; s < kSources; s++) retired_[s] -= own(place, s);
    places_.push_back(place);
  }
  void remove(const DropCounters* place) {
    for (size_t i = 0; i < places_.size(); i++) {
      if (places_[i] != place) continue;
      for (uint32_t s = 0; s < kSources; s++) retired_[s] += own(place, s);
      places_[i] = places_.back();
      return places_.pop_back();
    }
  }
  // cold-end

  // Frames of source `s` that ended without an answer, less those that a switch made in addition: what is left of
  // "sent" when answers and this are taken off waits for an answer. Below zero (as a 64-bit number) while copies are
  // under way.
  uint64_t lost(uint32_t s) const {
    uint64_t sum = retired_[s];
    for (const DropCounters* place : places_) sum += place->lost_of[s].value();
    // A copy is counted before it can be lost. Read in the other order, no copy's loss is seen without the copy.
    std::atomic_thread_fence(std::memory_order_acquire);
    for (const DropCounters* place : places_) sum -= place->copied_of[s].value();
    return sum;
  }

 private:
  static uint64_t own(const DropCounters* place, uint32_t s) {
    return place->lost_of[s].value() - place->copied_of[s].value();
  }

  std::vector<const DropCounters*> places_;
  std::array<uint64_t, kSources> retired_{};
};

// Frames of a closed loop that are on their way: sent, and neither answered nor lost.
inline uint64_t open_frames(uint64_t sent, uint64_t answered, uint64_t lost) {
  const int64_t open = int64_t(sent - answered - lost);
  return open > 0 ? uint64_t(open) : 0;
}

}  // namespace ringside::net
