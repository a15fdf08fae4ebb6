// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/panels/panel.h"

namespace ringside::desktop {

// What happened, a line each: who, what, its details and its cycles.
class StepsPanel : public Panel {
 public:
  std::string id() const override { return "Steps"; }
  std::string explanation(const PanelFrame& f) const override;
  std::vector<Provenance> provenance(const PanelFrame&) const override {
    return {Provenance::kMeasured, Provenance::kModelled};
  }
  bool empty(const PanelFrame& f) const override { return f.s.events.empty(); }
  std::string help(const Words& words) const override { return words.help(id()); }
  Point least(const PanelFrame&) const override { return {360, 100}; }
  void draw(const PanelFrame& f, Rect body) override;

 private:
  int back_ = 0;         // lines scrolled back from the newest
  uint64_t newest_ = 0;  // step that was drawn last
};

}  // namespace ringside::desktop
