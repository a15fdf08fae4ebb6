// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/desktop/model/history.h"
#include "engine/api/snapshot.h"

namespace ringside::desktop {

// Exits by reason and register, over all vCPUs. Rates are those of the last second that ran; where there are none,
// counts.
struct ExitRow {
  std::string reason, reg;
  std::string by;         // "fw, ids"
  std::string vm, model;  // the chosen one of them, or the first
  uint64_t count = 0, cycles = 0;
  double rate = 0;          // exits a second, or so far
  double share = 0;         // of one core's cycles
  double per_packet = -1;   // negative = nothing was handled
  bool modelled = false;    // the price is
  bool count_only = false;  // answered in the kernel: no record, no price
  std::string why;          // key of a phrase that says so: "exits.ioeventfd"
  double each = 0;          // cycles, of the same stretch as the rate and the share
  bool lately = false;      // per_packet is of the last second; else of all so far
};
std::vector<ExitRow> exit_rows(const Snapshot& s, const History& history, const std::string& chosen_vm, bool by_time);

// Two totals that stand side by side and are never added up: what came to us, and what the kernel counted by itself, of
// which the first is a part. `kernel_known`: some vCPU is KVM's and its kernel counts exits.
struct ExitTotals {
  uint64_t user = 0, kernel = 0;
  double user_rate = 0, kernel_rate = 0;
  bool kernel_known = false;
  uint64_t count_only = 0;  // of ioeventfd doorbells and, with irqchip=kernel, of HLT and interrupt windows
  uint64_t records = 0, left_out = 0;
};
ExitTotals exit_totals(const Snapshot& s, const History& history);

// A kernel's counter of a vCPU by KVM's name, or nothing.
const uint64_t* kernel_counter(const VcpuView& v, const std::string& name);

}  // namespace ringside::desktop
