// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <set>

#include "engine/base/log.h"
#include "engine/control/machine/machine.h"

// A plan is applied: which context runs on which worker, and the rings between workers that follow from it.
namespace ringside::control {
std::vector<std::vector<Context*>> Machine::place(uint32_t workers, const Placer::Choices& choices) {
  drop_crossings();
  std::vector<std::vector<Context*>> by_worker(std::max(1u, workers));
  const Plan& plan = placer_.plan(*this, workers, choices);
  placer_.applied();
  const std::vector<Context*> all = contexts(false);
  for (size_t c = 0; c < all.size(); c++) {
    by_worker[plan.rows[c].worker].push_back(all[c]);
    all[c]->worker.store(uint16_t(plan.rows[c].worker));
  }
  open_crossings();
  return by_worker;
}

void Machine::place_on_one() {
  drop_crossings();
  for (Context* context : contexts(true)) context->worker.store(0);
}

// Each port is served by its context's worker; a context elsewhere reaches it through the pair's ring.
void Machine::open_crossings() {
  uint64_t missing = 0;
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
        if (from != c.worker.load()) missing += !datapath::VSwitch::open_crossing(c.port(), from);
    });
  }
  if (missing)
    log_line(std::to_string(missing) +
             " ways between workers could not be made: no memory. Frames that need them are dropped as "
             "worker_ring_full.");
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
