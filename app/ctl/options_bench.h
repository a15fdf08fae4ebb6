// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>

#include "app/ctl/commands.h"

namespace CLI {
class App;
}

// The part of main.cc's table of options that measures.
namespace ringside::ctl {

struct BenchProgram {
  PvpArguments pvp;
  NicsArguments nics;
  BackendArguments backend;
  ScaleArguments scale;
  BenchLabsArguments labs;
  int machines = 1000, doorbell_seconds = 2, floor_seconds = 2, samples = 100'000;
};

void add_bench(CLI::App& app, const Options& options, BenchProgram& p, std::function<int()>& action);

}  // namespace ringside::ctl
