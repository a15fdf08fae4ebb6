// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/picture/driver_index.h"
#include "engine/control/picture/views.h"
#include "engine/control/scene.h"

namespace ringside::control {
namespace {

// All rows, when everybody stands.
const devices::RingImage& copy_of(const devices::NicDevice& nic, size_t ring) {
  static devices::RingImage image;  // large, and the engine's thread has but one
  image.qwords.resize(2 * 8192);
  for (uint32_t next = 0;;) {
    next = nic.copy_rows(ring, next, image);
    if (next >= image.size) return image;
  }
}

}  // namespace

RingView ring_view(Scene& scene, VmUnit& unit, size_t ring, const Snapshot& s) {
  RingView view;
  const std::deque<EventView>& events = scene.history.events();
  const uint64_t after = s.mode == RunMode::kFree ? ~uint64_t{0} : scene.time.stepped_from;
  const devices::RingInfo& info = unit.nic->rings()[ring];
  view.name.reserve(unit.spec.name.size() + 6 + info.name.size());
  view.name.append(unit.spec.name).append(".nic0.").append(info.name), view.kind = info.kind, view.queue = info.queue;
  view.vm = unit.spec.name, view.nic = "nic0", view.model = unit.model->name, view.receive = info.receive(),
  view.exact = s.cut;
  devices::RingWatch& watch = unit.nic->ring_watch(ring);
  bool watched = watch.wanted.load(std::memory_order_relaxed);
  static std::vector<RowView> unwatched;  // rows that decide something, and are not shown
  const devices::RingImage* image = nullptr;
  if (!s.cut && watched) {
    image = &watch.images.newest();
    if (image->size)
      view.age_ns = uint64_t(double(s.tsc - image->taken) * 1e9 / s.tsc_hz);
    else
      image = nullptr;
  }
  unit.nic->inspect_ring(ring, image, view);
  if (s.cut && (watched || rows_decide(unit, after, events, view))) {
    if (!watched) view.rows.swap(unwatched);
    unit.nic->inspect_ring(ring, &copy_of(*unit.nic, ring), view);
  }
  add_driver_index(unit, after, events, view);
  if (s.cut && !watched && !view.rows.empty()) view.rows.swap(unwatched);
  for (std::string& link : view.links) link = unit.nic_name() + "." + link;
  if (s.cut && !events.empty() && events.back().ring == view.name) view.accessed = events.back().row;
  return view;
}

}  // namespace ringside::control
