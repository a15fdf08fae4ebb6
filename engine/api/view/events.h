// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/api/probe.h"
#include "engine/base/event.h"

namespace ringside {

// One step, in words. ns and cycles are virtual (DESIGN section 8), hence modelled; that it happened is measured.
struct EventView {
  uint64_t number = 0;  // counted since the machine was built
  uint64_t ns = 0;      // virtual time at which it began
  std::string who;      // "web/0", "web.nic0", "vswitch s0", "wire w0"
  std::string what;     // "write descriptor 12"
  std::string detail;   // "addr 0x0014a000, length 60, EOP IFCS RS"
  EventKind kind{};
  uint8_t stop = 0;   // 1..9 of the path of a packet, 0 = none
  bool exit = false;  // the CPU left the guest
  uint32_t cycles = 0;
  Provenance cycles_provenance = Provenance::kModelled;
  uint32_t packet = 0;             // the frame's number in the order of appearance, 0 = not known
  uint64_t rip = 0;                // KVM: the guest's instruction pointer at the exit
  std::string instruction, where;  // the instruction that caused it, and its function
  std::string vm, nic, ring, reg;  // links: "web", "nic0", "web.nic0.tx", "TDT"
  int row = -1;
  std::vector<std::pair<std::string, std::string>> fields;  // descriptor or register fields: {"length", "60"}
};

// An exit as recorded (DESIGN section 5). Sampled in bursts beyond 100,000 a second; totals stay exact.
struct ExitView {
  std::string vcpu, reason, reg;
  uint64_t address = 0, value = 0;
  uint8_t width = 0;
  uint64_t begin = 0, end = 0;  // TSC in free running, virtual cycles else
  uint64_t rip = 0;             // KVM: the guest's instruction pointer as the exit left it
  std::string instruction;      // KVM: "mov dword ptr [rax + 0x3818], ecx"
  std::string where;            // KVM: "poll_nics<Forward>+0x1a4"
  // Of end - begin. Measured on a KVM vCPU: from KVM_RUN's return to its next call's begin, the kernel's own part not
  // in it.
  Provenance cost_provenance = Provenance::kModelled;
  uint32_t skipped = 0;  // exits of this vCPU before this one that were counted and not kept: nothing is known of them
};

// What one kind of exit costs, cycles of the TSC: measured on this machine, or a figure of a named source (then p99 is
// 0).
struct ExitPriceView {
  std::string name, how;  // "MMIO write"; what was measured, or who says so
  uint64_t median = 0, p99 = 0;
  uint32_t samples = 0;  // 0: not possible here, `how` says why
  Provenance provenance = Provenance::kMeasured;
  bool nested = false;  // measured in a VM: another hypervisor takes part
};

}  // namespace ringside
