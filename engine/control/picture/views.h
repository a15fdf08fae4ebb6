// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/api/snapshot.h"
#include "engine/net/drop_reason.h"

namespace ringside::control {

struct Scene;
struct VmUnit;

// The parts of a picture. Engine's thread; s.cut: all owners stand, and rings are read where they lie.

VmView vm_view(VmUnit& unit);             // with what was counted by those whose place it took
void add_vms(Scene& scene, Snapshot& s);  // with their rings
RingView ring_view(Scene& scene, VmUnit& unit, size_t ring, const Snapshot& s);
std::vector<DropView> drop_views(const net::DropCounters& drops);  // reasons with frames > 0

}  // namespace ringside::control
