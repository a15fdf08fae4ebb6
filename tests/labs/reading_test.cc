// SPDX-License-Identifier: BSD-3-Clause
// What windows of time say, and what they are too noisy to say.
#include "labs/runner/reading.h"
#include "labs/runner/checks.h"
#include "labs/runner/measure.h"
#include "labs/runner/measured_chart.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::labs;

namespace {

Sample sample(const std::string& setting, int round, int number, double rate, double taken = 0) {
  Sample s{setting, round, number, 0.1, 1, taken, "w1@cpu1(1024): web/0"};
  s.values["rate.db.received"] = {ProbeKind::kGauge, rate, "", Provenance::kMeasured};
  s.values["exits_per_packet.web"] = {ProbeKind::kGauge, setting == "a" ? 1.0 : 0.5, "", Provenance::kMeasured};
  return s;
}

// Two rounds of four windows each; `drift` is what the second round is by the first, `noise` how far windows are off.
Window windows(double a, double b, double drift = 1, double noise = 0.01) {
  Window window{"one", {}, {}};
  constexpr double kOff[] = {-1, 0.5, 1, -0.5};
  for (int round = 0; round < 2; round++)
    for (const auto& [setting, value] : {std::pair("a", a), std::pair("b", b)})
      for (int i = 0; i < 4; i++)
        window.samples.push_back(sample(setting, round, i, value * (round ? drift : 1) * (1 + noise * kOff[i])));
  return window;
}

Judgement judged(const Window& window, const std::string& least, const std::string& most) {
  Evidence evidence;
  evidence.add(window);
  Condition c{.verb = "ratio", .of = "rate.db.received@b", .to = "rate.db.received@a", .since = "one"};
  c.least = least, c.most = most;
  return judge_condition(c, evidence);
}

}  // namespace

TEST_CASE("what is clearly more passes, what is clearly less fails", "[labs]") {
  CHECK(judged(windows(100, 200), "1.5", "").verdict == Verdict::kPass);
  CHECK(judged(windows(100, 110), "1.5", "").verdict == Verdict::kFail);
  CHECK(judged(windows(100, 110), "", "1.25").verdict == Verdict::kPass);
  CHECK(judged(windows(100, 200), "", "1.25").verdict == Verdict::kFail);
}

TEST_CASE("noise that is larger than the difference neither passes nor fails", "[labs]") {
  const Judgement near = judged(windows(100, 150, 1, 0.1), "1.5", "");
  CHECK(near.verdict == Verdict::kInconclusive);
  CHECK(near.reason.starts_with("The noise of this run is larger"));
  CHECK(judged(windows(100, 200, 1, 0.5), "1.5", "").verdict == Verdict::kInconclusive);
}

TEST_CASE("what drifts from round to round falls out of a ratio, and not of a number alone", "[labs]") {
  const Window drifting = windows(100, 200, 0.5);
  CHECK(judged(drifting, "1.9", "2.1").verdict == Verdict::kPass);
  auto alone = read_figure(drifting, {"rate.db.received", "a"});
  REQUIRE(alone.ok());
  CHECK(alone->low < 55);
  CHECK(alone->high > 95);
}

TEST_CASE("windows in which others had a CPU say nothing of time, and all of what was counted", "[labs]") {
  Window disturbed = windows(100, 200);
  for (Sample& s : disturbed.samples) s.taken = 0.3;
  const Judgement time = judged(disturbed, "1.5", "");
  CHECK(time.verdict == Verdict::kInconclusive);
  CHECK(time.observed == kNotClear);
  CHECK(time.reason == "Other programs took a CPU of this machine in 8 of 8 windows, up to 30 % of the time.");
  auto counted = read_ratio(disturbed, {"exits_per_packet.web", "b"}, {"exits_per_packet.web", "a"});
  REQUIRE(counted.ok());
  CHECK(counted->value == 0.5);
  CHECK(counted->exact());
}

TEST_CASE("a clock that moved, work that moved, unlike CPUs, too few windows: each is named", "[labs]") {
  const auto trouble = [](const Window& window) { return trouble_of(window, {"rate.db.received", "b"}); };
  CHECK(trouble(windows(1, 2)).empty());
  Window clock = windows(1, 2), moved = clock, unlike = clock, few = clock;
  for (Sample& s : clock.samples) s.clock = 1.4;
  CHECK(trouble(clock) == "The clock moved, or this machine stood still, in 8 of 8 windows.");
  moved.samples.back().cores = "w1@cpu1(1024): db/0; w2@cpu2(1024): web/0";
  CHECK(trouble(moved).starts_with("The work moved to other CPUs"));
  for (Sample& s : unlike.samples) s.cores = "w1@cpu1(1024): web/0; w2@cpu4(760): db/0";
  CHECK(trouble(unlike).starts_with("The CPUs of this machine's workers are unlike"));
  few.samples.resize(8);
  CHECK(trouble(few) == "Only 4 windows were measured, and 7 are needed.");
}

