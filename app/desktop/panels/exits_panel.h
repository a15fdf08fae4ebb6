// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/panels/panel.h"

namespace ringside::desktop {

// VM exits: a lane a vCPU, and a table of reasons with what they cost.
class ExitsPanel : public Panel {
 public:
  std::string id() const override { return "Exits"; }
  std::string explanation(const PanelFrame& f) const override;
  std::vector<Provenance> provenance(const PanelFrame& f) const override;
  bool empty(const PanelFrame& f) const override;
  std::string help(const Words& words) const override { return words.help(id()); }
  Point least(const PanelFrame&) const override { return {380, 130}; }
  void draw(const PanelFrame& f, Rect body) override;

 private:
  float draw_lanes(const PanelFrame& f, Rect r);
  void draw_table(const PanelFrame& f, Rect r);

  std::vector<ExitView> sample_;   // of a free run: taken twice a second, so that one can look at it
  uint64_t sample_end_ = 0;
  double sampled_at_ = -1;
};

}  // namespace ringside::desktop
