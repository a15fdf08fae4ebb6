// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "engine/base/result.h"

namespace ringside::desktop {

// Writes what the current GL context has drawn to a PNG. UI thread.
Status save_screenshot(const std::string& path, int width, int height);

}  // namespace ringside::desktop
