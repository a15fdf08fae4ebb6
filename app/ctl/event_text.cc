// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/event_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "app/ctl/number_format.h"

namespace ringside::ctl {
namespace {

bool is_zero(const std::string& value) { return value.find_first_not_of("0x") == std::string::npos; }

// The fields that say something: not those that the detail names already, and of flags those that are set.
std::string fields_text(const EventView& event) {
  std::string text;
  for (const auto& [name, value] : event.fields)
    if (!is_zero(value) && event.detail.find(name + " " + value) == std::string::npos)
      text += (text.empty() ? "" : ", ") + name + " " + value;
  return text;
}

std::string row(const std::string& number, const std::string& ns, const std::string& stop, const std::string& exit,
                const std::string& who, const std::string& what, const std::string& cost, const std::string& detail) {
  std::string line = right(number, 6) + right(ns, 14) + right(stop, 6) + right(exit, 6) + "  " + left(who, 12) + "  " +
                     left(what, 34) + right(cost, 9) + "  " + detail;
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

constexpr int kWide = 130;  // columns that a whole row takes, with most of its details

bool narrow(const Terminal& terminal) { return terminal.tty && terminal.columns < kWide; }

// What tells the story, one line an event: a row that the terminal breaks is hard to follow down the page.
std::string short_row(const Terminal& terminal, const std::string& number, const std::string& exit,
                      const std::string& who, const std::string& what, const std::string& detail) {
  std::string line =
      right(number, 6) + "  " + left(exit, 4) + "  " + left(who, 12) + "  " + left(what, 32) + "  " + detail;
  const size_t room = size_t(std::max(20, terminal.columns - 1));
  if (columns(line) > room) {
    size_t end = 0;
    for (size_t seen = 0; end < line.size(); end++)
      if ((uint8_t(line[end]) & 0xC0) != 0x80 && ++seen == room) break;
    line.resize(end);
    line += "…";
  }
  while (line.ends_with(' ')) line.pop_back();
  return line;
}

}  // namespace

std::string event_header(const Terminal& terminal) {
  return inked(terminal, Ink::kBold,
               narrow(terminal)
                   ? short_row(terminal, "event", "", "who", "what", "register or descriptor")
                   : row("event", "virtual ns", "stop", "", "who", "what", "cycles", "register or descriptor")) +
         "\n";
}

std::string event_line(const EventView& event, const Terminal& terminal) {
  std::string detail = event.detail;
  if (const std::string fields = fields_text(event); !fields.empty()) detail += (detail.empty() ? "" : "; ") + fields;
  if (!event.instruction.empty()) detail += "; " + event.where + ": " + event.instruction;
  const std::string line =
      narrow(terminal)
          ? short_row(terminal, count(event.number), event.exit ? "EXIT" : "", event.who, event.what, detail)
          : row(count(event.number), count(event.ns), event.stop ? std::to_string(event.stop) : "-",
                event.exit ? "EXIT" : "", event.who, event.what, count(event.cycles), detail);
  return inked(terminal,
               event.exit                       ? Ink::kWarning
               : event.kind == EventKind::kDrop ? Ink::kBad
                                                : Ink::kPlain,
               line) +
         "\n";
}

void LongStep::take(const EventView& event) {
  if (all_++ < kFirst) return first_.push_back(event);
  last_.push_back(event);
  if (last_.size() <= kLast) return;
  if (last_.front().exit && between_.size() < kMostExits) between_.push_back(last_.front());
  last_.pop_front();
}

std::string LongStep::shown(const Terminal& terminal) {
  if (first_.empty()) return {};
  std::string text = "Steps:\n" + event_header(terminal);
  for (const EventView& event : first_) text += event_line(event, terminal);
  if (const size_t between = all_ - first_.size() - last_.size(); between > 0) {
    text += "  … " + counted(between, "event") + " between" + (between_.empty() ? "\n" : ", of them these exits:\n");
    for (const EventView& event : between_) text += event_line(event, terminal);
    text += between_.empty() ? "" : between_.size() == kMostExits ? "  … and so on\n" : "  …\n";
  }
  for (const EventView& event : last_) text += event_line(event, terminal);
  first_.clear(), between_.clear(), last_.clear(), all_ = 0;
  return text;
}

}  // namespace ringside::ctl
