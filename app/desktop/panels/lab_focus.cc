// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/lab_focus.h"

#include <imgui.h>

#include <utility>

#include "app/desktop/widgets/text_field.h"

namespace ringside::desktop {

void LabFocus::begin(const PanelFrame& f, bool mine) {
  ui_ = &f.ui, mine_ = mine;
  order_.clear(), anchor_ = 0;
  enter_ = late_enter_, late_enter_ = false, tab_ = digit_ = walk_ = page_ = side_ = 0, alike_ = false;
  const std::string more_keys = std::exchange(more_keys_, "");
  const bool typing = ImGui::GetIO().WantTextInput, typing_here = std::exchange(active_, false);
  was_active_ = typing_here;
  if (!mine || !f.keys || f.ui.palette.open || (typing && !typing_here)) return;
  std::erase_if(*f.keys, [&](const KeyPress& k) {
    if (k.ctrl || k.alt) return false;
    switch (k.key) {
      case Key::kEnter: (tab_ ? late_enter_ : enter_) = true; return true;
      case Key::kTab: tab_ += k.shift ? -1 : 1; return true;
      default: break;
    }
    if (typing) return false;
    const bool button = !ring_.empty() && !ring_is_field_;
    switch (k.key) {
      case Key::kSpace:
        if (button) enter_ = true;
        return button;
      case Key::kLeft:
      case Key::kRight:
        if (!ring_.empty() && ring_ == more_keys) {
          side_ += k.key == Key::kLeft ? -1 : 1;
          return true;
        }
        if (!button || !ring_.starts_with("sure ")) return false;
        tab_ += k.key == Key::kLeft ? -1 : 1;
        return true;
      case Key::kUp: --walk_; return true;
      case Key::kDown: ++walk_; return true;
      case Key::kPageUp: page_ = -1; return true;
      case Key::kPageDown: page_ = 1; return true;
      case Key::kLetter:
        if (k.letter == '=' && !ring_.empty() && ring_ == more_keys) return alike_ = true;
        if (k.letter < '1' || k.letter > '9') return false;
        digit_ = int(k.letter - '0');
        return true;
      default: return false;
    }
  });
}

void LabFocus::end() {
  if (moved_ == 2) moved_ = 0;
  if (!ring_.empty() && std::find(order_.begin(), order_.end(), ring_) == order_.end())
    clear();  // what had the ring is gone
  if (tab_ == 0 || order_.empty()) return;
  const auto at = std::find(order_.begin(), order_.end(), ring_);
  const int n = int(order_.size()), anchor = int(anchor_) < n ? int(anchor_) : 0;
  const int now = at != order_.end() ? int(at - order_.begin()) : tab_ > 0 ? anchor - 1 : anchor;
  move_to(order_[size_t(((now + tab_) % n + n) % n)]);
  moved_ = 1;
  leave_text_fields();
}

bool LabFocus::press(Canvas& c, const std::string& id, Rect r, bool clicked, bool primary) {
  order_.push_back(id);
  c.target(id, r);
  if (clicked) return clear(), true;
  if (ring_ == id) {
    c.ring_around(r, 1, 2);
    if (moved_ == 1) moved_ = c.clip().h < 1e5f ? 2 : 0, moved_to_ = r;  // what does not scroll is in view
  }
  return takes_enter(id, primary);
}

bool LabFocus::takes_enter(const std::string& id, bool primary) {
  if (!enter_ || (ring_ != id && !(primary && (ring_.empty() || ring_is_field_)))) return false;
  enter_ = false;
  return true;
}

bool LabFocus::press_unseen(const Canvas& c, const std::string& id, Rect r, bool primary) {
  order_.push_back(id);
  if (ring_ == id && moved_ == 1) moved_ = c.clip().h < 1e5f ? 2 : 0, moved_to_ = r;
  if (!primary || !enter_ || !ring_.empty()) return takes_enter(id, primary);
  enter_ = false;  // nobody presses what he does not see: it comes into view
  move_to(id), moved_ = 2, moved_to_ = r;
  return false;
}

void LabFocus::choices(Canvas& c, const std::string& id, Rect r) {
  order_.push_back(id);
  if (ring_ != id) return;
  to_field_.clear(), ring_is_field_ = true;
  c.ring_around(r, 0, 2);
  const bool seen = r.y < c.clip().bottom() - 24 && r.bottom() > c.clip().y + 24;
  if (moved_ == 1 || (enter_ && !seen)) moved_ = 2, moved_to_ = r;
  if (!seen) enter_ = false;
}

bool LabFocus::field(Canvas& c, const std::string& id, Rect r) {
  order_.push_back(id);
  const bool seen = r.y >= c.clip().y && r.bottom() <= c.clip().bottom();
  if (ring_ == id && !seen) to_field_ = id;  // scrolled away while one wrote: it takes the keyboard again
  if (ring_ == id && seen && !was_active_ && to_field_ != id) c.ring_around(r, 0, 2);  // it was left by Esc
  if (to_field_ != id) return false;
  if (moved_ == 1 || (enter_ && !seen)) moved_ = 2, moved_to_ = r;
  if (!seen) return enter_ = false;
  to_field_.clear();
  ui_->field_opened = true;  // letters typed from now on are its own
  return true;
}

}  // namespace ringside::desktop
