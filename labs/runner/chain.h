// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace SQLite {
class Database;
}

// The chain of an attempt (labs/progress_3.sql). Both throw what SQLite says; one thread a database.
namespace ringside::labs {

// The next link, for a row that was just added within the same transaction. `kind` names the table: attempt, answer,
// run, hint, verdict.
void add_link(SQLite::Database& db, int64_t attempt, const std::string& kind, int64_t row);

inline constexpr const char* kNoChain = "there is none";

struct ChainLink {
  std::string kind;
  int64_t row = 0;
};

struct ChainReport {
  std::vector<ChainLink> links;  // in their order, up to where it breaks
  int64_t before = 0;            // rows that were there before the chain began
  std::string broken;            // "at link 12, the answer to o3"; "" = it holds
};

// Reads at most `most` links.
ChainReport check_chain(SQLite::Database& db, int64_t attempt, size_t most);

}  // namespace ringside::labs
