// SPDX-License-Identifier: BSD-3-Clause
// A line above the panels, in the recorder's place: this machine is busy, and what is of time says more of the others
// than of ours.
#include <algorithm>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/panels/actions.h"
#include "app/desktop/shell/top_bar.h"
#include "app/desktop/widgets/controls.h"

namespace ringside::desktop {

void draw_banner(const PanelFrame& f, Rect r) {
  if (r.empty()) return;
  Canvas& c = f.c;
  Group group(c, "banner", r);
  c.fill(r, Token::kRaised);
  c.fill({r.x, r.y, 4, r.h}, Token::kDrop);
  const std::string link = "This machine";
  const float right = r.right() - 16 - c.width(Type::kSmallBold, link);
  const double taken = f.history.taken();
  const std::string busy = "This machine is busy: " + (taken >= 0.005 ? gauge_percent(taken) + " was taken by others."
                                                                      : "others had its CPUs just now.");
  float x = r.x + 16;
  x += c.name({x, r.mid_y()}, Type::kSmallBold, Token::kText, busy, right - x - 16) + 10;
  const std::string rest = "What is of time is inconclusive; counts are not.";
  if (x + c.width(Type::kSmall, rest) < right - 12) c.text({x, r.mid_y()}, Type::kSmall, Token::kText2, rest);
  const Rect target{right - 8, r.y, r.right() - right + 8, r.h};
  c.target(link, target);
  if (c.hovered(target)) c.fill({right, r.bottom() - 5, c.width(Type::kSmallBold, link), 1}, Token::kText);
  c.text({right, r.mid_y()}, Type::kSmallBold, Token::kText, link);
  provenance_symbol(c, {r.x + 10, r.mid_y()}, Provenance::kMeasured, Token::kText2, 3);
  c.mark_provenance();
  if (c.clicked(target)) act(f, "window tab=Machine");
}

}  // namespace ringside::desktop
