// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/drivers/e1000_poll.h"
#include "engine/guest/workload/echo.h"
#include "engine/guest/workload/forward.h"
#include "engine/guest/workload/generate.h"
#include "engine/guest/workload/sink.h"

// The guest's program: three functions, whatever it runs on. A platform calls guest_boot() once, then guest_poll() for ever, and
// guest_interrupt() for each interrupt: between two polls or from within idle(kHalt), never in the middle of a poll.
namespace ringside::guest {

template <Platform P>
uint32_t nic_count(const spec::BootInfo& info) {
  return info.nic_count < spec::kMaxNics ? info.nic_count : spec::kMaxNics;
}

template <Platform P>
spec::BootFailure boot_nics(P& platform, const spec::BootInfo& info) {
  using spec::BootFailure;
  if (info.magic != spec::kBootMagic || info.nic_count > spec::kMaxNics) return BootFailure::kNoBootInfo;
  if (info.workload > spec::WorkloadKind::kEcho || info.driver > spec::DriverMode::kInterrupt)
    return BootFailure::kWorkload;
  if (info.memory_bytes < spec::kGuestHeapGpa + spec::kMemoryTail) return BootFailure::kMemory;
  auto* state = at<WorkloadState>(platform, spec::kGuestStateGpa);
  *state = {};
  state->heap_next = spec::kGuestHeapGpa;
  state->heap_end = info.memory_bytes - spec::kMemoryTail;
  for (uint32_t nic = 0; nic < info.nic_count; nic++) {
    if (info.nics[nic].model != spec::NicModel::kE1000) return BootFailure::kModel;
    const BootFailure failure = E1000Init<P>(platform, info, nic).run(info.nic_count - nic);
    if (failure != BootFailure::kNone) return failure;
  }
  return BootFailure::kNone;
}

template <Platform P>
void guest_boot(P& platform) {
  const spec::BootInfo info = *at<spec::BootInfo>(platform, spec::kBootInfoGpa);
  const spec::BootFailure failure = boot_nics(platform, info);
  auto* report = at<spec::GuestReport>(platform, spec::kReportGpa);
  store_relaxed(&report->boot_failure, failure);
  if (failure == spec::BootFailure::kNone) store_relaxed(&report->alive, spec::kBootMagic);
}

// In interrupt mode a NIC is polled from its interrupt until its ring is empty; when all are empty the guest halts. The generator
// never halts: it has no timer that would wake it for its next frame.
//
// One function a workload, with a platform of its own: nothing in it is seen from outside, so that all of it can live in registers.
template <class W, Platform P>
__attribute__((noinline)) bool poll_nics(P platform, const spec::BootInfo& info) {
  const Settings settings = load_settings(platform);
  const bool halts = info.driver == spec::DriverMode::kInterrupt;
  if (vcpu_of(platform) != 0) {  // an E1000 has one queue pair: vCPU 0 serves it
    platform.idle(halts ? Idle::kHalt : Idle::kPoll);
    return false;
  }
  bool moved = false, rest = true;
  for (uint32_t nic = 0, count = nic_count<P>(info); nic < count; nic++) {
    if (info.nics[nic].model != spec::NicModel::kE1000) continue;
    const bool polls = !halts || e1000_polling(platform, nic);
    if (!polls && !W::kGenerates) continue;
    const Polled polled = e1000_poll<W>(platform, nic, settings);
    moved |= polled.frames + polled.built != 0;
    if (halts && polls && !(polled.empty && e1000_listen(platform, nic))) rest = false;
  }
  if (halts && rest && !W::kGenerates)
    platform.idle(Idle::kHalt);
  else if (!moved)
    platform.idle(Idle::kPoll);
  return moved;
}

// The body of the main loop. True when something moved.
template <Platform P>
bool guest_poll(P& platform) {
  const spec::BootInfo& info = *at<spec::BootInfo>(platform, spec::kBootInfoGpa);
  switch (info.workload) {
    case spec::WorkloadKind::kForward: return poll_nics<Forward>(platform, info);
    case spec::WorkloadKind::kGenerate: return poll_nics<Generate>(platform, info);
    case spec::WorkloadKind::kSink: return poll_nics<Sink>(platform, info);
    case spec::WorkloadKind::kEcho: return poll_nics<Echo>(platform, info);
  }
  return false;
}

template <Platform P>
void guest_interrupt(P& platform) {
  const spec::BootInfo& info = *at<spec::BootInfo>(platform, spec::kBootInfoGpa);
  if (info.driver != spec::DriverMode::kInterrupt) return;
  bool ours = false;
  for (uint32_t nic = 0, count = nic_count<P>(info); nic < count; nic++) ours |= e1000_interrupt(platform, nic);
  auto* report = at<spec::GuestReport>(platform, spec::kReportGpa);
  if (ours) add_relaxed(&report->interrupts, 1);
}

}  // namespace ringside::guest
