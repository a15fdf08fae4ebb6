// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <rte_hash_crc.h>

#include <atomic>
#include <cstdint>
#include <memory>

namespace ringside::datapath {

inline constexpr uint16_t kNoPort = 0xffff;

// Address and VLAN to port: buckets of four entries in one cache line (rte_hash needs twice the cycles on this path;
// DESIGN issue "fast from the start"). Any worker looks up without waiting; learn() is tried by any worker, and given
// up when another is at it; set() and clear() belong to the engine's thread at a cut.
class MacTable {
 public:
  explicit MacTable(uint32_t addresses);

  static uint64_t key_of(uint64_t mac, uint16_t vlan) { return kValid | uint64_t{vlan} << 48 | mac; }

  // Port of a key, or kNoPort. `now_s`: seconds, for ageing (entries older than `max_age_s` are not found; 0 = never).
  uint16_t find(uint64_t key, uint32_t now_s = 0, uint32_t max_age_s = 0) const {
    const Bucket& bucket = buckets_[rte_hash_crc_8byte(key, 0) & mask_];
    for (unsigned i = 0; i < kWays; i++) {
      if (bucket.keys[i].load(std::memory_order_acquire) != key) continue;
      uint64_t value = bucket.values[i].load(std::memory_order_acquire);
      // A learner replaces value and key one after the other; the check bits say whether the two belong together.
      if (check_bits(key) != uint16_t(value >> 16)) return kNoPort;
      if (max_age_s && now_s - uint32_t(value >> 32) > max_age_s) return kNoPort;
      return uint16_t(value);
    }
    return kNoPort;
  }

  // False when the bucket is full of entries younger than max_age_s (0: of any) or another worker is learning.
  bool learn(uint64_t key, uint16_t port, uint32_t now_s, uint32_t max_age_s);
  void forget_port(uint16_t port);
  uint64_t size() const;

 private:
  static constexpr unsigned kWays = 4;
  static constexpr uint64_t kValid = uint64_t{1} << 63;
  static uint16_t check_bits(uint64_t key) { return uint16_t(key ^ key >> 16 ^ key >> 32 ^ key >> 48); }

  struct alignas(64) Bucket {
    std::atomic<uint64_t> keys[kWays];
    std::atomic<uint64_t> values[kWays];  // port | check bits << 16 | second of the latest frame << 32
  };
  static_assert(sizeof(Bucket) == 64);

  std::unique_ptr<Bucket[]> buckets_;
  uint64_t mask_;
  std::atomic<bool> learning_{false};
};

}  // namespace ringside::datapath
