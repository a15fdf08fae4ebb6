// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/base/context.h"
#include "engine/base/shared.h"

namespace ringside::vmm {

// A vCPU's interrupt input. Level-triggered INTx lines, one bit a NIC: the device asserts while a wanted cause is pending.
// Pending/asleep is a pair of base/shared.h rule 3. Any thread.
class InterruptLines {
 public:
  void bind(Waker* waker) { waker_ = waker; }
  // region: assert-line
  void assert_line(uint16_t line) {
    if (!(pending_.set(1u << line) & (1u << line)) && waker_) waker_->wake();
  }
  // endregion: assert-line
  void clear_line(uint16_t line) { pending_.clear(1u << line); }
  uint32_t pending() const { return pending_.load(); }
  uint32_t peek() const { return pending_.peek(); }

 private:
  shared::PairWord pending_;
  Waker* waker_ = nullptr;
};

}  // namespace ringside::vmm
