// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "engine/base/context.h"
#include "engine/datapath/vswitch/vswitch.h"

namespace ringside::datapath {

// A receive context (port = a pNIC's wire) or a transmit context (port = a vNIC): takes frames out of its port,
// forwards them, and puts into the port what other workers sent across. Hot: port_context.cc.
class PortContext final : public Context {
 public:
  // cold-begin: the engine's thread
  PortContext(std::string name, ContextKind kind, VSwitch& vswitch, SwitchPort& port)
      : Context(std::move(name), kind), switch_(vswitch), port_(port) {}
  // cold-end

  bool turn(Turn& turn) override;
  uint64_t in_hand() const override;
  Timer timer() const override { return port_.port->timer(); }
  bool has_work() const override;
  void before_sleep() override { port_.port->before_sleep(); }
  bool wakes_itself() const override;
  bool publish(bool anew) override { return port_.port->publish(anew); }

  // A back end that does more for a packet than ours: so many cycles for each frame taken from the port. Modelled:
  // spent for real when free, virtual time when stepped. Any thread.
  void set_backend(uint32_t cycles) { backend_.store(cycles); }
  Counter backend_cycles;  // as priced

  const Forwarder& forwarder() const { return forwarder_; }
  const SwitchPort& port() const { return port_; }
  SwitchPort& port() { return port_; }

 private:
  void spend(Turn& turn, uint32_t frames);

  shared::Published<uint32_t> backend_{0};
  VSwitch& switch_;
  SwitchPort& port_;
  Forwarder forwarder_;
  net::Burst crossed_;
};

}  // namespace ringside::datapath
