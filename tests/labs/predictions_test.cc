// SPDX-License-Identifier: BSD-3-Clause
// Predictions that are an order or a curve: read as they are typed, laid on what was measured, kept, and never graded.
// What was measured is lab 3's: windows of the same sweep.
#include "labs/runner/predicted.h"

#include "labs/grade/grade.h"
#include "labs/grade/tables.h"
#include "labs/handin/hand_in.h"
#include "labs/runner/lint.h"
#include "labs/runner/script.h"
#include "tests/labs/support.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::labs;
using namespace ringside::test;

namespace {

LabText predictions_lab() {
  setenv("RINGSIDE_ASSETS", "assets", 0);
  auto text = read_lab("tests/labs/predictions/lab.md");
  REQUIRE(text.ok());
  return *text;
}

Recording windows_of(const char* name) {
  auto recording = read_recording(std::string("labs/exercises/003_97_percent_fewer_exits/windows/") + name + "-1.json");
  REQUIRE(recording.ok());
  return *recording;
}

Question question_with(AnswerKind kind) {
  Question q;
  q.id = "p", q.answers = kind, q.values = {"1", "2", "4"};
  for (const char* id : {"web", "db", "app"}) q.options.push_back({id, std::string("the ") + id, "", ""});
  return q;
}

std::string problems_of(const std::string& from, const std::string& to) {
  LabText text = predictions_lab();
  INFO(from);
  REQUIRE(text.text.find(from) != std::string::npos);
  text.text.replace(text.text.find(from), from.size(), to);
  auto lab = parse_lab(text, 0, 1);
  if (!lab) return lab.error().text();
  std::string all;
  for (const Finding& finding : lint(*lab)) all += finding.what + "\n";
  return all;
}

}  // namespace

TEST_CASE("an order is read by ids or numbers, with what is alike, and kept in one form", "[labs]") {
  const Question q = question_with(AnswerKind::kOrder);
  for (const auto& [typed, kept, text] : {
           std::array{"web > db > app", "web > db > app", "the web > the db > the app"},
           {"3>2>1", "app > db > web", "the app > the db > the web"},
           {" app=web >db ", "web = app > db", "the web = the app > the db"},
           {"db = 3 = web", "web = db = app", "the web = the db = the app"},
       }) {
    INFO(typed);
    REQUIRE(order_in(q, typed).ok());
    CHECK(kept_answer(q, typed) == kept);
    CHECK(answer_text(q, kept) == text);
    CHECK(kept_answer(q, kept) == kept);
  }
  for (const auto& [typed, why] : {
           std::pair{"", "no answer yet"},
           {"web > db", "These are 2 of 3: `app` is missing."},
           {"web > db > web", "`web` stands there twice"},
           {"web > db > 4", "\"4\" is none of them"},
           {"web > > db > app", "nothing on one side"},
           {"web > db > app >", "nothing on one side"},
           {"web db app", "\"web db app\" is none of them"},
       }) {
    INFO(typed);
    const auto order = order_in(q, typed);
    REQUIRE_FALSE(order.ok());
    INFO(order.error().text());
    CHECK(holds_text(order.error().what, why));
    CHECK(holds_text(order.error().remedy, "Expected all of web, db, app"));
    CHECK(order.error().unchanged == "Nothing was stored.");
  }
}

TEST_CASE("what came of an order: the greatest first, and alike is what the windows cannot tell apart", "[labs]") {
  const auto reading = [](double low, double value, double high) {
    return std::optional(Reading{value, low, high, Provenance::kMeasured});
  };
  const Order order = order_of({{"a", reading(8, 9, 10)}, {"b", reading(1, 2, 3)}, {"c", reading(9, 11, 12)}});
  CHECK(order_value(order) == "c = a > b");
  CHECK(place_in(order, "a") == 1);
  CHECK(place_in(order, "b") == 2);
  CHECK(place_in(order, "x") == 0);
  CHECK(order_of({{"a", reading(1, 1, 1)}, {"b", std::nullopt}}).empty());
}

