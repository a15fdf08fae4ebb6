// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/panels/panel.h"

namespace ringside::desktop {

// What the open lab has measured: bars of its comparisons, curves of its sweeps, and on them what was predicted. Each
// step that measured has a column of its own while there is room, so that two of them can be laid side by side.
class MeasuredPanel : public Panel {
 public:
  std::string id() const override { return "Measured"; }
  std::string explanation(const PanelFrame& f) const override;
  std::vector<Provenance> provenance(const PanelFrame&) const override { return {}; }  // each figure has its own
  bool empty(const PanelFrame& f) const override;
  std::string help(const Words& words) const override { return words.help(id()); }
  Point least(const PanelFrame& f) const override;
  void draw(const PanelFrame& f, Rect body) override;

 private:
  float height_ = 0;  // of the highest column, as it was drawn last
};

}  // namespace ringside::desktop
