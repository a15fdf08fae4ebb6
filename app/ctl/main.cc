// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl: everything the window can do, for a terminal, a script and a grader. This file is the one table of
// options.
#include <CLI/CLI.hpp>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <sstream>

#include "app/ctl/arguments.h"
#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/options_author.h"
#include "app/ctl/options_bench.h"
#include "app/ctl/options_grade.h"
#include "app/ctl/supervise.h"
#include "app/ctl/terminal.h"
#include "app/ctl/version.h"
#include "engine/base/nearest.h"
#include "engine/base/visible.h"

namespace ringside::ctl {
namespace {

struct Program {
  Options options;
  RunArguments run;
  StepArguments step;
  ExitsArguments exits;
  PlacementArguments placement;
  BenchProgram bench;
  LabArguments lab;
  std::vector<std::string> labs;
  PackArguments pack;
  AuthorProgram author;
  GradeProgram grade;
  std::string pack_name;
  bool replace = false;
  std::string labs_file = "labs.db", record_to;
  bool text_only = false, doctor_labs = false;
  std::string probes_file = "first.scn", model;
  std::function<int()> action;
};

constexpr uint64_t kMostSteps = 1'000'000'000'000;  // as `step n=` has it

// Written so that what is no number at all (nan) fails, too.
const CLI::Validator kSeconds(
    [](std::string& text) {
      char* end = nullptr;
      const double seconds = std::strtod(text.c_str(), &end);
      return seconds > 0 && seconds <= 1e7 && !*end ? "" : text + " is no time. Expected seconds, up to 10000000";
    },
    "", "seconds");

constexpr const char* kFooter =
    "FILE is a path, a scenario that comes with Ringside (ringsidectl show scenarios), or - for standard input.\n"
    "Arguments of DPDK stand behind --: ringsidectl run first.scn -- --log-level lib.eal:info\n"
    "Exit codes: 0 ok, 1 negative result, 2 usage, 3 environment unusable, 4 scenario invalid, 5 internal,\n"
    "            6 inconclusive, 77 requirement missing, 128+n ended by signal n.";

CLI::App* command(CLI::App& parent, const std::string& name, const std::string& summary) {
  return parent.add_subcommand(name, summary)->fallthrough();
}

void add_run_and_step(CLI::App& app, Program& p) {
  CLI::App* run_command =
      command(app, "run", "Run a scenario, and print rates, balance, drops, cycles and exits per packet");
  run_command->add_option("FILE", p.run.file, "The scenario")->required();
  run_command
      ->add_option("--for", p.run.seconds, "End after this many seconds (else at Ctrl-C, or as the scenario says)")
      ->type_name("SECONDS")
      ->check(kSeconds);
  run_command->add_option("--settle", p.run.settle)->type_name("SECONDS")->check(kSeconds)->group("");
  run_command->add_option("--mode", p.run.mode, "Run in this mode, whatever the scenario says")
      ->type_name("free|stepped|paced")
      ->check(CLI::IsMember({"free", "stepped", "paced"}));
  run_command->add_flag("--dashboard", p.run.dashboard,
                        "Show the machine while it runs; plain lines when stdout is no terminal");
  run_command->callback([&p] { p.action = [&p] { return run(p.options, p.run); }; });

  CLI::App* step_command =
      command(app, "step", "Step through a scenario, and print each event: who, what, its fields, its cost");
  step_command->add_option("FILE", p.step.file, "The scenario")->required();
  auto* steps = step_command->add_option("--steps", p.step.steps, "So many accesses")
                    ->type_name("N")
                    ->check(CLI::Range(uint64_t{1}, kMostSteps));
  step_command
      ->add_option("--until", p.step.until,
                   "Up to the next of these; without --steps and --until: to the end of one packet")
      ->type_name("packet|arrival|exit|drop|interrupt")
      ->check(CLI::IsMember({"packet", "arrival", "exit", "drop", "interrupt"}))
      ->excludes(steps);
  step_command->callback([&p] { p.action = [&p] { return step(p.options, p.step); }; });
}

void add_exits(CLI::App& app, Program& p) {
  CLI::App* exits_command =
      command(app, "exits", "Run a scenario, and print its VM exits: record, instruction, and both totals");
  exits_command->add_option("FILE", p.exits.file, "The scenario")->required();
  exits_command
      ->add_option("--for", p.exits.seconds, "End after this many seconds (else at Ctrl-C, or as the scenario says)")
      ->type_name("SECONDS")
      ->check(kSeconds);
  exits_command->add_option("--last", p.exits.last, "So many records, the newest")
      ->check(CLI::Range(0, 256))
      ->capture_default_str();
  exits_command->callback([&p] { p.action = [&p] { return exits(p.options, p.exits); }; });
}

void add_show(CLI::App& app, Program& p) {
  CLI::App* show =
      command(app, "show", "Lists: probes, commands, scenarios, registers, placement")->require_subcommand(1);
  CLI::App* probes = command(*show, "probes", "Every number that a scenario's machine offers");
  probes->add_option("FILE", p.probes_file, "The scenario")->capture_default_str();
  probes->callback([&p] { p.action = [&p] { return show_probes(p.options, p.probes_file); }; });
  command(*show, "commands", "The command language of scenarios, labs and the window")->callback([&p] {
    p.action = [&p] { return show_commands(p.options); };
  });
  CLI::App* placement = command(*show, "placement", "Which worker runs what in a scenario's machine, and why");
  placement->add_option("FILE", p.placement.file, "The scenario")->capture_default_str();
  placement
      ->add_option("--for", p.placement.seconds, "Let it run this long first, so that what is measured is shown, too")
      ->type_name("SECONDS")
      ->check(CLI::PositiveNumber);
  placement->callback([&p] { p.action = [&p] { return show_placement(p.options, p.placement); }; });
  command(*show, "scenarios", "The scenarios that come with Ringside")->callback([&p] {
    p.action = [&p] { return show_scenarios(p.options); };
  });
  CLI::App* registers = command(*show, "registers", "The registers of a network card");
  registers->add_option("MODEL", p.model, "e1000")->required();
  registers->callback([&p] { p.action = [&p] { return show_registers(p.options, p.model); }; });
}

void add_packs(CLI::App& lab, Program& p) {
  CLI::App* pack = command(lab, "pack", "Make a pack of labs for students, or the teacher's, in one file");
  pack->add_option("LAB", p.pack.labs, "Labs, or folders of labs; without any, all that come with Ringside");
  auto* student =
      pack->add_flag("--student", p.pack.student, "Without hidden checks, solutions and the teacher's page");
  pack->add_flag("--teacher", p.pack.teacher, "With everything: for grading")->excludes(student);
  pack->add_option("--to", p.pack.to, "The file, such as networks.rpack")->type_name("FILE")->required();
  pack->add_flag("--graded", p.pack.graded, "Students': also without model answers, replies and the last hint");
  pack->add_option("--hints", p.pack.hints, "Students': hints up to this level")
      ->type_name("none|nudge|concept|step|worked")
      ->check(CLI::IsMember({"none", "nudge", "concept", "step", "worked"}));
  pack->add_option("--id", p.pack.id, "Its name in lists and paths; else that of its only lab")->type_name("PACK");
  pack->add_option("--title", p.pack.title, "What a list shows above its labs");
  pack->add_option("--unlock", p.pack.unlock,
                   "Make the file that opens what the students' packs of this teacher's pack hold back")
      ->type_name("TEACHER.rpack");
  pack->callback([&p] { p.action = [&p] { return lab_pack(p.options, p.pack); }; });
  CLI::App* install = command(lab, "install", "Take a pack, or a file that unlocks one, so that its labs are listed");
  install->add_option("FILE", p.pack_name, "The pack")->required();
  install->add_flag("--replace", p.replace, "Take it instead of another edition of the same pack");
  install->callback([&p] { p.action = [&p] { return lab_install(p.options, p.pack_name, p.replace); }; });
  command(lab, "packs", "The packs that are installed")->callback([&p] {
    p.action = [&p] { return lab_packs(p.options); };
  });
  CLI::App* remove = command(lab, "remove", "Remove an installed pack; your answers stay");
  remove->add_option("PACK", p.pack_name, "Its name: ringsidectl lab packs")->required();
  remove->callback([&p] { p.action = [&p] { return lab_remove(p.options, p.pack_name); }; });
}

void add_lab(CLI::App& app, Program& p) {
  CLI::App* lab =
      command(app, "lab",
              "Exercises: list, show, run, hand-in; new, preview, lint, record, build; pack, install, packs, remove")
          ->require_subcommand(1);
  CLI::App* list = command(*lab, "list", "The labs that come with Ringside, and those of installed packs");
  list->add_option("WORD", p.labs, "Only those in which all these words stand");
  list->callback([&p] { p.action = [&p] { return lab_list(p.options, p.lab, p.labs); }; });
  CLI::App* show = command(*lab, "show", "What a lab is about, and its steps");
  CLI::App* run_command = command(*lab, "run", "Take a lab, question by question; it goes on where you stopped");
  for (CLI::App* one : {show, run_command}) {
    one->add_option(
        "LAB", p.lab.lab,
        one == show ? "Its id or number, PACK/LAB, a lab.md, or labs.db:ID"
                    : "Its id or number, PACK/LAB, a lab.md, or labs.db:ID; without it, the one that you left last");
    one->add_option("--variant", p.lab.variant, "This row of numbers; else drawn by lab and student")
        ->check(CLI::PositiveNumber);
  }
  for (CLI::App* one : {list, show, run_command})
    one->add_option("--student", p.lab.student, "Who takes it; else the user's name")->type_name("ID");
  for (CLI::App* one : {list, run_command})
    one->add_option("--progress", p.lab.progress, "Where answers are kept")->type_name("FILE");
  show->add_flag("--sql", p.lab.sql, "The tables in which labs are kept (SQLite)");
  auto* solution = run_command->add_flag("--solution", p.lab.solution, "Play the lab's own solution");
  auto* wrong = run_command->add_option("--wrong", p.lab.wrong, "Play one of its wrong attempts")
                    ->type_name("NAME")
                    ->excludes(solution);
  run_command
      ->add_option("--answers", p.lab.answers,
                   "Take answers and steps from a file: `answer p1 device`, `do one`, a line each")
      ->type_name("FILE")
      ->excludes(solution)
      ->excludes(wrong);
  run_command->add_flag("--all-variants", p.lab.all_variants, "With --solution or --wrong: each variant in turn");
  run_command->add_flag("--restart", p.lab.anew, "Begin again; earlier answers stay in the progress file");
  run_command->add_flag("--new-progress", p.lab.new_progress,
                        "Replace a damaged progress file, of which a copy is kept");
  run_command->add_flag("--no-progress", p.lab.no_progress, "Keep nothing");
  show->callback([&p] { p.action = [&p] { return lab_show(p.options, p.lab); }; });
  run_command->callback([&p, run_command] {
    p.lab.left_last = run_command->count("LAB") == 0;
    p.action = [&p] { return lab_run(p.options, p.lab); };
  });
  CLI::App* record = command(*lab, "record", "Play a lab's solution here, and keep the windows that it measures");
  record->add_option("LAB", p.lab.lab, "Its id or number, or a lab.md")->required();
  record->add_option("--variant", p.lab.variant, "This row of numbers; else the first")->check(CLI::PositiveNumber);
  record->add_option("--wrong", p.lab.wrong, "Play one of its wrong attempts")->type_name("NAME");
  record->add_flag("--any", p.lab.anew, "Also windows that others disturbed");
  record->add_option("--to", p.record_to, "Else windows/ beside the lab")->type_name("FILE");
  record->callback([&p] { p.action = [&p] { return lab_record(p.options, p.lab, p.record_to); }; });
  CLI::App* build = command(*lab, "build", "Compile labs into one SQLite file");
  CLI::App* lint = command(*lab, "lint", "Look for mistakes, and play solution and wrong attempts of every variant");
  for (CLI::App* one : {build, lint}) one->add_option("LAB", p.labs, "Labs; without any, all that come with Ringside");
  build->add_option("--to", p.labs_file, "The file")->type_name("FILE")->capture_default_str();
  lint->add_flag("--text-only", p.text_only, "Do not play anything");
  build->callback([&p] { p.action = [&p] { return lab_build(p.options, p.labs, p.labs_file); }; });
  add_authors(*lab, p.options, p.author, p.action);
  add_packs(*lab, p);
  add_hand_in(*lab, p.options, p.grade, p.action);
  lint->callback([&p] { p.action = [&p] { return lab_lint(p.options, p.labs, p.text_only); }; });
}

void add_doctor(CLI::App& app, Program& p) {
  CLI::App* check = command(app, "doctor", "What this machine offers, and the command that would improve it");
  check->add_flag("--labs", p.doctor_labs, "What each lab gives here: live, modelled, recorded or missing, and why");
  check->callback([&p] { p.action = [&p] { return doctor(p.options, p.doctor_labs); }; });
}

// The first word that stands where a subcommand must, and is none. CLI11 would blame the words behind it, or say help.
std::optional<Error> unknown_subcommand(const CLI::App& program, const std::vector<std::string>& words) {
  const CLI::App* parent = &program;
  std::string path = program.get_name();
  for (size_t i = 0; i < words.size() && parent->get_require_subcommand_min(); ++i) {
    if (words[i].starts_with("-")) {
      const CLI::Option* option = nullptr;
      for (const CLI::App* at = parent; at && !option; at = at->get_parent())
        option = at->get_option_no_throw(words[i].substr(0, words[i].find('=')));
      if (!option) return {};
      if (option->get_items_expected_max() > 0 && words[i].find('=') == std::string::npos) ++i;
      continue;
    }
    std::vector<std::string> names;
    const CLI::App* found = nullptr;
    for (const CLI::App* one : parent->get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(one->get_name());
      if (one->check_name(words[i])) found = one;
    }
    if (!found) {
      const std::string near = nearest(words[i], names);
      std::string all;
      for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
      return Error{"There is no subcommand `" + words[i] + "`.", "",
                   near.empty() ? "Those of " + path + ": " + all : "Nearest: `" + path + " " + near + "`", ""};
    }
    parent = found, path += " " + found->get_name();
  }
  return {};
}

int main_of(const std::vector<std::string>& words) {
  auto arguments = split_arguments(words);
  if (!arguments) {
    print_error(arguments.error());
    return kUsage;
  }
  Program p;
  p.options.eal = arguments->eal;
  CLI::App app("Ringside's command line: an interactive virtual-networking lab whose data path is DPDK.",
               "ringsidectl");
  app.footer(kFooter);
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.add_option("--workers", p.options.workers, "Workers of the data path; 0 = as fits this machine")
      ->check(CLI::Range(0, 64))
      ->capture_default_str();
  app.add_option("--memory", p.options.memory_mb, "Memory for packets")
      ->type_name("MB")
      ->check(CLI::Range(64, 1 << 20))
      ->capture_default_str();
  app.add_flag("--hugepages", p.options.hugepages, "Take that memory in hugepages; a pci: wire needs them");
  app.add_flag("--json", p.options.json, "Results as JSON (schema 1)");
  app.add_flag("--quiet", p.options.quiet, "Results and errors only");
  add_run_and_step(app, p);
  add_exits(app, p);
  add_show(app, p);
  add_lab(app, p);
  add_grade(app, p.options, p.grade, p.action);
  add_doctor(app, p);
  add_bench(app, p.options, p.bench, p.action);
  if (const auto error = unknown_subcommand(app, arguments->own)) return print_error(*error), kUsage;
  try {
    app.parse(std::vector<std::string>(arguments->own.rbegin(), arguments->own.rend()));
  } catch (const CLI::ParseError& error) {
    std::ostringstream out, errors;  // which quote what was typed
    const int code = app.exit(error, out, errors);
    print(out.str());
    std::fputs(visible(errors.str()).c_str(), stderr);
    return close_output(code == 0 ? kOk : kUsage);
  }
  if (const Status usable = Engine::check(engine_options(p.options)); !usable)
    return print_error(usable.error()), kUsage;
  ignore_broken_pipes();
  return close_output(p.action());
}

}  // namespace
}  // namespace ringside::ctl

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may grow no further is an error with words, not an end
  try {
    return ringside::ctl::main_of({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    ringside::ctl::print_error({std::string("Something that should not happen has happened: ") + error.what(), "",
                                "Please report it with the command line.", ""});
    return ringside::ctl::kInternal;
  }
}
