// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "engine/api/snapshot.h"
#include "engine/vmm/vcpu.h"

namespace ringside::control {

class EngineCore;
struct VmUnit;
struct WireUnit;

// Joins what every owner shows into one immutable Snapshot (DESIGN section 9). Engine's thread. Counters are
// owner-written words that are read where they lie; rows of rings come from the owner's copies while it runs, and from
// the ring itself when it stands.
class Collector {
 public:
  explicit Collector(EngineCore& core) : core_(core) {}
  std::shared_ptr<const Snapshot> collect(bool exact);

 private:
  void wires(Snapshot& s);
  void switches(Snapshot& s);
  void vms(Snapshot& s, bool exact);
  void vm(VmUnit& unit, VmView& view);
  VcpuView vcpu(const vmm::Vcpu& from);
  void ring(VmUnit& unit, size_t ring, bool exact, Snapshot& s);
  void contexts(Snapshot& s);
  void workers(Snapshot& s);
  void drain_exits();

  EngineCore& core_;
};

}  // namespace ringside::control
