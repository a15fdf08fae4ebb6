// SPDX-License-Identifier: BSD-3-Clause
// cold: built and changed rarely; find() in the header is the hot part
#include "engine/datapath/vswitch/mac_table.h"

#include <bit>

namespace ringside::datapath {

MacTable::MacTable(uint32_t addresses) {
  // Half full at the wished number of addresses: a bucket of four then overflows for about one address in a thousand.
  uint64_t buckets = std::bit_ceil(uint64_t(addresses) / kWays * 2 + 1);
  buckets_ = std::make_unique<Bucket[]>(buckets);
  mask_ = buckets - 1;
}

bool MacTable::learn(uint64_t key, uint16_t port, uint32_t now_s, uint32_t max_age_s) {
  if (learning_.exchange(true, std::memory_order_acquire)) return false;
  Bucket& bucket = buckets_[rte_hash_crc_8byte(key, 0) & mask_];
  int free = -1;
  for (unsigned i = 0; i < kWays; i++) {
    uint64_t seen = bucket.keys[i].load(std::memory_order_relaxed);
    if (seen == key) {
      free = int(i);
      break;
    }
    uint64_t value = bucket.values[i].load(std::memory_order_relaxed);
    bool stale = max_age_s && now_s - uint32_t(value >> 32) > max_age_s;
    if (free < 0 && (!(seen & kValid) || stale)) free = int(i);
  }
  if (free >= 0) {
    uint64_t value = uint64_t{now_s} << 32 | uint64_t{check_bits(key)} << 16 | port;
    bucket.values[free].store(value, std::memory_order_release);
    bucket.keys[free].store(key, std::memory_order_release);
  }
  learning_.store(false, std::memory_order_release);
  return free >= 0;
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
    for (unsigned i = 0; i < kWays; i++) n += (buckets_[b].keys[i].load(std::memory_order_relaxed) & kValid) != 0;
  return n;
}

}  // namespace ringside::datapath
