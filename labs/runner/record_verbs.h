// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "labs/runner/evidence.h"
#include "labs/runner/lab.h"
#include "labs/runner/verbs.h"

// The verbs about what happened, and not about one number: an operation that was refused, the way of a packet, two
// moments with the same state. Any thread.
namespace ringside::labs {

Judgement op_refused(const Condition& condition, const Evidence& evidence);
Judgement path_is(const Condition& condition, const Evidence& evidence);
Judgement state_equal(const Condition& condition, const Evidence& evidence);

// A moment as a condition names it: "sleep begin", "wake end"; "wake" alone is its end. Nothing = it is none.
struct Moment {
  std::string block;
  bool begin = false;
};
std::optional<Moment> moment_in(const std::string& text);

// What a verdict of theirs rests on, with its provenance: that something happened is measured; a state is as weak as
// the weakest number of it.
using Inputs = std::vector<std::pair<std::string, Provenance>>;
Inputs happened(const Condition& condition, const Evidence& evidence);
Inputs states(const Condition& condition, const Evidence& evidence);

bool is_about_records(const std::string& verb);
// What is wrong with a condition of these verbs as it is written, and with one of another verb that has fields of
// theirs: a sentence each.
std::vector<std::string> wrong_with_records(const Lab& lab, const Condition& condition);

// Whether a line of a do-block is the one that a condition calls `of`: its command begins with those words.
bool is_called(const std::string& command, const std::string& of);

}  // namespace ringside::labs
