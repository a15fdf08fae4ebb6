// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "engine/base/result.h"

namespace ringside {

struct ScenarioFile {
  std::string name;  // as errors call it: "first.scn"
  std::string path;
  std::string text;
};

// `file` is a path, or the name of a scenario that comes with Ringside ("first.scn", "first"). Any thread.
Result<ScenarioFile> read_scenario_file(const std::string& file);

}  // namespace ringside
