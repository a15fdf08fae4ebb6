// SPDX-License-Identifier: BSD-3-Clause
// cold: built and changed rarely; find() in the header is the hot part
#include "engine/datapath/vswitch/mac_table.h"

#include <bit>

namespace ringside::datapath {

void MacTable::resize(uint32_t addresses) {
  // Half full at the wished number of addresses: a bucket of four then overflows for about one address in a thousand.
  const uint64_t buckets = std::bit_ceil(uint64_t(addresses) / kWays * 2 + 1);
  buckets_ = std::make_unique<Bucket[]>(buckets);
  mask_ = buckets - 1;
  spilled_ = false;
}

void MacTable::clear() {
  for (uint64_t b = 0; b <= mask_; b++)
    for (auto& key : buckets_[b].keys) key.store(0, std::memory_order_release);
  spilled_ = false;
}

bool MacTable::set(uint64_t key, uint16_t port) {
  const uint64_t home = home_of(key);
  for (uint64_t b = 0; b <= mask_; b++) {
    Bucket& bucket = buckets_[(home + b) & mask_];
    for (unsigned i = 0; i < kWays; i++) {
      const uint64_t seen = bucket.keys[i].load(std::memory_order_relaxed);
      if (seen & kValid && seen != key) continue;
      bucket.values[i].store(value_of(key, port, 0), std::memory_order_release);
      bucket.keys[i].store(key, std::memory_order_release);
      spilled_ |= b != 0;
      return true;
    }
  }
  return false;
}

// Entries are never taken out one by one, so that the search ends at the first bucket with room.
uint16_t MacTable::find_spilled(uint64_t key, uint64_t home) const {
  for (uint64_t b = 0; b <= mask_; b++) {
    const Bucket& bucket = buckets_[(home + b) & mask_];
    for (unsigned i = 0; i < kWays; i++) {
      const uint64_t seen = bucket.keys[i].load(std::memory_order_acquire);
      if (seen == key) return uint16_t(bucket.values[i].load(std::memory_order_acquire));
      if (!(seen & kValid)) return kNoPort;
    }
  }
  return kNoPort;
}

MacTable::Learned MacTable::learn(uint64_t key, uint16_t port, uint32_t now_s, uint32_t max_age_s) {
  if (learning_.exchange(true, std::memory_order_acquire)) return Learned::kBusy;
  Bucket& bucket = buckets_[home_of(key)];
  int free = -1;
  for (unsigned i = 0; i < kWays; i++) {
    uint64_t seen = bucket.keys[i].load(std::memory_order_relaxed);
    if (seen == key) {
      free = int(i);
      break;
    }
    const bool stale = too_old(bucket.values[i].load(std::memory_order_relaxed), now_s, max_age_s);
    if (free < 0 && (!(seen & kValid) || stale)) free = int(i);
  }
  if (free >= 0) {
    bucket.values[free].store(value_of(key, port, now_s), std::memory_order_release);
    bucket.keys[free].store(key, std::memory_order_release);
  }
  learning_.store(false, std::memory_order_release);
  return free >= 0 ? Learned::kYes : Learned::kFull;
}

void MacTable::forget_port(uint16_t port) {
  for (uint64_t b = 0; b <= mask_; b++)
    for (unsigned i = 0; i < kWays; i++)
      if (uint16_t(buckets_[b].values[i].load(std::memory_order_relaxed)) == port)
        buckets_[b].keys[i].store(0, std::memory_order_release);
}

uint64_t MacTable::size() const {
  uint64_t n = 0;
  for (uint64_t b = 0; b <= mask_; b++)
    for (const auto& key : buckets_[b].keys) n += (key.load(std::memory_order_relaxed) & kValid) != 0;
  return n;
}

}  // namespace ringside::datapath
