// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace ringside::desktop {

class EngineClient;
struct UiState;

// What the transport's controls send, so that keys and buttons speak alike.
std::string run_or_pause_command(const EngineClient& client);
// The same within a lab: to its goal, or not before the prediction is locked.
void run_or_pause(UiState& ui, EngineClient& client);
// A step of that grain ("access"). Where a lab waits for its next do-block, it starts that: its text says "press", and
// so it is pressed. The press behind the one that reached a goal starts nothing: it was meant for what is over.
void step(UiState& ui, EngineClient& client, const char* grain);
std::string pace_command(const EngineClient& client, int direction);  // empty at the ladder's end

}  // namespace ringside::desktop
