// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <set>

#include "engine/control/machine/machine.h"

// A plan is applied: which context runs on which worker, and the rings between workers that follow from it.
namespace ringside::control {
Result<std::vector<std::vector<Context*>>> Machine::place(uint32_t workers, const Placer::Choices& choices) {
  drop_crossings();
  std::vector<std::vector<Context*>> by_worker(std::max(1u, workers));
  const Placer before = placer_;
  const Plan& plan = placer_.plan(*this, workers, choices);
  placer_.applied();
  const std::vector<Context*> all = contexts(false);
  for (size_t c = 0; c < all.size(); c++) {
    by_worker[plan.rows[c].worker].push_back(all[c]);
    all[c]->worker.store(uint16_t(plan.rows[c].worker));
  }
  if (!open_crossings()) {
    drop_crossings();
    placer_ = before;
    return Error{"There is no memory for the rings between workers.", "Nobody has moved.",
                 "Fewer workers, or `context place` that keeps a switch on one of them", "", true};
  }
  return by_worker;
}

void Machine::place_on_one() {
  placer_.interrupted();
  drop_crossings();
  for (Context* context : contexts(true)) context->worker.store(0);
}

// Each port is served by its context's worker; a context elsewhere reaches it through the pair's ring. False: no
// memory.
bool Machine::open_crossings() {
  bool all = true;
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
        if (all && from != c.worker.load()) all = datapath::VSwitch::open_crossing(c.port(), from);
    });
  }
  return all;
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
