// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl lab record: plays a lab's solution, or a wrong attempt, and keeps the windows that were measured.
#include <filesystem>

#include <fmt/format.h>

#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/supervise.h"
#include "app/ctl/terminal.h"
#include "engine/base/new_file.h"
#include "engine/base/visible.h"
#include "labs/runner/lab_compiler.h"
#include "labs/runner/script.h"

namespace ringside::ctl {
namespace {

// What a recording is of has to say something: a window that others disturbed proves nothing later on.
std::string unusable(const labs::LabSession& session) {
  for (const labs::DoBlock& block : session.lab().blocks)
    if (const labs::MeasuredChart chart = session.chart_of(block); !chart.trouble.empty())
      return block.id + ": " + chart.trouble;
  return {};
}

// Of all that was measured, what the lab looks at: the rest proves nothing.
std::vector<labs::Sample> looked_at(std::vector<labs::Sample> samples, const std::set<std::string>& names) {
  for (labs::Sample& sample : samples)
    std::erase_if(sample.values, [&](const auto& value) { return !names.count(value.first); });
  return samples;
}

// Of what was there, only a recording is replaced.
Status may_replace_recording(const std::string& path) {
  if (labs::read_recording(path)) return {};
  return Error{"There is a file of this name, and it is no recording.", "It was left as it is.",
               "Remove it, or name another file: `--to FILE`", visible_line(path)};
}

}  // namespace

int lab_record(const Options& options, const LabArguments& arguments, const std::string& to) {
  auto text = labs::find_source(arguments.lab);
  if (!text) return print_error(text.error()), kUsage;
  const int variant = std::max(1, arguments.variant) - 1;
  auto lab = labs::parse_lab(*text, variant, 1);
  if (!lab) return print_error(lab.error()), kScenario;
  const labs::Attempt* attempt = &lab->solution;
  for (const labs::Attempt& wrong : lab->wrong)
    if (wrong.name == arguments.wrong) attempt = &wrong;
  if (attempt->name != arguments.wrong)
    return print_error(
               {"This lab has no wrong attempt `" + arguments.wrong + "`.", "Nothing was run.", "", text->file}),
           kUsage;
  const std::string file =
      !to.empty() ? to : labs::recording_file(*text, attempt->name.empty() ? "solution" : attempt->name, variant);
  const std::string folder = std::filesystem::path(file).parent_path().string();
  std::error_code error;
  const NewFile::Words words{"Nothing was written.", "Name another file: `--to FILE`"};
  // Asked before what takes long, and once more at its end. A folder that is not there is made then.
  if (folder.empty() || std::filesystem::exists(folder, error))
    if (Status can = NewFile::possible(file, words, may_replace_recording); !can) return end_with(can.error(), kUsage);
  auto engine = make_engine(options);
  if (!engine) return print_error(engine.error()), kEnvironment;
  auto store = labs::ProgressStore::open({.path = ":memory:"});
  if (!store) return print_error(store.error()), kEnvironment;
  auto session = labs::LabSession::open(**engine, **store, *text, {.student = "record", .variant = variant});
  if (!session) return print_error(session.error()), kScenario;
  auto played = labs::play(**session, labs::lines_of_attempt(*lab, *attempt), text->file);
  if (!played) return print_error(played.error()), kScenario;
  if (const std::string trouble = unusable(**session); !trouble.empty() && !arguments.anew)
    return print_error({"What was measured is not clear. " + trouble, "Nothing was written.",
                        "Try again with nothing else at work; `--any` keeps it all the same.", text->file}),
           kInconclusive;
  labs::Recording recording;
  for (const labs::DoBlock& block : lab->blocks)
    if (const labs::Window* window = (*session)->evidence().of(block.id); window && !window->samples.empty())
      recording[block.id] = looked_at(window->samples, labs::probes_of(*lab));
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  auto fresh = NewFile::beside(file, words, may_replace_recording);
  Status written = fresh ? fresh->write(labs::recording_text(recording)) : fresh.error();
  if (written) written = fresh->take_place();
  if (!written) return end_with(written.error(), kUsage);
  print(fmt::format("{}: {} blocks\n", visible_line(file), recording.size()));
  return kOk;
}

}  // namespace ringside::ctl
