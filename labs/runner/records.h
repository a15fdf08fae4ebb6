// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/answer.h"
#include "engine/api/snapshot.h"
#include "labs/runner/values.h"

// What a do-block keeps of what happened in it, beside probes: values of its window, under names that no probe has. So
// they are frozen, chained and handed in as probes are, and a verdict about them can be made again. Any thread.
namespace ringside::labs {

// `try vm set name=web rx_ring=9`: the line may be refused, and the block goes on with the next. The command in it;
// nothing = an ordinary line.
std::optional<std::string> tried(const std::string& line);
// What is sent to the machine: the command of a line that is tried, else the line itself.
std::string command_in(const std::string& line);
// Why it cannot be tried; "" = it can. What leads to a goal cannot: it is not refused, it takes its time.
std::string cannot_be_tried(const std::string& line);

// The engine refused it, for a reason of its own. What no lab may do, and what this machine lacks, is no such reason.
bool was_refused(const Answer& answer);

// What came of a line that was tried.
struct Tried {
  size_t line = 0;  // in its block, from 1
  std::string command;
  bool refused = false;
  std::string said;  // refused: the reason
};
std::string tried_name(const Tried& tried);  // of its value: "try 2 vm set name=web rx_ring=9"
Value tried_value(const Tried& tried);
std::vector<Tried> tried_in(const Window& window);  // in the order of the lines
// "refused: rx_ring=9 is not possible.", "accepted".
std::string tried_text(const Tried& tried);

// The way of the packet that moved last, by the places where it was: "w0 → s0 → web.nic0 → web".
inline constexpr const char *kPacketPath = "packet.path", *kArrow = " → ";
// Of what happened after the event `since`; nothing = no packet moved, or time was not stepped. A way whose beginning
// is recorded no more begins with "…".
std::optional<Value> packet_path(const Snapshot& snapshot, uint64_t since);

// All that is counted below a thing, "web" or "web.nic0.rx", without what grows with time alone: "web.*". In a list of
// names it stands for all of those.
std::string state_of(const std::string& thing);
bool is_state(const std::string& name);
bool belongs_to(const std::string& probe, const std::string& state);

}  // namespace ringside::labs
