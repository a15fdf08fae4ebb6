// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/vmm/soft_vcpu.h"

namespace ringside::guest {

// engine/guest as the program of a soft vCPU. A function and not a table: hosted guest objects have no data of their
// own.
vmm::GuestProgram hosted_program();

}  // namespace ringside::guest
