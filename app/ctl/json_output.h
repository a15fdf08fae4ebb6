// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include <nlohmann/json.hpp>

#include "engine/api/snapshot.h"

namespace ringside::ctl {

// {"schema":1,"probes":[{"name","value","unit","provenance"}…],"events":[…]}: the form of run, step and show probes.
// Programs may rely on the names of schema 1; new names may come, and are to be ignored.
inline constexpr int kJsonSchema = 1;

nlohmann::ordered_json to_json(const Probe& probe);
nlohmann::ordered_json to_json(const EventView& event);

// The engine's probes and what derive() makes of them, its rates since an earlier picture of the run if one is given.
nlohmann::ordered_json run_json(const Snapshot& snapshot, const SharedList<EventView>& events,
                                const Snapshot* since = nullptr);

void print_json(const nlohmann::ordered_json& json);

}  // namespace ringside::ctl
