// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/judging.h"

#include <cmath>

namespace ringside::labs {
namespace {

constexpr double kSecondDigit = 0.05;  // half of it, where it weighs most

}  // namespace

bool is_measured_question(const Question& q) { return !measured_name(q.from).setting.empty(); }

bool reads(const Question& q, const std::string& value, double shown) {
  const auto read = number_in(value);
  if (!read) return false;
  if (!is_measured_question(q)) return *read == shown;
  return std::abs(*read - shown) <= kSecondDigit * std::abs(shown);
}

std::optional<Value> observed_in(const Lab& lab, const Evidence& evidence, const Question& question) {
  if (question.from.empty()) return {};
  if (!question.below.empty()) return evidence.first_below(question.from, question.below, question.since);
  if (!question.by.empty()) {
    auto ratio = evidence.ratio(question.from, question.by, question.since);
    if (!ratio) return {};
    return Value{ProbeKind::kGauge, ratio->value, "", ratio->provenance};
  }
  if (!question.since.empty()) return evidence.value(question.from, question.since);
  // The latest block above the question.
  std::string block;
  for (const Item& item : lab.items()) {
    if (item.kind == ItemKind::kQuestion && lab.questions[item.index].id == question.id) break;
    if (item.kind == ItemKind::kDo) block = lab.blocks[item.index].id;
  }
  const Window* window = evidence.of(block);
  if (!window) return {};
  auto value = window->end.find(question.from);
  return value == window->end.end() ? std::nullopt : std::optional(value->second);
}

}  // namespace ringside::labs
