// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/find.h"

#include <algorithm>
#include <cctype>

namespace ringside::desktop {

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

int accessed_row(const Snapshot& s, const RingView& ring) {
  if (s.mode == RunMode::kFree || s.events.empty() || s.events.back().ring != ring.name) return -1;
  switch (s.events.back().kind) {
    case EventKind::kDriverWriteRow: case EventKind::kDeviceReadRow: case EventKind::kDeviceReadBuffer: case EventKind::kDeviceWriteBuffer:
    case EventKind::kDeviceWriteBack: case EventKind::kDriverTakeRow: case EventKind::kDriverCleanRow: return s.events.back().row;
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

double frame_bytes(uint64_t data_bytes, uint64_t frames) { return frames ? double(data_bytes) / double(frames) + 4 : 0; }

}  // namespace ringside::desktop
