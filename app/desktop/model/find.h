// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "engine/api/snapshot.h"

namespace ringside::desktop {

// Looking things up in a snapshot by name; null when there is no such thing.
const VmView* find_vm(const Snapshot& s, const std::string& name);
const NicView* find_nic(const Snapshot& s, const std::string& vm, const std::string& nic);
const RingView* find_ring(const Snapshot& s, const std::string& name);
const RingView* find_ring(const Snapshot& s, const std::string& vm, const std::string& nic, bool receive);

// The row that the newest step touched, or -1: not each event of a ring touches a row of it.
int accessed_row(const Snapshot& s, const RingView& ring);

// The packet that the newest event saw in a row of a ring; 0 = not known.
uint32_t packet_in(const Snapshot& s, const std::string& ring, int row);

// "e1000" as people write it: "E1000". Models of other spelling are shown as they are.
std::string shown_model(const std::string& model);

// A frame of n bytes of data is called 4 bytes longer: with its checksum.
double frame_bytes(uint64_t data_bytes, uint64_t frames);

}  // namespace ringside::desktop
