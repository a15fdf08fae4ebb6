// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/ctl/options.h"

// The subcommands: one function each, in cmd_<name>.cc. Each returns what ringsidectl says to the shell (exit_code.h).
namespace ringside::ctl {

struct RunArguments {
  std::string file;
  double seconds = 0;  // 0 = until Ctrl-C, or as the scenario says
  double settle = 0;   // so long it runs before them; rates in JSON are of what follows. For `bench`, not in the help
  std::string mode;    // "" = as the scenario says
  bool dashboard = false;
};
int run(const Options& options, const RunArguments& arguments);

struct StepArguments {
  std::string file;
  uint64_t steps = 0;
  std::string until;  // neither: to the end of one packet
};
int step(const Options& options, const StepArguments& arguments);

struct ExitsArguments {
  std::string file;
  double seconds = 0;
  int last = 32;  // records shown, the newest
};
int exits(const Options& options, const ExitsArguments& arguments);

int show_probes(const Options& options, const std::string& file);
int show_commands(const Options& options);
int show_scenarios(const Options& options);
int show_registers(const Options& options, std::string model);  // in any case

struct PlacementArguments {
  std::string file = "first.scn";
  double seconds = 0;  // 0: as it is planned; else: after so long a run
};
int show_placement(const Options& options, const PlacementArguments& arguments);

int doctor(const Options& options, bool labs);  // labs: what each of them gives here

struct PvpArguments {
  int seconds = 3, pairs = 5;
  double target = 1.8;
  bool require_peer = false;
};
int bench_pvp(const Options& options, const PvpArguments& arguments);
int bench_build(const Options& options, int machines);
int bench_doorbell(const Options& options, int seconds);
int bench_floor(const Options& options, int seconds);
struct BackendArguments {
  double seconds = 0.3;
  int pairs = 9;
  std::vector<int> prices = {1000};  // cycles an exit
  bool calibrated = false;           // measured prices besides (KVM)
};
int bench_backend(const Options& options, const BackendArguments& arguments);
struct ScaleArguments {
  int seconds = 1, pairs = 3, most_vms = 64;
  double target = 0.85;
  std::vector<std::string> sizes;  // only these, by name; empty: all
};
int bench_scale(const Options& options, const ScaleArguments& arguments);
int bench_exits(const Options& options, int samples);
struct BenchLabsArguments {
  std::vector<std::string> labs;  // as for `lab run`; empty = all that come with Ringside
  int runs = 20;                  // of each attempt, quiet, and as many with one CPU taken
};
int bench_labs(const Options& options, const BenchLabsArguments& arguments);

struct NicsArguments {
  std::string file = "exits.scn";
  std::vector<std::string> set;  // key=value of `vm add`
};
int bench_nics(const Options& options, const NicsArguments& arguments);

struct LabArguments {
  std::string lab;         // id, number, folder, path of a lab.md, or labs.db:ID
  bool left_last = false;  // run: none is named; the one that was left last
  std::string student;     // "" = the user's name
  std::string progress;    // "" = in $XDG_DATA_HOME; the file with what students did
  std::string wrong, answers;
  bool sql = false;  // show: the tables of compiled labs
  bool solution = false, all_variants = false;
  bool anew = false, new_progress = false, no_progress = false;
  int variant = 0;  // from 1; 0 = drawn by lab and student
};
int lab_list(const Options& options, LabArguments arguments, const std::vector<std::string>& words);
std::optional<std::string> lab_left_last(const LabArguments& arguments);  // begun and not ended
int lab_show(const Options& options, const LabArguments& arguments);
int lab_run(const Options& options, const LabArguments& arguments);
struct NewLabArguments {
  std::string name, folder;  // folder: "" = labs/exercises where that is, else here
  int number = 0;            // 0 = the next one
};
int lab_new(const Options& options, const NewLabArguments& arguments);
struct PreviewArguments {
  std::string path;
  int page = 0;     // from 1; 0 = the first, and with `once` all
  int variant = 1;  // from 1
  bool once = false;
};
int lab_preview(const Options& options, const PreviewArguments& arguments);
int lab_record(const Options& options, const LabArguments& arguments, const std::string& to);
struct PackArguments {
  std::vector<std::string> labs;  // ids, paths, folders of labs; empty = all that come with Ringside
  std::string to, id, title, hints, unlock;
  bool student = false, teacher = false, graded = false;
};
int lab_pack(const Options& options, const PackArguments& arguments);
int lab_install(const Options& options, const std::string& file, bool replace);
int lab_packs(const Options& options);
int lab_remove(const Options& options, const std::string& pack);
struct HandInArguments {
  std::vector<std::string> labs;  // as for `lab run`; empty = all that the student has answered
  std::string student, to, progress;
};
int lab_hand_in(const Options& options, const HandInArguments& arguments);
struct GradeArguments {
  std::vector<std::string> files;  // hand-ins, or folders of them
  std::string pack;                // the teacher's; "" = the labs that come with Ringside
  std::string csv, csv_for, answers, junit, json, html, merge;
  std::string rule;  // latest, best or all; "" = latest of a gradebook, else all
  bool replay = true;
  int replay_seconds = 60;
};
int grade_command(const Options& options, const GradeArguments& arguments);
struct ReplayArguments {
  std::string file, pack, captures;
};
int grade_replay(const Options& options, const ReplayArguments& arguments);
int lab_build(const Options& options, const std::vector<std::string>& labs, const std::string& to);
int lab_lint(const Options& options, const std::vector<std::string>& labs, bool text_only);

}  // namespace ringside::ctl
