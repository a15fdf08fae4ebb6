// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "labs/runner/evidence.h"
#include "labs/runner/lab.h"
#include "labs/runner/store.h"

namespace ringside::labs {

// Its answer is right or wrong, and this edition of the lab can tell. Not: predictions, sentences, and what is withheld
// from a student's pack until it is graded.
inline bool judged(const Question& q) {
  if (q.kind == QuestionKind::kPredict || q.answers == AnswerKind::kSentence) return false;
  return q.answers == AnswerKind::kNumber || !q.right.empty();
}

// An answer of before, as it counts now: one that was given while its lab held back what is right is judged as soon as
// the lab says it.
inline AnswerRow judged_now(const Lab& lab, AnswerRow row) {
  const Question* q = lab.question(row.question);
  if (!q || row.correct || q->answers == AnswerKind::kNumber || !judged(*q)) return row;
  row.correct = row.value == q->right;
  row.points = *row.correct ? q->points : 0;
  return row;
}

bool is_measured_question(const Question& q);  // read on a measured chart, and not counted

// A count is read exactly. What was measured stands on the chart with three digits, and nobody has to copy the third.
bool reads(const Question& q, const std::string& value, double shown);

// What an observation looks at, in the windows of its do-blocks; nothing = they were not run, or are not clear.
std::optional<Value> observed_in(const Lab& lab, const Evidence& evidence, const Question& question);

}  // namespace ringside::labs
