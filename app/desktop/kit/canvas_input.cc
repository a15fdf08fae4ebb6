// SPDX-License-Identifier: BSD-3-Clause
// The canvas's mouse, and the texts that depend on room or hover.
#include <imgui.h>

#include <sstream>

#include "app/desktop/kit/canvas.h"

namespace ringside::desktop {

bool Canvas::visible(Point p) const {
  if (!mouse_free_ || !clip().contains(p)) return false;
  if (above_) return true;
  for (const Rect& r : covered_)
    if (r.contains(p)) return false;
  return true;
}

bool Canvas::hovered(Rect r) const { return visible(mouse_) && r.contains(mouse_); }

bool Canvas::clicked(Rect r) const { return hovered(r) && ImGui::IsMouseReleased(0) && r.contains(press_); }

bool Canvas::double_clicked(Rect r) const { return hovered(r) && ImGui::IsMouseDoubleClicked(0); }

bool Canvas::right_clicked(Rect r) const { return hovered(r) && ImGui::IsMouseReleased(1); }

bool Canvas::held(Rect r) const { return ImGui::IsMouseDown(0) && r.contains(press_) && visible(press_); }

float Canvas::wheel(Rect r) const { return hovered(r) ? ImGui::GetIO().MouseWheel : 0; }

void Canvas::keep_clear(Rect r, float weight) {
  if (const Rect seen = common(r, clip()); !seen.empty()) clear_.emplace_back(seen, weight);
}

float Canvas::cost_of(Rect place) const {
  float cost = 0;
  for (const auto& [r, weight] : clear_)
    if (const Rect both = common(r, place); !both.empty()) cost += weight * both.w * both.h;
  return cost;
}

float Canvas::read_under(Rect place) const {
  float area = 0;
  for (const Rect& text : texts_)
    if (const Rect both = common(text, place); !both.empty()) area += both.w * both.h;
  return area;
}

// Asked for every text of every frame: more than can be seen is never looked at, and the place to cut is found by
// halves, for no letter makes a text narrower.
std::string Canvas::elide(Type type, std::string_view text, float room) const {
  constexpr float kMostBytesPerPixel = 4;  // letters have at most so many bytes, and are wider than a pixel
  const size_t seen = size_t(std::max(0.f, room) * kMostBytesPerPixel) + 16;
  if (text.size() <= seen && width(type, text) <= room) return std::string(text);
  const auto cut_at = [&](size_t end) {
    while (end > 0 && (text[end] & 0xC0) == 0x80) --end;
    while (end > 0 && text[end - 1] == ' ') --end;
    return std::string(text.substr(0, end)) + "…";
  };
  size_t fits = 0, beyond = std::min(seen, text.size());  // in bytes; `beyond` was found or taken to be too much
  while (beyond - fits > 1) {
    const size_t middle = fits + (beyond - fits) / 2;
    (width(type, cut_at(middle)) <= room ? fits : beyond) = middle;
  }
  const std::string shorter = cut_at(fits);
  return shorter.size() > 3 && width(type, shorter) <= room ? shorter : std::string();
}

void Canvas::tooltip(std::string text) {
  constexpr size_t kMost = 2000;  // bytes: as much as lies beside a mouse
  if (text.size() > kMost) {
    size_t end = kMost;
    while ((text[end] & 0xC0) == 0x80) --end;
    text.resize(end);
    text += "…";
  }
  tooltip_ = std::move(text);
}

float Canvas::name(Point at, Type type, Token token, std::string_view whole, float room) {
  const std::string shown = elide(type, whole, room);
  const float w = text(at, type, token, shown);
  if (shown != whole && hovered({at.x, at.y - 11, std::max(w, 24.f), 22})) tooltip(std::string(whole));
  return w;
}

std::vector<std::string> Canvas::wrap(Type type, std::string_view text, float room) const {
  std::vector<std::string> lines;
  std::string line, word;
  std::istringstream words{std::string(text)};
  while (words >> word) {
    const std::string longer = line.empty() ? word : line + " " + word;
    if (!line.empty() && width(type, longer) > room) {
      lines.push_back(line);
      line = word;
    } else {
      line = longer;
    }
  }
  if (!line.empty()) lines.push_back(line);
  return lines;
}

void Canvas::draw_tooltip(Rect screen) {
  if (tooltip_.empty()) return;
  struct Line {
    Type type;
    Token token;
    std::string text;
  };
  std::vector<Line> lines;
  std::istringstream in(tooltip_);
  for (std::string paragraph; std::getline(in, paragraph);) {
    if (paragraph.empty()) continue;
    Type type = Type::kSmall;
    Token token = Token::kText;
    switch (paragraph[0]) {
      case kTipMono: type = Type::kMono; break;
      case kTipTitle: type = Type::kSmallBold; break;
      case kTipMuted: token = Token::kText2; break;
      default: break;
    }
    if (type != Type::kSmall || token != Token::kText) paragraph.erase(0, 1);
    if (type == Type::kMono)
      lines.push_back({type, token, elide(type, paragraph, 480)});
    else
      for (std::string& line : wrap(type, paragraph, 360)) lines.push_back({type, token, std::move(line)});
  }
  float w = 0;
  for (const Line& line : lines) w = std::max(w, width(line.type, line.text));
  Rect box{mouse_.x + 12, mouse_.y + 16, w + 20, float(lines.size()) * 20 + 12};
  box.x = std::max(4.f, std::min(box.x, screen.right() - box.w - 4));
  if (box.bottom() > screen.bottom() - 4) box.y = std::max(4.f, mouse_.y - box.h - 8);
  Group group(*this, "tooltip", box);
  fill(box, Token::kRaised, 4);
  frame(box, Token::kOutline, 1, 4);
  float y = box.y + 16;
  for (const Line& line : lines) {
    text({box.x + 10, y}, line.type, line.token, line.text);
    y += 20;
  }
  tooltip_.clear();
}

}  // namespace ringside::desktop
