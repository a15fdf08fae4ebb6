// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <string_view>
#include <utility>

namespace ringside::desktop {

// What can be clicked to answer a question that asks for a place: the group that a panel draws, and the lab's name for
// it.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kPlaces{{{"vm", "guest memory"},
                                                                                       {"nic", "device"},
                                                                                       {"switch", "switch"},
                                                                                       {"pnic", "wire"},
                                                                                       {"wire", "wire"},
                                                                                       {"Rings", "ring row"}}};

}  // namespace ringside::desktop
