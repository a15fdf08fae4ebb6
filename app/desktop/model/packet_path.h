// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "app/desktop/widgets/path_view.h"
#include "engine/api/snapshot.h"

namespace ringside::desktop {

// The way of the packet that the newest step (or the chosen one, by number) belongs to, from the recorded events.
PathView path_of(const Snapshot& s, uint64_t chosen_event, const std::string& selected_vm);

// "packet 41, web: stop 4 of 9"; empty when no packet is known.
std::string path_words(const Snapshot& s, uint64_t chosen_event);

}  // namespace ringside::desktop
