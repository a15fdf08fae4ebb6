// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ringside {

// What a text in TOML may have before it is handed to the library, which goes one call deeper for each part of a dotted
// key and knows a bound only for brackets.
struct TomlBounds {
  static constexpr size_t kMostBytes = 1 << 20;        // the whole text
  static constexpr size_t kMostLineBytes = 256 << 10;  // one line
  static constexpr size_t kMostParts = 16;             // of one key: a.b.c has 3
  static constexpr size_t kMostNested = 16;            // lists and tables within each other
};

struct TomlExcess {
  int line = 1;      // from 1
  std::string what;  // a sentence
};

// The first thing beyond the bounds; nothing when the text may be parsed. What is no TOML is left to the parser. Any
// thread.
std::optional<TomlExcess> toml_excess(std::string_view text);

}  // namespace ringside
