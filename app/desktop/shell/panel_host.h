// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/desktop/panels/panel.h"
#include "app/desktop/shell/workspace.h"

namespace ringside::desktop {

// Draws a slot: ground, header (title or tabs, explanation, badges, question mark), then the panel in front, or its
// empty state.
class PanelHost {
 public:
  explicit PanelHost(std::vector<std::unique_ptr<Panel>> panels) : panels_(std::move(panels)) {}

  Panel* find(const std::string& id) const;
  void draw_slot(const PanelFrame& f, const Slot& slot);
  // The open help, beside the panel's question mark; nothing when none is open.
  void draw_help(const PanelFrame& f, Rect screen);

 private:
  float draw_titles(const PanelFrame& f, const Slot& slot, const Panel& front, float right);
  void open_tabs(const PanelFrame& f, const Slot& slot, Point at) const;
  void draw_scrolled(const PanelFrame& f, Panel& panel, Rect body);
  void draw_empty(const PanelFrame& f, const Panel& panel, Rect body);

  std::vector<std::unique_ptr<Panel>> panels_;
  std::map<std::string, Point> scrolls_;  // of panels with too little room
  Rect help_anchor_;
};

}  // namespace ringside::desktop
