// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "labs/grade/grade.h"

// What was graded, as files that other programs take. Any thread.
namespace ringside::labs {

// A cell of a CSV file (RFC 4180). What a spreadsheet would run as a formula gets an apostrophe in front; a number does
// not.
std::string csv_cell(const std::string& text);

// A row an attempt: student_id, lab_id, lab_version, attempt, started_utc, finished_utc, score, max, a column a check
// ("c1"; of several labs "LAB/c1"), hints, predictions_locked, flags.
std::string grades_csv(const std::vector<GradedLab>& all);
// A row an answer: student, lab, step, question, kind, answer, right, belief, seconds, and what else is known of it.
std::string answers_csv(const std::vector<GradedLab>& all);

// As the gradebooks of Moodle and Canvas import them: a row a student, a column a lab. One attempt of each is expected.
std::string moodle_csv(const std::vector<GradedLab>& all);
std::string canvas_csv(const std::vector<GradedLab>& all);

std::string junit_xml(const std::vector<GradedLab>& all, const std::vector<Error>& left_out);
inline constexpr int kGradeSchema = 1;
std::string grades_json(const std::vector<GradedLab>& all, const std::vector<Error>& left_out);

// The class on one page of HTML that stands alone.
std::string class_page(const std::vector<GradedLab>& all, const std::vector<Error>& left_out);

std::string html_text(const std::string& text);   // as XML and HTML show it, and nothing else
std::string flag_codes(const GradedLab& graded);  // "chain;seed"

}  // namespace ringside::labs
