// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>

#include "engine/api/snapshot.h"
#include "engine/control/picture/board.h"
#include "engine/control/running/clockwork.h"
#include "engine/probes/probe_index.h"
#include "engine/vmm/kvm/exit_prices.h"

namespace ringside::control {

struct Scene;

// What a picture is made of beside the scene.
struct PictureSources {
  const Clockwork& clockwork;
  const CommandLog& log;
  const vmm::ExitPrices& prices;
  probes::ProbeIndex& index;
  uint64_t serial = 0, leaked = 0;
};

// Joins what every owner shows into one immutable Snapshot (DESIGN section 9). Engine's thread. Counters are
// owner-written words that are read where they lie; rows of rings come from the owner's copies while it runs, and from
// the ring itself when it stands. `exact`: everybody stands at a breath boundary.
std::shared_ptr<Snapshot> take_picture(Scene& scene, const PictureSources& sources, bool exact);

std::vector<ExitPriceView> price_views(const vmm::ExitPrices& prices);

}  // namespace ringside::control
