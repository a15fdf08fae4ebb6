// SPDX-License-Identifier: BSD-3-Clause
#include "app/lookup/find.h"

#include <algorithm>
#include <cctype>

namespace ringside {

const VmView* find_vm(const Snapshot& s, const std::string& name) {
  for (const VmView& v : s.vms)
    if (v.name == name) return &v;
  return nullptr;
}

const NicView* find_nic(const Snapshot& s, const std::string& vm, const std::string& nic) {
  if (const VmView* v = find_vm(s, vm))
    for (const NicView& n : v->nics)
      if (n.name == nic) return &n;
  return nullptr;
}

const RingView* find_ring(const Snapshot& s, const std::string& name) {
  for (const RingView& r : s.rings)
    if (r.name == name) return &r;
  return nullptr;
}

const RingView* find_ring(const Snapshot& s, const std::string& vm, const std::string& nic, bool receive) {
  for (const RingView& r : s.rings)
    if (r.vm == vm && r.nic == nic && r.receive == receive) return &r;
  return nullptr;
}

const VmView* vm_of_vcpu(const Snapshot& s, const std::string& vcpu) {
  return find_vm(s, vcpu.substr(0, vcpu.rfind('/')));
}

const VcpuView* find_vcpu(const Snapshot& s, const std::string& name) {
  if (const VmView* vm = vm_of_vcpu(s, name))
    for (const VcpuView& v : vm->vcpus)
      if (v.name == name) return &v;
  return nullptr;
}

const RingView* ring_of_register(const Snapshot& s, const std::string& vm, const std::string& reg) {
  if (reg.empty()) return nullptr;
  for (const bool exact : {true, false})
    for (const RingView& ring : s.rings) {
      if (ring.vm != vm) continue;
      for (const PointerView& p : ring.pointers)
        if (!p.hollow && (p.name == reg || (!exact && reg.size() > 2 && p.name.substr(0, 2) == reg.substr(0, 2))))
          return &ring;
    }
  return nullptr;
}

const NicView* nic_of_register(const VmView& vm, const std::string& reg) {
  for (const NicView& n : vm.nics)
    for (const RegisterValue& r : n.registers)
      if (r.name == reg) return &n;
  return nullptr;
}

RingPair pair_of(const Snapshot& s, const RingView& ring) {
  if (!ring.links.empty()) return {find_ring(s, ring.links[0]), &ring, 0};
  for (const RingView& r : s.rings)
    for (size_t i = 0; i < r.links.size(); ++i)
      if (r.links[i] == ring.name) return {&ring, &r, uint8_t(i)};
  return {&ring, nullptr, 0};
}

std::vector<const RingView*> filled_rings(const Snapshot& s, const std::string& vm, const std::string& nic, int queue) {
  std::vector<const RingView*> rings;
  for (const RingView& r : s.rings)
    if (r.vm == vm && r.nic == nic && r.links.empty() && (queue < 0 || r.queue == queue)) rings.push_back(&r);
  return rings;
}

std::string ring_label(const RingView& ring) {
  if (ring.kind == RingKind::kReceive2) return "RX 2nd";
  return ring.receive ? "RX" : "TX";
}

std::string verdict_ring(const RingView& ring) {
  if (!ring.links.empty()) return "completion";
  return (ring.generation >= 0 ? "command " : "") + std::string(ring.receive ? "receive" : "transmit");
}

int accessed_row(const Snapshot& s, const RingView& ring) {
  if (s.mode == RunMode::kFree || s.events.empty() || s.events.back().ring != ring.name) return -1;
  switch (s.events.back().kind) {
    case EventKind::kDriverWriteRow:
    case EventKind::kDeviceReadRow:
    case EventKind::kDeviceReadBuffer:
    case EventKind::kDeviceWriteBuffer:
    case EventKind::kDeviceWriteBack:
    case EventKind::kDriverTakeRow:
    case EventKind::kDriverCleanRow: return s.events.back().row;
    default: return -1;
  }
}

uint32_t packet_in(const Snapshot& s, const std::string& ring, int row) {
  for (auto e = s.events.rbegin(); e != s.events.rend(); ++e)
    if (e->row == row && e->packet && e->ring == ring) return e->packet;
  return 0;
}

std::string shown_model(const std::string& model) {
  if (model == "virtio_net") return "virtio-net";
  std::string text = model;
  if (text.rfind("e1000", 0) == 0 || text.rfind("vmxnet", 0) == 0)
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char ch) { return char(std::toupper(ch)); });
  return text;
}

double frame_bytes(uint64_t data_bytes, uint64_t frames) {
  return frames ? double(data_bytes) / double(frames) + 4 : 0;
}

std::string nested_words(const Snapshot& s) {
  for (const VmView& vm : s.vms)
    for (const VcpuView& v : vm.vcpus)
      if (!v.cycles_modelled && s.nested) return "nested";
  return {};
}

}  // namespace ringside
