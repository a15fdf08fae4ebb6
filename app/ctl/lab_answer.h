// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "labs/runner/lab.h"

namespace ringside::ctl {

// What a line that was typed says to a question: a number of the list stands for what is written there.
std::string typed_answer(const labs::Question& question, const std::string& line);

bool is_chosen(const labs::Question& question);  // of a list, one thing
bool is_choice(const labs::Question& question, const std::string& value);

}  // namespace ringside::ctl
