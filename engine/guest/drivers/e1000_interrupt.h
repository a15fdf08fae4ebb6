// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/drivers/e1000_driver.h"
#include "engine/guest/drivers/e1000_init.h"

// The E1000 in interrupt mode: what the handler does, and how the driver listens again.
namespace ringside::guest {

template <Platform P>
bool e1000_polling(P platform, uint32_t nic) {
  return at<E1000State>(platform, e1000_state_gpa(nic))->polling != 0;
}

// The handler's part: which causes, and quiet until the ring is empty. False: the interrupt was somebody else's.
// region: guest-interrupt
template <Platform P>
bool e1000_interrupt(P& platform, uint32_t nic) {
  E1000State& state = *at<E1000State>(platform, e1000_state_gpa(nic));
  if (!platform.mmio_read(state.bar + e1000::reg::kIcr, 4)) return false;
  platform.mmio_write(state.bar + e1000::reg::kImc, 4, ~uint32_t{0});
  state.polling = 1;
  return true;
}
// endregion: guest-interrupt

// The ring was found empty: interrupts again. A frame may have come in between, so that the ring is looked at once
// more; false: there is one, and polling goes on.
template <Platform P>
bool e1000_listen(P platform, uint32_t nic) {
  E1000State& state = *at<E1000State>(platform, e1000_state_gpa(nic));
  state.polling = 0;
  platform.mmio_write(state.bar + e1000::reg::kIms, 4, kE1000WantedCauses);
  const uint64_t row = (state.rx_ring & ~uint64_t{15}) + uint64_t{state.rx_next} * e1000::kRowBytes;
  if (!(load_acquire(at<uint64_t>(platform, row) + 1) & e1000::rxd::kDd)) return true;
  platform.mmio_write(state.bar + e1000::reg::kImc, 4, ~uint32_t{0});
  state.polling = 1;
  return false;
}

}  // namespace ringside::guest
