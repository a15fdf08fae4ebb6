// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/base/shared.h"
#include "engine/spec/boot_info.h"

namespace ringside::vmm {

// Whether a vCPU of a generating guest has frames left to send: work that `run until=idle` waits for, as it does not
// for other polls. `base`: of guest memory, whose words the guest may have scribbled over (spec::generate_share_of_vcpu
// takes any).
inline bool frames_left(uint8_t* base, uint32_t vcpu) {
  const auto* info = reinterpret_cast<const spec::BootInfo*>(base + spec::kBootInfoGpa);
  if (info->workload != spec::WorkloadKind::kGenerate) return false;
  auto* control = reinterpret_cast<spec::GuestControl*>(base + spec::kControlGpa);
  const auto* report = reinterpret_cast<const spec::GuestReport*>(base + spec::report_gpa(vcpu));
  const uint32_t flows = std::atomic_ref<uint32_t>(control->generate_flows).load(std::memory_order_relaxed);
  return shared::load_relaxed(&report->generated) <
         spec::generate_share_of_vcpu(shared::load_relaxed(&control->generate_count), flows, info->nics[0].queues,
                                      info->vcpu_count, vcpu);
}

}  // namespace ringside::vmm
