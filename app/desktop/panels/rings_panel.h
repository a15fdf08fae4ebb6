// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/desktop/panels/panel.h"
#include "app/desktop/widgets/ring_field.h"
#include "app/lookup/find.h"

namespace ringside::desktop {

// One descriptor ring: dial or field, its registers, and the chosen descriptor decoded.
class RingsPanel : public Panel {
 public:
  std::string id() const override { return "Rings"; }
  std::string title(const PanelFrame& f) const override;
  std::string explanation(const PanelFrame& f) const override;
  bool empty(const PanelFrame& f) const override;
  std::vector<std::string> watches(const PanelFrame& f) const override;
  std::string help(const Words& words) const override { return words.help(id()); }
  Point least(const PanelFrame&) const override { return {320, 210}; }
  void draw(const PanelFrame& f, Rect body) override;

 private:
  float draw_views(const PanelFrame& f, const RingView& ring, Rect r);
  void draw_pair(const PanelFrame& f, const RingPair& pair, Rect r);
  void draw_pair_cards(const PanelFrame& f, const RingPair& pair, int completion_row, Rect r);
  void draw_side(const PanelFrame& f, const RingView& ring, Rect r);
  void draw_pointer_line(const PanelFrame& f, const RingView& ring, Rect r);
  void choose(const PanelFrame& f, const RingView& ring, int row);
  void walk(const PanelFrame& f, const RingView& ring);
  void take(const PanelFrame& f, const RingView& ring, const RowHit& hit);

  // A pointer eases to where it stands after a step.
  struct Way {
    double from = 0, to = 0, began = -1;
  };
  std::map<std::string, Way> ways_;
  std::vector<double> ease_pointers(const PanelFrame& f, const RingView& ring);

  FieldScroll scroll_;
  int columns_ = 16;  // of the field, or of the neighbours: what up and down walk by
  double spin_ = 0;   // turns a second of the head, for the head-locked dial
  uint32_t last_head_ = 0;
  uint64_t last_serial_ = 0;
};

}  // namespace ringside::desktop
