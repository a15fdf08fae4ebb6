// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "engine/api/engine.h"
#include "engine/base/result.h"

namespace ringside {

// What `help` says of a command table, in lines. Of "": each verb and its sentence. Of a verb ("vm set"): its usage,
// sentence and keys, with what is taken when they are left out. Of a verb's beginning ("vm"): the verbs that begin so.
// Error: no verb begins so. Any thread.
Result<std::string> command_help(const std::vector<CommandInfo>& commands, const std::string& topic);

}  // namespace ringside
