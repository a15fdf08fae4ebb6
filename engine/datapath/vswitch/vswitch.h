// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/context.h"
#include "engine/base/shared.h"
#include "engine/datapath/vswitch/forwarder.h"
#include "engine/datapath/vswitch/look_up.h"
#include "engine/datapath/vswitch/mac_table.h"
#include "engine/datapath/vswitch/port_lists.h"
#include "engine/net/loss_book.h"
#include "engine/net/port.h"

struct rte_ring;

namespace ringside::datapath {

inline constexpr uint16_t kMaxWorkers = 64;

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
  uint64_t mac = 0;                 // permanent address of the vNIC
  uint32_t loop = 0;                // uplink: the closed loop whose frames enter here (net/packet.h); 0 = none
  bool player = false;              // of a capture: its frames have any address, and so have their answers
  net::LossBook* losses = nullptr;  // where copies of its frames are booked
  // Of a port that may overhear (promiscuous), where its switch has a closed loop: frames that it owes an answer,
  // counted by the uplink's context, and those that it has answered, by its own. What it sends beyond is no answer.
  Counter owed, answered;
  PortRules rules;
  shared::Published<uint16_t> worker{0};          // that serves the port; others cross to it
  std::array<rte_ring*, kMaxWorkers> crossing{};  // from worker w to this port; null where nobody needs it
  std::vector<rte_ring*> arriving;                // those that there are

  // Tags stay on the frames of an uplink or a trunk. An access port's guest sees none on what is meant for it.
  bool carries_tags() const { return uplink || rules.vlan == kTrunk; }
};
// cold-end

// L2 forwarding with port groups and VLANs. Hot: vswitch_datapath.cc, spread_datapath.cc. Ports and tables change at a
// cut only (engine's thread).
class VSwitch {
 public:
  // cold-begin: the engine's thread
  // `relays_reserved`: link-local group addresses (is_reserved) are forwarded like any other group.
  VSwitch(std::string name, SwitchMode mode, bool relays_reserved);
  VSwitch(std::string name, SwitchMode mode) : VSwitch(std::move(name), mode, mode == SwitchMode::kVss) {}

  // The port's place; the reference lives until remove_port or the switch's end. Null: all kMaxPorts places are taken.
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

  // Link-local group addresses 01:80:C2:00:00:00 to 0F, which a bridge does not relay (IEEE 802.1Q-2018 8.6.3, table
  // 8-1): spanning tree, pause frames, LACP, 802.1X, LLDP. `mac`: first byte of the address in the low byte.
  static bool is_reserved(uint64_t mac) { return (mac & 0xf0ff'ffff'ffff) == 0xc2'8001; }

  // cold-begin: inspection
  const std::string& name() const { return name_; }
  SwitchMode mode() const { return mode_; }
  bool relays_reserved() const { return relays_reserved_; }
  const SwitchPort* uplink() const { return uplink_; }
  // The closed loop that plays a capture into this switch; 0 = none. Whatever its guests send is taken for an answer.
  uint32_t player() const { return uplink_ && uplink_->player ? uplink_->loop : 0; }
  uint64_t macs() const { return table_.size(); }
  uint64_t vlans() const;
  std::vector<SwitchPort*> ports() const;
  const SwitchPort* port(uint16_t index) const { return index < kMaxPorts ? ports_[index].get() : nullptr; }
  // cold-end

 private:
  static net::DropReason admit(const SwitchPort& in, const net::Packet* packet, uint16_t& vlan);
  LookUp look_up(uint64_t mac, uint16_t vlan, const SwitchPort& in, uint32_t now_s) const;
  LookUp flood(uint16_t vlan) const;
  void listen(Forwarder& f, const SwitchPort& in) const;
  template <class Each>
  void each_receiver(const Forwarder& f, const SwitchPort& in, uint16_t vlan, LookUp found, Each&& each) const;
  void report(Turn& turn, const Forwarder& f, const SwitchPort& in, uint64_t mac, uint16_t vlan, LookUp found) const;
  // Of a closed loop's frame (net/packet.h): its number, 0 = none, and whether everybody who gets the frame owes an
  // answer.
  struct Debt {
    uint32_t source = 0;
    bool everybody = false;
  };
  // The closed loop whose frames enter here while a port may listen, so that who owes what is counted; 0 = none. Of a
  // capture, whatever leaves is an answer.
  uint32_t overheard_loop() const {
    return uplink_ && !uplink_->player && !lists_.may_listen().empty() ? uplink_->loop : 0;
  }
  static void account(SwitchPort& in, net::Packet* packet, uint32_t loop);
  bool owes(const Forwarder& f, const SwitchPort& in, LookUp found, uint16_t port, bool addressee) const;
  Debt debt_of(const Forwarder& f, const SwitchPort& in, uint16_t vlan, LookUp found) const;
  void spread(Turn& turn, Forwarder& f, const SwitchPort& in, uint16_t vlan, LookUp found);
  net::Burst& out_burst(Turn& turn, Forwarder& f, uint16_t port);
  void deliver_all(Turn& turn, Forwarder& f);
  void deliver(Turn& turn, Forwarder& f, uint16_t port, net::Burst& burst);
  void drop(Turn& turn, Forwarder& f, net::Packet* packet, net::DropReason reason);

  // cold-begin: the engine's thread
  void ports_changed();
  std::string name_;
  // cold-end
  SwitchMode mode_;
  bool relays_reserved_;
  MacTable table_;
  MacTable anywhere_;  // vss: addresses of vNICs in whatever VLAN, to name a drop by
  PortLists lists_;
  std::array<std::unique_ptr<SwitchPort>, kMaxPorts> ports_;
  SwitchPort* uplink_ = nullptr;
};

}  // namespace ringside::datapath
