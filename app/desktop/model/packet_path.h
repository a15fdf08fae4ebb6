// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "app/desktop/widgets/path_view.h"
#include "engine/api/snapshot.h"

namespace ringside::desktop {

// The way of a packet as far as it is recorded: of the one that is followed, by its number; with 0, of the one that the
// chosen step belongs to; with 0 there too, of the newest step's.
PathView path_of(const Snapshot& s, uint64_t chosen_event, const std::string& selected_vm, uint32_t packet = 0);

// "packet 41, web: stop 4 of 9"; empty when no packet is known.
std::string path_words(const Snapshot& s, uint64_t chosen_event, uint32_t packet = 0);
// The newest packet that was seen in a VM (or, with an empty name, at a wire or the switch); 0 = none.
uint32_t newest_packet(const Snapshot& s, const std::string& vm);

}  // namespace ringside::desktop
