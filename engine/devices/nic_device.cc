// SPDX-License-Identifier: BSD-3-Clause
#include "engine/devices/nic_device.h"

namespace ringside::devices {
namespace {
constexpr uint32_t kMaxRows = 8192;  // of any model's largest ring
}

void NicDevice::watch(size_t ring, bool wanted) {
  RingWatch& watch = ring_watch(ring);
  for (RingImage& image : watch.images.slots())
    if (image.qwords.empty()) image.qwords.resize(2 * kMaxRows);
  watch.wanted.store(wanted, std::memory_order_release);
}

// A round copies each ring once: rings of different lengths, or watched since different moments, are never all in
// their last rows at once.
bool NicDevice::publish(bool anew) {
  bool more = false;
  for (size_t ring = 0; ring < rings().size(); ring++) {
    RingWatch& watch = ring_watch(ring);
    if (anew) watch.next_row = 0, watch.copied = false;
    if (watch.copied || !watch.wanted.load(std::memory_order_acquire)) continue;
    RingImage& image = watch.images.back();
    watch.next_row = copy_rows(ring, watch.next_row, image);
    if (watch.next_row < image.size) {
      more = true;
      continue;
    }
    watch.images.publish();
    watch.copied = true;
  }
  return more;
}

uint32_t NicDevice::undelivered() const {
  uint32_t rows = 0;
  for (size_t ring = 0; ring < rings().size(); ring++) {
    if (!rings()[ring].delivers) continue;
    RingImage image;
    image.qwords.resize(2 * kMaxRows);
    for (uint32_t row = 0; (row = copy_rows(ring, row, image)) < image.size;) {
    }
    RingView view;
    inspect_ring(ring, &image, view);
    rows += view.rows_done;
  }
  return rows;
}

}  // namespace ringside::devices
