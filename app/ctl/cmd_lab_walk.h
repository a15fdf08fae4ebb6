// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/api/engine.h"
#include "labs/runner/session.h"

namespace ringside::ctl {

// Takes a person through a lab, line by line, from stdin; ends when the lab does, at :quit or at the end of the input.
// `kept`: what was answered outlives the program, so that the next walk goes on at the same place.
Result<std::vector<labs::CheckResult>> walk(Engine& engine, labs::LabSession& session, bool kept);

}  // namespace ringside::ctl
