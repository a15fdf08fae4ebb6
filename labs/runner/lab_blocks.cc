// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/lab_blocks.h"

#include <sstream>

#include <fmt/format.h>

#include "labs/runner/lab_text.h"
#include "labs/runner/lab_toml.h"
#include "labs/runner/measure_block.h"
#include "labs/runner/record_verbs.h"
#include "labs/runner/records.h"

namespace ringside::labs {
namespace {

std::vector<Line> lines_of(const std::string& body, int first) {
  std::vector<Line> lines;
  std::istringstream in(body);
  for (std::string text; std::getline(in, text); first++) {
    const size_t begin = text.find_first_not_of(" \t");
    if (begin != text.npos && text[begin] != '#') lines.push_back({first, text.substr(begin)});
  }
  return lines;
}

Option read_option(const toml::table& table, TomlReader& parent) {
  TomlPlace place = parent.place();
  place.line = parent.line();
  TomlReader r(table, place);
  r.only({"id", "text", "reply", "holds", "of"});
  Option option{r.required("id"), r.required("text"), r.text("reply"), r.text("holds"), r.text("of")};
  parent.take(r.status());
  return option;
}

void read_options(TomlReader& r, const char* key, Question& q) {
  for (const toml::table* one : r.tables(key)) q.options.push_back(read_option(*one, r));
}

void need_right(TomlReader& r, const Question& q) {
  if (q.right.empty()) return;
  for (const Option& option : q.options)
    if (option.id == q.right) return;
  for (const std::string& place : q.places)
    if (place == q.right) return;
  r.fail(q.line, fmt::format("`right = \"{}\"` of {} is none of its answers.", q.right, q.id),
         "Expected the id of an option, or a place of the list.");
}

Question read_predict(TomlReader& r, Question q) {
  r.only({"ask", "kind", "unit", "options", "option", "holds", "range", "seen", "right", "chart", "as"});
  const std::string kind = r.one_of("kind", {"choice", "number", "order", "curve"}, "");
  if (kind.empty()) r.need("kind");
  q.answers = kind == "choice"  ? AnswerKind::kChoice
              : kind == "order" ? AnswerKind::kOrder
              : kind == "curve" ? AnswerKind::kCurve
                                : AnswerKind::kNumber;
  q.unit = r.text("unit"), q.range = r.truth("range");
  read_options(r, "options", q), read_options(r, "option", q);
  if (const toml::table* holds = r.table("holds"))
    for (const auto& [belief, value] : *holds) q.holds[std::string(belief.str())] = scalar_text(value);
  q.seen = r.text("seen"), q.right = r.text("right");
  q.chart = r.text("chart"), q.as = r.one_of("as", {"value", "ratio", "point"}, "value");
  if (!q.right.empty() && q.seen.empty())
    r.fail(q.line, q.id + " says what came, and not when that is seen.",
           "Expected: `seen = \"ID\"` of a question, do-block or check");
  if (q.answers == AnswerKind::kChoice) need_right(r, q);
  for (const Option& option : q.options)
    if (q.answers == AnswerKind::kOrder && (option.id.find_first_of(">= ") != option.id.npos ||
                                            option.id.find_first_not_of("0123456789") == option.id.npos))
      r.fail(q.line, "`" + option.id + "` of " + q.id + " cannot be told from a sign or from a number of the list.",
             "Expected an id such as `guest`: no number, and no `>`, `=` or blank in it.");
  if (q.answers == AnswerKind::kOrder && q.options.size() > 9)
    r.fail(q.line, fmt::format("{} orders {} things.", q.id, q.options.size()), "Expected at most 9.");
  if (q.answers == AnswerKind::kCurve && q.chart.empty()) r.need("chart");
  if ((q.answers == AnswerKind::kChoice || q.answers == AnswerKind::kOrder) && q.options.size() < 2)
    r.fail(q.line, q.id + " offers fewer than two answers.",
           "Expected: `options = [ { id = \"…\", text = \"…\" }, … ]`");
  return q;
}

Question read_observe(TomlReader& r, Question q, bool reduced) {
  r.only({"ask", "kind", "from", "since", "points", "places", "right", "unit", "look", "below", "by"});
  q.kind = QuestionKind::kObserve;
  q.from = r.text("from"), q.since = r.text("since"), q.unit = r.text("unit"), q.points = r.whole("points", 0);
  q.answers = r.one_of("kind", {"number", "point"}, "number") == "point" ? AnswerKind::kPoint : AnswerKind::kNumber;
  q.places = r.list("places"), q.right = r.text("right"), q.look = r.text("look"), q.below = r.text("below");
  q.by = r.text("by");
  if (q.answers == AnswerKind::kNumber)
    r.need("from");
  else
    r.need("places"), reduced ? void() : r.need("right"), need_right(r, q);
  return q;
}

Question read_explain(TomlReader& r, Question q, bool reduced) {
  r.only({"ask", "kind", "right", "points", "model", "mark", "option", "options"});
  q.kind = QuestionKind::kExplain;
  q.answers =
      r.one_of("kind", {"choice", "sentence"}, "choice") == "sentence" ? AnswerKind::kSentence : AnswerKind::kChoice;
  q.right = r.text("right"), q.points = r.whole("points", 0), q.mark = r.list("mark");
  q.model = reduced ? r.text("model") : r.required("model");
  read_options(r, "option", q), read_options(r, "options", q);
  if (q.answers == AnswerKind::kChoice) reduced ? void() : r.need("right"), need_right(r, q);
  return q;
}

Condition read_condition(TomlReader& r) {
  Condition c;
  c.verb = r.required("verb"), c.among = r.list("among"),
  c.of = c.verb != "path_is" && (c.among.empty() || c.verb != "fair") ? r.required("of") : r.text("of"),
  c.to = r.text("to"), c.value = r.text("value"), c.since = r.text("since");
  c.least = r.text("at_least"), c.most = r.text("at_most");
  c.tolerance = r.text("tolerance"), c.because = r.text("because"), c.over = r.list("over"),
  c.otherwise = r.required("else");
  c.path = r.list("path"), c.at = r.list("at"), c.reason = r.text("reason"), c.nth = r.whole("line", 0);
  c.line = r.line();
  if (c.verb == "path_is" && c.of.empty()) c.of = kPacketPath;
  // It is about the step at whose end, or beginning, the second moment is.
  if (c.verb == "state_equal" && (!c.since.empty() || !c.over.empty()))
    r.fail(c.line, "`state_equal` of " + r.place().what + " compares two moments.",
           "Expected `at = [\"BLOCK begin\", \"BLOCK end\"]`, and no `since` or `over`.");
  if (c.verb == "state_equal")
    for (const std::string& text : c.at)
      if (const auto moment = moment_in(text)) c.over.push_back(moment->block), c.since = moment->block;
  if (!c.tolerance.empty() && c.because.empty())
    r.fail(c.line, r.place().what + " has a tolerance without a reason.", "Expected a line `because = \"…\"`");
  return c;
}

// What stands in a check and in each of its needs.
constexpr std::initializer_list<const char*> kConditionKeys = {
    "verb",  "of",   "to",       "value",   "since", "tolerance", "because", "over",
    "among", "else", "at_least", "at_most", "path",  "at",        "reason",  "line"};

Check read_check(TomlReader& r, const std::string& id) {
  r.only(kConditionKeys, {"band", "claim", "look", "points", "needs", "after", "accepts", "hidden", "requires"});
  Check check{.id = id, .claim = r.text("claim"), .look = r.text("look"), .after = r.text("after")};
  const std::string band = r.one_of("band", {"environment", "topology", "traffic", "claim"}, "claim");
  check.band = band == "environment" ? Band::kEnvironment
               : band == "topology"  ? Band::kTopology
               : band == "traffic"   ? Band::kTraffic
                                     : Band::kClaim;
  check.condition = read_condition(r);
  check.requires_what = r.one_of("requires", {"", "kvm", "bare"}, "");
  check.points = r.whole("points", 0), check.accepts = r.list("accepts"), check.hidden = r.truth("hidden");
  for (const toml::table* one : r.tables("needs")) {
    TomlPlace place{r.place().file, r.line(), "a need of " + r.place().what};
    TomlReader need(*one, place);
    need.only(kConditionKeys);
    check.needs.push_back(read_condition(need));
    check.needs.back().line = r.line_of(*one);
    r.take(need.status());
  }
  return check;
}

Status take_commands(Lab& lab, Step* step, const Block& b, const std::string& id) {
  std::vector<Line> lines = lines_of(b.body, b.line + 1);
  if (b.kind == "start")
    lab.start = std::move(lines);
  else if (b.kind == "watch")
    lab.watch.insert(lab.watch.end(), lines.begin(), lines.end());
  else if (b.kind == "solution")
    lab.solution = {"", "", std::move(lines), b.line};
  else if (b.kind == "do") {
    if (!step)
      return at_line(lab.file, b.line, "A do-block stands before the first step.",
                     "Expected a heading above it: `## Do: name`");
    if (lab.block(id))
      return at_line(lab.file, b.line, "There is a do-block `" + id + "` already.", "Take another name.");
    for (const Line& line : lines)
      if (const std::string why = cannot_be_tried(line.text); !why.empty())
        return at_line(lab.file, line.number, why, "Expected a command behind `try`: try vm remove name=web");
    step->items.push_back({ItemKind::kDo, lab.blocks.size()});
    lab.blocks.push_back({id, b.words.size() > 1 && b.words[1] == "edit", std::move(lines), b.line});
  } else {
    Attempt attempt{id, "", std::move(lines), b.line};
    for (const std::string& word : b.words)
      if (word.starts_with("fails=")) attempt.fails = word.substr(6);
    if (attempt.fails.empty())
      return at_line(lab.file, b.line, "The wrong attempt `" + id + "` does not say which check it fails.",
                     "Expected: ```wrong " + id + " fails=c1");
    lab.wrong.push_back(std::move(attempt));
  }
  return {};
}

Hints read_hints(TomlReader& r, const Block& b, const std::string& of) {
  r.only({"nudge", "concept", "step", "worked"});
  Hints hints{of, {}, b.line};
  for (const char* level : {"nudge", "concept", "step", "worked"})
    if (std::string text = r.text(level); !text.empty()) hints.levels.push_back(text);
  if (hints.levels.empty())
    r.fail(b.line, "The hints of " + of + " are empty.", "Expected at least a line `nudge = \"…\"`");
  return hints;
}

}  // namespace

Status take_block(Lab& lab, Step* step, const Block& b) {
  const std::string id = b.words.empty() ? "" : b.words[0];
  const bool nameless = b.kind == "start" || b.kind == "solution" || b.kind == "teacher" || b.kind == "watch";
  if (!nameless && id.empty())
    return at_line(lab.file, b.line, "This block has no id.", "Expected: ```" + b.kind + " ID");
  if (b.kind == "teacher") return lab.teacher = b.body, Status{};
  if (b.kind == "start" || b.kind == "do" || b.kind == "solution" || b.kind == "wrong" || b.kind == "watch")
    return take_commands(lab, step, b, id);

  static constexpr const char* kKinds[] = {"misconception", "predict", "observe", "explain",
                                           "hints",         "check",   "compare", "sweep"};
  bool known = false;
  for (const char* kind : kKinds) known |= b.kind == kind;
  if (!known)
    return at_line(
        lab.file, b.line, "There is no kind of block `" + b.kind + "`.",
        "Expected one of: start, misconception, predict, do, compare, sweep, observe, hints, explain, check, watch, "
        "solution, "
        "wrong, teacher");
  const TomlPlace place{lab.file, b.line + 1, b.kind + " " + id};
  auto table = parse_toml(place, b.body);
  if (!table) return table.error();
  TomlReader r(*table, place);
  if (b.kind == "misconception") {
    r.only({"belief", "truth"});
    lab.misconceptions.push_back(
        {id, r.required("belief"), lab.reduced ? r.text("truth") : r.required("truth"), b.line});
  } else if (b.kind == "hints") {
    lab.hints.push_back(read_hints(r, b, id));
  } else if (b.kind == "check") {
    if (lab.check(id)) return at_line(lab.file, b.line, "There is a check `" + id + "` already.", "Take another id.");
    lab.checks.push_back(read_check(r, id));
  } else if (!step) {
    return at_line(lab.file, b.line, "This stands before the first step.",
                   "Expected a heading above it: `## Predict: name`");
  } else if (b.kind == "compare" || b.kind == "sweep") {
    if (lab.block(id)) return at_line(lab.file, b.line, "There is a block `" + id + "` already.", "Take another name.");
    step->items.push_back({ItemKind::kDo, lab.blocks.size()});
    lab.blocks.push_back(read_measure_block(r, id, b.kind == "sweep", b.words.size() > 1 && b.words[1] == "edit"));
  } else {
    if (lab.question(id))
      return at_line(lab.file, b.line, "There is a question `" + id + "` already.", "Take another id.");
    Question q{.id = id, .ask = r.required("ask"), .line = b.line};
    step->items.push_back({ItemKind::kQuestion, lab.questions.size()});
    lab.questions.push_back(b.kind == "predict"   ? read_predict(r, q)
                            : b.kind == "observe" ? read_observe(r, q, lab.reduced)
                                                  : read_explain(r, q, lab.reduced));
  }
  return r.status();
}

Status take_front_matter(Lab& lab, const std::string& body, int line, int variant) {
  const TomlPlace place{lab.file, line, "The front matter"};
  auto table = parse_toml(place, body);
  if (!table) return table.error();
  TomlReader r(*table, place);
  r.only({"id", "title", "promise", "minutes", "plan", "short_of_time", "scaffold", "requires", "accepts", "next",
          "variant"});
  lab.id = r.required("id"), lab.title = r.required("title"), lab.promise = r.required("promise"),
  lab.minutes = r.whole("minutes", 15);
  lab.short_of_time = r.text("short_of_time"), lab.next = r.text("next"), lab.accepts = r.list("accepts");
  lab.scaffold = r.one_of("scaffold", {"worked", "faded", "independent"}, "worked");
  if (const toml::table* plan = r.table("plan"))
    for (const auto& [part, minutes] : *plan) lab.plan[std::string(part.str())] = int(minutes.value_or(int64_t{0}));
  if (const toml::table* requires_table = r.table("requires")) {
    TomlReader q(*requires_table, place);
    q.only({"cores", "kvm", "mem_mb"});
    lab.requirements = {q.whole("cores", 1), q.whole("mem_mb", 512), q.one_of("kvm", {"no", "optional", "yes"}, "no")};
    r.take(q.status());
  }
  const auto rows = r.tables("variant");
  lab.variants = std::max(1, int(rows.size()));
  if (variant < 0 || variant >= lab.variants)
    r.fail(line, fmt::format("There is no variant {}.", variant + 1), fmt::format("Expected 1 to {}.", lab.variants));
  else if (!rows.empty())
    for (const auto& [name, value] : *rows[size_t(variant)]) lab.fields[std::string(name.str())] = scalar_text(value);
  for (const toml::table* row : rows)  // every row has the fields of the first, and no others
    for (const toml::table* other : {row, rows.front()})
      for (const auto& [name, value] : *other)
        if (!(other == row ? rows.front() : row)->contains(name))
          r.fail(r.line_of(*row), fmt::format("The field `{}` is not in every variant.", name.str()),
                 "Expected the same fields in each [[variant]].");
  return r.status();
}

}  // namespace ringside::labs
