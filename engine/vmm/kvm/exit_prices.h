// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace ringside::vmm {

// What one kind of exit costs on this machine, measured with a guest of a few instructions: cycles of the TSC from one
// exit to the next, the guest's one instruction, the kernel's way out and in, and a loop in user space that does
// nothing.
struct ExitPrice {
  std::string name;  // "MMIO write"
  std::string how;   // what was measured, in a sentence
  uint64_t median = 0, p99 = 0;
  uint32_t samples = 0;  // 0: not possible here, `how` says why
};

struct ExitPrices {
  std::vector<ExitPrice> list;
  bool nested =
      false;  // this machine is a VM itself (CPUID's hypervisor bit): its exits pass through another hypervisor
  const ExitPrice* find(const std::string& name) const {
    for (const ExitPrice& price : list)
      if (price.name == name && price.samples) return &price;
    return nullptr;
  }
};

// `samples` of each. Takes about 20 s for 100,000 where KVM interprets its guests, a second with VT-x or AMD-V.
// `go_on` is asked some hundred times a second; when it says no, the measurement is given up. Engine's thread, at rest.
// Error: no KVM, or given up.
Result<ExitPrices> measure_exit_prices(uint32_t samples, const std::function<bool()>& go_on = {});

}  // namespace ringside::vmm
