// SPDX-License-Identifier: BSD-3-Clause
#include "engine/vmm/exit.h"

#include <utility>

namespace ringside::vmm {

ExitLog::Slot& ExitLog::slot_of(const ExitRecord& record) {
  // A driver touches a dozen registers: open addressing by the name's address finds its slot at the first look. When
  // the table is full, the last slot takes the rest, so that the sum stays exact.
  uint32_t key = uint32_t(record.reason) + 1 + (uint32_t(record.nic) << 8);
  uint32_t at = uint32_t(reinterpret_cast<uintptr_t>(record.reg) >> 3 ^ key * 31) % (kRegisters - 1);
  for (uint32_t i = 0; i < kRegisters - 1; i++, at = (at + 1) % (kRegisters - 1)) {
    Slot& slot = slots_[at];
    uint32_t seen = slot.key.load(std::memory_order_relaxed);
    if (seen == key && slot.reg.load(std::memory_order_relaxed) == record.reg) return slot;
    if (seen == 0) {
      slot.reg.store(record.reg, std::memory_order_relaxed);
      slot.key.store(key, std::memory_order_release);
      return slot;
    }
  }
  Slot& rest = slots_[kRegisters - 1];
  rest.reg.store("other registers", std::memory_order_relaxed);
  rest.key.store(uint32_t(ExitReason::kOther) + 1, std::memory_order_release);
  return rest;
}

void ExitLog::keep(const ExitRecord& record) {
  uint32_t at = written_.load(std::memory_order_relaxed);
  if (at - read_.load(std::memory_order_acquire) >= kRecords) return lose();
  ring_[at % kRecords] = record;
  ring_[at % kRecords].skipped = std::exchange(skipped_, 0);
  written_.store(at + 1, std::memory_order_release);
  kept_.add(1);
}

ExitLog::Totals ExitLog::totals() const {
  Totals t{total_.value(), cycles_.value(), kept_.value(), lost_.value(), {}, {}};
  for (uint32_t i = 0; i < kRegisters; i++)
    t.count[i] = slots_[i].count.value(), t.by_register[i] = slots_[i].cycles.value();
  return t;
}

uint64_t ExitLog::take_back(const Totals& before) {
  uint64_t exits = total_.value() - before.total;
  auto restore = [](Counter& counter, uint64_t value) { counter.add(value - counter.value()); };
  restore(total_, before.total), restore(cycles_, before.cycles), restore(kept_, before.kept),
      restore(lost_, before.lost);
  for (uint32_t i = 0; i < kRegisters; i++)
    restore(slots_[i].count, before.count[i]), restore(slots_[i].cycles, before.by_register[i]);
  read_.store(written_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  skipped_ = 0;
  return exits;
}

uint32_t ExitLog::drain(ExitRecord* to, uint32_t most) {
  uint32_t from = read_.load(std::memory_order_relaxed), end = written_.load(std::memory_order_acquire), n = 0;
  while (from != end && n < most) to[n++] = ring_[from++ % kRecords];
  read_.store(from, std::memory_order_release);
  return n;
}

}  // namespace ringside::vmm