TEST_CASE("a curve is read by its name or its heights, and called by its shape", "[labs]") {
  const Question q = question_with(AnswerKind::kCurve);
  for (const std::string& name : kShapes)
    for (size_t points = 3; points <= 12; points++) {
      CAPTURE(name, points);
      CHECK(shape_of(shape_called(name, points)) == name);
    }
  CHECK(shape_called("steep", 5).empty());
  for (const auto& [heights, shape] : {
           std::pair{std::vector<double>{1, 3, 4, 4.4, 4.5}, "rising"},
           {{9, 5, 3, 2, 1.9}, "falling"},
           {{9, 9.05, 8.95, 9}, "flat"},
           {{1, 5, 4.9, 2}, "peak"},
           {{5, 1, 1.1, 6}, "valley"},
           {{1, 9, 1, 9}, ""},
           {{1, 3, 2.9, 4}, "rising"},  // against its direction by less than one sees
       })
    CHECK(shape_of(heights) == shape);
  CHECK(shape_of({1, 2, 3}, 1.5) == "flat");  // within its noise
  CHECK(kept_answer(q, " falling ") == "falling");
  CHECK(answer_text(q, "falling") == "falling");
  CHECK(kept_answer(q, "1,000, 500 250") == "1000 500 250");
  CHECK(answer_text(q, "1000 500 250") == "falling (1000, 500, 250)");
  CHECK(answer_text(q, "1 9 1") == "peak (1, 9, 1)");
  for (const auto& [typed, why] : {std::pair{"", "no answer yet"},
                                   {"down", "\"down\" is no height"},
                                   {"3 2", "That is 2 of 3 numbers: 3 2."},
                                   {"3 2 1 0", "That is 4 of 3 numbers"},
                                   {"3 2 -1", "\"-1\" is no height"},
                                   {"3 2 nan", "\"nan\" is no height"},
                                   {"3 2 1e99", "\"1e99\" is no height"},
                                   {"0 0 0", "All of it lies at 0"}}) {
    INFO(typed);
    const auto curve = curve_in(q, typed);
    REQUIRE_FALSE(curve.ok());
    CHECK(holds_text(curve.error().what, why));
    CHECK(
        holds_text(curve.error().remedy, "rising, falling, flat, peak, valley; or 3 numbers, one for each of 1, 2, 4"));
  }
  const auto at = [](double value) { return std::optional(Reading{value, value, value, Provenance::kMeasured}); };
  CHECK(best_height({1, 2, 3}, {at(10), at(20), at(30)}) == Approx(10));
  CHECK(best_height({1, 1, 1}, {at(10), at(20), at(30)}) == Approx(20));
  CHECK(best_height({1, 1, 1}, {std::nullopt, std::nullopt, std::nullopt}) == 0);
}

TEST_CASE("an order and a curve lie on the chart of their block beside what came, are locked, and never graded",
          "[labs]") {
  TemporaryFolder folder;
  auto engine = make_engine();
  auto store = ProgressStore::open({.path = folder / "progress.db"});
  REQUIRE(store.ok());
  const LabText text = predictions_lab();
  const auto open = [&](const char* windows) {
    auto session =
        LabSession::open(*engine, **store, text, {.student = "ada", .variant = 0, .recorded = windows_of(windows)});
    INFO((session ? "" : session.error().text()));
    REQUIRE(session.ok());
    return std::move(*session);
  };
  auto session = open("solution");
  CHECK_FALSE(session->answer("p1", "down").ok());
  CHECK(session->answer_of("p1").empty());
  CHECK(session->missing_prediction("between") == "p1");
  for (const auto& [id, value] :
       {std::pair("p1", "10 50 70, 80 85 88"), std::pair("p2", "3>2=1"), std::pair("p3", "2 > 1")}) {
    auto reply = session->answer(id, value);
    REQUIRE(reply.ok());
    CHECK_FALSE(reply->correct);
    CHECK(reply->points == 0);
  }
  CHECK(session->answer_of("p1") == "10 50 70 80 85 88");
  CHECK(session->answer_of("p2") == "one > many = back");
  CHECK_FALSE(session->answer("p2", "1 > 2 > 3").ok());  // it is locked
  const auto came = [&](const char* id) { return session->outcome(*session->lab().question(id)); };
  CHECK(came("p1").empty());
  REQUIRE(session->run_block("between").ok());
  CHECK(came("p1") == "rising");
  CHECK(came("p2") == "the guest, a doorbell for each > the back end > the guest, 32 packets a doorbell");
  CHECK(came("p3") == "you > the guest");
  CHECK(came_true(*session->lab().question("p1"), session->answer_of("p1"), came("p1")));
  CHECK_FALSE(came_true(*session->lab().question("p2"), session->answer_of("p2"), came("p2")));
  CHECK(session->score().maximum == 1);

  const MeasuredChart chart = session->chart_of(*session->lab().block("between"));
  REQUIRE(chart.said.size() == 1);
  CHECK((chart.said[0].figure == "rate.db.received" && chart.said[0].text == "rising"));
  REQUIRE(chart.said[0].curve.size() == 6);
  CHECK(chart.said[0].curve[1] == Approx(5 * chart.said[0].curve[0]));
  double off = 0;  // where it fits best, it is as often above as below
  for (size_t i = 0; i < 6; i++)
    off += (chart.figures[2].bars[i].reading->value - chart.said[0].curve[i]) * chart.said[0].curve[i];
  CHECK(std::abs(off) < 1e-6 * chart.said[0].curve[5] * chart.said[0].curve[5]);
  REQUIRE(chart.places.size() == 3);
  const auto place = [&](size_t figure, const char* setting) {
    for (const MeasuredChart::Bar& bar : chart.figures[figure].bars)
      if (bar.setting == setting)
        if (const auto* at = chart.place_at(chart.figures[figure], bar)) return std::pair(at->said, at->came);
    return std::pair<size_t, size_t>(0, 0);
  };
  CHECK(place(0, "1") == std::pair<size_t, size_t>(1, 1));
  CHECK(place(1, "1") == std::pair<size_t, size_t>(2, 2));
  CHECK(place(0, "32") == std::pair<size_t, size_t>(2, 3));
  CHECK(place(0, "2") == std::pair<size_t, size_t>(0, 0));
  CHECK(ordinal(1) + ordinal(2) + ordinal(3) + ordinal(4) + ordinal(11) + ordinal(22) == "1st2nd3rd4th11th22nd");

  REQUIRE(write_hand_in(**store, {"ada", {}, folder / "ada.rsub"}).ok());
  auto all = read_hand_in(folder / "ada.rsub");
  REQUIRE(all.ok());
  auto graded = grade_lab(*all, all->labs[0], text, "");
  REQUIRE(graded.ok());
  CHECK(graded->predictions_locked == 3);
  CHECK(graded->maximum == 1);
  for (const GradedAnswer& a : graded->answers) CHECK_FALSE(a.right);
  const std::string rows = answers_csv({*graded}), page = class_page({*graded}, {});
  for (const char* part : {",predict,10 50 70 80 85 88,", ",predict,one > many = back,", ",predict,a > b,"}) {
    INFO(rows);
    CHECK(holds_text(rows, part));
  }
  CHECK(holds_text(page, "<td>rising</td>"));
  CHECK(holds_text(page, "the guest, a doorbell for each &gt; the guest, 32 packets a doorbell = the back end"));

  // Of a machine that others use nothing is told, and what was said stands there all the same.
  session = open("noisy");
  REQUIRE(session->run_block("between").ok());
  CHECK(came("p1").empty());
  CHECK(came("p2").empty());
  const MeasuredChart noisy = session->chart_of(*session->lab().block("between"));
  REQUIRE(noisy.said.size() == 1);
  CHECK(noisy.said[0].curve.empty());
  CHECK(noisy.places.front().came == 0);
}

