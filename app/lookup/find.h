// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "engine/api/snapshot.h"

namespace ringside {

// Looking things up in a snapshot by name; null when there is no such thing.
const VmView* find_vm(const Snapshot& s, const std::string& name);
const NicView* find_nic(const Snapshot& s, const std::string& vm, const std::string& nic);
const RingView* find_ring(const Snapshot& s, const std::string& name);
const RingView* find_ring(const Snapshot& s, const std::string& vm, const std::string& nic, bool receive);

// "web/0" belongs to the VM "web"; null when there is none.
const VmView* vm_of_vcpu(const Snapshot& s, const std::string& vcpu);
const VcpuView* find_vcpu(const Snapshot& s, const std::string& name);
// The ring whose pointers or whose pointers' registers this is, by the datasheet's names: TDT and TDLEN are the
// transmit ring's. Null = none.
const RingView* ring_of_register(const Snapshot& s, const std::string& vm, const std::string& reg);
// The NIC of a VM that has this register.
const NicView* nic_of_register(const VmView& vm, const std::string& reg);

// A command ring and the completion ring that points into it; `completion` is null where a model has none.
struct RingPair {
  const RingView* command = nullptr;
  const RingView* completion = nullptr;
  uint8_t link = 0;  // the command ring's place among the completion ring's links
};
RingPair pair_of(const Snapshot& s, const RingView& ring);
// The rings of one NIC that a driver fills: of one queue, or (queue < 0) of all; completion rings are left out.
std::vector<const RingView*> filled_rings(const Snapshot& s, const std::string& vm, const std::string& nic, int queue);
// "RX", "TX", "RX 2nd": what a ring is among those of its queue.
std::string ring_label(const RingView& ring);

// Which words of assets/help/verdicts.md say what a row's state means on this ring.
std::string verdict_ring(const RingView& ring);

// The row that the newest step touched, or -1: not each event of a ring touches a row of it.
int accessed_row(const Snapshot& s, const RingView& ring);

// The packet that the newest event saw in a row of a ring; 0 = not known.
uint32_t packet_in(const Snapshot& s, const std::string& ring, int row);

// "e1000" as people write it: "E1000". Models of other spelling are shown as they are.
std::string shown_model(const std::string& model);

// "nested" where a guest runs under another hypervisor's KVM: what is measured of it is no typical figure.
std::string nested_words(const Snapshot& s);

// A frame of n bytes of data is called 4 bytes longer: with its checksum.
double frame_bytes(uint64_t data_bytes, uint64_t frames);

}  // namespace ringside
