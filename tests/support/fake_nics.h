// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "engine/api/snapshot.h"

namespace ringside::test {

// Other NICs and vCPUs for the machine on paper: hands for FakeOptions::adorn.

// The VM's NIC becomes a VMXNET3: command and completion rings of `rows` entries with generation bits, seams, links and
// a deferred doorbell.
void make_vmxnet3(Snapshot& s, const std::string& vm, uint32_t rows = 64, int64_t threshold = 32, int64_t deferred = 6);

// Its vCPU becomes KVM's: measured prices, records with instructions, the kernel's counters. `irqchip` "user" or
// "kernel".
void make_kvm(Snapshot& s, const std::string& vm, const std::string& irqchip, uint64_t doorbells = 0);

// Records of `share` of all exits only, and a gap before each 16th one.
void make_sampled(Snapshot& s, double share);

// The VM's settings and what it did: so many packets, with this many exits a packet.
void make_regime(Snapshot& s, const std::string& vm, uint32_t batch, const std::string& driver, uint64_t packets,
                 double exits_per_packet);

}  // namespace ringside::test
