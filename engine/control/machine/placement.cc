// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <set>

#include "engine/control/machine/machine.h"

// Which context runs on which worker, and the rings between workers that follow from it.
namespace ringside::control {
// By default the data path shares the first worker and vCPUs take the others in turn: a vCPU is what an exit or a poll
// occupies, and a packet then never crosses between workers inside the host.
std::vector<std::vector<Context*>> Machine::place(uint32_t workers, const std::map<std::string, int>& placement) {
  drop_crossings();
  std::vector<std::vector<Context*>> by_worker(std::max(1u, workers));
  uint32_t next_vcpu = 0;
  for (Context* context : contexts(false)) {
    uint32_t worker = 0;
    if (context->kind() == ContextKind::kVcpu && by_worker.size() > 1)
      worker = 1 + next_vcpu++ % (uint32_t(by_worker.size()) - 1);
    auto chosen = placement.find(context->name());
    if (chosen != placement.end() && chosen->second >= 0 && size_t(chosen->second) < by_worker.size())
      worker = uint32_t(chosen->second);
    by_worker[worker].push_back(context);
    context->worker.store(uint16_t(worker));
  }
  // Each port is served by its context's worker; a context elsewhere reaches it through the pair's ring.
  for (const auto& vswitch : switches_) {
    std::set<uint16_t> used;
    auto each = [&](auto&& with) {
      for (auto& unit : wires_)
        if (unit->context && unit->vswitch == vswitch.get()) with(*unit->context);
      for (auto& vm : vms_)
        if (vm->vswitch == vswitch.get()) with(*vm->context);
    };
    each([&](datapath::PortContext& c) { c.port().worker.store(c.worker.load()), used.insert(c.worker.load()); });
    each([&](datapath::PortContext& c) {
      for (uint16_t from : used)
        if (from != c.worker.load()) datapath::VSwitch::open_crossing(c.port(), from, crossing_name());
    });
  }
  return by_worker;
}

void Machine::drop_crossings() {
  for (const auto& vswitch : switches_)
    for (datapath::SwitchPort* port : vswitch->ports()) datapath::VSwitch::close_crossings(*port);
}

void Machine::bind_wakers(const std::vector<Waker*>& by_worker) {
  auto waker = [&](const Context& context) {
    return by_worker.empty() ? nullptr : by_worker[context.worker.load() % by_worker.size()];
  };
  for (auto& vm : vms_) {
    vm->nic->bind_waker(waker(*vm->context));
    for (auto& vcpu : vm->vcpus)
      if (Context* context = vcpu->context()) vcpu->interrupts.bind(waker(*context));
  }
}

}  // namespace ringside::control
