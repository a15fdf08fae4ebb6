// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/panels/panel.h"
#include "app/desktop/widgets/more_rows.h"
#include "app/lookup/find.h"

namespace ringside::desktop {

// Where the clock cycles of a packet go: one bar a VM, stages always in the same order.
class CyclesPanel : public Panel {
 public:
  std::string id() const override { return "Cycles per packet"; }
  std::string explanation(const PanelFrame& f) const override;
  std::string stretch(const PanelFrame& f) const override { return f.history.moved("work") ? "last second" : "so far"; }
  std::vector<Provenance> provenance(const PanelFrame& f) const override;
  std::string qualifier(const PanelFrame& f) const override { return nested_words(f.s); }
  bool empty(const PanelFrame& f) const override;
  std::string help(const Words& words) const override { return words.help(id()); }
  bool of_time() const override { return true; }
  Point least(const PanelFrame&) const override { return {280, 130}; }
  void draw(const PanelFrame& f, Rect body) override;

 private:
  MoreRows more_;
};

}  // namespace ringside::desktop