TEST_CASE("what an order or a curve says of a belief", "[labs]") {
  auto lab = parse_lab(predictions_lab(), 0, 1);
  REQUIRE(lab.ok());
  CHECK(belief_of(*lab->question("p1"), "flat") == "no-matter");
  CHECK(belief_of(*lab->question("p1"), "50 51 50 50 49 50") == "no-matter");
  CHECK(belief_of(*lab->question("p1"), "rising").empty());
  CHECK(belief_of(*lab->question("p2"), "back > many = one") == "no-matter");
  CHECK(belief_of(*lab->question("p2"), "back > many > one").empty());
}

TEST_CASE("an author who asks for an order or a curve wrongly is told where", "[labs]") {
  for (const auto& [from, to, found] : {
           std::array{"chart = \"rate.db.received\"\n", "", "predict p1 has no `chart`"},
           {"chart = \"rate.db.received\"\n", "chart = \"rate.web.sent\"\n",
            "`chart = \"rate.web.sent\"` of p1 is no figure"},
           {"seen  = \"between\"", "seen = \"p3\"", "p1 draws a curve, and no sweep shows what came."},
           {"seen  = \"between\"", "right = \"steep\"\nseen = \"between\"", "`right = \"steep\"` of p1 is no shape"},
           {"id = \"many\"", "id = \"1\"", "`1` of p2 cannot be told from a sign or from a number"},
           {"id = \"many\"", "id = \"a>b\"", "`a>b` of p2 cannot be told"},
           {"of = \"cycles_per_packet.web/0@32\"", "of = \"cycles_per_packet.web/0@33\"", "is no FIGURE@SETTING"},
           {", of = \"cycles_per_packet.web/0@32\"", "", "some options of p2 say what is measured of them"},
           {"right   = \"a > b\"\n", "", "p3: nobody knows what came"},
           {"right   = \"a > b\"\n", "right = \"a > c\"\n", "`right` of p3 is no order of its options: \"c\" is none"},
           {"options = [ { id = \"b\", text = \"the guest\" }, { id = \"a\", text = \"you\" } ]",
            "options = [ { id = \"b\", text = \"x\" } ]", "p3 offers fewer than two"},
       }) {
    INFO(to);
    const std::string all = problems_of(from, to);
    INFO(all);
    CHECK(holds_text(all, found));
  }
  CHECK(problems_of("promise =", "promise =").empty());
}
