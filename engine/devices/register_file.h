// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/api/view/registers.h"
#include "engine/base/counter.h"
#include "engine/vmm/mmio_bus.h"

namespace ringside::devices {

class NicDevice;

// A field of a register as the datasheet names it: bits [low, low + width).
struct BitField {
  const char* name;
  const char* description;
  uint8_t low;
  uint8_t width = 1;
};

// What a register shows right now, without side effects: for eyes, and for reads that have none.
using RegisterPeek = uint32_t (*)(const NicDevice& device, uint32_t index);
// A guest's read with its side effects. Returns what the guest sees.
using RegisterRead = uint32_t (*)(NicDevice& device, uint32_t index, vmm::Access& access);
// A guest's write, after the writable bits were stored. `value` is what the guest wrote, all bits.
using RegisterWrite = void (*)(NicDevice& device, uint32_t index, uint32_t value, vmm::Access& access);

// One row of a model's register table. It drives the emulation, the register panel and the documentation.
struct RegisterRow {
  uint32_t offset;
  const char* name;  // datasheet spelling
  const char* long_name;
  const char* access;  // "RW", "RO", "RC", "WO"
  const char* section;
  uint32_t readable = 0xffffffff;  // bits that a read shows
  uint32_t writable = 0;           // bits that a write changes
  uint32_t reset = 0;
  uint16_t count = 1;              // of an array
  uint16_t stride = 4;             // bytes between its elements
  RegisterPeek peek = nullptr;     // null: the stored value
  RegisterRead on_read = nullptr;  // null: peek
  RegisterWrite on_write = nullptr;
  std::span<const BitField> fields = {};
  bool holds_row = false;  // its value is the number of a ring's row, and is read as a decimal number
};

// A model's table made ready for access: offset -> register in one load. Built once per model, then read-only. Any
// thread.
class RegisterMap {
 public:
  static constexpr uint16_t kNone = 0xffff;
  // Arrays longer than this are listed as one register.
  static constexpr uint16_t kListed = 16;

  RegisterMap(std::span<const RegisterRow> rows, uint32_t bytes);

  // Number of the register at `offset` (a multiple of 4), or kNone.
  uint16_t find(uint64_t offset) const { return offset < bytes_ ? slots_[offset / 4] : kNone; }
  uint32_t size() const { return uint32_t(registers_.size()); }
  const RegisterRow& row(uint16_t number) const { return *registers_[number].row; }
  uint16_t index(uint16_t number) const { return registers_[number].index; }
  bool holds_row(uint64_t offset) const {
    const uint16_t number = find(offset & ~uint64_t{3});
    return number != kNone && row(number).holds_row;
  }
  uint32_t offset(uint16_t number) const { return row(number).offset + row(number).stride * index(number); }

  std::vector<RegisterInfo> infos() const;
  // "RAL3", "MTA[17]", "TDT".
  const std::string& element_name(uint16_t number) const { return registers_[number].name; }
  // How many are listed, whatever is in them.
  uint32_t listed() const { return listed_; }

 private:
  struct Register {
    const RegisterRow* row;
    uint16_t index;
    std::string name;
  };
  std::span<const RegisterRow> rows_;
  std::vector<Register> registers_;
  const uint32_t bytes_;
  uint32_t listed_ = 0;
  std::unique_ptr<uint16_t[]> slots_;
};

// The registers of one device: values, and how often the guest touched each. Reads and writes come from the vCPU's
// thread; values are relaxed atomics that anyone may look at. What orders them against the rings are the words of
// base/shared.h, not these.
class RegisterFile {
 public:
  RegisterFile(const RegisterMap& map, NicDevice& device);

  // The guest's accesses. The 8254x takes aligned 4-byte accesses only (sheet e1000 §2). Others are harmless and
  // counted:
  //   8 bytes, aligned: two accesses, the lower first; 1 or 2 bytes: a read gives its part of the register, a write
  //   goes nowhere; unaligned, or where no register is: a read gives 0, a write goes nowhere.
  uint64_t read(uint64_t offset, uint8_t width, vmm::Access& access);
  void write(uint64_t offset, uint8_t width, uint64_t value, vmm::Access& access);

  // Stored values, by offset. No side effects, not counted. The register must exist.
  uint32_t get(uint32_t offset) const { return values_[map_.find(offset)].load(std::memory_order_relaxed); }
  void set(uint32_t offset, uint32_t value) { values_[map_.find(offset)].store(value, std::memory_order_relaxed); }
  // Element `index` of the array at `offset` whose elements follow each other by 4 bytes. No lookup: for tables used
  // per packet.
  const std::atomic<uint32_t>* array(uint32_t offset) const { return &values_[map_.find(offset)]; }

  // Power-on values. Access counts go on.
  void reset();

  // Accesses that no datasheet allows: wrong width, unaligned, no such register.
  uint64_t improper() const { return improper_.value(); }
  uint64_t reads(uint32_t offset) const { return counts_[map_.find(offset)].reads.value(); }
  uint64_t writes(uint32_t offset) const { return counts_[map_.find(offset)].writes.value(); }

  // Every register with its value; of long arrays the first element under the array's name, and each further one that
  // is not 0.
  std::vector<RegisterValue> values() const;

 private:
  struct Counts {
    Counter reads, writes;
  };
  uint32_t peek(uint16_t number) const;
  uint32_t read_register(uint64_t offset, vmm::Access& access);
  void write_register(uint64_t offset, uint32_t value, vmm::Access& access);

  const RegisterMap& map_;
  NicDevice& device_;
  std::unique_ptr<std::atomic<uint32_t>[]> values_;
  std::unique_ptr<Counts[]> counts_;
  Counter improper_;
};

}  // namespace ringside::devices
