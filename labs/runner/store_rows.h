// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "labs/runner/store.h"

// Rows of progress, in whatever file they lie: a student's own, or one that was handed in. All throw what SQLite says.
namespace ringside::labs {

std::string commands_text(const std::vector<std::string>& lines);  // a line each

void insert_frozen(SQLite::Database& db, int64_t run, const Window& window);
void insert_samples(SQLite::Database& db, int64_t run, const std::vector<Sample>& samples);

// Oldest first. `most`: so many rows and one more at most, 0 = all; `most_values`: of one run's frozen values, samples,
// and what was counted in those.
std::vector<AnswerRow> answers_in(SQLite::Database& db, int64_t attempt, size_t most = 0);
std::vector<RunRow> runs_in(SQLite::Database& db, int64_t attempt, size_t most = 0, size_t most_values = 0);

}  // namespace ringside::labs
