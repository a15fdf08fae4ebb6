// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "app/ctl/terminal.h"
#include "engine/api/view/events.h"

namespace ringside::ctl {

// Events as lines of a table. The same seed gives the same bytes: no wall clock, no addresses of the host, fixed
// columns. A person's terminal that is too narrow for them has what tells the story, a line each.
std::string event_header(const Terminal& terminal);
std::string event_line(const EventView& event, const Terminal& terminal);

// What happened in one step of a lab. Of a long one the beginning and the end are kept: the end is where a ring runs
// full. Of what lies between, exits are kept: they are what one counts.
class LongStep {
 public:
  void take(const EventView& event);
  std::string shown(const Terminal& terminal);  // and begins anew

 private:
  static constexpr size_t kFirst = 24, kLast = 16, kMostExits = 12;
  std::vector<EventView> first_, between_;
  std::deque<EventView> last_;
  size_t all_ = 0;
};

}  // namespace ringside::ctl
