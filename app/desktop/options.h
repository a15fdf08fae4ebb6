// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/desktop/model/lab_desk.h"
#include "app/desktop/shell/window.h"
#include "engine/api/engine.h"

namespace ringside::desktop {

// The command line of `ringside`.
struct Options {
  EngineOptions engine;
  WindowOptions window;
  LabDeskOptions labs;
  std::string scenario, theme, exec, layout, probes, lab;  // theme empty = as it was left, else dark
  int leave = -1;  // >= 0: nothing more to do, this is the exit code (--help, --version, bad usage)
};

Options parse_options(int argc, char** argv);

}  // namespace ringside::desktop
