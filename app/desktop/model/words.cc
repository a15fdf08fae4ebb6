// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/words.h"

#include <cstdlib>

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

// Where one line has room for one style, emphasis is written plainly.
std::string plain(std::string text) {
  std::erase(text, '*');
  return text;
}

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, by);)
    if (part = trimmed(part); !part.empty()) parts.push_back(part);
  return parts;
}

std::string cell(const std::vector<std::string>& row, size_t i) { return i < row.size() ? row[i] : std::string(); }

bool same_letters(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

bool word_letter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || (static_cast<unsigned char>(c) & 0x80);
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
    if (line.rfind("### ", 0) == 0)
      words.help_.emplace_back(trimmed(line.substr(4)), "");
    else if (!line.empty() && line[0] != '#' && !words.help_.empty())
      words.help_.back().second += line + "\n";
  }
  for (auto& row : table_rows(read_asset("help/empty.md")))
    if (row.size() >= 2) {
      if (words.empty_.empty() || words.empty_.back().first != row[0]) words.empty_.push_back({row[0], {row[1], {}}});
      if (row.size() > 2 && !row[2].empty())
        words.empty_.back().second.offers.push_back({row[2], row.size() > 3 ? row[3] : ""});
    }
  for (auto& row : table_rows(read_asset("help/keys.md")))
    if (row.size() >= 2) {
      words.keys_.emplace_back(row[0], row[1]);
      // "slower faster" share a row: each token has its part of the keys, by comma or by space
      const std::vector<std::string> tokens = split(cell(row, 2), ' '), by_comma = split(row[0], ','),
                                     by_space = split(row[0], ' ');
      for (size_t i = 0; i < tokens.size(); ++i)
        words.tokens_.emplace_back(tokens[i], tokens.size() == 1                 ? row[0]
                                              : by_comma.size() >= tokens.size() ? by_comma[i]
                                              : i < by_space.size()              ? by_space[i]
                                                                                 : row[0]);
    }
  for (auto& row : table_rows(read_asset("help/lab.md")))
    if (row.size() >= 2) words.lab_.emplace_back(row[0], row[1]);
  for (auto& row : table_rows(read_asset("glossary/glossary.md")))
    if (row.size() >= 3) words.terms_.push_back({row[0], plain(row[1]), plain(row[2])});
  for (auto& row : table_rows(read_asset("help/verdicts.md")))
    if (row.size() >= 5) words.verdicts_.push_back({row[0], row[1], row[2], row[3], row[4]});
  for (auto& row : table_rows(read_asset("help/menus.md")))
    if (row.size() >= 4) words.menus_.push_back({row[0], row[1], row[2], row[3], cell(row, 4)});
  for (auto& row : table_rows(read_asset("help/numbers.md")))
    if (row.size() >= 3) words.numbers_.push_back({row[0], row[1], row[2], split(cell(row, 3), ' ')});
  for (auto& row : table_rows(read_asset("help/references.md")))
    if (row.size() >= 4)
      words.references_.push_back({row[0], row[1], std::strtod(row[2].c_str(), nullptr) / 100, row[3]});
  for (auto& row : table_rows(read_asset("help/phrases.md")))
    if (row.size() >= 2) words.phrases_.emplace_back(row[0], row[1]);
  for (auto& row : table_rows(read_asset("help/tour.md"))) {
    if (row.size() < 4) continue;
    if (row[0] == "end")
      words.tour_end_ = row[1];
    else
      words.tour_.push_back({row[1], row[3], cell(row, 4), split(row[2], ','), split(cell(row, 5), ',')});
  }
  for (auto& [name, text] : words.help_) text = words.with_keys(text);
  return words;
}

std::string Words::with_keys(std::string text) const {
  for (auto& [token, key] : tokens_) {
    const std::string mark = "{key:" + token + "}";
    for (size_t at; (at = text.find(mark)) != std::string::npos;) text.replace(at, mark.size(), key);
  }
  return text;
}

std::string Words::phrase(std::string_view key) const {
  for (const auto& [name, text] : phrases_)
    if (name == key) return text;
  return std::string(key);
}

const Words::Number* Words::number(std::string_view key) const {
  for (const Number& n : numbers_)
    if (n.key == key) return &n;
  return nullptr;
}

const Words::Term* Words::term_at(std::string_view text, size_t at, size_t& length) const {
  const Term* found = nullptr;
  length = 0;
  if (at > 0 && word_letter(text[at - 1])) return nullptr;
  for (const Term& t : terms_) {
    std::string_view name = t.term;
    name = name.substr(0, name.find(" ("));  // "VF (virtual function)"
    if (name.size() <= length || at + name.size() > text.size() || !same_letters(text.substr(at, name.size()), name))
      continue;
    size_t end = at + name.size();
    if (end < text.size() && text[end] == 's') ++end;
    if (end < text.size() && word_letter(text[end])) continue;
    found = &t, length = end - at;
  }
  return found;
}

std::optional<std::string> fill_in(const std::string& text,
                                   const std::vector<std::pair<std::string, std::string>>& values) {
  std::string filled = text;
  for (size_t open = 0; (open = filled.find('{', open)) != std::string::npos;) {
    const size_t close = filled.find('}', open);
    if (close == std::string::npos) break;
    const std::string name = filled.substr(open + 1, close - open - 1);
    const auto value = std::find_if(values.begin(), values.end(), [&](auto& v) { return v.first == name; });
    if (value == values.end() || value->second.empty()) return {};
    filled.replace(open, close - open + 1, value->second);
    open += value->second.size();
  }
  return filled;
}

Words::Verdict Words::verdict(std::string_view state, std::string_view ring, bool drivers_view, int row) const {
  for (Verdict v : verdicts_) {
    if (v.state != state || v.ring != ring || v.view != (drivers_view ? "driver" : "device")) continue;
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
      if (const size_t at = text.find("{" + what + "}"); at != std::string::npos)
        text.replace(at, what.size() + 2, value);
    return text;
  }
  return {};
}

std::vector<std::string> Words::panels() const {
  std::vector<std::string> names;
  for (auto& [name, text] : help_) names.push_back(name);
  return names;
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
    if (same_letters(t.term, name)) return &t;
  return nullptr;
}

}  // namespace ringside::desktop
