// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <vector>

#include "engine/base/clock.h"
#include "engine/base/counter.h"

namespace ringside::vmm {

enum class ExitReason : uint8_t {
  kMmioWrite,
  kMmioRead,
  kPioWrite,
  kPioRead,
  kHalt,
  kHypercall,
  kInterruptWindow,
  kOther,
  kCount
};

constexpr const char* name_of(ExitReason reason) {
  constexpr const char* names[] = {"MMIO write", "MMIO read", "PIO write",        "PIO read",
                                   "HLT",        "hypercall", "interrupt window", "other"};
  return names[size_t(reason)];
}

// One VM exit. begin and end on the vCPU's clock: TSC, or virtual cycles in stepped running.
struct ExitRecord {
  uint64_t begin = 0, end = 0;
  uint64_t address = 0, value = 0;
  const char* reg = "";  // datasheet name
  uint64_t rip = 0;      // guest instruction pointer, 0 on a soft vCPU
  ExitReason reason{};
  uint8_t width = 0;
  uint16_t nic = 0;
  uint32_t skipped = 0;  // exits between the record before and this one, of which none was kept
};

// Exits of one vCPU: totals by reason and register, always exact, and a ring of records, sampled beyond a settable
// rate: in bursts, so that a sample shows exits as they followed each other, and each record says how many before it
// were left out. Written by the vCPU's thread, read by the collector: totals are relaxed words, the ring is
// single-producer single-consumer.
class ExitLog {
 public:
  static constexpr uint32_t kRecords = 4096, kRegisters = 64, kBurst = 128;

  // How many records are kept a second at most; kEvery = each one, as in stepped running. `hz`: cycles a second of the
  // clock in use.
  static constexpr uint32_t kEvery = ~uint32_t{0};
  void set_rate(uint32_t records_per_second, double hz) {
    gap_cycles_ = records_per_second == kEvery ? 0
                  : records_per_second         ? uint64_t(hz * kBurst / records_per_second)
                                               : kNever;
  }

  void add(const ExitRecord& record) {
    uint64_t cost = record.end - record.begin;
    total_.add(1);
    cycles_.add(cost);
    Slot& slot = slot_of(record);
    slot.count.add(1);
    slot.cycles.add(cost);
    if (burst_ > 0)
      --burst_;
    else if (record.begin - burst_began_ < gap_cycles_ && record.begin >= burst_began_)
      return lose();
    else
      burst_began_ = record.begin, burst_ = gap_cycles_ ? kBurst - 1 : 0;
    keep(record);
  }

  uint64_t total() const { return total_.value(); }
  uint64_t cycles() const { return cycles_.value(); }
  uint64_t kept() const { return kept_.value(); }
  uint64_t lost() const { return lost_.value(); }

  // For the exits of booting: what was counted since `before` goes out of the totals again, and its number comes back.
  // Nobody else may be at it: at a cut.
  struct Totals {
    uint64_t total = 0, cycles = 0, kept = 0, lost = 0;
    std::array<uint64_t, kRegisters> count{}, by_register{};
  };
  Totals totals() const;
  uint64_t take_back(const Totals& before);

  // Totals by (reason, nic, register); the register's name is a pointer to a text that lives forever.
  struct Slot {
    std::atomic<const char*> reg{nullptr};
    std::atomic<uint32_t> key{0};  // reason + 1 in the low byte, nic above
    Counter count, cycles;
    ExitReason reason() const { return ExitReason((key.load(std::memory_order_acquire) & 0xff) - 1); }
    uint16_t nic() const { return uint16_t(key.load(std::memory_order_acquire) >> 8); }
    bool used() const { return key.load(std::memory_order_acquire) != 0; }
  };
  const std::array<Slot, kRegisters>& slots() const { return slots_; }

  // Collector: takes up to `most` records, oldest first.
  uint32_t drain(ExitRecord* to, uint32_t most);

 private:
  Slot& slot_of(const ExitRecord& record);
  void keep(const ExitRecord& record);
  void lose() { lost_.add(1), ++skipped_; }

  Counter total_, cycles_, kept_, lost_;
  uint64_t gap_cycles_ = uint64_t{23'000} * kBurst,
           burst_began_ = kNever;     // from one burst's begin to the next one's, at least
  uint32_t burst_ = 0, skipped_ = 0;  // records that the burst still has; exits left out since the last record
  std::array<Slot, kRegisters> slots_;
  std::vector<ExitRecord> ring_ = std::vector<ExitRecord>(kRecords);
  alignas(64) std::atomic<uint32_t> written_{0};
  alignas(64) std::atomic<uint32_t> read_{0};
};

}  // namespace ringside::vmm
