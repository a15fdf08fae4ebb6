// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "app/ctl/terminal.h"
#include "engine/api/view/events.h"

namespace ringside::ctl {

// Events as lines of a table. The same seed gives the same bytes: no wall clock, no addresses of the host, fixed
// columns.
std::string event_header(const Terminal& terminal);
std::string event_line(const EventView& event, const Terminal& terminal);

}  // namespace ringside::ctl
