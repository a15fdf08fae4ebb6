// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/api/snapshot.h"

namespace ringside::probes {

// Fills snapshot.probes from its views: every number under a name of its own, with unit, description and provenance,
// sorted by name. The names are the language of labs, checks and exports.
void index_probes(Snapshot& snapshot);

}  // namespace ringside::probes
