// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/devices/register_file.h"
#include "engine/devices/vmxnet3/vmxnet3_device.h"

namespace ringside::devices {

// The model's register table (vmxnet3_register_table.cc), ready for access. Any thread.
const RegisterMap& vmxnet3_register_map();

// What registers do beyond holding a value: one exit each, rare. A vCPU's thread, except the peeks (any thread).
struct Vmxnet3Registers {
  using Access = vmm::Access;
  static Vmxnet3Device& self(NicDevice& d) { return static_cast<Vmxnet3Device&>(d); }
  static const Vmxnet3Device& self(const NicDevice& d) { return static_cast<const Vmxnet3Device&>(d); }

  // BAR0
  static uint32_t peek_imr(const NicDevice& d, uint32_t vector);
  static void write_imr(NicDevice& d, uint32_t vector, uint32_t value, Access&);
  static uint32_t peek_txprod(const NicDevice& d, uint32_t queue);
  static void write_txprod(NicDevice& d, uint32_t queue, uint32_t value, Access&);
  template <uint32_t kRing>
  static uint32_t peek_rxprod(const NicDevice& d, uint32_t queue) {
    return peek_rxprod(self(d), kRing, queue);
  }
  template <uint32_t kRing>
  static void write_rxprod(NicDevice& d, uint32_t queue, uint32_t value, Access&) {
    write_rxprod(self(d), kRing, queue, value);
  }
  // BAR1
  static void write_vrrs(NicDevice& d, uint32_t, uint32_t value, Access&);
  static void write_uvrs(NicDevice& d, uint32_t, uint32_t value, Access&);
  static uint32_t read_vrrs(const NicDevice&, uint32_t);
  static uint32_t read_uvrs(const NicDevice&, uint32_t);
  static void write_ds(NicDevice& d, uint32_t, uint32_t, Access&);
  static uint32_t peek_cmd(const NicDevice& d, uint32_t);
  static void write_cmd(NicDevice& d, uint32_t, uint32_t value, Access& access);
  static void write_mac(NicDevice& d, uint32_t, uint32_t, Access& access);
  static uint32_t peek_icr(const NicDevice& d, uint32_t);
  static uint32_t read_icr(NicDevice& d, uint32_t, Access&);
  static uint32_t peek_ecr(const NicDevice& d, uint32_t);
  static void write_ecr(NicDevice& d, uint32_t, uint32_t value, Access&);
  // the MSI-X BAR
  static uint32_t peek_table(const NicDevice& d, uint32_t index) { return self(d).msix_.read_table(index); }
  static void write_table(NicDevice& d, uint32_t index, uint32_t value, Access&) {
    self(d).msix_.write_table(index, value);
  }
  static uint32_t peek_pending(const NicDevice& d, uint32_t) { return self(d).msix_.read_pending(); }

 private:
  static uint32_t peek_rxprod(const Vmxnet3Device& d, uint32_t ring, uint32_t queue);
  static void write_rxprod(Vmxnet3Device& d, uint32_t ring, uint32_t queue, uint32_t value);
};

// What a write of CMD starts. Whatever re-programs a queue takes that queue's gate, and waits for nothing else
// meanwhile. Everything that lies in guest memory is copied once, and the copy is checked.
struct Vmxnet3Commands {
  static void run(Vmxnet3Device& d, uint32_t command, StepSink* sink);
  // RESET_DEV and power-on.
  static void reset_all(Vmxnet3Device& d, StepSink* sink);
  // Registers and commands that change what is let in.
  static void load_filters(Vmxnet3Device& d, StepSink* sink);

 private:
  static uint32_t activate(Vmxnet3Device& d, StepSink* sink);
  static void quiesce(Vmxnet3Device& d, StepSink* sink);
  static uint32_t load_rss(Vmxnet3Device& d, StepSink* sink);
  static uint32_t set_coalesce(Vmxnet3Device& d);
  static uint32_t get_coalesce(Vmxnet3Device& d);
  static uint64_t scheme_at(const Vmxnet3Device& d);
  static uint32_t set_rss_fields(Vmxnet3Device& d, StepSink* sink);
  static void write_status(Vmxnet3Device& d);
  static void write_stats(Vmxnet3Device& d);
  static spec::vmxnet3::TxStats totals(const Vmxnet3TxQueue& queue);
  static spec::vmxnet3::RxStats totals(const Vmxnet3RxQueue& queue);
  static bool shared_area(const Vmxnet3Device& d, spec::vmxnet3::DriverShared& area);
};

}  // namespace ringside::devices
