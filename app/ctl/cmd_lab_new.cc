// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl lab new: a lab to begin with.
#include <filesystem>

#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/terminal.h"
#include "engine/base/visible.h"
#include "labs/runner/new_lab.h"

namespace ringside::ctl {

int lab_new(const Options& options, const NewLabArguments& arguments) {
  // In Ringside's source tree they stand together; anywhere else, where one is.
  std::error_code error;
  const std::string usual = std::filesystem::is_directory("labs/exercises", error) ? "labs/exercises" : ".";
  auto file =
      labs::make_new_lab({arguments.name, arguments.folder.empty() ? usual : arguments.folder, arguments.number});
  if (!file) return print_error(file.error()), file.error().environment ? kEnvironment : kUsage;
  if (options.json)
    print_json({{"schema", kJsonSchema}, {"file", *file}});
  else
    print(visible_line(*file) + "\n");
  note(options.quiet, "See it while you write: ringsidectl lab preview " + *file);
  note(options.quiet, "Play it for every variant: ringsidectl lab lint " + *file);
  return kOk;
}

}  // namespace ringside::ctl
