// SPDX-License-Identifier: BSD-3-Clause
#include "engine/guest/baremetal/baremetal_image.h"

asm(R"(
  .section .rodata
  .balign 16
ringside_guest_image:
  .incbin ")" RINGSIDE_GUEST_IMAGE R"("
ringside_guest_image_end:
  .previous
)");

extern "C" const uint8_t ringside_guest_image[], ringside_guest_image_end[];

namespace ringside::guest {

std::span<const uint8_t> baremetal_image() { return {ringside_guest_image, ringside_guest_image_end}; }

}  // namespace ringside::guest
