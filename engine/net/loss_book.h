// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <vector>

#include "engine/net/drop_reason.h"

namespace ringside::net {

// What a machine lost of each closed loop's frames: the sum over all places that drop. Each place counts for itself
// (DropCounters, owner-written), and each closed loop adds up when its window is shut. Places come and go at a cut;
// what one counted stays in the sum.
class LossBook {
 public:
  // cold-begin: the engine's thread, at a cut
  // Counts from now on. `all_of`: whatever is dropped there was an answer to that source; 0: each frame says itself.
  void add(const DropCounters* place, uint32_t all_of = 0) {
    places_.push_back({place, all_of});
    for (uint32_t s = 0; s < kSources; s++) retired_[s] -= places_.back().lost(s);
  }
  void remove(const DropCounters* place) {
    for (size_t i = 0; i < places_.size(); i++) {
      if (places_[i].drops != place) continue;
      for (uint32_t s = 0; s < kSources; s++) retired_[s] += places_[i].lost(s);
      places_[i] = places_.back();
      return places_.pop_back();
    }
  }
  // cold-end

  // Any thread: frames of source `s` that ended without an answer.
  uint64_t lost(uint32_t s) const {
    uint64_t sum = retired_[s];
    for (const Place& place : places_) sum += place.lost(s);
    return sum;
  }

  // A flood makes more frames of one, and each waits for an answer. Any worker, before it hands them out: whoever sees
  // one of them answered or lost sees it counted here, too. Rare, so that workers may share the word.
  void add_copies(uint32_t s, uint64_t frames) { copied_[s].fetch_add(frames, std::memory_order_release); }
  uint64_t copied(uint32_t s) const {
    std::atomic_thread_fence(std::memory_order_acquire);
    return copied_[s].load(std::memory_order_acquire);
  }

 private:
  struct Place {
    const DropCounters* drops;
    uint32_t all_of;
    uint64_t lost(uint32_t s) const { return s && s == all_of ? drops->total() : drops->lost_of[s].value(); }
  };
  std::vector<Place> places_;
  std::array<uint64_t, kSources> retired_{};
  std::array<std::atomic<uint64_t>, kSources> copied_{};
};

// How far a closed loop is. set() before anybody runs it; room() is its worker's, is_open() any thread's.
class LoopWindow {
 public:
  // `book` null: whatever leaves is an answer, and nothing is lost. `window`: frames on their way at most; 0 = no loop.
  void set(uint32_t window, uint32_t source, const LossBook* book) {
    window_ = window;
    source_ = book ? source : 0;
    book_ = book;
  }
  uint32_t source() const { return source_; }

  // How many of `limit` frames may be sent. Adds up losses only when the window seems shut.
  uint32_t room(uint32_t limit, uint64_t sent, uint64_t answered) {
    if (!window_ || !limit) return limit;
    if (const uint32_t some = left(limit, sent, answered, lost_seen_)) return some;
    if (!source_) return 0;
    lost_seen_ = book_->lost(source_);
    return left(limit, sent, answered, lost_seen_);
  }
  bool is_open(uint64_t sent, uint64_t answered) const {
    return !window_ || left(1, sent, answered, source_ ? book_->lost(source_) : 0);
  }

 private:
  uint32_t left(uint32_t limit, uint64_t sent, uint64_t answered, uint64_t lost) const {
    const int64_t open = int64_t(sent + (source_ ? book_->copied(source_) : 0) - answered - lost);
    return open >= int64_t{window_} ? 0 : uint32_t(std::min<int64_t>(limit, window_ - std::max<int64_t>(open, 0)));
  }

  uint32_t window_ = 0, source_ = 0;
  const LossBook* book_ = nullptr;
  uint64_t lost_seen_ = 0;
};

}  // namespace ringside::net
