// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/nearest.h"

#include <algorithm>
#include <utility>

namespace ringside {
namespace {

constexpr size_t kLongest = 64;  // no word of ours is longer, and the effort grows with the square

// How many slips of a finger lie between the two: a letter too many, too few, another one, or two that changed places.
size_t edits(const std::string& a, const std::string& b) {
  std::vector<size_t> row(b.size() + 1), above, above_that;
  for (size_t j = 0; j <= b.size(); j++) row[j] = j;
  for (size_t i = 1; i <= a.size(); i++) {
    above_that = std::exchange(above, row);
    row[0] = i;
    for (size_t j = 1; j <= b.size(); j++) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], above_that[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& words) {
  std::string best;
  if (word.size() > kLongest) return best;
  size_t best_distance = std::max<size_t>(2, word.size() / 2);
  for (const std::string& other : words)
    if (const size_t distance = edits(word, other); distance < best_distance) best_distance = distance, best = other;
  return best;
}

}  // namespace ringside
