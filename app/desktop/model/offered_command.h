// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "app/desktop/model/words.h"
#include "engine/api/snapshot.h"

namespace ringside::desktop {

// The command that an empty panel offers, for this machine; "" where it would be refused or has nobody to act on.
std::string offered_command(const Words::Empty& words, const Snapshot& s);

}  // namespace ringside::desktop
