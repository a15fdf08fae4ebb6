// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/log.h"

#include <cstdio>

#include "engine/base/visible.h"

namespace ringside {

void log_line(std::string_view text) { std::fprintf(stderr, "ringside: %s\n", visible(text).c_str()); }

}  // namespace ringside
