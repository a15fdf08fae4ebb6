// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl lab run: by hand, or a solution, a wrong attempt or a file of answers played.
#include <cstdlib>
#include <iostream>
#include <sstream>

#include <fmt/format.h>

#include "app/ctl/cmd_lab_text.h"
#include "app/ctl/cmd_lab_walk.h"
#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/number_format.h"
#include "app/ctl/supervise.h"
#include "engine/base/read_file.h"
#include "labs/pack/library.h"
#include "labs/runner/script.h"

namespace ringside::ctl {
using Json = nlohmann::ordered_json;
namespace {

int exit_code_of_checks(const std::vector<labs::CheckResult>& checks) {
  int worst = kOk;
  for (const labs::CheckResult& c : checks) {
    if (c.verdict == labs::Verdict::kFail) return kNegative;
    if (c.verdict == labs::Verdict::kInconclusive) worst = kInconclusive;
    if (c.verdict == labs::Verdict::kSkipped && worst == kOk) worst = kSkipped;
  }
  return worst;
}

Json answers_json(const labs::LabSession& session) {
  Json list = Json::array();
  for (const labs::Question& q : session.lab().questions) {
    if (session.answer_of(q.id).empty()) continue;
    Json one = {{"id", q.id}, {"value", session.answer_of(q.id)}};
    if (auto correct = session.correct(q.id)) one["correct"] = *correct;
    list.push_back(one);
  }
  return list;
}

Json report_json(const labs::LabSession& session, const std::vector<labs::CheckResult>& checks) {
  double points = session.score().points;
  int maximum = session.score().maximum;
  for (const labs::CheckResult& c : checks) points += c.points, maximum += c.maximum;
  return {{"lab", session.lab().id},
          {"hash", session.lab().hash},
          {"variant", session.lab().variant + 1},
          {"seed", session.lab().seed},
          {"answers", answers_json(session)},
          {"checks", checks_json(checks)},
          {"points", points},
          {"maximum", maximum}};
}

Result<std::vector<labs::Line>> read_answers(const std::string& file) {
  auto text = file == "-" ? read_all(std::cin, "standard input") : read_file(file);
  if (!text) {
    if (text.error().remedy.empty()) text.error().remedy = "Expected lines such as `answer p1 device` and `do one`.";
    return text.error();
  }
  std::vector<labs::Line> lines;
  std::istringstream in(*text);
  int number = 0;
  for (std::string line; std::getline(in, line);) lines.push_back({++number, line});
  return lines;
}

// What the options ask to be played; the file that its errors name.
Result<std::vector<labs::Line>> script_of(const LabArguments& arguments, const labs::Lab& lab) {
  if (!arguments.answers.empty()) return read_answers(arguments.answers);
  if (lab.reduced)
    return Error{"A student's pack has no solution and no wrong attempts.", "Nothing was run.",
                 "Install the teacher's pack, or name the text: `PATH/lab.md`", lab.file};
  if (arguments.solution) return labs::lines_of_attempt(lab, lab.solution);
  std::string known;
  for (const labs::Attempt& attempt : lab.wrong) {
    if (attempt.name == arguments.wrong) return labs::lines_of_attempt(lab, attempt);
    known += (known.empty() ? "" : ", ") + attempt.name;
  }
  return Error{"This lab has no wrong attempt `" + arguments.wrong + "`.", "Nothing was run.",
               "Expected one of: " + known, lab.file};
}

class LabRun {
 public:
  LabRun(const Options& options, const LabArguments& arguments, labs::LabText text)
      : options_(options), arguments_(arguments), text_(std::move(text)) {}

  bool by_hand() const { return !arguments_.solution && arguments_.wrong.empty() && arguments_.answers.empty(); }

  int run() {
    auto variants = labs::count_variants(text_);
    if (!variants) return print_error(variants.error()), kScenario;
    if (arguments_.variant > *variants)
      return print_error({fmt::format("This lab has no variant {}.", arguments_.variant), "",
                          fmt::format("Expected 1 to {}.", *variants), text_.file}),
             kUsage;
    auto engine = make_engine(options_);
    if (!engine) return print_error(engine.error()), kEnvironment;
    engine_ = std::move(*engine);
    const int first = arguments_.all_variants ? 1 : arguments_.variant,
              last = arguments_.all_variants ? *variants : arguments_.variant;
    int worst = kOk;
    for (int variant = first; variant <= last; variant++) {
      const int code = one(variant);
      if (code == kUsage || code == kScenario || code == kEnvironment) return code;
      if (worst == kOk || code == kNegative) worst = code;
    }
    if (options_.json)
      print_json(arguments_.all_variants ? Json{{"schema", kJsonSchema}, {"runs", runs_}} : with_schema(runs_.front()));
    return worst;
  }

