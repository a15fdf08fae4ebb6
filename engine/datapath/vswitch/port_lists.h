// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace ringside::datapath {

struct SwitchPort;

inline constexpr uint16_t kMaxPorts = 1024;
inline constexpr uint16_t kTrunk = 4095;  // VGT: the guest sees and sets tags itself

// Which ports a frame of a VLAN may concern, so that a flood looks at its VLAN's ports and not at the whole switch.
// Each list is in the order of the ports' places. Made anew whenever a port comes or goes (engine's thread at a cut),
// read by any worker.
class PortLists {
 public:
  // Access ports of a VLAN (0 = untagged).
  std::span<const uint16_t> access(uint16_t vlan) const {
    return {access_.data() + begin_[vlan], access_.data() + begin_[vlan + 1u]};
  }
  // Ports that carry every VLAN: the uplink and trunks.
  std::span<const uint16_t> carriers() const { return {carriers_.data(), carrier_count_}; }
  // Ports whose port group accepts promiscuous mode, whether their guests ask for it or not.
  std::span<const uint16_t> may_listen() const { return {may_listen_.data(), may_listen_count_}; }

  // Other ports in a VLAN, seen from one that is in it.
  uint32_t others(uint16_t vlan) const { return uint32_t(begin_[vlan + 1u] - begin_[vlan]) + carrier_count_ - 1; }

  // cold-begin: the engine's thread
  void rebuild(std::span<const SwitchPort* const> ports);
  // cold-end

 private:
  std::array<uint16_t, kMaxPorts> access_{}, carriers_{}, may_listen_{};
  std::array<uint16_t, 4096 + 1> begin_{};  // where a VLAN begins in access_
  uint16_t carrier_count_ = 0, may_listen_count_ = 0;
};

// Calls each(port) for the ports of two lists in order, once each.
template <class Each>
void merge(std::span<const uint16_t> a, std::span<const uint16_t> b, Each&& each) {
  size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    const uint16_t next = j == b.size() || (i < a.size() && a[i] <= b[j]) ? a[i] : b[j];
    if (i < a.size() && a[i] == next) i++;
    if (j < b.size() && b[j] == next) j++;
    each(next);
  }
}

}  // namespace ringside::datapath
