// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/options_grade.h"

#include <CLI/CLI.hpp>

namespace ringside::ctl {

void add_hand_in(CLI::App& lab, const Options& options, GradeProgram& p, std::function<int()>& action) {
  CLI::App* hand_in =
      lab.add_subcommand("hand-in", "Write what you did in labs to one file, for your teacher")->fallthrough();
  hand_in->add_option("LAB", p.hand_in.labs, "Labs; without any, all that you have answered");
  hand_in->add_option("--student", p.hand_in.student, "Whose answers; else the user's name")->type_name("ID");
  hand_in->add_option("--to", p.hand_in.to, "The file; else STUDENT.rsub, or STUDENT-LAB.rsub")->type_name("FILE.rsub");
  hand_in->add_option("--progress", p.hand_in.progress, "Where answers are kept")->type_name("FILE");
  hand_in->callback([&] { action = [&] { return lab_hand_in(options, p.hand_in); }; });
}

void add_grade(CLI::App& app, const Options& options, GradeProgram& p, std::function<int()>& action) {
  GradeArguments& a = p.grade;
  CLI::App* grade =
      app.add_subcommand("grade", "Judge hand-ins again, by the teacher's labs, from what was measured")->fallthrough();
  grade->add_option("FILE", a.files, "Hand-ins (.rsub), or folders of them");
  grade->add_option("--pack", a.pack, "The teacher's pack; else the labs that come with Ringside")
      ->type_name("FILE.rpack");
  grade->add_option("--csv", a.csv, "A row an attempt; - = standard output")->type_name("FILE");
  grade->add_option("--csv-for", a.csv_for, "--csv as this gradebook imports it")
      ->type_name("moodle|canvas")
      ->check(CLI::IsMember({"moodle", "canvas"}));
  grade->add_option("--answers", a.answers, "CSV, a row an answer")->type_name("FILE");
  grade->add_option("--junit", a.junit, "JUnit XML")->type_name("FILE");
  grade->add_option("--json", a.json, "JSON (schema 1)")->type_name("FILE");
  grade->add_option("--html", a.html, "The class on one page")->type_name("FILE");
  grade->add_option("--merge", a.merge, "Add to this gradebook; then all files are written from it")
      ->type_name("GRADEBOOK.db");
  grade->add_option("--rule", a.rule, "Of several attempts at a lab, which one is written")
      ->type_name("latest|best|all")
      ->check(CLI::IsMember({"latest", "best", "all"}));
  grade->add_flag("--replay,!--no-replay", a.replay, "Run again what is stepped, and compare (default)");
  grade->add_option("--replay-seconds", a.replay_seconds, "Time limit of a hand-in's replay")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  grade->callback([&] { action = [&] { return grade_command(options, p.grade); }; });

  // What `grade` starts for each hand-in, with limits. Not in the help.
  CLI::App* replay = app.add_subcommand("grade-replay", "")->group("")->fallthrough();
  replay->add_option("FILE", p.replay.file)->required();
  replay->add_option("--pack", p.replay.pack);
  replay->add_option("--captures", p.replay.captures);
  replay->callback([&] { action = [&] { return grade_replay(options, p.replay); }; });
}

}  // namespace ringside::ctl
