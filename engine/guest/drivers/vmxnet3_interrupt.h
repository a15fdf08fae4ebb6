// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/drivers/vmxnet3_driver.h"
#include "engine/guest/drivers/vmxnet3_init.h"

// VMXNET3 in interrupt mode. MSI-X with automatic mask: the handler touches no register. INTx: the line may be shared,
// and the handler reads ICR, which says whether it was this NIC and lets the line go: one exit more for each interrupt
// (sheet vmxnet3 §1, §5).
namespace ringside::guest {

template <Platform P>
uint32_t vmxnet3_queues(P& platform, uint32_t nic) {
  const uint32_t queues = at<Vmxnet3State>(platform, vmxnet3_state_gpa(nic))->queues;
  return queues < kVmxnet3Queues ? queues : kVmxnet3Queues;
}

template <Platform P>
bool vmxnet3_polling(P platform, uint32_t nic, uint32_t queue) {
  return at<Vmxnet3State>(platform, vmxnet3_state_gpa(nic))->queue[queue].polling != 0;
}

// The handler's part, for each queue that this vCPU serves: the device has masked the vector, and the main loop polls.
// False: the interrupt was somebody else's. ICR does not say which vector it was, so that all queues are looked at.
template <Platform P>
bool vmxnet3_interrupt(P& platform, uint32_t nic, uint32_t vcpus) {
  Vmxnet3State& state = *at<Vmxnet3State>(platform, vmxnet3_state_gpa(nic));
  if (state.intx && !(platform.mmio_read(state.bar1 + vmxnet3::bar1::kIcr, 4) & 1)) return false;
  bool ours = false;
  for (uint32_t q = vcpu_of(platform); q < vmxnet3_queues(platform, nic); q += vcpus)
    state.queue[q].polling = 1, ours = true;
  return ours;
}

// The ring was found empty: interrupts again. What came while the vector was masked has left its event, and unmasking
// delivers it, so that the ring need not be looked at again.
template <Platform P>
void vmxnet3_listen(P platform, uint32_t nic, uint32_t queue) {
  Vmxnet3State& state = *at<Vmxnet3State>(platform, vmxnet3_state_gpa(nic));
  state.queue[queue].polling = 0;
  platform.mmio_write(state.bar0 + vmxnet3::bar0::kImr + vmxnet3::bar0::kStride * queue, 4, 0);
}

// What the device says of itself, beside frames: a queue that it stopped (sheet §1, ECR; §3). It stands in memory, so
// that a look costs no exit, whether an interrupt led here or a poll. Acknowledged, counted, and the event's vector
// listens again; the queue stays stopped, its ring fills, and the rest goes on. vCPU 0's.
template <Platform P>
void vmxnet3_events(P& platform, uint32_t nic, bool halts) {
  const Vmxnet3State& state = *at<Vmxnet3State>(platform, vmxnet3_state_gpa(nic));
  const uint32_t events = load_relaxed(&at<vmxnet3::DriverShared>(platform, state.shared_area & ~uint64_t{15})->ecr);
  if (!events) [[likely]]
    return;
  platform.mmio_write(state.bar1 + vmxnet3::bar1::kEcr, 4, events);
  if (halts)
    platform.mmio_write(
        state.bar0 + vmxnet3::bar0::kImr + vmxnet3::bar0::kStride * vmxnet3_event_vector(vmxnet3_queues(platform, nic)),
        4, 0);
  auto* report = at<spec::GuestReport>(platform, spec::report_gpa(vcpu_of(platform)));
  add_relaxed(&report->driver_errors, events & (vmxnet3::ecr::kTqErr | vmxnet3::ecr::kRqErr) ? 1 : 0);
}

}  // namespace ringside::guest
