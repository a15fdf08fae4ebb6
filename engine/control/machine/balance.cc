// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "engine/control/machine/machine.h"
#include "engine/vmm/generator.h"
#include "engine/vmm/kvm/kvm_vcpu.h"

// The books: sent + copied + segmented = delivered + dropped + in flight (api/snapshot.h). In flight is counted by
// walking what lies in rings and bursts, never as the difference, so that a lost frame shows.
namespace ringside::control {
namespace {

using Drops = std::map<std::string, uint64_t>;  // frames by reason

void add_drops(Drops& to, const net::DropCounters& drops) {
  for (size_t r = 0; r < size_t(net::DropReason::kCount); r++)
    if (uint64_t n = drops.by_reason[r].value()) to[std::string(net::kDropNames[r])] += n;
}

Drops drops_shown_at(const VmView& vm) {
  Drops shown;
  for (const NicView& nic : vm.nics)
    for (const QueueView* queue : {&nic.rx, &nic.tx})
      for (const DropView& drop : queue->drops) shown[drop.reason] += drop.frames;
  return shown;
}

}  // namespace

// region: balance
Balance Machine::balance(bool exact) const {
  Balance b = retired_;
  b.exact = exact;
  if (exact)
    for (const auto& unit : wires_) unit->wire->settle();
  // Delivered is read before sent, so that between cuts delivered ≤ sent can be claimed.
  for (const auto& unit : wires_) b.delivered += unit->wire->counters().frames_out.value();
  for (const auto& vm : vms_) b.delivered += vm->nic->rx.frames.value();
  b.dropped += dropped();
  for (const auto& unit : wires_) {
    b.sent += unit->wire->sent();
    if (unit->context) b.copied += unit->context->forwarder().copied.value();
  }
  for (const auto& vm : vms_) {
    b.sent += vm->nic->tx.frames.value();
    b.copied += vm->context->forwarder().copied.value();
    b.segmented += vm->nic->offloads.segmented.value();
  }
  if (!exact) return b;
  for (const auto& unit : wires_) {
    b.in_flight += unit->wire->in_hand();
    if (unit->context) b.in_flight += unit->context->in_hand();
  }
  for (const auto& vm : vms_) b.in_flight += vm->nic->in_hand() + vm->context->in_hand();
  return b;
}
// endregion: balance

void Machine::retire(std::unique_ptr<VmUnit> gone, const VmUnit* heir) {
  Drops at_nic, at_switch;
  if (gone->context) {
    // What the device holds it drops itself, by reset().
    if (const uint64_t held = gone->context->in_hand()) at_nic[std::string(name_of(net::DropReason::kReset))] = held;
    retired_.copied += gone->context->forwarder().copied.value();
    add_drops(at_switch, gone->context->forwarder().drops);
    retired_at_[gone->vswitch->name()].add(gone->context->forwarder());
  }
  gone->nic->reset();
  retired_.sent += gone->nic->tx.frames.value();
  retired_.delivered += gone->nic->rx.frames.value();
  retired_.segmented += gone->nic->offloads.segmented.value();
  add_drops(at_nic, gone->nic->rx_drops);
  add_drops(at_nic, gone->nic->tx_drops);
  for (const Drops* drops : {&at_nic, &at_switch})
    for (const auto& [reason, frames] : *drops) retired_drops_[reason] += frames, retired_.dropped += frames;
  // A switch goes on showing what was dropped at it. A NIC shows what those before it had dropped.
  for (const auto& [reason, frames] : at_nic) gone_drops_[reason] += frames;
  for (const auto& [reason, frames] : drops_shown_at(gone->earlier)) gone_drops_[reason] += frames;
  if (heir)
    for (const auto& [reason, frames] : drops_shown_at(heir->earlier)) gone_drops_[reason] -= frames;
}

std::map<std::string, uint64_t> Machine::drops() const {
  std::map<std::string, uint64_t> all = retired_drops_;
  for (const auto& unit : wires_) {
    add_drops(all, unit->wire->drops);
    if (unit->context) add_drops(all, unit->context->forwarder().drops);
  }
  for (const auto& vm : vms_) {
    add_drops(all, vm->nic->rx_drops);
    add_drops(all, vm->nic->tx_drops);
    add_drops(all, vm->context->forwarder().drops);
  }
  return all;
}

SwitchTotals Machine::totals_of(const datapath::VSwitch& vswitch) const {
  const auto gone = retired_at_.find(vswitch.name());
  SwitchTotals totals = gone == retired_at_.end() ? SwitchTotals{} : gone->second;
  for (const auto& unit : wires_)
    if (unit->context && unit->vswitch == &vswitch) totals.add(unit->context->forwarder());
  for (const auto& vm : vms_)
    if (vm->vswitch == &vswitch) totals.add(vm->context->forwarder());
  return totals;
}

uint64_t Machine::dropped() const {
  uint64_t n = 0;
  for (const auto& unit : wires_)
    n += unit->wire->drops.total() + (unit->context ? unit->context->forwarder().drops.total() : 0);
  for (const auto& vm : vms_)
    n += vm->nic->rx_drops.total() + vm->nic->tx_drops.total() + vm->context->forwarder().drops.total();
  return n;
}

uint64_t Machine::moved() const {
  Balance b = balance(false);
  uint64_t n = b.sent + b.delivered + b.dropped;
  for (const auto& vm : vms_) n += vm->account().received + vm->account().sent;
  return n;
}

bool Machine::fed_by_world() const {
  for (const auto& unit : wires_)
    if (unit->wire->open_to_world()) return true;
  return false;
}

namespace {
// A KVM guest that waits for interrupts is through when it has halted again: with the last frame in its books it may
// still stand in its handler, between an exit that we have counted and an interrupt that it has not. Who generates
// looks at his clock and never halts.
bool is_awake(const VmUnit& vm) {
  const bool halts =
      vm.spec.driver == spec::DriverMode::kInterrupt && vm.spec.workload != spec::WorkloadKind::kGenerate;
  if (!vm.kvm || !halts) return false;
  return !std::all_of(vm.vcpus.begin(), vm.vcpus.end(),
                      [](const auto& vcpu) { return static_cast<const vmm::KvmVcpu&>(*vcpu).sleeps(); });
}
}  // namespace

bool Machine::idle() const {
  // A window that is shut stays so when nothing else moves. Of a KVM guest nobody can tell: what it has received and
  // not sent yet is in no ring.
  bool kvm = false;
  for (const auto& vm : vms_) kvm |= vm->kvm && !vm->kvm->broken() && !vm->paused();
  for (const auto& unit : wires_) {
    const bool carries = unit->context || unit->wire->generator();  // without a switch nobody takes what it has
    const bool sends = kvm ? unit->wire->left() != 0 : unit->wire->wants_to_send();
    // What the generator has not looked at is missing in all that it tells: round trips, digest, order.
    if ((carries && sends) || unit->wire->in_hand() || unit->wire->on_the_way_back()) return false;
  }
  for (const auto& vm : vms_) {
    if (vm->context->in_hand() || vm->nic->in_hand() || vm->nic->has_work()) return false;
    if (vm->paused() || (vm->kvm && vm->kvm->broken())) continue;
    // A KVM guest may stand in the middle of a poll, between two exits, with frames in its hands: its own account says
    // whether it is through with all that the device gave it, and has counted all that the device took.
    if (vm->kvm && (vm->account().received < vm->nic->rx.frames.value() - vm->received_at_boot ||
                    vm->account().sent < vm->nic->tx.frames.value() - vm->sent_at_boot))
      return false;
    if (vm->nic->undelivered() || is_awake(*vm)) return false;
    for (const auto& vcpu : vm->vcpus)
      if (vmm::frames_left(vm->memory->base(), vcpu->index())) return false;
  }
  return true;
}

}  // namespace ringside::control
