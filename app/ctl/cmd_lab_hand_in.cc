// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl lab hand-in: what a student did, in one file for the teacher.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/number_format.h"
#include "app/ctl/terminal.h"
#include "engine/base/visible.h"
#include "labs/handin/hand_in.h"
#include "labs/pack/library.h"

namespace ringside::ctl {
using Json = nlohmann::ordered_json;
namespace {

// As its answers are kept: what the user calls it, or an attempt's own name, whose pack may be installed no more.
Result<std::string> key_of(labs::ProgressStore& store, const std::string& student, const std::string& name) {
  auto kept = store.latest_attempt(student, name);
  if (!kept) return kept.error();
  if (*kept) return name;
  auto text = labs::find_any_lab(name);
  if (!text) return text.error();
  if (!text->key.empty()) return text->key;
  auto lab = labs::parse_lab(*text, 0, 1);
  return lab ? Result<std::string>(lab->id) : lab.error();
}

}  // namespace

int lab_hand_in(const Options& options, const HandInArguments& arguments) {
  const std::string path = arguments.progress.empty() ? labs::default_progress_path() : arguments.progress;
  std::error_code error;
  if (!std::filesystem::exists(path, error))
    return end_with({"There are no answers yet.", "Nothing was handed in.",
                     "Take a lab: `ringsidectl lab run 1`; or say where the answers are: `--progress FILE`", path},
                    kNegative);
  auto store = labs::ProgressStore::open({.path = path});
  if (!store) return end_with(store.error(), kNegative);
  labs::HandInRequest request{arguments.student.empty() ? labs::student_name() : arguments.student, {}, arguments.to};
  for (const std::string& name : arguments.labs) {
    auto key = key_of(**store, request.student, name);
    if (!key) return end_with(key.error(), kNegative);
    request.labs.push_back(*key);
  }
  auto handed = labs::write_hand_in(**store, request);
  if (!handed) return end_with(handed.error(), kNegative);
  if (options.json) {
    print_json({{"schema", kJsonSchema},
                {"file", handed->file},
                {"student", request.student},
                {"labs", handed->labs},
                {"answers", handed->answers},
                {"runs", handed->runs},
                {"replaced", handed->replaced}});
    return kOk;
  }
  print(fmt::format("{}: {}, {} and {} of {}\n", visible_line(handed->file), counted(handed->labs.size(), "lab"),
                    counted(handed->answers, "answer"), counted(handed->runs, "run"), request.student));
  for (const std::string& lab : handed->labs) print("  " + lab + "\n");
  note(options.quiet, "Give this file to your teacher. Your answers stay where they are.");
  return kOk;
}

}  // namespace ringside::ctl
