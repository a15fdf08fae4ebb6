// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "engine/base/result.h"

namespace ringside::labs {

// Where a piece of TOML begins in its file, for errors.
struct TomlPlace {
  std::string file;
  int line = 1;      // of the TOML's first line
  std::string what;  // "check c4"
};

Error at_line(const std::string& file, int line, const std::string& what, const std::string& remedy = "");

// Errors name file and line: what is no TOML, and what is beyond TomlBounds (engine/base/toml_bounds.h).
Result<toml::table> parse_toml(const TomlPlace& place, std::string_view text);

// Reads the fields of a table. The first thing that is wrong is kept; what is read after it is empty.
class TomlReader {
 public:
  TomlReader(const toml::table& table, const TomlPlace& place) : table_(table), place_(place) {}

  std::string text(const char* key);      // "" when missing; a number or a truth value as it is written
  void need(const char* key);             // of any kind
  std::string required(const char* key);  // a text
  int whole(const char* key, int fallback);
  bool truth(const char* key);
  std::vector<std::string> list(const char* key);  // of texts
  std::vector<const toml::table*> tables(const char* key);
  const toml::table* table(const char* key);
  std::string one_of(const char* key, std::initializer_list<const char*> allowed, const char* fallback);
  // Any other key is an error.
  void only(std::initializer_list<const char*> known, std::initializer_list<const char*> more = {});
  void fail(int line, const std::string& what, const std::string& remedy = "");

  int line_of(const toml::node& node) const { return place_.line - 1 + int(node.source().begin.line); }
  int line() const { return place_.line; }
  const TomlPlace& place() const { return place_; }
  const Status& status() const { return status_; }
  void take(const Status& other) {
    if (status_ && !other) status_ = other;
  }

 private:
  int line_of_key(const char* key) const;

  const toml::table& table_;
  const TomlPlace& place_;
  Status status_;
};

// A scalar as a text: numbers and truth values as they are written.
std::string scalar_text(const toml::node& node);

}  // namespace ringside::labs
