// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "app/desktop/model/lab_desk.h"
#include "engine/base/result.h"

namespace ringside::desktop {

// `lab open 1`, `lab answer p1 device sure=2`, `lab do one`, `lab end`, `lab mark e2 2`, `lab hint o2`, `lab check`,
// `lab reset`, `lab leave`: what a person can do in the lab panel, in text. Not sent to the engine; UI thread.
bool is_lab_command(const std::string& line);
Status apply_lab_command(LabDesk& desk, const std::string& line);

}  // namespace ringside::desktop
