// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "engine/api/view/topology.h"
#include "engine/figures/number_format.h"

namespace ringside::figures {

// What a wire sends of its own now, in parts with ", " between them, the most telling first: "generator, 1 Mpps, 60 B,
// 1 flow, 20 frames"; "generator, silent" when it was told nothing, or nothing is left of that. The rate is what it was
// told, and no measurement. Empty of a wire that only carries what the world or a file has. Any thread.
std::string sending_text(const WireView& wire, const NumberFormat& format);

}  // namespace ringside::figures
