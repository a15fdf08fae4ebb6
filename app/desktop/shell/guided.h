// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/desktop/model/ui_state.h"

namespace ringside::desktop {

// What a tour or a lab does to the window is theirs: when one begins, panels stand as its text speaks of them, and when
// it is over, the user has back what he had. UI thread.
class Guided {
 public:
  // Once a frame, and again before the tour's next step may begin.
  void look(UiState& ui, bool tour, bool lab);

 private:
  struct Stand {
    std::string layout;
    std::vector<std::string> raised;
    bool extended, drivers_view, exits_by_time;
  };
  std::optional<Stand> before_;
  bool tour_ = false, lab_ = false, had_lab_ = false;  // had_lab_: since there was nothing of the kind
};

}  // namespace ringside::desktop
