// SPDX-License-Identifier: BSD-3-Clause
#include "engine/devices/nic_device.h"

namespace ringside::devices {
namespace {
constexpr uint32_t kMaxRows = 4096;
}

void NicDevice::watch(bool receive, bool wanted) {
  RingWatch& watch = ring_watch(receive);
  for (RingImage& image : watch.images.slots())
    if (image.qwords.empty()) image.qwords.resize(2 * kMaxRows);
  watch.wanted.store(wanted, std::memory_order_release);
}

bool NicDevice::publish() {
  bool more = false;
  for (bool receive : {true, false}) {
    RingWatch& watch = ring_watch(receive);
    if (!watch.wanted.load(std::memory_order_acquire)) continue;
    RingImage& image = watch.images.back();
    watch.next_row = copy_rows(receive, watch.next_row, image);
    if (watch.next_row < image.size) {
      more = true;
      continue;
    }
    watch.images.publish();
    watch.next_row = 0;
  }
  return more;
}

}  // namespace ringside::devices
