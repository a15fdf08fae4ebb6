// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/toml_bounds.h"

#include <algorithm>

namespace ringside {
namespace {

// Walks over a text as TOML has it: where it errs about what is a string, the parser has stopped before.
class TomlWalk {
 public:
  explicit TomlWalk(std::string_view text) : text_(text) {}

  std::optional<TomlExcess> excess() {
    if (text_.size() > TomlBounds::kMostBytes)
      return beyond("This has " + std::to_string(text_.size()) + " bytes", TomlBounds::kMostBytes);
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"' || c == '\'') {
        string(c);
        continue;
      }
      if (c == '#') at_ = std::min(text_.find('\n', at_), text_.size() - 1);
      if (auto found = take(text_[at_++])) return found;
    }
    return line_end(at_);
  }

 private:
  std::optional<TomlExcess> take(char c) {
    if (c == '.') {
      if (++dots_ >= TomlBounds::kMostParts) return beyond("A key has too many parts", TomlBounds::kMostParts);
      return {};
    }
    if (c == '[' || c == '{') {
      if (++nested_ > TomlBounds::kMostNested)
        return beyond("Lists and tables lie too deep within each other", TomlBounds::kMostNested);
    } else if (c == ']' || c == '}') {
      nested_ -= nested_ > 0;
    } else if (c == '\n') {
      if (auto found = line_end(at_ - 1)) return found;  // at_ is behind it
      ++line_, began_ = at_;
    } else if (c != '=' && c != ',') {
      return {};
    }
    dots_ = 0;  // here a key or a number ends
    return {};
  }

  // Beyond its end; that of a line ends a string that has one line.
  void string(char quote) {
    const std::string three(3, quote);
    const bool lines = text_.substr(at_, 3) == three;
    at_ += lines ? 3 : 1;
    for (; at_ < text_.size(); ++at_) {
      if (lines ? text_.substr(at_, 3) == three : text_[at_] == quote) {
        at_ += lines ? 3 : 1;
        for (int more = 0; lines && more < 2 && at_ < text_.size() && text_[at_] == quote; ++more) ++at_;
        return;
      }
      if (text_[at_] == '\\' && quote == '"') ++at_;
      if (at_ >= text_.size() || text_[at_] != '\n') continue;
      if (!lines) return;
      longest_ = std::max(longest_, at_ - began_);
      if (longest_ > TomlBounds::kMostLineBytes) return;  // told with the line that this string ends in
      ++line_, began_ = at_ + 1;
    }
  }

  std::optional<TomlExcess> line_end(size_t at) {
    longest_ = std::max(longest_, std::min(at, text_.size()) - began_);
    if (longest_ > TomlBounds::kMostLineBytes)
      return beyond("This line has more bytes than a line may have", TomlBounds::kMostLineBytes);
    return {};
  }

  TomlExcess beyond(const std::string& what, size_t most) const {
    return {line_, what + "; " + std::to_string(most) + " at most."};
  }

  const std::string_view text_;
  size_t at_ = 0, began_ = 0, longest_ = 0, dots_ = 0, nested_ = 0;
  int line_ = 1;
};

}  // namespace

std::optional<TomlExcess> toml_excess(std::string_view text) { return TomlWalk(text).excess(); }

}  // namespace ringside
