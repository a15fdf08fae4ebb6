// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "app/desktop/kit/canvas.h"
#include "engine/api/view/registers.h"
#include "engine/api/view/ring.h"

namespace ringside::desktop {

// A 16-byte descriptor as two lines of fields, bits at their places; `chosen` is ringed. Its height is 116.
void draw_descriptor_bits(Canvas& c, Rect area, const std::vector<FieldView>& fields, const uint64_t qword[2],
                          const std::string& chosen);

// A register's 32 bits: names at their places, ones filled. Its height is 84.
void draw_register_bits(Canvas& c, Rect area, const std::vector<BitFieldView>& fields, uint32_t value);

// "00 a0 14 00 00 00 00 00  3c 00 …", as memory holds them.
std::string raw_bytes(const uint64_t qword[2]);

}  // namespace ringside::desktop
