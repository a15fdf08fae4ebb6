// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/api/origin.h"
#include "engine/control/commands/command_table.h"
#include "engine/control/machine/machine_spec.h"

// Where a text's names of files begin, and what one from elsewhere may do. Asked before anything is applied, for every
// line, by whatever way it comes: `lab lint`, `lab run`, a solution, the window. Of the engine's thread.
namespace ringside::control {

// region: confined
struct Confined {
  static constexpr size_t kMostWires = 16, kMostSwitches = 16, kMostGroups = 64, kMostVms = 16;
  static constexpr uint64_t kMostGuestMiB = 1024;       // of all its VMs together
  static constexpr uint64_t kMostCaptureMiB = 170;      // of its captures' files together: 256 MiB in memory
  static constexpr uint64_t kMostFrames = 100'000'000;  // that one line sends; `forever` ends with its time
  static constexpr uint64_t kMostSamples = 100'000;     // of `measure exits`: up to 20 s
};
// endregion: confined

// A relative name of a capture is one of the origin's folder, whoever wrote the line, which is changed to name the
// file. From elsewhere: wires are ring, null or a capture that lies in the folder, links followed, and nothing is
// written.
Status confine(const Origin& origin, ParsedCommand& command);
// The machine that the line would lead to is no larger than such a text may build.
Status confine(const Origin& origin, const MachineSpec& plan);

}  // namespace ringside::control
