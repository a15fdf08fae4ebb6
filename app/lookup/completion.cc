// SPDX-License-Identifier: BSD-3-Clause
#include "app/lookup/completion.h"

#include <sstream>

namespace ringside {
namespace {

void offer(Completion& c, const std::string& before, const std::string& word) {
  c.words.push_back(word);
  c.lines.push_back(before + word);
}

// "a|b|c" within a usage's "key=a|b|c".
std::vector<std::string> choices(const std::string& usage, const std::string& key) {
  std::vector<std::string> values;
  const size_t at = usage.find(key + "=");
  if (at == std::string::npos) return values;
  std::istringstream in(usage.substr(at + key.size() + 1));
  std::string list;
  in >> list;
  while (!list.empty() && (list.back() == ']' || list.back() == ')')) list.pop_back();
  if (list.find('|') == std::string::npos) return values;
  std::istringstream parts(list);
  for (std::string v; std::getline(parts, v, '|');) values.push_back(v);
  return values;
}

std::vector<std::string> names(const Snapshot& s, const std::string& key) {
  std::vector<std::string> all;
  if (key == "name" || key == "to" || key == "vm")
    for (const VmView& v : s.vms) all.push_back(v.name);
  if (key == "ring")
    for (const RingView& r : s.rings) all.push_back(r.name);
  return all;
}

}  // namespace

Completion complete(const std::vector<CommandInfo>& commands, const Snapshot& s, const std::string& line) {
  Completion c;
  const CommandInfo* command = nullptr;
  for (const CommandInfo& info : commands)
    if (line.rfind(info.verb + " ", 0) == 0 && (!command || info.verb.size() > command->verb.size())) command = &info;
  if (!command) {
    for (const CommandInfo& info : commands) {
      if (info.verb.rfind(line, 0) == 0) offer(c, "", info.verb);
      if (info.verb == line) c.help = info.usage + "   " + info.summary;
    }
    if (c.help.empty() && c.words.size() == 1)
      for (const CommandInfo& info : commands)
        if (info.verb == c.words[0]) c.help = info.usage + "   " + info.summary;
    return c;
  }
  c.help = command->usage + "   " + command->summary;
  const size_t space = line.rfind(' ');
  const std::string before = line.substr(0, space + 1), typed = line.substr(space + 1);
  const size_t equals = typed.find('=');
  if (equals == std::string::npos) {
    for (const CommandInfo::Key& k : command->keys)
      if (k.name.rfind(typed, 0) == 0 && line.find(" " + k.name + "=") == std::string::npos)
        offer(c, before, k.name + "=");
    return c;
  }
  const std::string key = typed.substr(0, equals), value = typed.substr(equals + 1);
  for (const std::string& v : choices(command->usage, key))
    if (v.rfind(value, 0) == 0) offer(c, before, key + "=" + v);
  for (const std::string& v : names(s, key))
    if (v.rfind(value, 0) == 0) offer(c, before, key + "=" + v);
  for (const CommandInfo::Key& k : command->keys)
    if (k.name == key && !k.meaning.empty()) c.help = key + ": " + k.meaning;
  return c;
}

}  // namespace ringside
