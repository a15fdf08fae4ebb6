// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ringside::desktop {

// The window's running text, read once from assets/: help of panels, empty states, keys, glossary. No prose in code.
class Words {
 public:
  struct Empty {
    struct Offer {
      std::string command, needs;  // of the machine: "VM", "generator", "switch" or nothing (model/offered_command.h)
    };
    std::string sentence;
    std::vector<Offer> offers;
  };
  struct Term {
    std::string term, sentence, place;
  };

  static Words load();

  // Paragraphs of a panel's help, a line each; empty when there is none.
  std::string help(std::string_view panel) const;
  std::vector<std::string> panels() const;  // those that have a help, by name
  Empty empty(std::string_view panel) const;
  const std::vector<std::pair<std::string, std::string>>& keys() const { return keys_; }
  // What a row's state means: "device", "done", "driver" or "error", on a ring, from one side.
  struct Verdict {
    std::string state, ring, view, words, more;
  };
  // `ring`: "receive", "transmit", "command receive", "command transmit" or "completion".
  Verdict verdict(std::string_view state, std::string_view ring, bool drivers_view, int row) const;
  // The key that a token names: "step" -> "→"; "" = none.
  std::string key(std::string_view token) const;
  // A sentence or label of the lab panel; {name} is filled in from `values`.
  std::string lab(std::string_view key, const std::vector<std::pair<std::string, std::string>>& values = {}) const;
  const Term* term(std::string_view name) const;
  const std::vector<Term>& terms() const { return terms_; }
  // The term that a text has at this place: its length, a plural's s included, or 0.
  const Term* term_at(std::string_view text, size_t at, size_t& length) const;

  // One row of a menu: what it does, and the command that it sends.
  struct MenuWord {
    std::string menu, group, label, command, key;
  };
  const std::vector<MenuWord>& menus() const { return menus_; }

  // What a number is, and the probes that it was computed from.
  struct Number {
    std::string key, title, means;
    std::vector<std::string> counters;
  };
  const Number* number(std::string_view key) const;
  const std::vector<Number>& numbers() const { return numbers_; }
  // A figure of a named source, that charts show faint behind what is measured: exits, against another model's.
  struct Reference {
    std::string baseline, model;
    double fewer = 0;  // 0.97: 97 % fewer
    std::string source;
  };
  const std::vector<Reference>& references() const { return references_; }
  // A sentence of a panel, by its key; the key itself when there is none, so that it is seen.
  std::string phrase(std::string_view key) const;

  // A step of the tour: what it says, what it highlights, what ends it, and the panels that it speaks of: they come to
  // the front, and its card does not lie on them.
  struct TourStep {
    std::string words, layout, ends;
    std::vector<std::string> at, speaks_of;
  };
  const std::vector<TourStep>& tour() const { return tour_; }
  const std::string& tour_end() const { return tour_end_; }

  // {key:step} becomes the key that does it.
  std::string with_keys(std::string text) const;

 private:
  std::vector<std::pair<std::string, std::string>> help_, keys_, tokens_, lab_, phrases_;
  std::vector<std::pair<std::string, Empty>> empty_;
  std::vector<Verdict> verdicts_;
  std::vector<Term> terms_;
  std::vector<MenuWord> menus_;
  std::vector<Number> numbers_;
  std::vector<Reference> references_;
  std::vector<TourStep> tour_;
  std::string tour_end_;
};

// {name} of a template filled in by `values`; nothing when one of its names is not among them, or empty.
std::optional<std::string> fill_in(const std::string& text,
                                   const std::vector<std::pair<std::string, std::string>>& values);

// The cells of a Markdown table's rows, header and rule left out.
std::vector<std::vector<std::string>> table_rows(const std::string& markdown);

}  // namespace ringside::desktop
