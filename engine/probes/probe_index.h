// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>

#include "engine/api/snapshot.h"
#include "engine/probes/probe_walk.h"

namespace ringside::probes {

// Every number of a picture's views under a name of its own, with unit, description and provenance, sorted by name. The
// names are the language of labs, checks and exports. They are made when a machine changes, or shows what it never did
// before (a drop for a new reason, an exit by a new register), and then stand: until the next time a picture takes
// values alone. Engine's thread.
class ProbeIndex {
 public:
  // Fills snapshot.probes from its views.
  void index(Snapshot& snapshot);

 private:
  // Pictures of a cut know how many frames are in flight, others do not; both come in turn while a machine runs.
  std::array<Named, 2> named_;
  uint64_t version_ = 0;
};

}  // namespace ringside::probes
