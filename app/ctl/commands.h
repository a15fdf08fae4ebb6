// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>

#include "app/ctl/options.h"

// The subcommands: one function each, in cmd_<name>.cc. Each returns what ringsidectl says to the shell (exit_code.h).
namespace ringside::ctl {

struct RunArguments {
  std::string file;
  double seconds = 0;     // 0 = until Ctrl-C, or as the scenario says
  std::string mode;       // "" = as the scenario says
  bool dashboard = false;
};
int run(const Options& options, const RunArguments& arguments);

struct StepArguments {
  std::string file;
  uint64_t steps = 0;
  std::string until;      // neither: to the end of one packet
};
int step(const Options& options, const StepArguments& arguments);

int show_probes(const Options& options, const std::string& file);
int show_commands(const Options& options);
int show_scenarios(const Options& options);
int show_registers(const Options& options, const std::string& model);

int doctor(const Options& options);

struct PvpArguments {
  int seconds = 3, pairs = 5;
  double target = 1.8;
  bool require_peer = false;
};
int bench_pvp(const Options& options, const PvpArguments& arguments);
int bench_build(const Options& options, int machines);
int bench_doorbell(const Options& options, int seconds);
int bench_floor(const Options& options, int seconds);

}  // namespace ringside::ctl
