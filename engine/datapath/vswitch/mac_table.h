// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <rte_hash_crc.h>

#include <atomic>
#include <cstdint>
#include <memory>

#include "engine/datapath/vswitch/look_up.h"

namespace ringside::datapath {

// Address and VLAN to port: buckets of four entries in one cache line (rte_hash needs twice the cycles on this path;
// DESIGN issue "fast from the start"). Any worker looks up without waiting. Two ways to fill a table, one each: a
// learning switch calls learn(), tried by any worker, where an address that finds no room is not learned; a switch that
// knows its addresses calls set() and clear(), the engine's thread at a cut, where every address is kept.
class MacTable {
 public:
  explicit MacTable(uint32_t addresses) { resize(addresses); }

  static uint64_t key_of(uint64_t mac, uint16_t vlan) { return kValid | uint64_t{vlan} << 48 | mac; }
  // Beside the 4,096 VLANs: an address at a port that carries all of them.
  static constexpr uint16_t kEveryVlan = 4096;

  // Port of a key, or kNoPort. `now_s`: seconds, for ageing (entries older than `max_age_s` are not found; 0 = never).
  uint16_t find(uint64_t key, uint32_t now_s = 0, uint32_t max_age_s = 0) const {
    const uint64_t home = home_of(key);
    const Bucket& bucket = buckets_[home];
    for (unsigned i = 0; i < kWays; i++) {
      if (bucket.keys[i].load(std::memory_order_acquire) != key) continue;
      uint64_t value = bucket.values[i].load(std::memory_order_acquire);
      // A learner replaces value and key one after the other; the check bits say whether the two belong together.
      if (check_bits(key) != uint16_t(value >> 16)) return kNoPort;
      if (too_old(value, now_s, max_age_s)) return kNoPort;
      return uint16_t(value);
    }
    return spilled_ ? find_spilled(key, home) : kNoPort;
  }

  enum class Learned : uint8_t {
    kYes,
    kFull,  // its bucket is full of entries younger than max_age_s (0: of any)
    kBusy,  // another worker is learning; a later frame may try again
  };
  Learned learn(uint64_t key, uint16_t port, uint32_t now_s, uint32_t max_age_s);

  // cold-begin: the engine's thread at a cut
  // Keeps an address for good; a key that is there already gets the port. Where its bucket is full it goes into the
  // next with room. False: the whole table is full.
  bool set(uint64_t key, uint16_t port);
  // Room for so many addresses, half full then; it is empty afterwards.
  void resize(uint32_t addresses);
  uint64_t room() const { return (mask_ + 1) * kWays / 2; }
  void clear();
  // What a learner knew of a port.
  void forget_port(uint16_t port);
  uint64_t size() const;
  // cold-end

 private:
  static constexpr unsigned kWays = 4;
  static constexpr uint64_t kValid = uint64_t{1} << 63;
  static uint16_t check_bits(uint64_t key) { return uint16_t(key ^ key >> 16 ^ key >> 32 ^ key >> 48); }
  static uint64_t value_of(uint64_t key, uint16_t port, uint32_t now_s) {
    return uint64_t{now_s} << 32 | uint64_t{check_bits(key)} << 16 | port;
  }
  uint64_t home_of(uint64_t key) const { return rte_hash_crc_8byte(key, 0) & mask_; }
  // Workers' clocks differ a little, and a second may begin between two looks: an entry may be younger than now.
  static bool too_old(uint64_t value, uint32_t now_s, uint32_t max_age_s) {
    return max_age_s && int32_t(now_s - uint32_t(value >> 32)) > int32_t(max_age_s);
  }
  uint16_t find_spilled(uint64_t key, uint64_t home) const;

  struct alignas(64) Bucket {
    std::atomic<uint64_t> keys[kWays];
    std::atomic<uint64_t> values[kWays];  // port | check bits << 16 | second of the latest frame << 32
  };
  static_assert(sizeof(Bucket) == 64);

  std::unique_ptr<Bucket[]> buckets_;
  uint64_t mask_ = 0;
  bool spilled_ = false;  // set() once found a bucket full: an address may lie behind its own
  std::atomic<bool> learning_{false};
};

}  // namespace ringside::datapath
