// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl lab list, show, build and lint.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>

#include <fmt/format.h>

#include "app/ctl/cmd_lab_text.h"
#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/number_format.h"
#include "app/ctl/supervise.h"
#include "engine/base/visible.h"
#include "labs/pack/library.h"
#include "labs/pack/pack_file.h"
#include "labs/runner/lab_compiler.h"
#include "labs/runner/lint.h"
#include "labs/runner/progress.h"
#include "labs/runner/requirement.h"
#include "labs/runner/script.h"

namespace ringside::ctl {
using Json = nlohmann::ordered_json;
namespace {

// The texts that are named, or all of labs/exercises.
Result<std::vector<labs::LabText>> texts_of(const std::vector<std::string>& names) {
  std::vector<labs::LabText> texts;
  for (const std::string& name : names.empty() ? labs::lab_sources() : names) {
    auto text = labs::find_source(name);
    if (!text) return text.error();
    texts.push_back(std::move(*text));
  }
  if (texts.empty()) return Error{"No labs were found.", "", "Name one: `ringsidectl lab lint PATH/lab.md`", ""};
  return texts;
}

struct LintResult {
  int errors = 0, warnings = 0;
  std::vector<std::string> lines;
};

Status lint_one(Engine* engine, const labs::LabText& text, LintResult& result) {
  auto findings = labs::lint_text(text);
  if (!findings) return findings.error();
  for (const labs::Finding& finding : *findings) {
    result.lines.push_back(labs::line_of(finding, text.file));
    (finding.warning ? result.warnings : result.errors)++;
  }
  auto variants = labs::count_variants(text);
  if (!variants) return variants.error();
  for (int v = 0; engine && v < *variants; v++) {
    auto problems = labs::prove(*engine, text, v);
    if (!problems) return problems.error();
    for (const std::string& problem : *problems) result.lines.push_back(problem), result.errors++;
  }
  return {};
}

// How far a student is, behind a lab's line; "" = it was not begun.
std::string stands(const labs::LabEntry& lab, const labs::LabProgress& progress) {
  if (progress.done == 0) return {};
  if (progress.ended) return progress.unmet ? "done, not every check is met" : "done";
  return fmt::format("{} of {} done, at {}", progress.done, lab.items, progress.step);
}

std::string student_of(const LabArguments& arguments) {
  return arguments.student.empty() ? labs::student_name() : arguments.student;
}

}  // namespace

std::optional<std::string> lab_left_last(const LabArguments& arguments) {
  const auto library = labs::all_labs();
  if (!library) return {};
  const auto progress = labs::all_progress(arguments.progress, student_of(arguments), library->labs);
  const size_t none = library->labs.size(), at = progress ? labs::to_go_on_with(*progress).value_or(none) : none;
  if (at == none) return {};
  return library->labs[at].name();
}

int lab_list(const Options& options, LabArguments arguments, const std::vector<std::string>& words) {
  auto library = labs::all_labs(fmt::format("{}", fmt::join(words, " ")));
  if (!library) return print_error(library.error()), library.error().environment ? kEnvironment : kUsage;
  const std::vector<labs::LabEntry>& labs = library->labs;
  // A progress file that cannot be read is no reason not to say which labs there are.
  auto known = labs::all_progress(arguments.progress, student_of(arguments), labs);
  if (!known) print_error(known.error());
  const std::vector<labs::LabProgress> progress = known ? *known : std::vector<labs::LabProgress>(labs.size());
  const size_t none = labs.size(), at = words.empty() ? labs::to_go_on_with(progress).value_or(none) : none;
  const Terminal terminal = Terminal::of_stdout();
  if (at != none && !options.json)
    print(inked(terminal, Ink::kBold, "Go on where you stopped: ") + labs[at].title + ", " +
          stands(labs[at], progress[at]) + "\n  ringsidectl lab run\n\n");
  const labs::LabMachine machine = labs::this_machine();
  Json list = Json::array();
  std::string pack;
  for (size_t i = 0; i < labs.size(); i++) {
    const labs::LabEntry& lab = labs[i];
    if (!options.json && lab.pack != std::exchange(pack, lab.pack)) print("\n" + lab.pack_title + "\n");
    const labs::Offered here = labs::offered_by(machine, lab.requirements, lab.recorded);
    list.push_back({{"number", lab.number},
                    {"id", lab.id},
                    {"title", lab.title},
                    {"promise", lab.promise},
                    {"block", lab.block},
                    {"minutes", lab.minutes},
                    {"variants", lab.variants},
                    {"hash", lab.hash},
                    {"items", lab.items},
                    {"done", progress[i].done},
                    {"ended", progress[i].ended},
                    {"step", progress[i].step},
                    {"here", labs::name_of(here.offer)},
                    {"here_why", here.why}});
    if (!lab.pack.empty()) list.back()["pack"] = lab.pack, list.back()["name"] = lab.name();
    if (options.json) continue;
    const std::string number = lab.pack.empty() ? std::to_string(lab.number) : "";
    print(fmt::format("{:>2}  {} {:>2} min  {} {}\n", number, left(lab.key(), 34), lab.minutes,
                      left(labs::name_of(here.offer), 9), lab.promise));
    if (const std::string how_far = stands(lab, progress[i]); !how_far.empty())
      print(std::string(46, ' ') + inked(terminal, Ink::kGood, how_far) + "\n");
  }
  for (const Error& error : library->unreadable) note(options.quiet, "Left out: " + error.place + ": " + error.what);
  if (!options.json && labs.empty()) print("No lab has these words.\n");
  if (options.json) {
    Json json = {{"schema", kJsonSchema}, {"labs", list}};
    if (at != none) json["go_on"] = labs[at].key();
    print_json(json);
  }
  // One press, for who sits at the terminal.
  if (at == none || options.json || !terminal.tty || !isatty(STDIN_FILENO)) return kOk;
  print("\nEnter goes on there, q leaves: ");
  std::string line;
  if (!std::getline(std::cin, line) || !line.empty()) return kOk;
  arguments.lab = labs[at].name();
  return lab_run(options, arguments);
}

int lab_show(const Options& options, const LabArguments& arguments) {
  if (arguments.sql) {
    for (const auto& schema : {labs::labs_schema(), labs::packs_schema()}) {
      if (!schema) return print_error(schema.error()), kEnvironment;
      print(*schema + "\n");
    }
    return kOk;
  }
  if (arguments.lab.empty())
    return print_error({"No lab is named.", "", "Name one: `ringsidectl lab show 1`; or its tables: `--sql`", ""}),
           kUsage;
  auto text = labs::find_any_lab(arguments.lab);
  if (!text) return print_error(text.error()), text.error().environment ? kEnvironment : kScenario;
  auto lab = labs::parse_lab(*text, std::max(0, arguments.variant - 1), 1);
  if (!lab) return print_error(lab.error()), kScenario;
  Json steps = Json::array(), beliefs = Json::array();
  std::string lines;
  for (const labs::Step& step : lab->steps) {
    Json ids = Json::array();
    std::string names;
    for (const labs::Item& item : step.items) {
      if (item.kind == labs::ItemKind::kText) continue;
      const std::string id =
          item.kind == labs::ItemKind::kDo ? lab->blocks[item.index].id : lab->questions[item.index].id;
      ids.push_back(id), names += (names.empty() ? "" : ", ") + id;
    }
    steps.push_back({{"kind", step.kind}, {"name", step.name}, {"items", ids}});
    lines += fmt::format("  {}{}{}\n", left(step.kind, 10), left(step.name, 20), names);
  }
  for (const labs::Misconception& m : lab->misconceptions) beliefs.push_back({{"id", m.id}, {"belief", m.belief}});
  if (options.json) {
    print_json({{"schema", kJsonSchema},
                {"id", lab->id},
                {"title", lab->title},
                {"promise", lab->promise},
                {"minutes", lab->minutes},
                {"variants", lab->variants},
                {"cores", lab->requirements.cores},
                {"kvm", lab->requirements.kvm},
                {"mem_mb", lab->requirements.mem_mb},
                {"next", lab->next},
                {"steps", steps},
                {"misconceptions", beliefs},
                {"hash", lab->hash}});
    return kOk;
  }
  print(fmt::format("{}\n{}\n\n{} minutes, {}, KVM: {}, {} variants. {}\n\nSteps\n{}", lab->title, lab->promise,
                    lab->minutes, counted(uint64_t(lab->requirements.cores), "core"), lab->requirements.kvm,
                    lab->variants, lab->short_of_time, lines));
  note(options.quiet, "Take it: ringsidectl lab run " + (text->key.empty() ? lab->id : text->key));
  return kOk;
}

int lab_build(const Options& options, const std::vector<std::string>& names, const std::string& to) {
  auto texts = texts_of(names);
  if (!texts) return print_error(texts.error()), kScenario;
  if (Status built = labs::build_labs(*texts, to); !built)
    return print_error(built.error()), built.error().environment ? kEnvironment : kScenario;
  if (options.json)
    print_json({{"schema", kJsonSchema}, {"file", to}, {"labs", texts->size()}});
  else
    print(fmt::format("{} compiled into {}\n", counted(texts->size(), "lab"), visible_line(to)));
  return kOk;
}

int lab_lint(const Options& options, const std::vector<std::string>& names, bool text_only) {
  auto texts = texts_of(names);
  if (!texts) return print_error(texts.error()), kScenario;
  std::unique_ptr<Engine> engine;
  if (!text_only) {
    auto made = make_engine(options);
    if (!made) return print_error(made.error()), kEnvironment;
    engine = std::move(*made);
  }
  LintResult result;
  for (const labs::LabText& text : *texts)
    if (Status linted = lint_one(engine.get(), text, result); !linted)
      return print_error(linted.error()), linted.error().environment ? kEnvironment : kScenario;
  if (options.json) {
    print_json({{"schema", kJsonSchema},
                {"errors", result.errors},
                {"warnings", result.warnings},
                {"findings", result.lines}});
  } else {
    for (const std::string& line : result.lines) print(line + "\n");
    print(fmt::format("{}: {}, {}\n", counted(texts->size(), "lab"), counted(uint64_t(result.errors), "error"),
                      counted(uint64_t(result.warnings), "warning")));
  }
  return result.errors ? kNegative : kOk;
}

}  // namespace ringside::ctl
