// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/checks.h"

#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::labs;

namespace {

Values values(double sent, double rows, double share, const std::string& model = "e1000") {
  return {{"sent", {ProbeKind::kCounter, sent}},
          {"rows", {ProbeKind::kGauge, rows}},
          {"share", {ProbeKind::kGauge, share, "", Provenance::kModelled}},
          {"model", {ProbeKind::kText, 0, model}}};
}

// Block a: 10 sent, 4 rows; block b: 30 sent, 2 rows.
Evidence evidence() {
  Evidence e;
  e.add({"a", values(0, 4, 0.5), values(10, 4, 0.5)});
  e.add({"b", values(10, 4, 0.5), values(40, 2, 0.25)});
  return e;
}

CheckResult one(Condition c, Band band = Band::kClaim) {
  Lab lab;
  c.otherwise = "Else.";
  lab.checks.push_back({.id = "c", .claim = "Claim.", .band = band, .condition = c, .points = 2});
  return judge(lab, evidence()).front();
}

}  // namespace

TEST_CASE("each verb of a check, held and not held", "[labs]") {
  struct Case {
    Condition condition;
    Verdict verdict;
    const char* observed;
  };
  for (const Case& c : {
           Case{{.verb = "equals", .of = "sent", .value = "30", .since = "b"}, Verdict::kPass, "30"},
           {{.verb = "equals", .of = "sent", .value = "40"},
            Verdict::kPass,
            "40"},  // without since: the latest block's end
           {{.verb = "equals", .of = "rows", .value = "4", .since = "a"}, Verdict::kPass, "4"},
           {{.verb = "equals", .of = "sent", .value = "31", .since = "b"}, Verdict::kFail, "30"},
           {{.verb = "equals", .of = "model", .value = "e1000"}, Verdict::kPass, "e1000"},
           {{.verb = "equals", .of = "model", .value = "vmxnet3"}, Verdict::kFail, "e1000"},
           {{.verb = "at_least", .of = "sent", .value = "30", .since = "b"}, Verdict::kPass, "30"},
           {{.verb = "at_least", .of = "sent", .value = "30.5", .since = "b"}, Verdict::kFail, "30"},
           {{.verb = "at_most", .of = "sent", .value = "9", .since = "a"}, Verdict::kFail, "10"},
           {{.verb = "within", .of = "sent", .value = "28", .tolerance = "2", .since = "b"}, Verdict::kPass, "30"},
           {{.verb = "within", .of = "sent", .value = "28", .tolerance = "1", .since = "b"}, Verdict::kFail, "30"},
           {{.verb = "ratio", .of = "sent", .to = "rows", .value = "15", .since = "b"}, Verdict::kPass, "15"},
           {{.verb = "ratio", .of = "sent", .to = "rows", .value = "14", .since = "b"}, Verdict::kFail, "15"},
           {{.verb = "unchanged", .of = "rows", .since = "a"}, Verdict::kPass, "4"},
           {{.verb = "unchanged", .of = "rows", .since = "b"}, Verdict::kFail, "2"},
           {{.verb = "monotonic", .of = "sent", .over = {"a", "b"}}, Verdict::kPass, "10, 30"},
           {{.verb = "monotonic", .of = "sent", .value = "falling", .over = {"a", "b"}}, Verdict::kFail, "10, 30"},
           {{.verb = "dominates", .of = "sent", .value = "10", .since = "b", .among = {"sent", "rows"}},
            Verdict::kPass,
            "30 against 30, 2"},
           {{.verb = "dominates", .of = "sent", .value = "20", .since = "b", .among = {"sent", "rows"}},
            Verdict::kFail,
            "30 against 30, 2"},
           {{.verb = "dominates", .of = "rows", .since = "b", .among = {"sent", "rows"}},
            Verdict::kFail,
            "2 against 30, 2"},
           {{.verb = "fair", .value = "0.5", .since = "b", .among = {"sent", "rows"}}, Verdict::kPass, "0.566"},
           {{.verb = "fair", .value = "0.6", .since = "b", .among = {"sent", "rows"}}, Verdict::kFail, "0.566"},
           {{.verb = "no_packets_at", .of = "sent", .since = "b"}, Verdict::kFail, "30"},
           {{.verb = "fair", .value = "0.6", .since = "b", .among = {"sent", "nobody"}},
            Verdict::kInconclusive,
            "nothing yet"},
           {{.verb = "equals", .of = "sent", .value = "1", .since = "never"}, Verdict::kInconclusive, "nothing yet"},
           {{.verb = "flies", .of = "sent", .value = "1"}, Verdict::kInconclusive, ""},
       }) {
    const CheckResult r = one(c.condition);
    INFO(c.condition.verb << " " << c.condition.of << " " << c.condition.value << ": " << r.reason);
    CHECK(r.verdict == c.verdict);
    CHECK(r.observed == c.observed);
    CHECK(r.points == (c.verdict == Verdict::kPass ? 2 : 0));
    CHECK(r.reason.empty() == (c.verdict == Verdict::kPass));
    if (c.verdict == Verdict::kFail) CHECK(r.reason == "Else.");
  }
}

