// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/api/snapshot.h"
#include "engine/base/disturbed.h"

// What is added up of a picture's counters, before anything is divided. Any thread.
namespace ringside::figures {

// Real seconds that it ran, in stepped and paced running virtual ones.
double seconds_of(const Snapshot& snapshot);

// A rate of what came after `since` (null: of the whole run) says something: real time passed, and none of the frames
// was stepped. Stepped and paced, a machine has counts: virtual time is a price list's, and three frames are no rate.
bool has_rates(const Snapshot& snapshot, const Snapshot* since = nullptr);

// Share of the time since `since` (null: of the whole run) that others had of a worker's CPU though it was ready to
// run: 0 to 1. What was counted then says more of them than of the machine.
double taken_of(const Snapshot& snapshot, const WorkerView& worker, const Snapshot* since = nullptr);
// The largest of all workers' shares; 0 stepped and paced, where no cycle is counted.
double taken(const Snapshot& snapshot, const Snapshot* since = nullptr);
using ringside::kDisturbed;  // from this share on figures of time are inconclusive

// Frames that a VM handled, by its guest's own account: a forwarded one counts once. What exits are divided by.
uint64_t packets_of(const VmView& vm);
uint64_t exits_of(const VmView& vm);       // that came to us
uint64_t mmio_exits_of(const VmView& vm);  // register accesses: exits of the EPT class

uint64_t sum_of(const std::vector<DropView>& drops);
// Every drop with the place where it happened: {"web.nic0.rx", "no_descriptor", 12}. Zero counts are left out; the sum
// is the balance's.
struct PlacedDrop {
  std::string place, reason;
  uint64_t frames = 0;
};
std::vector<PlacedDrop> drops_of(const Snapshot& snapshot);

}  // namespace ringside::figures
