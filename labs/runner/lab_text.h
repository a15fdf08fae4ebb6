// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "labs/runner/lab.h"

namespace ringside::labs {

// region: bounds
struct LabBounds {
  static constexpr size_t kMostTextBytes = 256 << 10;  // one lab
  static constexpr size_t kMostLineBytes = 8 << 10;    // one line below the front matter, filled in or not
  static constexpr size_t kMostFilledBytes = 1 << 20;  // one lab with one variant's values in place
  static constexpr size_t kMostWork = 32 << 20;        // all labs of one file, each variant with its values in place
};
// endregion: bounds

// A lab as its author wrote it. Every error names file and line, and what was expected there.
struct LabText {
  std::string file;  // "labs/exercises/001_anatomy_of_a_ring/lab.md"
  std::string text;
  std::string hash;         // of the text: tells whether a lab has changed since a student began it
  std::string folder = {};  // where its captures lie; "" = it has none, as a compiled lab
  std::string key = {};     // under which its answers are kept and its numbers drawn: "PACK/LAB"; "" = its id
  bool packed = false;      // of a pack, which may be anybody's: it is rehearsed before anything of it runs
  bool reduced = false;     // a student's edition (labs/pack/reduce.h)
};

Result<LabText> read_lab(const std::string& path);

// How many rows of [[variant]] there are, from 1 to 256: more are refused.
Result<int> count_variants(const LabText& text);

// The lab with row `variant` (from 0) and this seed filled in. Beyond LabBounds it is refused with the line.
Result<Lab> parse_lab(const LabText& text, int variant, uint64_t seed);

// Fills in each {{name}} by `value_of`, which may leave one as it is by answering "{{name}}".
template <class Function>
std::string fill_in(std::string_view text, Function value_of) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const size_t open = text.find("{{", at);
    const size_t close = open == text.npos ? open : text.find("}}", open);
    if (close == text.npos) return result.append(text.substr(at));
    result.append(text.substr(at, open - at)).append(value_of(std::string(text.substr(open + 2, close - open - 2))));
    at = close + 2;
  }
  return result;
}

// A word of 64 bits from a text, the same on every machine (FNV-1a, then mixed).
uint64_t hash_of(std::string_view text);

// Which row and which seed a student gets. Public: it only has to make copied numbers wrong.
struct Draw {
  int variant = 0;
  uint64_t seed = 1;
};
Draw draw(const std::string& lab, const std::string& student, int variants);

std::vector<std::string> words_of(const std::string& line);  // "a b" in quotes is one word

}  // namespace ringside::labs
