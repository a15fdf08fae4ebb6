// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "app/ctl/terminal.h"
#include "engine/api/snapshot.h"

namespace ringside::ctl {

// A run's result for a person: rates, balance, drops by reason, cycles and exits per packet, each with its provenance.
std::string summary_text(const Snapshot& snapshot, const Terminal& terminal);

// One line: "sent 3 + copied 0 = delivered 2 + dropped 1 + in flight 0: holds".
std::string balance_text(const Balance& balance);

}  // namespace ringside::ctl
