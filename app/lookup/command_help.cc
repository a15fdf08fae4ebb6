// SPDX-License-Identifier: BSD-3-Clause
#include "app/lookup/command_help.h"

#include <algorithm>

namespace ringside {
namespace {

std::string padded(std::string text, size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text;
}

std::string list_of(const std::vector<const CommandInfo*>& commands) {
  size_t width = 0;
  for (const CommandInfo* c : commands) width = std::max(width, c->verb.size());
  std::string text;
  for (const CommandInfo* c : commands) text += padded(c->verb, width + 2) + c->summary + "\n";
  return text;
}

std::string whole(const CommandInfo& c) {
  std::string text = c.usage + "\n" + c.summary + (c.applies.empty() ? "" : " Applies: " + c.applies + ".") + "\n";
  size_t width = 0;
  for (const CommandInfo::Key& k : c.keys) width = std::max(width, k.name.size());
  for (const CommandInfo::Key& k : c.keys) {
    text += padded(k.name + "=", width + 3) + k.meaning;
    text += k.required ? ". Required.\n" : k.fallback.empty() ? "\n" : ". Default: " + k.fallback + "\n";
  }
  return text;
}

}  // namespace

Result<std::string> command_help(const std::vector<CommandInfo>& commands, const std::string& topic) {
  std::vector<const CommandInfo*> found;
  for (const CommandInfo& c : commands) {
    if (c.verb == topic) return whole(c);
    if (topic.empty() || c.verb.rfind(topic + " ", 0) == 0) found.push_back(&c);
  }
  if (found.empty())
    for (const CommandInfo& c : commands)
      if (c.verb.rfind(topic, 0) == 0) found.push_back(&c);
  if (found.empty()) return Error{"No command begins with `" + topic + "`.", "", "`help` lists them all.", ""};
  return found.size() == 1 && !topic.empty() ? whole(*found[0]) : list_of(found);
}

}  // namespace ringside
