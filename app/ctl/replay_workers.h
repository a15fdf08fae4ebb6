// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/ctl/options.h"
#include "labs/grade/grade.h"

namespace ringside::ctl {

struct ReplayFlag {
  std::string file, lab;  // lab: its key; "" = all of this file
  labs::Flag flag;
};

// Replays each hand-in in a process of its own, with limits on its time and memory, as many at once as there are CPUs.
// `pack`: the teacher's file, and what is in it; "" and null: the labs that come with Ringside.
std::vector<ReplayFlag> replay_all(const Options& options, const std::vector<std::string>& files,
                                   const std::string& pack_file, const labs::Pack* pack, int seconds);

}  // namespace ringside::ctl
