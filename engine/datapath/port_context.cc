// SPDX-License-Identifier: BSD-3-Clause
#include "engine/datapath/port_context.h"

#include <rte_ring.h>

namespace ringside::datapath {

// region: inhale-forward-exhale
bool PortContext::turn(Turn& turn) {
  bool moved = VSwitch::drain_crossings(turn, port_, crossed_);
  net::Port& port = *port_.port;
  port.service(turn);
  // Stop 3 comes before what the port does in stop 4; a wire that cannot be looked into is announced afterwards.
  const bool announced = turn.stepping() && port.has_work();
  if (announced) [[unlikely]]
    turn.step({.kind = EventKind::kInhale, .object = this});
  uint32_t n = port.ingress_burst(turn, 0, forwarder_.in);
  if (!n) return moved;
  packets.add(n);
  if (!announced) turn.step({.kind = EventKind::kInhale, .a = n, .object = this});
  if (backend_.load()) [[unlikely]]
    spend(turn, n);
  switch_.forward(turn, forwarder_, port_);
  return true;
}
// endregion: inhale-forward-exhale

// The price is paid once a burst, between taking the frames and forwarding them. No pause instruction: it takes up to
// 140 cycles.
void PortContext::spend(Turn& turn, uint32_t frames) {
  const uint64_t price = uint64_t{backend_.load()} * frames;
  if (turn.stepping()) {
    turn.step(
        {.kind = EventKind::kBackend, .a = frames, .cycles = uint32_t(price < ~0u ? price : ~0u), .object = this});
    return backend_cycles.add(price);
  }
  for (const uint64_t begin = tsc(); tsc() - begin < price;) {
  }
  backend_cycles.add(price);  // what others had of the CPU meanwhile is none of the model's
}

uint64_t PortContext::in_hand() const {
  uint64_t n = forwarder_.in_hand() + crossed_.left();
  for (rte_ring* ring : port_.arriving) n += rte_ring_count(ring);
  return n;
}

bool PortContext::has_work() const {
  if (port_.port->has_work()) return true;
  for (rte_ring* ring : port_.arriving)
    if (!rte_ring_empty(ring)) return true;
  return false;
}

bool PortContext::wakes_itself() const { return port_.arriving.empty() && port_.port->wakes_itself(); }

}  // namespace ringside::datapath
