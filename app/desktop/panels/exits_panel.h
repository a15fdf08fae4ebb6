// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/model/exit_totals.h"
#include "app/desktop/panels/panel.h"
#include "app/desktop/widgets/more_rows.h"
#include "app/desktop/widgets/timeline.h"

namespace ringside::desktop {

// VM exits: a lane a vCPU, two totals, and a table of reasons with what they cost.
class ExitsPanel : public Panel {
 public:
  std::string id() const override { return "Exits"; }
  std::string explanation(const PanelFrame& f) const override;
  std::string stretch(const PanelFrame& f) const override { return f.history.stretch(true); }
  std::vector<Provenance> provenance(const PanelFrame& f) const override;
  std::string qualifier(const PanelFrame& f) const override;
  bool empty(const PanelFrame& f) const override;
  std::string help(const Words& words) const override { return words.help(id()); }
  bool of_time() const override { return true; }
  Point least(const PanelFrame&) const override { return {380, 130}; }
  void draw(const PanelFrame& f, Rect body) override;

 private:
  float draw_lanes(const PanelFrame& f, Rect r);
  void draw_totals(const PanelFrame& f, Rect r, const ExitTotals& totals);
  void draw_table(const PanelFrame& f, Rect r);
  void draw_row(const PanelFrame& f, Rect r, const ExitRow& row, double greatest);

  TimeScale scale_;
  double shown_ = 0;  // seconds
  float lanes_ = 0;   // their width
  MoreRows more_;
};

}  // namespace ringside::desktop
