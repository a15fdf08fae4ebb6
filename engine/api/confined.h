// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string_view>

#include "engine/base/result.h"

namespace ringside {

// How a refusal is worded that is about what a text from elsewhere may not say (engine/api/origin.h), whatever the
// machine would have made of it. Each of them has one of these.
inline constexpr std::string_view kNotInALab = " is not possible in a lab: ",
                                  kMoreThanALab = " is more than a lab may have.", kALabMayHave = "; a lab may have ";

inline bool is_confinement(const Error& error) {
  for (const std::string_view words : {kNotInALab, kMoreThanALab, kALabMayHave})
    if (error.what.find(words) != std::string::npos) return true;
  return false;
}

}  // namespace ringside
