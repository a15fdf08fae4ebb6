// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/guest_mark.h"

#include "app/desktop/widgets/icons.h"

namespace ringside::desktop {
namespace {

constexpr float kSymbol = 10, kMarkGap = 6;

bool stands(GuestState state) { return state != GuestState::kRunning && state != GuestState::kHalted; }

}  // namespace

Token guest_token(GuestState state) { return stands(state) ? Token::kSunken : Token::kRaised; }

void guest_ground(Canvas& c, Rect r, GuestState state) {
  c.fill(r, guest_token(state), 4);
  if (stands(state)) c.frame(r, Token::kOutline, 1, 4);
}

float guest_mark_width(const Canvas& c, GuestState state, bool moment) {
  if (state == GuestState::kRunning) return 0;
  return kSymbol + (moment ? 0 : kMarkGap + c.width(Type::kSmall, name_of(state)));
}

float guest_mark(Canvas& c, Point at, GuestState state, bool moment) {
  const float w = guest_mark_width(c, state, moment);
  if (w == 0) return 0;
  const Point p{at.x - w + kSymbol / 2, at.y};
  const Token ink = state == GuestState::kStopped ? Token::kDropInk : Token::kText2;
  switch (state) {
    case GuestState::kHalted: c.fill({p.x - 5, p.y + 3, kSymbol, 3}, Token::kOutline); break;  // as in its lane
    case GuestState::kPaused: c.fill({p.x - 4, p.y - 5, 3, 10}, ink), c.fill({p.x + 1, p.y - 5, 3, 10}, ink); break;
    case GuestState::kStopped: draw_icon(c, Icon::kCross, p, ink); break;
    default: c.circle(p, 4, Token::kOutline, 1.5f); break;
  }
  if (!moment) c.text(at, Type::kSmall, ink, name_of(state), Align::kRight);
  return w;
}

}  // namespace ringside::desktop
