// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/base/context.h"
#include "engine/base/shared.h"

namespace ringside::vmm {

// Where an interrupt line leads that no worker looks at: the vCPU has a thread of its own. Called when a line goes up.
// Any thread.
class InterruptSink {
 public:
  virtual ~InterruptSink() = default;
  virtual void interrupt(uint16_t line) = 0;
};

// A vCPU's interrupt input. Level-triggered INTx lines, one bit a NIC: the device asserts while a wanted cause is
// pending. Pending/asleep is a pair of base/shared.h rule 3. Any thread.
class InterruptLines {
 public:
  void bind(Waker* waker) { waker_ = waker; }
  void bind_sink(InterruptSink* sink) { sink_ = sink; }
  // region: assert-line
  void assert_line(uint16_t line) {
    if (edges_.peek() & 1u << line) [[unlikely]]
      edges_.clear(1u << line);
    if (!(pending_.set(1u << line) & (1u << line))) tell(line);
  }
  // endregion: assert-line
  void clear_line(uint16_t line) { pending_.clear(1u << line); }
  // An edge: a message-signalled interrupt. It pends until the vCPU takes it. A line is used either way, as its latest
  // user does.
  void pulse(uint16_t line) {
    if (!(edges_.peek() & 1u << line)) edges_.set(1u << line);
    if (!(pending_.set(1u << line) & (1u << line))) tell(line);
  }
  // The vCPU takes what is pending: with that, edges are forgotten, and one that comes from now on is told anew. Levels
  // stay.
  uint32_t take() {
    const uint32_t edges = edges_.peek();
    return edges ? pending_.clear(edges) : pending_.load();
  }
  // The same for one line, by a vCPU to which an interrupt is handed with its number: first this, then the hand-over,
  // so that a message in between is in it or pends again.
  void took(uint16_t line) { pending_.clear(1u << line & edges_.peek()); }
  uint32_t pending() const { return pending_.load(); }
  uint32_t peek() const { return pending_.peek(); }

 private:
  void tell(uint16_t line) {
    if (waker_)
      waker_->wake();
    else if (sink_)
      sink_->interrupt(line);
  }

  shared::PairWord pending_;
  shared::PairWord edges_;  // lines that carry messages
  Waker* waker_ = nullptr;
  InterruptSink* sink_ = nullptr;
};

}  // namespace ringside::vmm
