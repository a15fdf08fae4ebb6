// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "engine/api/snapshot.h"

namespace ringside::figures {

// A number that was computed, with all that is said of it.
struct Figure : Metric {
  std::variant<uint64_t, double> value;

  Probe probe() const {
    Probe probe{name, kind, {}, unit, description, provenance};
    std::visit([&](auto number) { probe.value = number; }, value);
    return probe;
  }
  double number() const { return probe().number(); }
};

// What follows from a run's counters: rates, cycles and exits per packet, the balance. The engine counts, its users
// divide, and all of them here: the window, the command line, the labs' checks and the benchmarks. In the order of a
// summary, each with its provenance: a computed number takes the weakest of its inputs. Any thread.
//   run.seconds                     balance.sent …             drops.<place>.<reason>
//   rate.<wire>.in|out              rate.<vm>.received|sent    exits_per_packet.<vm>      exit_cost.<vcpu>
//   cycles_per_packet.<context>     worker.<worker>.busy       worker.<worker>.tick_us
//   price.<exit>
// Rates, costs and shares are of the whole run, or of what came after `since`, an earlier picture of it, if there is
// one: then only what happened in between is in them. Counts and the balance stay whole. Rates are left out where
// has_rates() says no.
std::vector<Figure> derive(const Snapshot& snapshot, const Snapshot* since = nullptr);

// The value of a figure in a list, 0 when there is none.
double value_of(const std::vector<Figure>& figures, const std::string& name);

}  // namespace ringside::figures