 private:
  static Json with_schema(const Json& run) {
    Json json = {{"schema", kJsonSchema}};
    json.update(run);
    return json;
  }

  int one(int variant) {
    // What is played for a look leaves no trace in a student's progress.
    const bool kept = !arguments_.no_progress && !arguments_.solution && arguments_.wrong.empty();
    auto store = labs::ProgressStore::open(
        {.path = kept ? arguments_.progress : ":memory:", .start_anew = arguments_.new_progress});
    if (!store) return print_error(store.error()), kEnvironment;
    labs::SessionOptions wanted{.student = arguments_.student.empty() ? labs::student_name() : arguments_.student,
                                .anew = arguments_.anew,
                                .program = labs::Program::kTerminal,
                                .rehearse = rehearse};
    if (variant > 0) wanted.variant = variant - 1;
    auto session = labs::LabSession::open(*engine_, **store, text_, wanted);
    if (!session) return print_error(session.error()), session.error().environment ? kEnvironment : kScenario;
    if (by_hand()) {
      auto checks = walk(*engine_, **session, kept);
      if (!checks) return print_error(checks.error()), kEnvironment;
      const bool left = (*session)->place() < (*session)->lab().items().size();
      return left ? kOk : exit_code_of_checks(*checks);  // to leave a lab is no failure
    }
    return played(**session);
  }

  int played(labs::LabSession& session) {
    auto lines = script_of(arguments_, session.lab());
    if (!lines) return print_error(lines.error()), kUsage;
    const auto said = [&](const std::string& line, const Answer* answer) {
      if (!answer && !options_.json && !options_.quiet) print("· " + line + "\n");
    };
    auto report = labs::play(session, *lines, arguments_.answers.empty() ? text_.file : arguments_.answers, said);
    if (!report) return print_error(report.error()), report.error().environment ? kEnvironment : kScenario;
    runs_.push_back(report_json(session, report->checks));
    if (!options_.json) {
      print(fmt::format("\n{}, variant {}, seed {}\n", session.lab().title, session.lab().variant + 1,
                        session.lab().seed));
      for (const std::string& id : report->wrong_answers) print(id + "  not what the machine shows\n");
      print(checks_text(Terminal::of_stdout(), report->checks));
      print(fmt::format("{} of {} points\n", labs::number_text(runs_.back()["points"]),
                        runs_.back()["maximum"].get<int>()));
    }
    return exit_code_of_checks(report->checks);
  }

  const Options& options_;
  const LabArguments& arguments_;
  const labs::LabText text_;
  std::unique_ptr<Engine> engine_;
  std::vector<Json> runs_;
};

}  // namespace

int lab_run(const Options& options, const LabArguments& arguments) {
  if (arguments.left_last) {
    const auto left = lab_left_last(arguments);
    if (!left)
      return print_error({"No lab is named, and none was left before its end.", "Nothing was started.",
                          "Name one: `ringsidectl lab run 1`; the list: `ringsidectl lab list`", ""}),
             kUsage;
    LabArguments named = arguments;
    named.lab = *left, named.left_last = false;
    return lab_run(options, named);
  }
  auto text = labs::find_any_lab(arguments.lab);
  if (!text) return print_error(text.error()), text.error().environment ? kEnvironment : kScenario;
  LabRun run(options, arguments, std::move(*text));
  if (run.by_hand() && options.json)
    return print_error({"--json needs something to play.", "Nothing was started.",
                        "Add --solution, --wrong NAME or --answers FILE.", ""}),
           kUsage;
  if (arguments.all_variants && !arguments.solution && arguments.wrong.empty())
    return print_error({"--all-variants is for --solution and --wrong NAME.", "Nothing was started.",
                        "Choose one: --variant N", ""}),
           kUsage;
  return run.run();
}

}  // namespace ringside::ctl