// Exits per packet, where no packet had come before the first block.
TEST_CASE("a figure that had no value when a step began is not a step that was not run", "[labs]") {
  Evidence e;
  Values end = values(10, 4, 0.5);
  end["figure"] = {ProbeKind::kGauge, 1.06, "", Provenance::kMeasured};
  e.add({"one", values(0, 4, 0.5), end});
  const auto reason = [&](const std::string& of, const std::string& since) {
    Lab lab;
    lab.checks.push_back(
        {.id = "c", .band = Band::kClaim, .condition = {.verb = "unchanged", .of = of, .since = since}, .points = 1});
    const CheckResult r = judge(lab, e).front();
    CHECK(r.verdict == Verdict::kInconclusive);
    return r.reason;
  };
  CHECK(reason("figure", "one") == "`figure` had no value when the step `one` began: nothing had been counted yet.");
  CHECK(reason("nobody", "one") == "Nothing was counted that `nobody` could be made of.");
  CHECK(reason("figure", "two") == "The step `two` has not been run to its end.");
}

TEST_CASE("the value that is missing is the one that is named", "[labs]") {
  const auto reason = [](const Condition& c) {
    const CheckResult r = one(c);
    CHECK(r.verdict == Verdict::kInconclusive);
    return r.reason;
  };
  const auto judged = [](const std::string& verb, const std::string& of, const std::vector<std::string>& among) {
    Condition c;
    c.verb = verb, c.of = of, c.since = "a", c.value = "0.9", c.among = among;
    return c;
  };
  Condition ratio = judged("ratio", "sent", {}), monotonic = judged("monotonic", "nobody", {});
  ratio.to = "nobody", monotonic.since.clear(), monotonic.over = {"a", "b"};
  const std::string nobody = "Nothing was counted that `nobody` could be made of.";
  CHECK(reason(judged("fair", "", {"sent", "nobody"})) == nobody);
  CHECK(reason(judged("dominates", "sent", {"rows", "nobody"})) == nobody);
  CHECK(reason(judged("dominates", "nobody", {"rows"})) == nobody);
  CHECK(reason(ratio) == nobody);
  CHECK(reason(monotonic) == nobody);
  monotonic.of = "sent", monotonic.over = {"a", "c"};
  CHECK(reason(monotonic) == "The step `c` has not been run to its end.");
}

TEST_CASE("bands, needs, after, provenance and requirements", "[labs]") {
  Lab lab;
  const auto add = [&](const char* id, Band band, const char* of, const char* value) -> Check& {
    return lab.checks.emplace_back(
        Check{.id = id,
              .band = band,
              .condition = {.verb = "equals", .of = of, .value = value, .otherwise = std::string("Else ") + id},
              .points = 1});
  };
  add("claim", Band::kClaim, "sent", "40");
  add("later", Band::kClaim, "rows", "2").after = "claim";
  add("need", Band::kClaim, "sent", "40")
      .needs.push_back({.verb = "at_least", .of = "rows", .value = "3", .otherwise = "Too few rows."});
  add("model", Band::kTopology, "model", "e1000");
  const auto verdicts = [&] {
    std::string all;
    for (const CheckResult& r : judge(lab, evidence()))
      all += r.id + " " + name_of(r.verdict) + (r.reason.empty() ? "" : " (" + r.reason + ")") + "; ";
    return all;
  };
  CHECK(verdicts() == "model pass; claim pass; later pass; need fail (Too few rows.); ");
  lab.checks[0].condition.value = "41";
  CHECK(verdicts() ==
        "model pass; claim fail (Else claim); later inconclusive (Check claim comes first.); need fail (Too few "
        "rows.); ");
  lab.checks[3].condition.value = "vmxnet3";
  CHECK(verdicts() ==
        "model fail (Else model); claim inconclusive (Check model comes first.); later inconclusive (Check model comes "
        "first.); need inconclusive (Check model comes first.); ");
  lab.checks.resize(1);
  lab.accepts = {"measured"};
  lab.checks[0].condition = {.verb = "equals", .of = "share", .value = "0.25"};
  CHECK(verdicts().find("claim inconclusive (share is modelled here") == 0);
  lab.requirements.cores = 100000;
  CHECK(verdicts().find("claim skipped (This lab needs 100000 CPUs") == 0);
  CHECK(judge(lab, evidence())[0].maximum == 0);  // leaves the maximum
}
