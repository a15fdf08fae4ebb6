// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/panels/panel.h"
#include "app/desktop/widgets/timeline.h"

namespace ringside::desktop {

// When each vCPU ran in the guest and when it was outside, to the single exit; an exit opens to its record.
class TimelinePanel : public Panel {
 public:
  std::string id() const override { return "Timeline"; }
  std::string explanation(const PanelFrame& f) const override;
  std::string stretch(const PanelFrame& f) const override { return f.history.stretch(true); }
  std::vector<Provenance> provenance(const PanelFrame& f) const override;
  std::string qualifier(const PanelFrame& f) const override;
  bool empty(const PanelFrame& f) const override;
  std::string help(const Words& words) const override { return words.help(id()); }
  void draw(const PanelFrame& f, Rect body) override;

 private:
  void draw_tools(const PanelFrame& f, Rect r, float lane_width, double playhead);
  void draw_shares(const PanelFrame& f, Rect r, const Timeline& t);
  void draw_record(const PanelFrame& f, Rect r);
  void keys(const PanelFrame& f, float lane_width, double playhead, double oldest);
  void walk(const PanelFrame& f, int by);
  void fit(const PanelFrame& f);
  float drag(const PanelFrame& f, Rect lanes);

  TimeScale scale_;
  float dragged_from_ = -1;
  float width_ = 0;  // of the lanes, in the frame before
  double playhead_ = 0, shown_ = 0;
  int fitted_ =
      -1;  // the rung that was chosen for what there is to see; as long as nobody chose another, it is kept fitting
};

}  // namespace ringside::desktop
