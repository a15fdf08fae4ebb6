// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/api/origin.h"
#include "engine/control/commands/command_table.h"
#include "engine/control/machine/machine_spec.h"

// What a text from elsewhere may do. Asked before anything is applied, for every line, by whatever way it comes: `lab
// lint`, `lab run`, a solution, the window. Of the engine's thread.
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

// Wires are ring, null or a capture that lies in the origin's folder, links followed, and nothing is written. The line
// is changed so that it names the very file that was looked at: a relative name is one of the folder's.
Status confine(const Origin& origin, ParsedCommand& command);
// The machine that the line would lead to is no larger than such a text may build.
Status confine(const Origin& origin, const MachineSpec& plan);

}  // namespace ringside::control
