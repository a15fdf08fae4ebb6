// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "app/desktop/kit/canvas.h"
#include "app/desktop/kit/fonts.h"
#include "app/desktop/kit/recording.h"
#include "app/desktop/kit/theme.h"
#include "app/desktop/model/lab_desk.h"
#include "app/desktop/shell/guided.h"
#include "app/desktop/shell/panel_host.h"

struct ImFontAtlas;

namespace ringside::desktop {

// The window's content, without a window: state in, one frame of drawing out. Runs headless in tests. UI thread.
class Desktop {
 public:
  Desktop(Engine& engine, Theme theme, Words words, Layouts layouts, LabDeskOptions labs = {});

  // Builds the atlas for a scale; the caller uploads it.
  void set_scale(ImFontAtlas& atlas, int percent);
  int scale() const { return scale_; }
  Status set_theme(const std::string& name);
  const Theme& theme() const { return theme_; }
  const Fonts& fonts() const { return fonts_; }

  // A key as a command, at once.
  void press(const KeyPress& key) { presses_.push_back(key); }
  // What came from the keyboard, in its order: a key as a command, and what it prints (0: nothing).
  void type(const KeyPress& key, char32_t letter = 0) { typed_.push_back({key, letter}); }
  bool has_typed() const { return !typed_.empty(); }  // some of it waits for the next frame
  // Takes the newest snapshot; true when there is something new to draw.
  bool poll();
  // Draws everything; between ImGui::NewFrame and ImGui::Render. `seconds` since the frame before.
  void frame(double seconds, Recording* recording = nullptr);

  UiState& ui() { return ui_; }
  const UiState& ui() const { return ui_; }
  EngineClient& client() { return client_; }
  const EngineClient& client() const { return client_; }
  LabDesk& lab() { return lab_; }
  const LabDesk& lab() const { return lab_; }
  // An answer is still to come: of the engine, or of the lab.
  bool waiting() const { return client_.waiting() || lab_.busy(); }
  const History& history() const { return history_; }
  // A lab measures, and the picture stands nearly still meanwhile.
  bool measuring() const { return lab_.picture().running && lab_.picture().running->measuring; }
  // Arrows or curves move: worth 60 frames a second. Else only text changes.
  bool moving() const;
  // Something eases in after a step, for a quarter of a second at most.
  bool easing() const { return settling_ > 0 || (!ui_.reduced_motion && now_ < ui_.motion_until); }

 private:
  const Layout& layout() const;
  void look_after_guides();
  bool says_busy();
  std::string keyboard_panel(const std::vector<std::string>& visible);
  void follow_selection();
  void follow_lab();
  void take_pointed();
  void draw_highlight(Canvas& canvas);
  void take_copies();
  void hand_on_keys();
  void draw_splits(const PanelFrame& f, const std::vector<Split>& splits);
  void watch_visible(const PanelFrame& f, const std::vector<std::string>& visible);

  EngineClient client_;
  History history_;
  UiState ui_;
  LabDesk lab_;
  std::vector<Canvas::Place> places_;  // of the frame before
  Theme theme_;
  Words words_;
  Layouts layouts_;
  Fonts fonts_;
  PanelHost host_;
  Guided guided_;
  std::vector<KeyPress> presses_;
  std::string dragged_;  // the splitter under the pressed button
  float drag_from_ = 0;
  std::vector<Rect> covered_;  // by what lay above the panels in the frame before
  int scale_ = 100;
  double phase_ = 0, now_ = 0, busy_until_ = 0;
  bool was_typing_ = false;
  int waited_ = 0;    // frames for a field that somebody wants
  int settling_ = 0;  // frames until a new picture of the lab stands
  int opening_ = 0;   // frames until a field that was opened is known to ImGui
  struct Typed {
    KeyPress press;
    char32_t letter;
  };
  std::deque<Typed> typed_;
  uint64_t picture_ = 0;  // of the snapshot drawn last
};

}  // namespace ringside::desktop
