// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "engine/control/commands/key_row.h"

namespace ringside::control {

// What `vm add` and `vm set` take both. Pure; any thread.
std::vector<KeyRow> vm_option_keys();

}  // namespace ringside::control
