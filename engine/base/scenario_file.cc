// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/scenario_file.h"

#include <filesystem>

#include "engine/base/assets.h"
#include "engine/base/read_file.h"
#include "engine/base/visible.h"

namespace ringside {
namespace fs = std::filesystem;

Result<ScenarioFile> read_scenario_file(const std::string& file) {
  std::error_code error;
  for (const std::string& path : {file, asset_path("scenarios/" + file), asset_path("scenarios/" + file + ".scn")}) {
    if (!fs::is_regular_file(path, error)) continue;
    auto text = read_file(path);
    if (!text) return text.error();
    return ScenarioFile{visible_line(fs::path(path).filename().string()), path, std::move(*text)};
  }
  if (fs::exists(file, error))  // a folder, a device, a pipe: its own words
    if (auto text = read_file(file); !text) return text.error();
  return Error{"There is no such file, and no scenario of this name comes with Ringside.", "Nothing was started.",
               "The list: ringsidectl show scenarios", file};
}

}  // namespace ringside