TEST_CASE("a setting may have contexts that the other has not, and their order means nothing", "[labs]") {
  Window window = windows(1, 2);
  for (Sample& s : window.samples)
    s.cores = s.setting == "a" ? "w1@cpu1(1024): web/0, tx web.nic0" : "w1@cpu1(1024): tx web.nic0, web/1, web/0";
  CHECK(trouble_of(window, {"rate.db.received", "b"}).empty());
  window.samples.back().cores = "w1@cpu2(1024): web/0";  // the same worker on another CPU
  CHECK_FALSE(trouble_of(window, {"rate.db.received", "b"}).empty());
}

TEST_CASE("a prediction far beyond what was measured, or none that can be drawn, leaves the chart as it is", "[labs]") {
  MeasuredChart chart;
  MeasuredChart::Figure figure{"rate.db.received", "rate", {}, {}};
  figure.bars.push_back({"a", "A", Reading{10, 9, 11, Provenance::kMeasured}});
  chart.said.push_back({"p1", "rate.db.received", "30", 30, {}});
  CHECK(chart.top_of(figure) == 30);
  chart.said[0].value = 1e300;
  CHECK(chart.top_of(figure) == 11);

  Lab lab;
  Question q{.id = "p1", .ask = "?"};
  q.chart = "rate.db.received", q.as = "ratio", q.seen = "one";
  lab.questions.push_back(q);
  DoBlock block{.id = "one"};
  block.measure = Measure{.settings = {{"a", "A", {}}, {"b", "B", {}}}, .chart = {{"rate.db.received", ""}}};
  for (const char* answer : {"1e999", "-3", "nan", "2"}) {
    const MeasuredChart drawn = measured_chart(lab, block, windows(100, 200), {{"p1", answer}});
    REQUIRE(drawn.said.size() == 1);
    CHECK(drawn.said[0].value.has_value() == (std::string(answer) == "2"));
  }
}

TEST_CASE("dominates and monotonic know the noise, too", "[labs]") {
  Evidence evidence;
  evidence.add(windows(100, 200));
  Condition c{.verb = "dominates", .of = "rate.db.received@b", .since = "one"};
  c.among = {"rate.db.received@a", "rate.db.received@b"};
  CHECK(judge_condition(c, evidence).verdict == Verdict::kPass);
  c.value = "3";
  CHECK(judge_condition(c, evidence).verdict == Verdict::kFail);
  c.value = "2";
  CHECK(judge_condition(c, evidence).verdict == Verdict::kInconclusive);
  Condition rising{.verb = "monotonic", .of = "rate.db.received", .since = "one"};
  CHECK(judge_condition(rising, evidence).verdict == Verdict::kPass);
  rising.value = "falling";
  CHECK(judge_condition(rising, evidence).verdict == Verdict::kFail);
}

TEST_CASE("of one setting a window is divided by itself, whichever were disturbed", "[labs]") {
  Window window{"one", {}, {}};
  for (int round = 0; round < 2; round++)
    for (int i = 0; i < 5; i++) {
      // Ten exits a thousand frames, more in each window; so the ratio is 0.01 in each, and in no pair of two windows.
      Sample s = sample("a", round, i, 1000 * (i + 1));
      s.values["exits_per_packet.web"].number = 10 * (i + 1);
      s.taken = i == 0 ? 0.5 : 0;
      window.samples.push_back(s);
    }
  const MeasuredName counted{"exits_per_packet.web", "a"}, timed{"rate.db.received", "a"};
  for (const auto& [of, by, value] : {std::tuple(counted, timed, 0.01), {timed, counted, 100.0}}) {
    auto ratio = read_ratio(window, of, by);
    REQUIRE(ratio.ok());
    CHECK(ratio->low == Approx(value));
    CHECK(ratio->high == Approx(value));
  }
  for (Sample& s : window.samples)
    if (s.round == 1) s.number += 5, s.round = 0;  // a round without a good window is none
  CHECK(read_ratio(window, counted, timed).ok());
}

