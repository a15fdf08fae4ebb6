// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/api/rehearse.h"
#include "labs/runner/lab.h"
#include "labs/runner/lab_text.h"

namespace ringside::labs {

// ringside::rehearse, handed over by the program: tools that read labs and have no engine link none.
using Rehearse = std::function<Status(const Origin&, const std::string& name, const std::vector<RehearsedLine>&)>;

// All lines of a lab, in the order in which they run: whatever is sent to a machine in its name stands here.
std::vector<const Line*> commands_of(const Lab& lab);
// The same to be tried. One with {{answer:…}} has a form for each of the question's
// options, or for some numbers.
Result<std::vector<RehearsedLine>> lines_to_rehearse(const Lab& lab);
// On a plan: what a lab may not do is refused with its line before anything of it runs.
Status rehearse_lab(const Lab& lab, const Origin& origin, const Rehearse& rehearse);
// A lab of a pack, which is not opened without; of another nothing is asked.
Status rehearse_packed(const LabText& text, const Lab& lab, const Rehearse& rehearse);

}  // namespace ringside::labs
