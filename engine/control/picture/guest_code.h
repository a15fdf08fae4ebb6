// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/disassembly/guest_code.h"

namespace ringside::control {

// The code that all KVM guests run, for whoever looks at their exits. Made when first asked for. Engine's thread, or
// the lane that holds the baton.
disassembly::GuestCode& guest_code();

}  // namespace ringside::control
