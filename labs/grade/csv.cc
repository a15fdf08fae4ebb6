// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "engine/base/visible.h"
#include "labs/grade/tables.h"

namespace ringside::labs {
namespace {

// A row of cells, written as they are given.
class Row {
 public:
  Row& text(const std::string& cell) {
    out_ += (out_.empty() ? "" : ",") + csv_cell(cell);
    return *this;
  }
  Row& number(double value) { return text(number_text(value)); }
  std::string end() const { return out_ + "\r\n"; }

 private:
  std::string out_;
};

// Labs in the order in which they come, by key.
std::vector<std::string> labs_of(const std::vector<GradedLab>& all) {
  std::vector<std::string> keys;
  for (const GradedLab& g : all)
    if (std::find(keys.begin(), keys.end(), g.key()) == keys.end()) keys.push_back(g.key());
  return keys;
}

std::string right_text(const GradedAnswer& a) { return a.right ? *a.right ? "yes" : "no" : ""; }

}  // namespace

std::string csv_cell(const std::string& text) {
  std::string cell = visible(text);
  const bool number = !cell.empty() && cell.find_first_not_of("+-.0123456789") == cell.npos && number_in(cell);
  if (!cell.empty() && std::string_view("=+-@\t\r\n|%").find(cell[0]) != std::string_view::npos && !number)
    cell = "'" + cell;
  if (cell.find_first_of(",\"\r\n;\t") == cell.npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

std::string flag_codes(const GradedLab& graded) {
  std::string codes;
  std::set<std::string> seen;
  for (const Flag& flag : graded.flags)
    if (seen.insert(flag.code).second) codes += (codes.empty() ? "" : ";") + flag.code;
  return codes;
}

std::string grades_csv(const std::vector<GradedLab>& all) {
  const std::vector<std::string> labs = labs_of(all);
  std::vector<std::pair<std::string, std::string>> columns;  // lab, check
  for (const std::string& lab : labs)
    for (const GradedLab& g : all)
      for (const CheckResult& r : g.checks)
        if (g.key() == lab && std::find(columns.begin(), columns.end(), std::pair(lab, r.id)) == columns.end())
          columns.emplace_back(lab, r.id);
  Row head;
  for (const char* name :
       {"student_id", "lab_id", "lab_version", "attempt", "started_utc", "finished_utc", "score", "max"})
    head.text(name);
  for (const auto& [lab, check] : columns) head.text(labs.size() > 1 ? lab + "/" + check : check);
  std::string out = head.text("hints").text("predictions_locked").text("flags").end();
  for (const GradedLab& g : all) {
    Row row;
    row.text(g.student).text(g.key()).text(g.version).number(g.attempt).text(g.begun_utc).text(g.ended_utc);
    row.number(g.score).number(g.maximum);
    for (const auto& [lab, check] : columns) {
      const auto at = std::find_if(g.checks.begin(), g.checks.end(),
                                   [&](const CheckResult& r) { return lab == g.key() && r.id == check; });
      row.text(at == g.checks.end() ? "" : name_of(at->verdict));
    }
    out += row.number(g.hints_used()).number(g.predictions_locked).text(flag_codes(g)).end();
  }
  return out;
}

std::string answers_csv(const std::vector<GradedLab>& all) {
  Row head;
  for (const char* name : {"student", "lab", "step", "question", "kind", "answer", "right", "belief", "seconds", "sure",
                           "marked", "counts", "at_utc"})
    head.text(name);
  std::string out = head.end();
  for (const GradedLab& g : all)
    for (const GradedAnswer& a : g.answers) {
      Row row;
      row.text(g.student).text(g.key()).text(a.step).text(a.question).text(a.kind).text(a.value).text(right_text(a));
      row.text(a.belief).text(fmt::format("{:.1f}", a.seconds)).text(a.sure ? std::to_string(*a.sure) : "");
      row.text(a.marked < 0 ? "" : fmt::format("{:.2f}", a.marked)).text(a.last ? "yes" : "no").text(a.at_utc);
      out += row.end();
    }
  return out;
}

namespace {

// student -> lab -> what was graded
using BySudent = std::map<std::string, std::map<std::string, const GradedLab*>>;
BySudent by_student(const std::vector<GradedLab>& all) {
  BySudent students;
  for (const GradedLab& g : all) students[g.student][g.key()] = &g;
  return students;
}

double most_points(const std::vector<GradedLab>& all, const std::string& lab) {
  int most = 0;
  for (const GradedLab& g : all)
    if (g.key() == lab) most = std::max(most, g.maximum);
  return most;
}

}  // namespace

std::string moodle_csv(const std::vector<GradedLab>& all) {
  const std::vector<std::string> labs = labs_of(all);
  Row head;
  head.text("ID number");
  for (const std::string& lab : labs) head.text(lab).text("Feedback: " + lab);
  std::string out = head.end();
  for (const auto& [student, by_lab] : by_student(all)) {
    Row row;
    row.text(student);
    for (const std::string& lab : labs) {
      const auto at = by_lab.find(lab);
      if (at == by_lab.end()) {
        row.text("").text("");
        continue;
      }
      std::string feedback;
      for (const CheckResult& r : at->second->checks)
        if (!r.hidden) feedback += fmt::format("{}{} {}", feedback.empty() ? "" : ", ", r.id, name_of(r.verdict));
      row.number(at->second->score).text(feedback);
    }
    out += row.end();
  }
  return out;
}

std::string canvas_csv(const std::vector<GradedLab>& all) {
  const std::vector<std::string> labs = labs_of(all);
  Row head, points;
  for (const char* name : {"Student", "ID", "SIS User ID", "SIS Login ID", "Section"}) head.text(name);
  points.text("Points Possible").text("").text("").text("").text("");
  for (const std::string& lab : labs) head.text(lab), points.number(most_points(all, lab));
  std::string out = head.end() + points.end();
  for (const auto& [student, by_lab] : by_student(all)) {
    Row row;
    row.text(student).text("").text("").text(student).text("");
    for (const std::string& lab : labs) {
      const auto at = by_lab.find(lab);
      at == by_lab.end() ? row.text("") : row.number(at->second->score);
    }
    out += row.end();
  }
  return out;
}

}  // namespace ringside::labs
