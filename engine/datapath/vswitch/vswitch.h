// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/context.h"
#include "engine/base/shared.h"
#include "engine/datapath/vswitch/mac_table.h"
#include "engine/net/drop_reason.h"
#include "engine/net/port.h"

struct rte_ring;

namespace ringside::datapath {

inline constexpr uint16_t kMaxPorts = 64, kMaxWorkers = 64;
inline constexpr uint16_t kTrunk = 4095;  // VGT: the guest sees and sets tags itself

enum class SwitchMode : uint8_t {
  kVss,       // addresses known from the vNICs, unknown unicast to the uplink only, no learning: ESXi's standard switch
  kLearning,  // learns source addresses, floods what it does not know
};

// What a port group says of its ports: VLAN and the three security policies of ESXi.
struct PortRules {
  uint16_t vlan = 0;         // 0 = untagged, 1..4094 = access port of that VLAN, 4095 = trunk
  bool promiscuous = false;  // accept: a guest that asks for it sees every frame of its VLAN
  bool mac_changes = true;   // accept: the guest may receive under another address than its permanent one
  bool forged = true;        // accept: the guest may send under another source address than its effective one
};

// cold-begin: names are for the engine's thread
// A place in a switch where a port is plugged in.
struct SwitchPort {
  std::string name;
  net::Port* port = nullptr;
  uint16_t index = 0;
  bool uplink = false;
  uint64_t mac = 0;  // permanent address of the vNIC
  PortRules rules;
  shared::Published<uint16_t> worker{0};          // that serves the port; others cross to it
  std::array<rte_ring*, kMaxWorkers> crossing{};  // from worker w to this port; null where nobody needs it
  std::vector<rte_ring*> arriving;                // those that there are
};
// cold-end

// What one context forwards with: its bursts and its counters, on cache lines of its own.
struct alignas(64) Forwarder {
  net::Burst in;                          // frames on their way into the switch
  std::array<net::Burst, kMaxPorts> out;  // sorted by output port
  std::array<uint16_t, kMaxPorts> touched;
  uint32_t touched_count = 0;
  net::DropCounters drops;
  Counter forwarded, flooded, copied;

  uint64_t in_hand() const;
};

// L2 forwarding with port groups and VLANs. Hot: vswitch_datapath.cc. Ports and tables change at a cut only (engine's
// thread).
class VSwitch {
 public:
  // cold-begin: the engine's thread
  VSwitch(std::string name, SwitchMode mode);

  // The port's place; the reference lives until remove_port or the switch's end. Null: all places are taken.
  SwitchPort* add_port(const std::string& name, net::Port* port, bool uplink, uint64_t mac, const PortRules& rules);
  void remove_port(SwitchPort* port);
  // Another vNIC behind a port that is there, with this permanent address.
  void plug(SwitchPort& place, net::Port& port, uint64_t mac);
  // The ring from worker `from` to a port that another worker serves. False: no memory.
  static bool open_crossing(SwitchPort& port, uint16_t from);
  // What still lies in the rings goes to the port first.
  static void close_crossings(SwitchPort& port);
  // cold-end

  // Takes the frames of f.in that entered by `in`, and delivers each: to a port served by this worker at once, else
  // across.
  void forward(Turn& turn, Forwarder& f, SwitchPort& in);

  // What other workers sent to `port`, on the thread of the worker that serves it. True when something moved.
  static bool drain_crossings(Turn& turn, SwitchPort& port, net::Burst& burst);

  // cold-begin: inspection
  const std::string& name() const { return name_; }
  SwitchMode mode() const { return mode_; }
  const SwitchPort* uplink() const { return uplink_; }
  uint64_t macs() const { return table_.size(); }
  uint64_t vlans() const;
  std::vector<SwitchPort*> ports() const;
  // cold-end

 private:
  struct Route {
    uint16_t port;
    bool many;  // flood: more receivers than `port`
  };
  Route route(uint64_t mac, uint16_t vlan, const SwitchPort& in, uint32_t now_s) const;
  void spread(Turn& turn, Forwarder& f, const SwitchPort& in, net::Packet* packet, uint16_t vlan, uint64_t mac);
  bool wants(const SwitchPort& port, const SwitchPort& in, uint16_t vlan, uint64_t mac, uint16_t known) const;
  static void put(Forwarder& f, uint16_t port, net::Packet* packet);
  void deliver(Turn& turn, Forwarder& f, uint16_t port);
  bool admit(Turn& turn, Forwarder& f, const SwitchPort& in, net::Packet* packet, uint16_t& vlan);
  void drop(Turn& turn, Forwarder& f, net::Packet* packet, net::DropReason reason);

  // cold-begin: set once
  std::string name_;
  // cold-end
  SwitchMode mode_;
  MacTable table_;
  std::array<std::unique_ptr<SwitchPort>, kMaxPorts> ports_;
  uint16_t port_end_ = 0;  // one past the last place in use
  SwitchPort* uplink_ = nullptr;
  bool listeners_ = false;  // some port group accepts promiscuous mode
};

}  // namespace ringside::datapath
