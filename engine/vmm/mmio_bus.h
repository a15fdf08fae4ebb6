// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "engine/base/context.h"
#include "engine/base/gate.h"

namespace ringside::vmm {

// What comes along with a register access: who may be suspended by it.
struct Access {
  StepSink* sink = nullptr;  // set in stepped running: waiting for a gate passes the baton on
  uint64_t now = 0;          // the vCPU's clock, cycles
};

// A device's register face. Called by one vCPU's thread at a time. A device does not know where in the address space it
// lies. `offset` counts in its own register space: its BARs one behind the other (MmioBus::Range::at).
class MmioDevice {
 public:
  virtual ~MmioDevice() = default;
  virtual uint64_t mmio_read(uint64_t offset, uint8_t width, Access& access) = 0;
  virtual void mmio_write(uint64_t offset, uint8_t width, uint64_t value, Access& access) = 0;
  // Datasheet name of the register at `offset`, for exit records; "" when there is none. The text lives as long as the
  // program.
  virtual const char* register_name(uint64_t offset) const = 0;
};

// The guest-physical address space beyond RAM, and the I/O space: which device answers where. Built by the engine's
// thread, then read-only.
class MmioBus {
 public:
  struct Range {
    uint64_t base, size;
    MmioDevice* device;
    uint16_t index;   // of the NIC in its VM
    uint64_t at = 0;  // where the range begins in the device's register space

    uint64_t offset_of(uint64_t address) const { return at + (address - base); }
  };

  // False when the range overlaps another.
  bool map(uint64_t base, uint64_t size, MmioDevice* device, uint16_t index, uint64_t at = 0) {
    return add(ranges_, {base, size, device, index, at});
  }
  // The same in the I/O space, reached by IN and OUT: `base` is a port.
  bool map_ports(uint64_t base, uint64_t size, MmioDevice* device, uint16_t index, uint64_t at) {
    return add(ports_, {base, size, device, index, at});
  }

  // The range that holds `address`, or null: then a read gives all ones and a write goes nowhere, as on a PCI bus.
  const Range* find(uint64_t address) const { return find(ranges_, address); }
  const Range* find_port(uint64_t port) const { return find(ports_, port); }
  // Where a device's register lies; 0 when it has no such place.
  uint64_t address_of(const MmioDevice* device, uint64_t offset) const {
    for (const Range& r : ranges_)
      if (r.device == device && offset - r.at < r.size) return r.base + (offset - r.at);
    return 0;
  }
  const std::vector<Range>& ranges() const { return ranges_; }

  // With several vCPUs, one accesses registers at a time. A queue's gate may be waited for inside: no worker waits for
  // the bus.
  void share() { shared_ = true; }
  class Turnstile {
   public:
    Turnstile(const MmioBus& bus, StepSink* sink) : bus_(bus.shared_ ? &bus : nullptr) {
      if (bus_) [[unlikely]]
        enter_gate(bus_->gate_, sink, bus_);
    }
    ~Turnstile() {
      if (bus_) [[unlikely]]
        bus_->gate_.leave();
    }
    Turnstile(const Turnstile&) = delete;
    Turnstile& operator=(const Turnstile&) = delete;

   private:
    const MmioBus* bus_;
  };

 private:
  static bool add(std::vector<Range>& ranges, const Range& range) {
    for (const Range& r : ranges)
      if (range.base < r.base + r.size && r.base < range.base + range.size) return false;
    ranges.push_back(range);
    return true;
  }
  static const Range* find(const std::vector<Range>& ranges, uint64_t address) {
    for (const Range& r : ranges)
      if (address - r.base < r.size) return &r;
    return nullptr;
  }

  std::vector<Range> ranges_, ports_;
  bool shared_ = false;
  mutable shared::Gate gate_;
};

}  // namespace ringside::vmm
