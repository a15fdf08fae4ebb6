// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "engine/api/snapshot.h"

namespace ringside::ctl {

// What follows from a run's counters: rates, cycles and exits per packet, the balance. The engine counts, its users
// divide. A list in the order of a summary; text, JSON and the benchmarks all read this one.
//   run.seconds                     balance.sent …             drops.<place>.<reason>
//   rate.<wire>.in|out              rate.<vm>.received|sent    exits_per_packet.<vm>      exit_cost.<vcpu>
//   cycles_per_packet.<context>     worker.<worker>.busy       worker.<worker>.tick_us
// Rates are of the whole run, or of what came after `since`, an earlier picture of it, if there is one.
std::vector<Probe> derive(const Snapshot& snapshot, const Snapshot* since = nullptr);

// The value of a metric in a list, 0 when there is none.
double value_of(const std::vector<Probe>& metrics, const std::string& name);

// Real seconds that it ran, in stepped and paced running virtual ones.
double seconds_of(const Snapshot& snapshot);

// Frames that a VM handled: a forwarded one counts once.
uint64_t packets_of(const VmView& vm);
uint64_t mmio_exits_of(const VmView& vm);  // register accesses: exits of the EPT class

// Every drop with the place where it happened: {"web.nic0.rx", "no_descriptor", 12}. Zero counts are left out.
struct PlacedDrop {
  std::string place, reason;
  uint64_t frames = 0;
};
std::vector<PlacedDrop> drops_of(const Snapshot& snapshot);

}  // namespace ringside::ctl
