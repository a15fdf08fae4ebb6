// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>

namespace ringside::guest {

// engine/guest as an ELF file of one segment, which a VMM lays into a VM's memory (vmm/kvm/guest_image.h). Lives as
// long as the program.
std::span<const uint8_t> baremetal_image();

}  // namespace ringside::guest
