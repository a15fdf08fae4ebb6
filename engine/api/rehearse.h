// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/api/origin.h"
#include "engine/base/result.h"

namespace ringside {

// A line, and where it stands in its text. One that an answer goes into has the forms that it may take: none of them
// may be what a text of this origin may not say, and it goes on with the first that can be done. When none can, that is
// left to the run, which asks again: the answer may be another one. So it is with a line that may be refused.
struct RehearsedLine {
  int number = 0;
  std::vector<std::string> forms;
  bool may_be_refused = false;
};

// Lines as an engine would take them one after the other, on a plan of its own: nothing is started, opened for writing
// or run. The error of the first line that is wrong, or that a text of this origin may not say, names it; `name` is the
// text. What only a machine can tell (a goal that is never reached) is not known here. Any thread.
Status rehearse(const Origin& origin, const std::string& name, const std::vector<RehearsedLine>& lines);

}  // namespace ringside
