// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/lab_answer.h"

#include <algorithm>
#include <cstdlib>

namespace ringside::ctl {

bool is_chosen(const labs::Question& q) {
  return q.answers == labs::AnswerKind::kChoice || q.answers == labs::AnswerKind::kPoint;
}

std::string typed_answer(const labs::Question& q, const std::string& line) {
  const size_t count = is_chosen(q) ? q.options.size() + q.places.size() : 0;
  const size_t number =
      line.find_first_not_of("0123456789") == line.npos && !line.empty() ? size_t(std::atoi(line.c_str())) : 0;
  if (count == 0 || number == 0 || number > count) return line;
  return q.options.empty() ? q.places[number - 1] : q.options[number - 1].id;
}

bool is_choice(const labs::Question& q, const std::string& value) {
  for (const labs::Option& option : q.options)
    if (option.id == value) return true;
  return std::find(q.places.begin(), q.places.end(), value) != q.places.end();
}

}  // namespace ringside::ctl
