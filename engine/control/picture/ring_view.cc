// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/picture/driver_index.h"
#include "engine/control/picture/views.h"
#include "engine/control/scene.h"

namespace ringside::control {

RingView ring_view(Scene& scene, VmUnit& unit, size_t ring, const Snapshot& s) {
  RingView view;
  const std::deque<EventView>& events = scene.history.events();
  const uint64_t after = s.mode == RunMode::kFree ? ~uint64_t{0} : scene.time.stepped_from;
  const devices::RingInfo& info = unit.nic->rings()[ring];
  view.name = unit.nic_name() + "." + info.name, view.kind = info.kind, view.queue = info.queue;
  view.vm = unit.spec.name, view.nic = "nic0", view.model = unit.model->name, view.receive = info.receive(),
  view.exact = s.cut;
  devices::RingWatch& watch = unit.nic->ring_watch(ring);
  bool watched = watch.wanted.load(std::memory_order_relaxed);
  if (s.cut) {
    static devices::RingImage image;  // large, and the engine's thread has but one
    image.qwords.resize(2 * 8192);
    for (uint32_t next = 0;;) {
      next = unit.nic->copy_rows(ring, next, image);
      if (next >= image.size) break;
    }
    unit.nic->inspect_ring(ring, &image, view);
    add_driver_index(unit, after, events, view);
    if (!watched) view.rows.clear();
  } else if (!watched) {
    unit.nic->inspect_ring(ring, nullptr, view);
    add_driver_index(unit, after, events, view);
  } else {
    const devices::RingImage& image = watch.images.newest();
    unit.nic->inspect_ring(ring, image.size ? &image : nullptr, view);
    add_driver_index(unit, after, events, view);
    if (image.size) view.age_ns = uint64_t(double(s.tsc - image.taken) * 1e9 / s.tsc_hz);
  }
  for (std::string& link : view.links) link = unit.nic_name() + "." + link;
  if (s.cut && !events.empty() && events.back().ring == view.name) view.accessed = events.back().row;
  return view;
}

}  // namespace ringside::control
