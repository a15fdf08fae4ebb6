// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/base/shared.h"
#include "engine/spec/boot_info.h"
#include "engine/vmm/interrupt.h"

namespace ringside::vmm {

// A function's MSI-X table and pending bits, as the guest writes them (PCI 3.0, 6.8.2). A vector's message is a write
// of `data` to `address`: here 0xfee00000 | vCPU << 12, data 0x20 + line of that vCPU; a message that leads nowhere is
// counted and lost, as on a bus. A masked vector pends, and unmasking delivers it: mask and pending bit are a pair of
// base/shared.h rule 3. There is no PCI configuration space: MSI-X counts as enabled as soon as vector 0 has an
// address. Threads: access by a vCPU's, one at a time; deliver by any.
class Msix {
 public:
  static constexpr uint32_t kMaxVectors = 32, kEntryBytes = 16;
  static constexpr uint64_t kMessageBase = spec::kMessageBase;
  static constexpr uint32_t kFirstLine = spec::kFirstVector, kMasked = 1;

  Msix(uint32_t vectors, std::vector<InterruptLines*> vcpus)
      : vectors_(vectors < kMaxVectors ? vectors : kMaxVectors), vcpus_(std::move(vcpus)) {
    reset();
  }

  // `offset`: into the table. 4-byte words; `index`: of the word.
  uint32_t read_table(uint32_t index) const {
    return index / 4 < vectors_ ? words_[index].load(std::memory_order_relaxed) : 0;
  }
  void write_table(uint32_t index, uint32_t value) {
    if (index / 4 >= vectors_) return;
    words_[index].store(index % 4 == 3 ? value & kMasked : value, std::memory_order_seq_cst);
    if (index % 4 == 3 && !(value & kMasked)) unmasked(index / 4);
  }
  uint32_t read_pending() const { return pending_.load(); }

  bool enabled() const { return words_[0].load(std::memory_order_relaxed) | words_[1].load(std::memory_order_relaxed); }

  // Sends the vector's message, or sets its pending bit. False: masked, or it leads nowhere.
  bool deliver(uint32_t vector) {
    if (vector >= vectors_) return lost_.fetch_add(1, std::memory_order_relaxed), false;
    if (!masked(vector)) return send(vector);
    pending_.set(1u << vector);
    // Unmasked between the two looks: whoever takes the bit sends.
    if (!masked(vector) && pending_.clear(1u << vector) & 1u << vector) return send(vector);
    return false;
  }

  // Power-on: all masked, nothing pending.
  void reset() {
    for (uint32_t i = 0; i < words_.size(); i++) words_[i].store(i % 4 == 3 ? kMasked : 0, std::memory_order_relaxed);
    pending_.store(0);
  }

  uint32_t vectors() const { return vectors_; }
  uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }  // messages that led nowhere

 private:
  bool masked(uint32_t vector) const { return words_[4 * vector + 3].load(std::memory_order_seq_cst) & kMasked; }
  void unmasked(uint32_t vector) {
    if (pending_.clear(1u << vector) & 1u << vector) send(vector);
  }
  bool send(uint32_t vector) {
    const uint64_t address = words_[4 * vector].load(std::memory_order_relaxed) |
                             uint64_t{words_[4 * vector + 1].load(std::memory_order_relaxed)} << 32;
    const uint32_t data = words_[4 * vector + 2].load(std::memory_order_relaxed) & 0xff;
    const uint64_t vcpu = (address - kMessageBase) >> 12 & 0xff;
    if ((address & ~uint64_t{0xf'ffff}) != kMessageBase || vcpu >= vcpus_.size() || data < kFirstLine ||
        data >= kFirstLine + spec::kLines)
      return lost_.fetch_add(1, std::memory_order_relaxed), false;
    vcpus_[vcpu]->pulse(uint16_t(data - kFirstLine));
    return true;
  }

  const uint32_t vectors_;
  const std::vector<InterruptLines*> vcpus_;
  std::array<std::atomic<uint32_t>, 4 * kMaxVectors> words_;
  shared::PairWord pending_;
  std::atomic<uint64_t> lost_{0};
};

}  // namespace ringside::vmm
