// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace ringside::ctl {

// What --version prints: ours, the build, the DPDK and the KVM interface that it speaks. Needs neither of them.
std::string version_text();

}  // namespace ringside::ctl
