// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/picture/guest_code.h"

#include "engine/guest/baremetal/baremetal_image.h"

namespace ringside::control {

disassembly::GuestCode& guest_code() {
  static disassembly::GuestCode code = [] {
    auto image = vmm::parse_image(guest::baremetal_image());
    return disassembly::GuestCode(image ? *image : vmm::GuestImage{});
  }();
  return code;
}

}  // namespace ringside::control
