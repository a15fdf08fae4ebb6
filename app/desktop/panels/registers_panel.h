// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/panels/panel.h"

namespace ringside::desktop {

// The registers of the chosen NIC, as its own table describes them.
class RegistersPanel : public Panel {
 public:
  std::string id() const override { return "Registers"; }
  std::string explanation(const PanelFrame& f) const override;
  bool empty(const PanelFrame& f) const override;
  std::string help(const Words& words) const override { return words.help(id()); }
  Point least(const PanelFrame&) const override { return {320, 130}; }
  void draw(const PanelFrame& f, Rect body) override;

 private:
  float scroll_ = 0;
};

}  // namespace ringside::desktop
