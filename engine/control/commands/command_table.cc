// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/commands/command_table.h"

#include <algorithm>

#include "engine/base/nearest.h"
#include "engine/base/visible.h"

namespace ringside::control {
namespace {

constexpr size_t kMostLine = 1 << 16;

std::vector<std::string> split_words(std::string_view line, std::string& problem) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (char c : line) {
    if (quote) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '"' || c == '\'') {
      quote = c, in_word = true;
    } else if (c == '#' && !in_word) {
      break;
    } else if (std::isspace(uint8_t(c))) {
      if (in_word) words.push_back(word);
      word.clear(), in_word = false;
    } else {
      word += c, in_word = true;
    }
  }
  if (in_word) words.push_back(word);
  if (quote) problem = std::string("The quote ") + quote + " is not closed.";
  return words;
}

std::vector<std::string> verbs() {
  std::vector<std::string> list;
  for (const CommandRow& row : command_table()) list.push_back(row.verb);
  return list;
}

std::string usage_of(const CommandRow& row) {
  std::string text = row.verb;
  for (const KeyRow& key : row.keys) {
    std::string value = key.kind == ValueKind::kChoice          ? key.choices
                        : *key.fallback && *key.fallback != '!' ? key.fallback
                                                                : "…";
    std::string item = std::string(key.name) + "=" + value;
    text += *key.fallback == '!' ? " " + item : " [" + item + "]";
  }
  return text;
}

}  // namespace

const std::vector<CommandRow>& command_table() {
  static const std::vector<CommandRow> table = [] {
    std::vector<CommandRow> all;
    for (auto rows : {wire_commands(), switch_commands(), vm_commands(), vm_life_commands(), run_commands(),
                      view_commands(), price_commands(), backend_commands(), placement_commands()})
      all.insert(all.end(), rows.begin(), rows.end());
    return all;
  }();
  return table;
}

std::vector<CommandInfo> describe_commands() {
  std::vector<CommandInfo> list;
  for (const CommandRow& row : command_table()) {
    CommandInfo info{row.verb, usage_of(row), row.summary, row.applies, {}};
    for (const KeyRow& key : row.keys) {
      bool required = *key.fallback == '!';
      info.keys.push_back({key.name, form_of(key), required ? "" : key.fallback, key.meaning, required});
    }
    list.push_back(std::move(info));
  }
  return list;
}

Result<ParsedCommand> parse_command(std::string_view line) {
  ParsedCommand parsed;
  std::string problem;
  if (line.size() > kMostLine)
    return Error{"This line has " + std::to_string(line.size()) + " bytes. A command has at most " +
                     std::to_string(kMostLine) + ".",
                 "", "Is this a file of commands?", ""};
  std::vector<std::string> words = split_words(line, problem);
  if (!problem.empty()) return Error{problem, "", "", ""};
  if (words.empty()) return parsed;
  for (const std::string& w : words)
    if (std::any_of(w.begin(), w.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
      return Error{"\"" + excerpt(w) + "\" has a control character in it.", "", "Leave it out.", ""};
  for (const std::string& w : words) parsed.text += (parsed.text.empty() ? "" : " ") + w;

  // A verb is one or two words; the longer one is looked for first.
  size_t used = 0;
  for (size_t n : {2u, 1u}) {
    if (words.size() < n || used) continue;
    std::string verb = n == 2 ? words[0] + " " + words[1] : words[0];
    for (const CommandRow& row : command_table())
      if (verb == row.verb) parsed.row = &row, used = n;
  }
  if (!parsed.row) {
    std::string verb =
        words.size() > 1 && words[1].find('=') == std::string::npos ? words[0] + " " + words[1] : words[0];
    std::string near = nearest(verb, verbs());
    return Error{
        "There is no command \"" + excerpt(verb) + "\".", "",
        near.empty() ? "All commands: `help` in the window, `ringsidectl show commands`" : "Nearest: `" + near + "`",
        ""};
  }
  std::vector<std::string> names;
  for (const KeyRow& key : parsed.row->keys) names.push_back(key.name);
  for (size_t i = used; i < words.size(); i++) {
    size_t equal = words[i].find('=');
    std::string name = words[i].substr(0, equal);
    auto key =
        std::find_if(parsed.row->keys.begin(), parsed.row->keys.end(), [&](const KeyRow& k) { return name == k.name; });
    if (equal == std::string::npos)
      return Error{"\"" + excerpt(words[i]) + "\" is not of the form key=value.", "",
                   "Expected: `" + usage_of(*parsed.row) + "`", ""};
    if (key == parsed.row->keys.end()) {
      std::string near = nearest(name, names);
      return Error{"`" + std::string(parsed.row->verb) + "` has no key \"" + excerpt(name) + "\".", "",
                   near.empty() ? "Expected: `" + usage_of(*parsed.row) + "`" : "Nearest: `" + near + "=`", ""};
    }
    if (parsed.args.has(name)) return Error{"The key \"" + name + "\" stands twice.", "", "Keep one of them.", ""};
    std::string value = words[i].substr(equal + 1);
    if (Status good = check_value(*key, value); !good) return good.error();
    parsed.args.set(name, value);
  }
  for (const KeyRow& key : parsed.row->keys)
    if (*key.fallback == '!' && !parsed.args.has(key.name))
      return Error{"`" + std::string(parsed.row->verb) + "` needs " + key.name + "=. " + key.meaning + ".", "",
                   "Expected: `" + usage_of(*parsed.row) + "`", ""};
  return parsed;
}

}  // namespace ringside::control
