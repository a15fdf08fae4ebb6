// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "labs/runner/catalog.h"
#include "labs/runner/store.h"

// Where a student stands in the labs that there are: what lists say, and what is offered to go on with.
namespace ringside::labs {

struct LabProgress {
  size_t done = 0;  // questions and steps, also those that were answered wrong; 0 = not begun, or the lab has changed
  bool ended = false;  // nothing is asked any more
  bool unmet = false;  // a check failed the last time
  std::string step;    // where it stands: "Observe: the guest stops"
  std::string last_utc;

  bool under_way() const { return done > 0 && !ended; }
};

Result<LabProgress> progress_of(ProgressStore& store, const std::string& student, const LabEntry& lab);

// Of all labs, in their order. A progress file that there is not yet is not made for it.
Result<std::vector<LabProgress>> all_progress(const std::string& path, const std::string& student,
                                              const std::vector<LabEntry>& labs);

// The lab that was worked at last, of those that were begun and have not ended.
std::optional<size_t> to_go_on_with(const std::vector<LabProgress>& all);

}  // namespace ringside::labs
