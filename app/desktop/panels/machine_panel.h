// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/panels/panel.h"

namespace ringside::desktop {

// What this machine is doing: each worker's second, what others had of it, and who runs where, and why.
class MachinePanel : public Panel {
 public:
  std::string id() const override { return "Machine"; }
  std::string title(const PanelFrame&) const override { return "This machine"; }
  std::string explanation(const PanelFrame& f) const override;
  bool empty(const PanelFrame& f) const override { return f.s.state == RunState::kEmpty; }
  std::string stretch(const PanelFrame& f) const override { return f.history.rated() ? "last second" : ""; }
  std::string help(const Words& words) const override { return words.help(id()); }
  Point least(const PanelFrame& f) const override;
  void draw(const PanelFrame& f, Rect body) override;
};

}  // namespace ringside::desktop
