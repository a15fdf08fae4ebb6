// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/drivers/e1000_interrupt.h"
#include "engine/guest/drivers/nic_poll.h"
#include "engine/guest/drivers/vmxnet3_interrupt.h"
#include "engine/guest/workload/echo.h"
#include "engine/guest/workload/forward.h"
#include "engine/guest/workload/generate.h"
#include "engine/guest/workload/sink.h"

// The guest's program: three functions, whatever it runs on. A platform calls guest_boot() once, then guest_poll() for
// ever, and guest_interrupt() for each interrupt: between two polls or from within idle(kHalt), never in the middle of
// a poll.
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
  *at<HeapState>(platform, spec::kGuestStateGpa) = {spec::kGuestHeapGpa, info.memory_bytes - spec::kMemoryTail};
  for (uint32_t queue = 0; queue < spec::kMaxQueues; queue++)
    *at<QueueWork>(platform, spec::queue_work_gpa(queue)) = {};
  for (uint32_t nic = 0; nic < info.nic_count; nic++) {
    BootFailure failure = BootFailure::kModel;
    if (info.nics[nic].model == spec::NicModel::kE1000)
      failure = E1000Init<P>(platform, info, nic).run(info.nic_count - nic);
    if (info.nics[nic].model == spec::NicModel::kVmxnet3)
      failure = Vmxnet3Init<P>(platform, info, nic).run(info.nic_count - nic);
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

// What a poll of all queues that a vCPU serves came to.
struct PollSum {
  bool moved = false;  // a frame was taken or made
  bool rest = true;    // interrupt mode: every ring was found empty, and listens
};

// In interrupt mode a queue is polled from its interrupt until its ring is empty; when all are empty the vCPU halts.
// The generator never halts: it has no timer that would wake it for its next frame.
//
// One function a workload and a model, with a platform of its own: nothing in it is seen from outside, so that all of
// it can live in registers. vCPU n serves the queue pairs n, n + vCPUs …; an E1000 has one.
template <class W, Platform P>
__attribute__((noinline)) PollSum poll_e1000(P platform, uint32_t nic, const Settings settings, bool halts) {
  PollSum sum;
  const bool polls = !halts || e1000_polling(platform, nic);
  if (vcpu_of(platform) != 0 || (!polls && !W::kGenerates)) return sum;
  const Polled polled = nic_poll<E1000Driver, W>(platform, nic, 0, settings);
  sum.moved = polled.frames + polled.built != 0;
  if (halts && polls && !(polled.empty && e1000_listen(platform, nic))) sum.rest = false;
  return sum;
}

template <class W, Platform P>
__attribute__((noinline)) PollSum poll_vmxnet3(P platform, uint32_t nic, const Settings settings, bool halts,
                                               uint32_t vcpus) {
  PollSum sum;
  const uint32_t queues = vmxnet3_queues(platform, nic);
  if (vcpu_of(platform) == 0) vmxnet3_events(platform, nic, halts);
  for (uint32_t q = vcpu_of(platform); q < queues; q += vcpus) {
    const bool polls = !halts || vmxnet3_polling(platform, nic, q);
    if (!polls && !W::kGenerates) continue;
    const Polled polled = nic_poll<Vmxnet3Driver, W>(platform, nic, q, settings);
    sum.moved |= polled.frames + polled.built != 0;
    if (!halts || !polls) continue;
    if (polled.empty)
      vmxnet3_listen(platform, nic, q);
    else
      sum.rest = false;
  }
  return sum;
}

inline uint32_t vcpu_count(const spec::BootInfo& info) { return info.vcpu_count ? info.vcpu_count : 1; }

template <class W, Platform P>
RINGSIDE_GUEST_INLINE bool poll_nics(P& platform, const spec::BootInfo& info) {
  const Settings settings = load_settings(platform);
  const bool halts = info.driver == spec::DriverMode::kInterrupt;
  PollSum all;
  for (uint32_t nic = 0, count = nic_count<P>(info); nic < count; nic++) {
    PollSum one;
    if (info.nics[nic].model == spec::NicModel::kE1000)
      one = poll_e1000<W>(platform, nic, settings, halts);
    else if (info.nics[nic].model == spec::NicModel::kVmxnet3)
      one = poll_vmxnet3<W>(platform, nic, settings, halts, vcpu_count(info));
    all.moved |= one.moved, all.rest &= one.rest;
  }
  if (halts && all.rest && !W::kGenerates)
    platform.idle(Idle::kHalt);
  else if (!all.moved)
    platform.idle(Idle::kPoll);
  return all.moved;
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
  for (uint32_t nic = 0, count = nic_count<P>(info); nic < count; nic++) {
    if (info.nics[nic].model == spec::NicModel::kVmxnet3)
      ours |= vmxnet3_interrupt(platform, nic, vcpu_count(info));
    else if (vcpu_of(platform) == 0)
      ours |= e1000_interrupt(platform, nic);
  }
  auto* report = at<spec::GuestReport>(platform, spec::report_gpa(vcpu_of(platform)));
  if (ours) add_relaxed(&report->interrupts, 1);
}

}  // namespace ringside::guest
