// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "labs/grade/grade.h"

namespace ringside::labs {

enum class DeedKind { kAnswer, kRun, kHint, kSaid };

struct Deed {
  DeedKind kind = DeedKind::kAnswer;
  size_t index = 0;  // in that list of the handed lab
  std::string at_utc;
};

// What happened, in its order: as the chain says it, and what the chain does not hold, by its time.
std::vector<Deed> deeds_of(const HandedLab& handed);

// Seconds since 1970 of "2027-05-03T14:05:09.120Z"; 0 = that is no time.
double seconds_in(const std::string& utc);

std::vector<Flag> flags_of(const HandIn& all, const HandedLab& handed, const Lab& lab, const LabText& text,
                           const std::vector<Deed>& deeds, const GradedLab& graded);

}  // namespace ringside::labs
