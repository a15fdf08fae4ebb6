// SPDX-License-Identifier: BSD-3-Clause
// What was graded as JUnit XML and as JSON.
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/base/visible.h"
#include "labs/grade/tables.h"

namespace ringside::labs {
using Json = nlohmann::ordered_json;

namespace {

// XML 1.0 has no place for these two, however they are written; what else it has none for, visible() has shown.
void show_no_characters(std::string& text) {
  for (const auto& [bytes, shown] : {std::pair("\xef\xbf\xbe", "\\ufffe"), std::pair("\xef\xbf\xbf", "\\uffff")})
    for (size_t at = text.find(bytes); at != text.npos; at = text.find(bytes, at)) text.replace(at, 3, shown);
}

}  // namespace

std::string html_text(const std::string& text) {
  std::string out, shown = visible(text);
  show_no_characters(shown);
  for (const char c : shown) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (c == '\'')
      out += "&#39;";
    else
      out += c;
  }
  return out;
}

// A suite an attempt, a case a check; a question that is judged is a case, too.
std::string junit_xml(const std::vector<GradedLab>& all, const std::vector<Error>& left_out) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ringside grade\">\n";
  for (const GradedLab& g : all) {
    std::string cases;
    int count = 0, failures = 0, skipped = 0;
    const auto add = [&](const std::string& name, const std::string& inside, bool fails, bool skips) {
      cases += fmt::format("    <testcase classname=\"{}\" name=\"{}\"{}\n", html_text(g.student + "/" + g.key()),
                           html_text(name), inside.empty() ? "/>" : ">" + inside + "</testcase>");
      count++, failures += fails, skipped += skips;
    };
    for (const GradedAnswer& a : g.answers)
      if (a.last && a.right)
        add(a.question,
            *a.right ? "" : "<failure message=\"" + html_text("answered " + excerpt(a.value, 80)) + "\"></failure>",
            !*a.right, false);
    for (const CheckResult& r : g.checks) {
      const std::string why = html_text(
          fmt::format("expected {}, observed {}. {}", excerpt(r.expected), excerpt(r.observed), excerpt(r.reason)));
      if (r.verdict == Verdict::kPass)
        add(r.id, "", false, false);
      else if (r.verdict == Verdict::kFail)
        add(r.id, "<failure message=\"" + why + "\"></failure>", true, false);
      else
        add(r.id, std::string("<skipped message=\"") + name_of(r.verdict) + ": " + why + "\"/>", false, true);
    }
    out += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\" "
        "timestamp=\"{}\">\n{}",
        html_text(g.student + "/" + g.key()), count, failures, skipped, html_text(g.ended_utc.substr(0, 19)), cases);
    std::string flags;
    for (const Flag& flag : g.flags) flags += "look at this: " + flag.code + ": " + flag.what + "\n";
    if (!flags.empty()) out += "    <system-out>" + html_text(flags) + "</system-out>\n";
    out += "  </testsuite>\n";
  }
  for (const Error& error : left_out)
    out += fmt::format(
        "  <testsuite name=\"{0}\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n    <testcase "
        "classname=\"hand-in\" name=\"{0}\"><error message=\"{1}\"/></testcase>\n  </testsuite>\n",
        html_text(error.place), html_text(error.what));
  return out + "</testsuites>\n";
}

std::string grades_json(const std::vector<GradedLab>& all, const std::vector<Error>& left_out) {
  Json list = Json::array(), missing = Json::array();
  for (const GradedLab& g : all) {
    Json checks = Json::array(), answers = Json::array(), flags = Json::array(), spent = Json::object();
    for (const CheckResult& r : g.checks)
      checks.push_back({{"id", r.id},
                        {"verdict", name_of(r.verdict)},
                        {"expected", r.expected},
                        {"observed", r.observed},
                        {"reason", r.reason},
                        {"points", r.points},
                        {"max", r.maximum},
                        {"hidden", r.hidden}});
    for (const GradedAnswer& a : g.answers) {
      answers.push_back({{"question", a.question},
                         {"step", a.step},
                         {"kind", a.kind},
                         {"answer", a.value},
                         {"right", a.right ? Json(*a.right) : Json(nullptr)},
                         {"belief", a.belief},
                         {"seconds", a.seconds},
                         {"counts", a.last},
                         {"at_utc", a.at_utc}});
      if (a.sure) answers.back()["sure"] = *a.sure;
      if (a.marked >= 0) answers.back()["marked"] = a.marked;
    }
    for (const Flag& flag : g.flags) flags.push_back({{"code", flag.code}, {"what", flag.what}});
    for (const Spent& s : g.spent) spent[s.step] = s.seconds;
    list.push_back({{"student_id", g.student},
                    {"lab_id", g.key()},
                    {"lab_version", g.version},
                    {"graded_by", g.edition},
                    {"file", g.file},
                    {"digest", g.digest},
                    {"attempt", g.attempt},
                    {"variant", g.variant + 1},
                    {"started_utc", g.begun_utc},
                    {"finished_utc", g.ended_utc},
                    {"handed_in_utc", g.made_utc},
                    {"score", g.score},
                    {"max", g.maximum},
                    {"checks", checks},
                    {"answers", answers},
                    {"seconds_by_step", spent},
                    {"hints", g.hints},
                    {"predictions_locked", g.predictions_locked},
                    {"flags", flags}});
  }
  for (const Error& error : left_out) missing.push_back({{"file", error.place}, {"why", error.what}});
  return visible_json(Json{{"schema", kGradeSchema}, {"grades", list}, {"left_out", missing}}.dump(
             1, ' ', false, Json::error_handler_t::replace)) +
         "\n";
}

}  // namespace ringside::labs
