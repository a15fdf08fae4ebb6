// SPDX-License-Identifier: BSD-3-Clause
// cold: built with a ring wire
#pragma once

#include <memory>

#include "engine/base/result.h"

struct rte_ring;

namespace ringside::datapath {

// The two directions of a ring wire: the generator at one end, the switch at the other, one thread at each. They are no
// port of DPDK, which has 32. Frames that lie in them are freed with them. Engine's thread.
class WireRings {
 public:
  static Result<std::unique_ptr<WireRings>> create(uint32_t rows);
  ~WireRings();
  WireRings(const WireRings&) = delete;
  WireRings& operator=(const WireRings&) = delete;

  rte_ring* in() const { return in_; }    // towards the switch
  rte_ring* out() const { return out_; }  // towards the generator

 private:
  WireRings() = default;
  rte_ring *in_ = nullptr, *out_ = nullptr;
};

}  // namespace ringside::datapath
