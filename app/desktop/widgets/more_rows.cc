// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/more_rows.h"

#include <algorithm>
#include <string>

namespace ringside::desktop {
namespace {
constexpr float kMoreLine = 20;
}

MoreRows::Shown MoreRows::shown(Canvas& c, Rect r, float pitch, size_t all) {
  if (pitch * float(all) <= r.h + 2) return first_ = 0, Shown{0, all};
  const size_t fit = size_t(std::max(0.f, (r.h - kMoreLine) / pitch)), last = all - std::min(all, fit);
  const float wheel = c.wheel(r);
  if (wheel > 0) first_ -= std::min<size_t>(first_, 1);
  if (wheel < 0) first_++;
  first_ = std::min(first_, last);
  const size_t end = std::min(all, first_ + fit), below = all - end;
  std::string words;
  if (first_) words = "↑ " + std::to_string(first_) + " above";
  if (below) words += (words.empty() ? "↓ " : "   ↓ ") + std::to_string(below) + " more";
  const float y = r.y + pitch * float(end - first_) + kMoreLine / 2;
  if (y + 8 <= r.bottom() + 2) c.name({r.x, y}, Type::kSmallBold, Token::kText2, words, r.w);
  return {first_, end};
}

}  // namespace ringside::desktop
