// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace ringside {

// Share of a stretch of time that others had of a worker's CPU: from here on its figures of time are inconclusive, and
// placement learns nothing from it.
inline constexpr double kDisturbed = 0.1;

}  // namespace ringside
