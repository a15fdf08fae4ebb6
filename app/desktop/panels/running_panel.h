// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/panels/panel.h"

namespace ringside::desktop {

// Who had the processor in the last steps, on the virtual clock.
class RunningPanel : public Panel {
 public:
  std::string id() const override { return "Running"; }
  std::string title(const PanelFrame&) const override { return "Who is running"; }
  std::string explanation(const PanelFrame& f) const override;
  std::vector<Provenance> provenance(const PanelFrame&) const override {
    return {Provenance::kMeasured, Provenance::kModelled};
  }
  bool empty(const PanelFrame& f) const override { return f.s.events.empty(); }
  std::string help(const Words& words) const override { return words.help(id()); }
  Point least(const PanelFrame&) const override { return {380, 80}; }
  void draw(const PanelFrame& f, Rect body) override;
};

}  // namespace ringside::desktop
