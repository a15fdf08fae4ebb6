// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/picture/history.h"

#include <algorithm>
#include <utility>

#include "engine/control/picture/event_words.h"
#include "engine/control/picture/guest_code.h"

namespace ringside::control {
namespace {

constexpr size_t kEvents = 512, kExits = 512;

vmm::ExitReason reason_of(EventKind kind) {
  switch (kind) {
    case EventKind::kRegisterRead: return vmm::ExitReason::kMmioRead;
    case EventKind::kRegisterWrite: return vmm::ExitReason::kMmioWrite;
    case EventKind::kHalt: return vmm::ExitReason::kHalt;
    default: return vmm::ExitReason::kPioWrite;
  }
}

// The oldest go, and the one behind them says how many.
template <class Record>
void keep_latest(std::deque<Record>& records, size_t most) {
  while (records.size() > most) {
    const uint32_t left_out = records.front().skipped + 1;
    records.pop_front();
    records.front().skipped += left_out;
  }
}

std::deque<vmm::ExitRecord> latest_of(vmm::ExitLog& log, size_t most) {
  vmm::ExitRecord records[256];
  std::deque<vmm::ExitRecord> latest;
  for (uint32_t n; (n = log.drain(records, 256)) > 0;) {
    latest.insert(latest.end(), records, records + n);
    keep_latest(latest, most);
  }
  return latest;
}

ExitView view_of(const std::string& vcpu, const vmm::ExitRecord& r, Provenance cost) {
  ExitView view;
  view.vcpu = vcpu;
  view.reason = vmm::name_of(r.reason);
  view.reg = r.reg ? r.reg : "";
  view.address = r.address;
  view.value = r.value;
  view.width = r.width;
  view.begin = r.begin;
  view.end = r.end;
  view.rip = r.rip;
  view.cost_provenance = cost;
  view.skipped = r.skipped;
  if (r.rip) {
    const disassembly::Instruction& instruction = guest_code().of(r.reason, r.rip);
    view.instruction = instruction.text;
    view.where = instruction.where;
  }
  return view;
}

}  // namespace

const EventView& History::record(const Machine& machine, const TimedEvent& timed) {
  newest_ = timed;
  follower_.annotate(vm_of(machine, timed.event.object, timed.context), newest_.event);
  newest_.number = ++steps_;
  events_.push_back(describe_event(machine, newest_));
  EventView& view = events_.back();
  view.packet = follower_.number(newest_.event.packet);
  if (view.rip) {
    const disassembly::Instruction& instruction = guest_code().of(reason_of(view.kind), view.rip);
    view.instruction = instruction.text;
    view.where = instruction.where;
  }
  while (events_.size() > kEvents) events_.pop_front();
  return events_.back();
}

uint32_t History::frame_in(const Machine& machine, const void* device, uint8_t ring, uint32_t row) {
  return follower_.frame_in(vm_of(machine, device, nullptr), ring, row);
}

SharedList<EventView> History::shown_events() {
  if (shown_at_ != steps_) shown_ = std::vector<EventView>(events_.begin(), events_.end()), shown_at_ = steps_;
  return shown_;
}

// An equal share for each vCPU: a busy one does not push out what the others did.
void History::drain_exits(const Machine& machine, bool measured) {
  size_t vcpus = 0;
  for (const auto& unit : machine.vms()) vcpus += unit->vcpus.size();
  const size_t share = std::max<size_t>(16, kExits / std::max<size_t>(1, vcpus));
  for (const auto& unit : machine.vms())
    for (const auto& vcpu : unit->vcpus) {
      const auto latest = latest_of(vcpu->exits, share);
      if (latest.empty()) continue;
      const Provenance cost = measured && !vcpu->exits_modelled() ? Provenance::kMeasured : Provenance::kModelled;
      std::deque<ExitView>& kept = exits_[vcpu->name()];
      for (const vmm::ExitRecord& r : latest) kept.push_back(view_of(vcpu->name(), r, cost));
      keep_latest(kept, share);
      exits_changed_ = true;
    }
}

void History::mark(const std::string& name, const Snapshot& picture) {
  auto mark = std::make_shared<Mark>();
  for (const Probe& probe : picture.probes)
    if (probe.kind == ProbeKind::kCounter) mark->counters.emplace_back(std::string(probe.name), probe.number());
  marks_[name] = std::move(mark);
}

SharedList<ExitView> History::exits() {
  if (!std::exchange(exits_changed_, false)) return shown_exits_;
  std::vector<ExitView> all;
  for (const auto& [vcpu, exits] : exits_) all.insert(all.end(), exits.begin(), exits.end());
  std::stable_sort(all.begin(), all.end(), [](const ExitView& a, const ExitView& b) { return a.begin < b.begin; });
  return shown_exits_ = std::move(all);
}

}  // namespace ringside::control
