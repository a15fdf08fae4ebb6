// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/lab_toml.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/toml_bounds.h"

namespace ringside::labs {
namespace {

template <class Words>
std::string joined(const Words& words) {
  std::string all;
  for (const char* word : words) all += (all.empty() ? "" : ", ") + std::string(word);
  return all;
}

}  // namespace

Error at_line(const std::string& file, int line, const std::string& what, const std::string& remedy) {
  return {what, "", remedy, fmt::format("{}:{}", file, line)};
}

Result<toml::table> parse_toml(const TomlPlace& place, std::string_view text) {
  if (const auto excess = toml_excess(text))
    return at_line(place.file, place.line - 1 + excess->line,
                   fmt::format("{} cannot be read here. {}", place.what, excess->what),
                   "Expected short keys, one a line, such as `key = 1`.");
  try {
    return toml::parse(text, place.file);
  } catch (const toml::parse_error& error) {
    const int line = place.line - 1 + int(error.source().begin.line);
    return at_line(place.file, line, fmt::format("{} is not TOML here: {}.", place.what, error.description()),
                   "Expected `key = \"text\"`, `key = 1`, `key = [ … ]` or `key = { … }`, one a line.");
  }
}

std::string scalar_text(const toml::node& node) {
  if (auto text = node.value_exact<std::string>()) return *text;
  if (auto whole = node.value_exact<int64_t>()) return std::to_string(*whole);
  if (auto number = node.value_exact<double>()) return fmt::format("{}", *number);
  if (auto truth = node.value_exact<bool>()) return *truth ? "true" : "false";
  return {};
}

int TomlReader::line_of_key(const char* key) const {
  const toml::node* node = table_.get(key);
  return node ? line_of(*node) : place_.line;
}

void TomlReader::fail(int line, const std::string& what, const std::string& remedy) {
  if (status_) status_ = at_line(place_.file, line, what, remedy);
}

std::string TomlReader::text(const char* key) {
  const toml::node* node = table_.get(key);
  if (!node) return {};
  if (node->is_table() || node->is_array())
    fail(line_of(*node), fmt::format("`{}` of {} is a list or a table. Expected a text.", key, place_.what),
         fmt::format("Expected: `{} = \"…\"`", key));
  return scalar_text(*node);
}

void TomlReader::need(const char* key) {
  if (!table_.get(key))
    fail(place_.line, fmt::format("{} has no `{}`.", place_.what, key), fmt::format("Expected a line `{} = …`", key));
}

std::string TomlReader::required(const char* key) {
  need(key);
  return text(key);
}

int TomlReader::whole(const char* key, int fallback) {
  const toml::node* node = table_.get(key);
  if (!node) return fallback;
  if (!node->is_integer())
    fail(line_of(*node), fmt::format("`{}` of {} is not a whole number.", key, place_.what),
         fmt::format("Expected: `{} = {}`", key, fallback));
  return int(node->value_or(int64_t{fallback}));
}

bool TomlReader::truth(const char* key) {
  const toml::node* node = table_.get(key);
  if (node && !node->is_boolean())
    fail(line_of(*node), fmt::format("`{}` of {} is neither true nor false.", key, place_.what),
         fmt::format("Expected: `{} = true`", key));
  return node && node->value_or(false);
}

std::vector<std::string> TomlReader::list(const char* key) {
  std::vector<std::string> all;
  const toml::node* node = table_.get(key);
  if (!node) return all;
  if (!node->is_array()) {
    fail(line_of(*node), fmt::format("`{}` of {} is not a list.", key, place_.what),
         fmt::format("Expected: `{} = [\"…\", \"…\"]`", key));
    return all;
  }
  for (const toml::node& one : *node->as_array()) all.push_back(scalar_text(one));
  return all;
}

std::vector<const toml::table*> TomlReader::tables(const char* key) {
  std::vector<const toml::table*> all;
  const toml::node* node = table_.get(key);
  if (!node) return all;
  if (!node->is_array())
    fail(line_of(*node), fmt::format("`{}` of {} is not a list of tables.", key, place_.what),
         fmt::format("Expected: `{} = [ {{ … }}, {{ … }} ]`", key));
  else
    for (const toml::node& one : *node->as_array()) {
      if (one.is_table())
        all.push_back(one.as_table());
      else
        fail(line_of(one), fmt::format("`{}` of {} holds something that is no table.", key, place_.what),
             fmt::format("Expected: `{} = [ {{ … }}, {{ … }} ]`", key));
    }
  return all;
}

const toml::table* TomlReader::table(const char* key) {
  const toml::node* node = table_.get(key);
  if (!node) return nullptr;
  if (!node->is_table())
    fail(line_of(*node), fmt::format("`{}` of {} is not a table.", key, place_.what),
         fmt::format("Expected: `{} = {{ name = 1 }}`", key));
  return node->as_table();
}

std::string TomlReader::one_of(const char* key, std::initializer_list<const char*> allowed, const char* fallback) {
  std::string given = text(key);
  if (given.empty()) return fallback;
  if (std::find(allowed.begin(), allowed.end(), given) == allowed.end())
    fail(line_of_key(key), fmt::format("`{} = \"{}\"` of {} is not possible.", key, given, place_.what),
         "Expected one of: " + joined(allowed));
  return given;
}

void TomlReader::only(std::initializer_list<const char*> known, std::initializer_list<const char*> more) {
  std::vector<const char*> all = known;
  all.insert(all.end(), more);
  for (const auto& [key, node] : table_)
    if (std::find(all.begin(), all.end(), key.str()) == all.end())
      fail(line_of(node), fmt::format("{} has no field `{}`.", place_.what, key.str()),
           "Expected one of: " + joined(all));
}

}  // namespace ringside::labs
