// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "engine/api/answer.h"
#include "engine/base/context.h"

namespace ringside::control {

// When a `run` or `step` is over.
enum class Until : uint8_t {
  kNever,
  kIdle,
  kTime,
  kEvents,
  kStage,
  kPacket,
  kBurst,
  kArrival,
  kExit,
  kDrop,
  kInterrupt
};

struct Goal {
  Until until = Until::kNever;
  uint64_t events = 1;  // kEvents: how many more
  double seconds = 0;   // kTime: of running (virtual when stepped)
  double began = 0;
  uint64_t steps_before = 0;  // events that had happened when it was set
  // What has been seen on the way.
  bool packet_ended = false;
  uint8_t stage = 0;
  const Context* context = nullptr;

  std::string command;                      // that asked for it
  std::function<void(const Answer&)> done;  // who waits for it
  uint64_t interrupts = 0;                  // as many as there had been when it was asked for (Jobs)
};

// What time leads to in a scene.
struct Goals {
  Goal now;                // what is under way; kNever: nothing
  Goal armed;              // what single steps lead to (`arm=yes`); time stands there
  std::string armed_text;  // "step until=packet"
  bool armed_reached = false;

  bool under_way() const { return now.until != Until::kNever; }
  bool steps() const { return now.until >= Until::kEvents; }
  bool leads_to(Until until) const { return armed.until == until && !armed_reached; }
};

}  // namespace ringside::control
