// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/desktop/kit/canvas.h"
#include "app/desktop/kit/key_press.h"
#include "app/desktop/model/engine_client.h"
#include "app/desktop/model/history.h"
#include "app/desktop/model/ui_state.h"
#include "app/desktop/model/words.h"

namespace ringside::desktop {

class LabDesk;

// All that a panel sees of the world in one frame.
struct PanelFrame {
  Canvas& c;
  const Snapshot& s;
  const History& history;
  UiState& ui;
  EngineClient& client;
  const Words& words;
  double phase = 0;    // seconds in which packets moved: drives the arrows, and nothing else
  double seconds = 0;  // since the frame before
  double now = 0;      // seconds that were drawn, for what eases in once after a step
  LabDesk* lab = nullptr;
  std::vector<KeyPress>* keys = nullptr;  // those that nobody took yet; only for the panel that has the focus
};

// How far something has come that began at `began` and takes so many milliseconds: 0 to 1, easing out; 1 at once with
// reduced motion.
inline float eased(const PanelFrame& f, double began, double milliseconds) {
  if (f.ui.reduced_motion) return 1;
  const double t = (f.now - began) * 1000 / milliseconds;
  if (t >= 1 || t < 0) return 1;
  f.ui.motion_until = f.now + 0.1;
  return float(1 - (1 - t) * (1 - t) * (1 - t));
}

// --- write this part for a new panel: one .h/.cc pair, its words in assets/, one line in registry.cc
// ---------------------
// region: panel
class Panel {
 public:
  virtual ~Panel() = default;

  virtual std::string id() const = 0;  // "Rings": its key in assets/help
  virtual std::string title(const PanelFrame&) const { return id(); }
  virtual std::string explanation(const PanelFrame&) const { return {}; }  // what is drawn, its unit or window
  // The stretch of time that its figures are of, in a few words; they stand in the header at every size.
  virtual std::string stretch(const PanelFrame&) const { return {}; }
  virtual std::vector<Provenance> provenance(const PanelFrame&) const { return {Provenance::kMeasured}; }
  virtual std::string qualifier(const PanelFrame&) const { return {}; }  // after the first badge's word: "nested"
  virtual std::string help(const Words& words) const = 0;                // obligatory: words.help(id()), or its own
  virtual bool of_time() const { return false; }  // its figures are of time: inconclusive while others have the CPUs
  virtual bool bare() const { return false; }     // draws its own header, in the whole panel
  virtual bool empty(const PanelFrame&) const { return false; }  // then the words of assets/help/empty.md stand there
  virtual void draw(const PanelFrame& f, Rect body) = 0;
  // The room that it needs to show its point, in logical pixels; with less it scrolls.
  virtual Point least(const PanelFrame&) const { return {0, 0}; }
  // Rings whose rows this panel needs while it is visible.
  virtual std::vector<std::string> watches(const PanelFrame&) const { return {}; }
};
// endregion: panel

// registry.cc: the one list.
std::vector<std::unique_ptr<Panel>> make_panels();
// Those that stand in a layout: all but the console, which opens above one.
std::vector<std::string> panel_ids();

}  // namespace ringside::desktop
