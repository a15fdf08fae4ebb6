// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/api/snapshot.h"

namespace ringside::desktop {

// Exits for the same packets, NIC model beside NIC model: the VMs of the running machine, counted since each got its
// present settings. VMs that share driver mode, doorbell and batch stand in one group; those of one model in it are
// added up. UI thread.
class NicComparison {
 public:
  void add(const Snapshot& snapshot);

  struct Bar {
    std::string model;
    std::vector<std::string> vms;
    int64_t threshold = -1;     // of the deferred doorbell; -1: the model has none
    uint64_t packets = 0;       // frames that the guests sent, or received if they send none
    uint64_t ept = 0, all = 0;  // exits that came to us: register accesses in memory, and all together
    uint64_t kernel = 0;        // by the kernel's own counter
    uint64_t count_only = 0;    // doorbells that the kernel answered: no exits to us
    bool kernel_known = false;
    bool modelled = false;                    // the price of an exit is, hence all that is computed with cycles
    double guest = 0, exit = 0, backend = 0;  // cycles, in all: in the guest, in exits, in the transmit context
    double modelled_backend = 0;              // of the last: spent because `backend cycles=` says so
    double per_packet(double n) const { return packets ? n / double(packets) : 0; }
    double per_10k(uint64_t n) const { return per_packet(double(n)) * 1e4; }
  };
  struct Regime {
    std::string driver, doorbell;
    uint32_t batch = 0;
    std::vector<Bar> bars;  // in the order of the VMs
  };
  // Larger batches first.
  std::vector<Regime> regimes() const;
  // Two models that handled enough for a ratio.
  static bool comparable(const Regime& r);
  static constexpr uint64_t kEnough = 1000;  // packets

 private:
  struct Counts {
    uint64_t packets = 0, ept = 0, all = 0, kernel = 0, count_only = 0, guest = 0, exit = 0, backend = 0,
             modelled_backend = 0;
  };
  struct Vm {
    std::string name, model, driver, doorbell;
    uint32_t batch = 0;
    int64_t threshold = -1;
    bool kernel_known = false, modelled = false;
    Counts begin, now;
    bool same_settings(const Vm& o) const {
      return model == o.model && driver == o.driver && doorbell == o.doorbell && batch == o.batch &&
             kernel_known == o.kernel_known;
    }
  };
  // Commands since the last look that make what was counted before another regime's: of this VM, or of all.
  static bool changed(const Snapshot& s, uint64_t since, const std::string& vm);
  static Vm look(const Snapshot& s, const VmView& vm);

  std::vector<Vm> vms_;
  uint64_t serial_ = ~uint64_t{0}, last_line_ = 0;
};

}  // namespace ringside::desktop
