// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/log.h"

#include <cstdio>

namespace ringside {

void log_line(std::string_view text) { std::fprintf(stderr, "ringside: %.*s\n", int(text.size()), text.data()); }

}  // namespace ringside
