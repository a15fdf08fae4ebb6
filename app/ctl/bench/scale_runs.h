// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"

namespace ringside::ctl {

// Chains: each VM has a wire and a switch of its own. Fan-out: one wire, all VMs at its switch.
enum class ScaleShape { kChains, kFanOut };

// A size of `bench scale`.
struct ScaleSize {
  ScaleShape shape = ScaleShape::kChains;
  bool generator = false;  // ring wires, each with its generator, which some worker must run; else null wires
  int vms = 1, workers = 1;
  std::string text() const;  // "chains, null wires, 4 VMs, 2 workers"
  std::string name() const;  // "chains.null.v4.w2", as probes of the JSON and --size have it
};

// The size of that name, of up to 1,024 VMs and 64 workers.
Result<ScaleSize> scale_size(const std::string& name);

// What is built and run, in commands without `run`: E1000 guests that forward, frames without end.
std::string scale_scenario(const ScaleSize& size);

// A placement by hand: `context place` lines for every context.
struct HandPlacement {
  std::string name;  // "a chain a worker"
  std::string lines;
};

// Those that a person would try, none twice; the first is the engine's default until this was measured: the data path
// on the first worker, vCPUs on the others.
std::vector<HandPlacement> hand_placements(const ScaleSize& size);

// 1, 2, 4 … and `most` itself.
std::vector<int> doublings(int most);

}  // namespace ringside::ctl
