// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/transport.h"

#include <iterator>
#include <utility>

#include "app/desktop/model/engine_client.h"
#include "app/desktop/model/ui_state.h"

namespace ringside::desktop {
namespace {

constexpr int kPaces[] = {1, 10, 100, 1000, 10000, 100000};  // events a second

}  // namespace

std::string run_or_pause_command(const EngineClient& client) {
  const Snapshot& s = client.snapshot();
  if (s.state == RunState::kRunning) return "pause";
  return s.mode == RunMode::kStepped ? "run mode=free" : "resume";
}

void run_or_pause(UiState& ui, EngineClient& client) {
  ui.stepped = false;
  if (!ui.lab_open || client.snapshot().state == RunState::kRunning) return client.send(run_or_pause_command(client));
  if (ui.run_locked)
    ui.refused_run = true;
  else if (ui.lab_waits)
    ui.lab_run_request = true;
  else
    client.send(ui.run_command.empty() ? run_or_pause_command(client) : ui.run_command);
}

void step(UiState& ui, EngineClient& client, const char* grain) {
  ui.stepped = true;
  if (ui.lab_open && ui.lab_waits && std::exchange(ui.stepped_to_goal, false))
    ui.step_too_far = true;  // who presses on has not seen it yet
  else if (ui.lab_open && ui.lab_waits)
    ui.lab_run_request = true;
  else
    client.send(std::string("step grain=") + grain);
}

std::string pace_command(const EngineClient& client, int direction) {
  const Snapshot& s = client.snapshot();
  if (s.mode != RunMode::kPaced)
    return direction < 0 ? "run mode=paced pace=" + std::to_string(kPaces[std::size(kPaces) - 1]) : "";
  int at = 0;
  while (at + 1 < int(std::size(kPaces)) && kPaces[at + 1] <= s.pace) ++at;
  at += direction;
  if (at >= int(std::size(kPaces))) return "run mode=free";
  return at < 0 ? "" : "run mode=paced pace=" + std::to_string(kPaces[at]);
}

}  // namespace ringside::desktop
