// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/words.h"

#include <algorithm>
#include <cctype>
#include <sstream>

#include "engine/base/assets.h"

namespace ringside::desktop {
namespace {

std::string trimmed(std::string text) {
  while (!text.empty() && text.front() == ' ') text.erase(0, 1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\r')) text.pop_back();
  return text;
}

// Emphasis is for the manual; the window writes it plainly.
std::string plain(std::string text) {
  std::erase(text, '*');
  for (size_t at; (at = text.find("{key:help}")) != std::string::npos;) text.replace(at, 10, "?");
  return text;
}

// "slower faster" for ", ." and "bigger smaller" for "Ctrl +, Ctrl −, …": one token a key, in their order.
void add_tokens(std::vector<std::pair<std::string, std::string>>& into, const std::string& keys, const std::string& tokens) {
  std::vector<std::string> names, parts;
  std::istringstream in(tokens);
  for (std::string name; in >> name;) names.push_back(name);
  if (names.size() == 1) return into.emplace_back(names[0], keys), void();
  const bool listed = keys.find(", ") != std::string::npos;
  std::istringstream all(keys);
  if (listed)
    for (std::string part; std::getline(all, part, ',');) parts.push_back(trimmed(part));
  else
    for (std::string part; all >> part;) parts.push_back(part);
  for (size_t i = 0; i < names.size() && i < parts.size(); ++i) into.emplace_back(names[i], parts[i]);
}

}  // namespace

std::vector<std::vector<std::string>> table_rows(const std::string& markdown) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream in(markdown);
  bool header = true;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line[0] != '|') {
      header = true;
      continue;
    }
    if (line.rfind("|--", 0) == 0) {
      header = false;
      continue;
    }
    if (header) continue;
    std::vector<std::string> cells;
    std::istringstream row(line.substr(1));
    for (std::string cell; std::getline(row, cell, '|');) cells.push_back(trimmed(cell));
    rows.push_back(std::move(cells));
  }
  return rows;
}

Words Words::load() {
  Words words;
  std::istringstream in(read_asset("help/panels.md"));
  for (std::string line; std::getline(in, line);) {
    if (line.rfind("### ", 0) == 0) words.help_.emplace_back(trimmed(line.substr(4)), "");
    else if (!line.empty() && line[0] != '#' && !words.help_.empty()) words.help_.back().second += plain(line) + "\n";
  }
  for (auto& row : table_rows(read_asset("help/empty.md")))
    if (row.size() >= 2) words.empty_.push_back({row[0], {row[1], row.size() > 2 ? row[2] : ""}});
  for (auto& row : table_rows(read_asset("help/keys.md")))
    if (row.size() >= 2) {
      words.keys_.emplace_back(row[0], row[1]);
      if (row.size() > 2) add_tokens(words.tokens_, row[0], row[2]);
    }
  for (auto& row : table_rows(read_asset("help/lab.md")))
    if (row.size() >= 2) words.lab_.emplace_back(row[0], row[1]);
  for (auto& row : table_rows(read_asset("glossary/glossary.md")))
    if (row.size() >= 3) words.terms_.push_back({row[0], plain(row[1]), plain(row[2])});
  for (auto& row : table_rows(read_asset("help/verdicts.md")))
    if (row.size() >= 5) words.verdicts_.push_back({row[0], row[1], row[2], row[3], row[4]});
  return words;
}

Words::Verdict Words::verdict(std::string_view state, bool receive, bool drivers_view, int row) const {
  for (Verdict v : verdicts_) {
    if (v.state != state || v.ring != (receive ? "receive" : "transmit") || v.view != (drivers_view ? "driver" : "device")) continue;
    for (std::string* text : {&v.words, &v.more})
      if (const size_t at = text->find("{row}"); at != std::string::npos) text->replace(at, 5, std::to_string(row));
    return v;
  }
  return {};
}

std::string Words::key(std::string_view token) const {
  for (auto& [name, key] : tokens_)
    if (name == token) return key;
  return {};
}

std::string Words::lab(std::string_view key, const std::vector<std::pair<std::string, std::string>>& values) const {
  for (auto& [name, words] : lab_) {
    if (name != key) continue;
    std::string text = words;
    for (auto& [what, value] : values)
      if (const size_t at = text.find("{" + what + "}"); at != std::string::npos) text.replace(at, what.size() + 2, value);
    return text;
  }
  return {};
}

std::string Words::help(std::string_view panel) const {
  for (auto& [name, text] : help_)
    if (name == panel) return text;
  return {};
}

Words::Empty Words::empty(std::string_view panel) const {
  for (auto& [name, empty] : empty_)
    if (name == panel) return empty;
  return {};
}

const Words::Term* Words::term(std::string_view name) const {
  for (const Term& t : terms_)
    if (std::equal(t.term.begin(), t.term.end(), name.begin(), name.end(), [](char a, char b) { return std::tolower(a) == std::tolower(b); })) return &t;
  return nullptr;
}

}  // namespace ringside::desktop
