// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ringside::desktop {

// The window's running text, read once from assets/: help of panels, empty states, keys, glossary. No prose in code.
class Words {
 public:
  struct Empty {
    std::string sentence, command;
  };
  struct Term {
    std::string term, sentence, place;
  };

  static Words load();

  // Paragraphs of a panel's help, a line each; empty when there is none.
  std::string help(std::string_view panel) const;
  Empty empty(std::string_view panel) const;
  const std::vector<std::pair<std::string, std::string>>& keys() const { return keys_; }
  // What a row's state means: "device", "done", "driver" or "error", on a receive or transmit ring, from one side.
  struct Verdict {
    std::string state, ring, view, words, more;
  };
  Verdict verdict(std::string_view state, bool receive, bool drivers_view, int row) const;
  // The key that a token names: "step" -> "→"; "" = none.
  std::string key(std::string_view token) const;
  // A sentence or label of the lab panel; {name} is filled in from `values`.
  std::string lab(std::string_view key, const std::vector<std::pair<std::string, std::string>>& values = {}) const;
  const Term* term(std::string_view name) const;
  const std::vector<Term>& terms() const { return terms_; }

 private:
  std::vector<std::pair<std::string, std::string>> help_, keys_, tokens_, lab_;
  std::vector<std::pair<std::string, Empty>> empty_;
  std::vector<Verdict> verdicts_;
  std::vector<Term> terms_;
};

// The cells of a Markdown table's rows, header and rule left out.
std::vector<std::vector<std::string>> table_rows(const std::string& markdown);

}  // namespace ringside::desktop
