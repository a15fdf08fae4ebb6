// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "engine/base/result.h"
#include "labs/runner/lab_text.h"

namespace ringside::labs {

// The labs that come along: labs/exercises/*/lab.md, in the order of their folders.
std::vector<std::string> list_labs();

// What a lab of exercises/ belongs to: "Rings and exits"; "" = nothing.
std::string block_of(const std::string& path);

// `name` is a lab's id, its number ("1"), its folder, a path to a lab.md, or ID in a compiled file: "labs.db:ID".
Result<LabText> find_lab(const std::string& name);

// Compiles labs into one SQLite file (schema.sql): all or none. An old file is replaced when the new one is complete.
Status build_labs(const std::vector<LabText>& labs, const std::string& to);

// A lab's source out of a compiled file.
Result<LabText> read_compiled_lab(const std::string& file, const std::string& id);

}  // namespace ringside::labs
