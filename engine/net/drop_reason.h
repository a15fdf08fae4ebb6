// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "engine/base/counter.h"
#include "engine/net/packet.h"

namespace ringside::net {

// The name under which a lost frame is counted. Each drop has one (DESIGN section 10).
enum class DropReason : uint8_t {
  kNoDescriptor,    // receive ring: the device owns no row (or too few for the frame)
  kRxDisabled,      // RCTL.EN is 0, or the ring is not set up
  kFiltered,        // the NIC's receive filters do not want it
  kBadDescriptor,   // a descriptor that makes no sense: no buffer, length 0 or beyond the ring's frame limit, unknown
                    // type
  kDmaFault,        // a descriptor points outside the guest's memory
  kPoolEmpty,       // no packet buffer left
  kWorkerRingFull,  // the ring between two workers is full
  kUnknownDestination,  // vss: no vNIC has this address in any VLAN, and it came from the uplink (or there is none)
  kVlanMismatch,    // its address is in another VLAN, no other port is in its VLAN, or an access port's guest tagged it
  kOversize,        // longer than the receiver takes
  kRunt,            // shorter than an Ethernet header
  kForgedTransmit,  // port group security: source address is not the vNIC's
  kMacChanged,      // port group security: the guest changed its address, and may not
  kHairpin,         // it would go back to where it came from
  kQueueBusy,       // the queue was being re-programmed while the frame arrived
  kWireFull,        // the wire did not take it
  kNotWritten,      // the file that the wire writes takes no more: its disk is full, or failed
  kWireDown,        // the wire's interface was deleted, or the kernel would not send it
  kLinkDown,        // the NIC's link is down, or loops back what it sends and takes nothing from outside
  kReset,           // held by a device or ring that was reset or removed
  kReservedAddress,  // a link-local group address (01:80:C2:00:00:00 to 0F), which a bridge does not relay
  kCount
};

constexpr std::array<std::string_view, size_t(DropReason::kCount)> kDropNames = {"no_descriptor",
                                                                                 "rx_disabled",
                                                                                 "filtered",
                                                                                 "bad_descriptor",
                                                                                 "dma_fault",
                                                                                 "pool_empty",
                                                                                 "worker_ring_full",
                                                                                 "unknown_destination",
                                                                                 "vlan_mismatch",
                                                                                 "oversize",
                                                                                 "runt",
                                                                                 "forged_transmit",
                                                                                 "mac_changed",
                                                                                 "hairpin",
                                                                                 "queue_busy",
                                                                                 "wire_full",
                                                                                 "not_written",
                                                                                 "wire_down",
                                                                                 "link_down",
                                                                                 "reset",
                                                                                 "reserved_address"};

constexpr std::string_view name_of(DropReason reason) { return kDropNames[size_t(reason)]; }

// Totals by reason. Written by one thread, on cache lines of its own.
struct alignas(64) DropCounters {
  std::array<Counter, size_t(DropReason::kCount)> by_reason;
  // Of them, frames of each closed loop (net/loss_book.h).
  std::array<Counter, kSources> lost_of;

  // Frames that no closed loop waits for: not yet a frame, or nobody can say any more whose.
  void add(DropReason reason, uint64_t frames) { by_reason[size_t(reason)].add(frames); }
  // One frame, while it can still be looked at.
  void add(DropReason reason, const Packet* packet) { add_of(source_of(packet), reason); }
  // One frame of closed loop `source`; 0: of none.
  void add_of(uint32_t source, DropReason reason) {
    by_reason[size_t(reason)].add(1);
    if (source) [[unlikely]]
      lost_of[source].add(1);
  }
  uint64_t total() const {
    uint64_t sum = 0;
    for (const Counter& c : by_reason) sum += c.value();
    return sum;
  }
};

}  // namespace ringside::net