TEST_CASE("two settings that were never good in one round are not compared", "[labs]") {
  Window window{"one", {}, {}};
  for (int round = 0; round < 2; round++)
    for (const char* setting : {"a", "b"})
      for (int i = 0; i < 8; i++) {
        window.samples.push_back(sample(setting, round, i, 100));
        if ((round == 0) == (setting[0] == 'b')) window.samples.back().taken = 0.5;
      }
  auto ratio = read_ratio(window, {"rate.db.received", "b"}, {"rate.db.received", "a"});
  REQUIRE_FALSE(ratio.ok());
  CHECK(ratio.error().what == "Only 0 of 2 rounds have undisturbed windows of both settings, and 2 are needed.");
  CHECK(judged(window, "", "1.25").verdict == Verdict::kInconclusive);
}

TEST_CASE("many small steps against the direction are a large one", "[labs]") {
  Window window{"one", {}, {}};
  const double heights[] = {10, 100, 99, 98, 97, 96, 95};
  for (int round = 0; round < 2; round++)
    for (size_t at = 0; at < std::size(heights); at++)
      for (int i = 0; i < 4; i++)
        window.samples.push_back(sample("v" + std::to_string(at), round, i, heights[at] * (1 + 0.005 * (i - 1.5))));
  Evidence evidence;
  evidence.add(window);
  Condition c{.verb = "monotonic", .of = "rate.db.received", .since = "one"};
  CHECK(judge_condition(c, evidence).verdict == Verdict::kFail);
}

TEST_CASE("shares that were measured are fair, unfair, or too noisy to say", "[labs]") {
  const auto judge_fair = [](double a, double b, double noise, const char* wanted) {
    Evidence evidence;
    evidence.add(windows(a, b, 1, noise));
    Condition c{.verb = "fair", .since = "one"};
    c.among = {"rate.db.received@a", "rate.db.received@b"}, c.value = wanted;
    return judge_condition(c, evidence).verdict;
  };
  CHECK(judge_fair(100, 100, 0.01, "0.95") == Verdict::kPass);
  CHECK(judge_fair(100, 1000, 0.01, "0.95") == Verdict::kFail);
  CHECK(judge_fair(100, 140, 0.3, "0.97") == Verdict::kInconclusive);
}

TEST_CASE("a sweep of modelled numbers does not pass a check of measured ones", "[labs]") {
  Window window = windows(100, 200);
  for (Sample& s : window.samples) s.values["rate.db.received"].provenance = Provenance::kModelled;
  Evidence evidence;
  evidence.add(window);
  Lab lab;
  Check check{.id = "c1"};
  check.condition = {.verb = "monotonic", .of = "rate.db.received", .since = "one"};
  check.points = 1;
  lab.checks = {check};
  CHECK(judge(lab, evidence, "")[0].verdict == Verdict::kPass);
  lab.checks[0].accepts = {"measured"};
  CHECK(judge(lab, evidence, "")[0].verdict == Verdict::kInconclusive);
}

TEST_CASE("what comes after a check that this machine cannot do leaves the maximum with it", "[labs]") {
  Lab lab;
  Check first{.id = "c1"}, second{.id = "c2"};
  first.points = second.points = 2;
  first.skipped = "There is no KVM.";
  second.after = "c1";
  lab.checks = {first, second};
  const auto results = judge(lab, Evidence{}, "");
  CHECK(results[1].verdict == Verdict::kSkipped);
  CHECK(results[1].maximum == 0);
}

TEST_CASE("a counter that began anew within a step has counted what it shows", "[labs]") {
  Window window{"one", {}, {}};
  window.begin["web.nic0.rx.frames"] = {ProbeKind::kCounter, 40, "", Provenance::kMeasured};
  window.end["web.nic0.rx.frames"] = {ProbeKind::kCounter, 3, "", Provenance::kMeasured};
  Evidence evidence;
  evidence.add(window);
  CHECK(evidence.value("web.nic0.rx.frames", "one")->number == 3);
  window.end["web.nic0.rx.frames"].number = 45;
  evidence.add(window);
  CHECK(evidence.value("web.nic0.rx.frames", "one")->number == 5);
}

TEST_CASE("a clock that goes at another pace than the others is seen, whichever it is", "[labs]") {
  CHECK(clock_of(0.1, 0.1, 0.1) == Approx(1));
  CHECK(std::abs(clock_of(0.13, 0.1, 0.1) - 1) >
        kClockMoved);  // the CPU's counter was scaled, or the kernel's time set
  CHECK(std::abs(clock_of(0.1, 0.1, 0.08) - 1) > kClockMoved);  // the machine stood still
  CHECK(clock_of(0.1, 0, 0.1) == 0);
}
