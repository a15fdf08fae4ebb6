// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/panels/panel.h"

namespace ringside::desktop {

// Commands typed, commands sent by buttons, and their answers; with completion from the command table.
class ConsolePanel : public Panel {
 public:
  std::string id() const override { return "Console"; }
  std::string explanation(const PanelFrame& f) const override;
  std::vector<Provenance> provenance(const PanelFrame&) const override { return {}; }
  std::string help(const Words& words) const override { return words.help(id()); }
  void draw(const PanelFrame& f, Rect body) override;

 private:
  void draw_completions(const PanelFrame& f, Rect r);
  void draw_lines(const PanelFrame& f, Rect r, const std::vector<EngineClient::Line>& lines);

  int sent_ = 0;  // lines sent from here
  std::string input_;
  int back_ = 0;  // rows that the wheel, or Page Up, went back
  size_t rows_ = 0;
  bool typing_ = false;  // in the last frame
  bool cut_ = false;     // more was pasted than a command may have
  int recall_ = -1;      // which earlier command stands in the field, -1 = none
};

}  // namespace ringside::desktop
