// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstdint>

#include "engine/api/snapshot.h"

namespace ringside::desktop {

// What a guest does in the moment of a picture.
enum class GuestState : uint8_t { kRunning, kHalted, kPaused, kStopped, kOff };

inline const char* name_of(GuestState state) {
  constexpr const char* kNames[] = {"running", "halted", "paused", "stopped", "off"};
  return kNames[size_t(state)];
}

inline GuestState guest_state(const VcpuView& v) {
  return v.state == "halted"                                               ? GuestState::kHalted
         : v.state == "paused"                                             ? GuestState::kPaused
         : v.state == "off"                                                ? GuestState::kOff
         : v.state.starts_with("stopped") || v.state.starts_with("failed") ? GuestState::kStopped
                                                                           : GuestState::kRunning;
}

// Of several vCPUs: stopped with the first that is, halted with the last.
inline GuestState guest_state(const VmView& vm) {
  const auto any = [&](GuestState state) {
    return std::any_of(vm.vcpus.begin(), vm.vcpus.end(), [&](const VcpuView& v) { return guest_state(v) == state; });
  };
  if (any(GuestState::kStopped)) return GuestState::kStopped;
  if (vm.paused || any(GuestState::kPaused)) return GuestState::kPaused;
  if (any(GuestState::kRunning) || vm.vcpus.empty()) return GuestState::kRunning;
  return any(GuestState::kHalted) ? GuestState::kHalted : GuestState::kOff;
}

}  // namespace ringside::desktop
