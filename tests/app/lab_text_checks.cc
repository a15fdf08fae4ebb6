// SPDX-License-Identifier: BSD-3-Clause
// What the lab panel's running text must not do.
#include <algorithm>
#include <map>

#include "tests/app/picture_checks.h"

namespace ringside::test {
namespace {

bool within(const desktop::Recording& r, const desktop::Drawn& d, std::string_view group) {
  for (int g = d.group; g >= 0; g = r.groups[size_t(g)].parent)
    if (r.groups[size_t(g)].name == group) return true;
  return false;
}

bool in_lab(const desktop::Recording& r, const desktop::Drawn& d) { return within(r, d, "Lab"); }

long words_of(const std::string& text) { return std::count(text.begin(), text.end(), ' ') + 1; }

}  // namespace

// A name may be cut where it has no room; a sentence takes another line.
std::vector<std::string> sentences_cut(const desktop::Recording& r) {
  constexpr std::string_view kDots = "…";
  std::vector<std::string> wrong;
  for (const desktop::Drawn& d : r.drawn)
    if (d.kind == desktop::Drawn::Kind::kText && d.text.ends_with(kDots) && words_of(d.text) > 3 &&
        d.text[d.text.size() - kDots.size() - 1] != ' ' && in_lab(r, d))
      wrong.push_back("a sentence of the lab is cut: " + d.text);
  return wrong;
}

std::vector<std::string> sentences_repeated(const desktop::Recording& r) {
  std::map<std::string, int> seen;
  for (const desktop::Drawn& d : r.drawn)
    if (d.kind == desktop::Drawn::Kind::kText && d.text.ends_with(".") && words_of(d.text) > 4 && in_lab(r, d) &&
        !within(r, d, "card"))  // one lab may stand in several packs
      seen[d.text]++;
  std::vector<std::string> wrong;
  for (const auto& [text, times] : seen)
    if (times > 1) wrong.push_back("the lab says it " + std::to_string(times) + " times: " + text);
  return wrong;
}

}  // namespace ringside::test
