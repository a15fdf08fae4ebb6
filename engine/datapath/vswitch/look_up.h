// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/net/drop_reason.h"

namespace ringside::datapath {

inline constexpr uint16_t kNoPort = 0xffff;

// What the switch decided about a frame. It follows from the frame and the rules alone: ports that only overhear
// (promiscuous mode) change neither way nor reason. A frame for nobody is lost, and dropped under its reason, unless
// one of them gets it.
struct LookUp {
  enum class Way : uint8_t {
    kOne,     // to `port`
    kMany,    // flooded: to all other ports of its VLAN
    kNobody,  // without an addressee, for `reason`
  };
  Way way = Way::kNobody;
  net::DropReason reason = net::DropReason::kCount;
  uint16_t port = kNoPort;

  static LookUp one(uint16_t port) { return {Way::kOne, net::DropReason::kCount, port}; }
  static LookUp many() { return {Way::kMany, net::DropReason::kCount, kNoPort}; }
  static LookUp nobody(net::DropReason reason) { return {Way::kNobody, reason, kNoPort}; }
};

// The same with its numbers, as a step event carries it (EventKind::kLookUp, `b`).
struct LookUpReport {
  LookUp found;
  uint16_t receivers = 0;  // ports that the frame is for
  uint16_t mirrored = 0;   // promiscuous ports that get a copy although it is not for them

  uint64_t word() const {
    return uint64_t(found.way) | uint64_t(found.reason) << 8 | uint64_t{found.port} << 16 | uint64_t{receivers} << 32 |
           uint64_t{mirrored} << 48;
  }
  static LookUpReport of(uint64_t word) {
    return {{LookUp::Way(word & 0xff), net::DropReason(word >> 8 & 0xff), uint16_t(word >> 16)},
            uint16_t(word >> 32),
            uint16_t(word >> 48)};
  }
};

}  // namespace ringside::datapath
