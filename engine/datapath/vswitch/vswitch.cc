// SPDX-License-Identifier: BSD-3-Clause
// cold: ports come and go at a cut
#include "engine/datapath/vswitch/vswitch.h"

#include <rte_ring.h>

#include <cstdlib>
#include <set>

#include "engine/datapath/dpdk_compat.h"

namespace ringside::datapath {
namespace {

constexpr uint32_t kLearnedAddresses = 8192,
                   kKnownAddresses = 128;  // a switch that knows its addresses grows with them

}  // namespace

VSwitch::VSwitch(std::string name, SwitchMode mode, bool relays_reserved)
    : name_(std::move(name)),
      mode_(mode),
      relays_reserved_(relays_reserved),
      table_(mode == SwitchMode::kLearning ? kLearnedAddresses : kKnownAddresses),
      anywhere_(kKnownAddresses) {}

SwitchPort* VSwitch::add_port(const std::string& name, net::Port* port, bool uplink, uint64_t mac,
                              const PortRules& rules) {
  uint16_t index = 0;
  while (index < kMaxPorts && ports_[index]) index++;
  if (index == kMaxPorts) return nullptr;
  auto place = std::make_unique<SwitchPort>();
  place->name = name, place->port = port, place->index = index, place->uplink = uplink, place->mac = mac,
  place->rules = rules;
  if (uplink) uplink_ = place.get();
  ports_[index] = std::move(place);
  ports_changed();
  return ports_[index].get();
}

void VSwitch::remove_port(SwitchPort* port) {
  const uint16_t index = port->index;
  if (uplink_ == port) uplink_ = nullptr;
  ports_[index].reset();
  if (mode_ == SwitchMode::kLearning) table_.forget_port(index);
  ports_changed();
}

void VSwitch::plug(SwitchPort& place, net::Port& port, uint64_t mac) {
  place.port = &port;
  if (place.mac == mac) return;
  if (mode_ == SwitchMode::kLearning) table_.forget_port(place.index);
  place.mac = mac;
  ports_changed();
}

void VSwitch::ports_changed() {
  const std::vector<SwitchPort*> all = ports();
  lists_.rebuild(all);
  // ESXi's standard switch knows its vNICs' addresses from their configuration and never learns. Both tables are made
  // anew, so that each address has its place whichever others there are, or were.
  if (mode_ != SwitchMode::kVss) return;
  for (MacTable* table : {&table_, &anywhere_})
    all.size() > table->room() ? table->resize(uint32_t(2 * all.size())) : table->clear();
  for (const SwitchPort* port : all) {
    if (port->uplink) continue;
    table_.set(MacTable::key_of(port->mac, port->carries_tags() ? MacTable::kEveryVlan : port->rules.vlan),
               port->index);
    anywhere_.set(MacTable::key_of(port->mac, 0), port->index);
  }
}

// In memory of its own: DPDK has 2,560 named zones in all, and 64 ports on 63 workers want more rings than that.
bool VSwitch::open_crossing(SwitchPort& port, uint16_t from) {
  constexpr uint32_t kFrames = 1024;
  const size_t bytes = (size_t(rte_ring_get_memsize(kFrames)) + RTE_CACHE_LINE_SIZE - 1) & ~size_t{63};
  auto* ring =
      dpdk_fault("rte_ring_create") ? nullptr : static_cast<rte_ring*>(std::aligned_alloc(RTE_CACHE_LINE_SIZE, bytes));
  if (!ring) return false;
  if (rte_ring_init(ring, "crossing", kFrames, RING_F_SP_ENQ | RING_F_SC_DEQ) != 0) {
    std::free(ring);
    return false;
  }
  port.crossing[from] = ring;
  port.arriving.push_back(ring);
  return true;
}

void VSwitch::close_crossings(SwitchPort& port) {
  net::Burst burst;
  burst.clear();
  Turn turn{.now = tsc(), .hz = tsc_hz()};
  while (drain_crossings(turn, port, burst)) {
  }
  for (rte_ring* ring : port.arriving) std::free(ring);
  port.arriving.clear();
  port.crossing.fill(nullptr);
  port.worker.store(0);
}

uint64_t VSwitch::vlans() const {
  std::set<uint16_t> seen;
  for (const auto& p : ports_)
    if (p && p->rules.vlan && p->rules.vlan != kTrunk) seen.insert(p->rules.vlan);
  return seen.size();
}

std::vector<SwitchPort*> VSwitch::ports() const {
  std::vector<SwitchPort*> list;
  for (const auto& p : ports_)
    if (p) list.push_back(p.get());
  return list;
}

}  // namespace ringside::datapath
