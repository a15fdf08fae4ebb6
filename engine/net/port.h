// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/base/context.h"
#include "engine/net/burst.h"

namespace ringside::net {

// What a port asks to be given beyond its own address, as its guest set the NIC's receive filter.
enum class ReceiveMode : uint8_t {
  kOwn,           // its own address, and the groups that it filters out of the VLAN's group frames itself
  kAllMulticast,  // every group frame of its VLAN, and no unicast frame for others
  kPromiscuous,   // every frame of its VLAN, where its port group accepts that
};

// A thing plugged into a switch: all that device and switch share. Virtual per burst, never per packet.
// ingress/egress are the switch's view. Both are called only by the thread of the worker that serves the port.
class Port {
 public:
  virtual ~Port() = default;

  // Fills the empty burst with frames that enter the switch; the caller owns them. Returns burst.count.
  virtual uint32_t ingress_burst(Turn& turn, uint16_t queue, Burst& burst) = 0;

  // Takes all frames of the burst: what it cannot place it drops, with a reason. Afterwards burst.left() is 0.
  virtual void egress_burst(Turn& turn, uint16_t queue, Burst& burst) = 0;

  // Once a turn of the context that serves the port: what is due by time (a NIC: postponed interrupts).
  virtual void service(Turn& /*turn*/) {}
  // When service() or ingress_burst() has something to do by itself. Serving thread, or anyone at a cut.
  virtual Timer timer() const { return {}; }
  // Something waits to enter the switch, as far as can be seen without taking it. Any thread.
  virtual bool has_work() const { return false; }
  // The thread that serves the port is about to sleep (Context::before_sleep). Serving thread.
  virtual void before_sleep() {}
  // False: nobody tells when a frame arrives, so that a nap must be short.
  virtual bool wakes_itself() const { return true; }
  // Frames inside the port that were counted as sent and have not yet entered the switch. Anyone at a cut.
  virtual uint64_t in_hand() const { return 0; }

  // Copies views that were asked for; true while more is left (Context::publish). Serving thread.
  virtual bool publish(bool /*anew*/) { return false; }

  // For the switch's security policies. Any thread, relaxed. 0: the port has no address of its own.
  virtual uint64_t effective_mac() const { return 0; }
  virtual ReceiveMode receive_mode() const { return ReceiveMode::kOwn; }
};

}  // namespace ringside::net
