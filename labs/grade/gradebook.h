// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "labs/grade/grade.h"

namespace ringside::labs {

// A teacher's gradebook (labs/gradebook.sql). What add() has answered is on the disk. One thread at a time.
class Gradebook {
 public:
  static constexpr int kSchema = 1;

  // Made where there is none. A damaged or foreign file is left as it is, and said plainly.
  static Result<std::unique_ptr<Gradebook>> open(const std::string& path);
  ~Gradebook();

  // It is in the book, graded by the same edition: what comes of it is known.
  Result<bool> has(const GradedLab& lab);
  // The labs of one hand-in, all or none. False: it was in the book already, graded by the same edition.
  Result<bool> add(const std::vector<GradedLab>& labs);
  Result<std::vector<GradedLab>> all();  // in the order of merging

 private:
  Gradebook(std::string path, std::unique_ptr<SQLite::Database> db);
  const std::string path_;
  std::unique_ptr<SQLite::Database> db_;
};

// One attempt a student and lab by `rule`: "latest" handed in, or "best" by its share of the points; "all" = all. What
// was graded twice counts as it was graded last.
std::vector<GradedLab> chosen(const std::vector<GradedLab>& all, const std::string& rule);

}  // namespace ringside::labs
