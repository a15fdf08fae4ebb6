// SPDX-License-Identifier: BSD-3-Clause
// The class on one page of HTML: no script, nothing from elsewhere, and readable on paper.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "engine/base/visible.h"
#include "labs/grade/tables.h"

namespace ringside::labs {
namespace {

constexpr const char* kHead = R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Ringside: the class</title>
<style>
body {
  font: 15px/1.45 system-ui, sans-serif; color: #1b2430; background: #fff; margin: 2rem auto;
  max-width: 62rem; padding: 0 1rem;
}
h1 { font-size: 1.7rem; margin: 0 0 .2rem; }
h2 { font-size: 1.35rem; margin: 2.4rem 0 .2rem; border-top: 2px solid #1b2430; padding-top: 1rem; }
h3 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; } p { margin: .3rem 0; } .quiet { color: #5a6675; }
table { border-collapse: collapse; width: 100%; }
th, td {
  text-align: left; padding: .22rem .6rem .22rem 0; vertical-align: top; border-bottom: 1px solid #dde3ea;
}
th { font-weight: 600; color: #5a6675; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.bar { background: #e9eef3; height: .8rem; width: 100%; min-width: 6rem; }
.bar div { height: 100%; background: #6b7d92; }
.bar .right { background: #1f77b4; } .bar .wrong { background: #d9822b; }
.ask { margin: 1rem 0 .2rem; font-weight: 600; }
.answers td:nth-child(1) { width: 46%; overflow-wrap: anywhere; } .answers td:nth-child(2) { width: 36%; }
.look { color: #a8500a; } section { break-inside: auto; } tr, .q { break-inside: avoid; }
@media print {
  body { margin: 0; font-size: 11px; max-width: none; }
  h2 { break-before: page; }
  .bar, .bar div { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
</style></head><body>
)";

std::string bar(double share, const char* kind = "") {
  return fmt::format("<div class=\"bar\"><div class=\"{}\" style=\"width:{:.0f}%\"></div></div>", kind,
                     100 * std::clamp(share, 0.0, 1.0));
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 ? values[half] : (values[half - 1] + values[half]) / 2;
}

std::string minutes(double seconds) {
  return seconds < 90 ? fmt::format("{:.0f} s", seconds) : fmt::format("{:.1f} min", seconds / 60);
}

std::string cell(const std::string& text) { return "<td>" + html_text(text) + "</td>"; }

using Labs = std::vector<const GradedLab*>;

struct Asked {
  const GradedAnswer* shown = nullptr;                 // what a student was asked
  std::map<std::string, int> last;                     // the answer that counts -> students
  std::map<std::string, const GradedAnswer*> example;  // of it
  std::vector<double> seconds;
  std::set<std::string> tried;  // students who had it wrong first
  int students = 0;
};

std::string questions(const Labs& labs) {
  std::map<int, Asked> asked;
  for (const GradedLab* g : labs)
    for (const GradedAnswer& a : g->answers) {
      Asked& one = asked[a.place];
      if (!one.shown) one.shown = &a;
      one.seconds.push_back(a.seconds);
      if (!a.last && a.right == false) one.tried.insert(g->student);
      if (!a.last) continue;
      one.students++;
      // Each student has numbers of his own: what matters is whether his was right.
      const std::string what = a.kind == "observe" && a.right
                                   ? (*a.right ? "read as the machine shows it" : "another number")
                               : a.marked >= 0 || (a.kind == "explain" && !a.right) ? "a sentence of one's own"
                                                                                    : a.text;
      one.last[what]++, one.example[what] = &a;
    }
  std::string out = "<h3>Each question</h3>\n";
  for (const auto& [place, one] : asked) {
    out += "<div class=\"q\"><p class=\"ask\">" + html_text(one.shown->question) + " · " +
           html_text(excerpt(one.shown->ask, 300)) + "</p><p class=\"quiet\">" + html_text(one.shown->kind) + ", " +
           html_text(one.shown->step) + ", " +
           fmt::format("half of the answers within {}", minutes(median(one.seconds)));
    if (!one.tried.empty()) out += fmt::format("; {} had it wrong first", one.tried.size());
    out += "</p><table class=\"answers\">";
    std::vector<std::pair<std::string, int>> rows(one.last.begin(), one.last.end());
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    constexpr size_t kMostRows = 12;
    for (size_t i = 0; i < rows.size() && i < kMostRows; i++) {
      const GradedAnswer& a = *one.example.at(rows[i].first);
      const std::string mark = a.right ? *a.right ? " ✓" : " ✗" : "";
      out += "<tr>" + cell(excerpt(rows[i].first, 160) + mark + (a.belief.empty() ? "" : "  (" + a.belief + ")")) +
             "<td>" +
             bar(double(rows[i].second) / std::max(1, one.students), a.right ? *a.right ? "right" : "wrong" : "") +
             fmt::format("</td><td class=\"n\">{} of {}</td></tr>", rows[i].second, one.students);
    }
    if (rows.size() > kMostRows) out += fmt::format("<tr><td>{} other answers</td></tr>", rows.size() - kMostRows);
    out += "</table></div>\n";
  }
  return out;
}

// Who showed a belief in a first answer to the first question that can show it; and who shows it still in the last
// question that can.
std::string beliefs(const Labs& labs) {
  std::string rows;
  std::vector<Belief> all;
  for (const GradedLab* g : labs)
    for (const Belief& b : g->beliefs)
      if (std::none_of(all.begin(), all.end(), [&](const Belief& one) { return one.id == b.id; })) all.push_back(b);
  for (const Belief& b : all) {
    int before = 0, asked = 0, after = 0, asked_after = 0;
    for (const GradedLab* g : labs) {
      int first = -1, last = -1;
      bool shown = false, still = false;
      for (const GradedAnswer& a : g->answers) {
        if (b.questions.find(" " + a.question + " ") == b.questions.npos) continue;
        if (first < 0) first = a.place;
        if (a.kind == "predict") shown |= a.belief == b.id;
        if (a.last && a.place >= last) still = a.belief == b.id, last = a.place;
      }
      asked += first >= 0, before += shown;
      if (last > first) asked_after++, after += still;
    }
    if (!asked) continue;
    rows += "<tr>" + cell(b.text) + cell(b.id) + "<td>" + bar(double(before) / asked, "wrong") +
            fmt::format("</td><td class=\"n\">{} of {}</td><td>", before, asked) +
            (asked_after ? bar(double(after) / asked_after, "wrong") : "") + "</td><td class=\"n\">" +
            (asked_after ? fmt::format("{} of {}", after, asked_after) : "not asked again") + "</td></tr>\n";
  }
  if (rows.empty()) return {};
  return "<h3>Beliefs, before and after</h3>\n<table><tr><th>belief</th><th></th><th>in a prediction</th><th></th>"
         "<th>in the last question about it</th><th></th></tr>\n" +
         rows + "</table>\n";
}

std::string checks(const Labs& labs) {
  struct Count {
    std::string claim, reason;
    int verdicts[4] = {0, 0, 0, 0};
    bool hidden = false;
  };
  std::map<std::string, Count> counts;
  for (const GradedLab* g : labs)
    for (const CheckResult& r : g->checks) {
      Count& c = counts[r.id];
      c.claim = r.claim, c.hidden = r.hidden, c.verdicts[int(r.verdict)]++;
      if (r.verdict == Verdict::kFail) c.reason = r.reason;
    }
  std::vector<std::pair<std::string, Count>> rows(counts.begin(), counts.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.second.verdicts[1] > b.second.verdicts[1]; });
  std::string out =
      "<h3>Checks, those that failed for most first</h3>\n<table><tr><th>check</th><th></th>"
      "<th class=\"n\">passed</th><th class=\"n\">failed</th><th class=\"n\">inconclusive</th>"
      "<th class=\"n\">skipped</th></tr>\n";
  for (const auto& [id, c] : rows)
    out += "<tr>" +
           cell(id + (c.hidden ? " (hidden)" : "") + "  " + excerpt(c.claim, 160) +
                (c.reason.empty() ? "" : " — " + excerpt(c.reason, 200))) +
           "<td>" + bar(double(c.verdicts[1]) / double(std::max<size_t>(1, labs.size())), "wrong") + "</td>" +
           fmt::format(
               "<td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
               "</tr>\n",
               c.verdicts[0], c.verdicts[1], c.verdicts[2], c.verdicts[3]);
  return out + "</table>\n";
}

std::string time_and_hints(const Labs& labs) {
  std::vector<std::string> steps;
  std::map<std::string, std::vector<double>> spent;
  std::map<std::string, std::vector<int>> hints;
  for (const GradedLab* g : labs) {
    for (const Spent& s : g->spent) {
      if (!spent.count(s.step)) steps.push_back(s.step);
      spent[s.step].push_back(s.seconds);
    }
    for (const auto& [of, levels] : g->hints) hints[of].push_back(levels);
  }
  double longest = 1;
  for (const auto& [step, seconds] : spent) longest = std::max(longest, median(seconds));
  std::string out =
      "<h3>Where time went</h3>\n<table><tr><th>step</th><th>half of the students within</th><th></th>"
      "</tr>\n";
  for (const std::string& step : steps)
    out += "<tr>" + cell(step) + "<td>" + bar(median(spent[step]) / longest) + "</td><td class=\"n\">" +
           minutes(median(spent[step])) + "</td></tr>\n";
  out += "</table>\n<h3>Hints used</h3>\n";
  if (hints.empty()) return out + "<p>None.</p>\n";
  out += "<table><tr><th>to</th><th></th><th class=\"n\">students</th><th class=\"n\">to the last level</th></tr>\n";
  for (const auto& [of, levels] : hints)
    out += "<tr>" + cell(of) + "<td>" + bar(double(levels.size()) / double(labs.size())) +
           fmt::format("</td><td class=\"n\">{} of {}</td><td class=\"n\">{}</td></tr>\n", levels.size(), labs.size(),
                       std::count(levels.begin(), levels.end(), 4));
  return out + "</table>\n";
}

std::string students(const Labs& labs) {
  std::string out =
      "<h3>Each student</h3>\n<table><tr><th>student</th><th class=\"n\">points</th><th></th>"
      "<th class=\"n\">hints</th><th>look at this</th></tr>\n";
  for (const GradedLab* g : labs) {
    std::string flags;
    for (const Flag& flag : g->flags) flags += (flags.empty() ? "" : " ") + flag.what;
    out +=
        "<tr>" + cell(g->student) +
        fmt::format("<td class=\"n\">{} of {}</td><td>", number_text(g->score), g->maximum) +
        bar(g->maximum > 0 ? g->score / g->maximum : 0, "right") +
        fmt::format("</td><td class=\"n\">{}</td><td class=\"look\">{}</td></tr>\n", g->hints_used(), html_text(flags));
  }
  return out + "</table>\n";
}

}  // namespace

std::string class_page(const std::vector<GradedLab>& all, const std::vector<Error>& left_out) {
  std::vector<std::string> keys;
  std::map<std::string, Labs> by_lab;
  for (const GradedLab& g : all) {
    if (!by_lab.count(g.key())) keys.push_back(g.key());
    by_lab[g.key()].push_back(&g);
  }
  std::string out = kHead + std::string(
                                "<h1>The class</h1>\n<p class=\"quiet\">Flags say: look at this. They are no "
                                "verdict, and take no points away.</p>\n");
  for (const std::string& key : keys) {
    Labs& labs = by_lab[key];
    std::stable_sort(labs.begin(), labs.end(),
                     [](const GradedLab* a, const GradedLab* b) { return a->student < b->student; });
    std::vector<double> shares;
    for (const GradedLab* g : labs) shares.push_back(g->maximum > 0 ? 100 * g->score / g->maximum : 0);
    out += "<section><h2>" + html_text(labs.front()->title) + "</h2><p class=\"quiet\">" + html_text(key) +
           fmt::format(" · {} hand-ins · half of them have {:.0f} % of the points or more</p>\n", labs.size(),
                       median(shares));
    out += beliefs(labs) + questions(labs) + checks(labs) + time_and_hints(labs) + students(labs) + "</section>\n";
  }
  if (!left_out.empty()) {
    out += "<h2>Left out</h2>\n<table>\n";
    for (const Error& error : left_out) out += "<tr>" + cell(error.place) + cell(error.what) + "</tr>\n";
    out += "</table>\n";
  }
  return out + "</body></html>\n";
}

}  // namespace ringside::labs
