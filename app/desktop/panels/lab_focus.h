// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "app/desktop/panels/panel.h"

namespace ringside::desktop {

// The keyboard within the lab panel: what can be pressed is told in the order of drawing; Tab goes round, Enter presses
// what has the ring, or, when nothing has it or the ring is where one answers, the one primary button. One frame's
// presses, and the ring that stays between frames.
class LabFocus {
 public:
  // Takes the panel's keys of this frame, if they are for it: not while somebody types elsewhere.
  void begin(const PanelFrame& f, bool mine);
  void end();

  // The mouse pressed `r`, or the keyboard pressed what is called `id`. Draws the ring.
  bool press(Canvas& c, const std::string& id, Rect r, bool clicked, bool primary = false);
  // The same for a button that is not drawn, because the panel's edge would cut it: Tab goes there, and so it is
  // scrolled to.
  bool press_unseen(const Canvas& c, const std::string& id, Rect r, bool primary = false);
  // Choices, walked by arrows and digits: one place in the round, drawn with a ring.
  void choices(Canvas& c, const std::string& id, Rect r);
  // What is to be done next begins here: Tab, when nothing has the ring, goes there.
  void next_from_here() { anchor_ = order_.size(); }
  // Enter would press the primary button, if it is this one.
  bool enter_presses(const std::string& id) const { return ring_.empty() || ring_is_field_ || ring_ == id; }
  // A text field: has a place in the round; true when the keyboard has just come to it, and it can be seen.
  bool field(Canvas& c, const std::string& id, Rect r);
  // Where the ring has just gone by Tab, so that it is brought into view.
  const Rect* moved_to() const { return moved_ == 2 ? &moved_to_ : nullptr; }
  void active(const std::string& id) { ring_ = id, ring_is_field_ = active_ = true, ui_->typing_in = "Lab"; }
  bool in_field() const { return ring_is_field_; }
  const std::string& ring() const { return ring_; }
  int digit() const { return digit_; }  // 1 to 9 was pressed, else 0
  int walk() const { return walk_; }    // arrows up and down
  int page() const { return page_; }    // Page Up and Page Down
  // Where one answers by more than a list: with the next frame, arrows to the sides and the sign `=` are for it too.
  void more_keys(const std::string& id) {
    more_keys_ = id;
    if (mine_ && ring_ == id) ui_->sideways = true;
  }
  int side() const { return side_; }     // arrows left and right
  bool alike() const { return alike_; }  // `=` was pressed
  bool enter() const { return enter_; }
  void eat_enter() { enter_ = false; }
  void eat_digit() { digit_ = 0; }
  void clear() { ring_.clear(), to_field_.clear(), ring_is_field_ = false; }
  void move_to(const std::string& id) { ring_ = to_field_ = id, ring_is_field_ = false; }

 private:
  bool takes_enter(const std::string& id, bool primary);

  std::vector<std::string> order_;
  size_t anchor_ = 0;
  std::string ring_, to_field_;  // to_field_: that field takes the keyboard when it is drawn
  bool ring_is_field_ = false;
  bool active_ = false, was_active_ = false;  // a field of the panel had the keyboard in this frame, in the one before
  Rect moved_to_;
  int moved_ = 0;                            // 1: the ring goes elsewhere with the next frame; 2: it is known where
  UiState* ui_ = nullptr;                    // of this frame
  bool enter_ = false, late_enter_ = false;  // late: Enter that came behind a Tab in one frame is for where that led
  int tab_ = 0, digit_ = 0, walk_ = 0, page_ = 0, side_ = 0;
  bool alike_ = false, mine_ = false;  // mine: the panel has the keyboard
  std::string more_keys_;
};

}  // namespace ringside::desktop
