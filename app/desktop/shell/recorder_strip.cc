// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/shell/top_bar.h"
#include "app/desktop/widgets/actors.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/icons.h"

namespace ringside::desktop {
namespace {

void draw_ticks(const PanelFrame& f, Rect track) {
  const auto& events = f.s.events;
  const float pitch = std::clamp((track.w - 96) / float(std::max<size_t>(1, events.size())), 12.f, 48.f);
  const size_t fit = size_t((track.w - 16) / pitch), first = events.size() > fit ? events.size() - fit : 0;
  float x = track.x + 40;
  if (events.size() >= fit) x = track.right() - pitch * float(fit);
  for (size_t i = first; i < events.size(); ++i, x += pitch) {
    const EventView& e = events[i];
    const Token token = actor_of(e);
    if (e.exit || token == Token::kDrop)
      f.c.fill({x, track.y + 2, 5, 16}, token);
    else if (token == Token::kGuest)
      f.c.frame({x, track.y + 8, 4, 10}, token, 1);
    else
      f.c.fill({x, track.y + 8, 4, 10}, token);
  }
  x = std::min(x - pitch + 6, track.right());
  const Point tip[] = {{x - 6, track.y - 6}, {x + 6, track.y - 6}, {x, track.y + 2}};
  f.c.fill({x - 0.5f, track.y - 4, 2, track.h + 8}, Token::kHalo);
  f.c.polygon(tip, Token::kHalo);
}

void draw_density(const PanelFrame& f, Rect track) {
  const int bins = std::max(1, int(track.w / 6));
  const std::vector<float> exits = f.history.curve("exits", bins), drops = f.history.curve("dropped", bins);
  const float greatest = std::max(1.f, *std::max_element(exits.begin(), exits.end()));
  for (int i = 0; i < bins; ++i) {
    const float x = track.x + float(i) * 6;
    if (exits[size_t(i)] > 0) {
      const float h = std::max(1.f, 13 * exits[size_t(i)] / greatest);
      f.c.fill({x, track.bottom() - 1 - h, 4, h}, {Token::kExit, 0.75f});
    }
    if (drops[size_t(i)] > 0) f.c.fill({x, track.y + 1, 3, 3}, Token::kDrop);
  }
  for (const History::Mark& m : f.history.marks()) {
    const float x = track.right() - float((f.history.now() - m.time) / History::kSpan) * track.w;
    if (x > track.x && x < track.right() - 10) draw_icon(f.c, Icon::kFlag, {x, track.mid_y() - 1}, Token::kText2);
  }
  const float x = track.right();
  const Point tip[] = {{x - 6, track.y - 6}, {x + 6, track.y - 6}, {x, track.y + 2}};
  f.c.fill({x - 0.5f, track.y - 4, 2, track.h + 8}, Token::kHalo);
  f.c.polygon(tip, Token::kHalo);
}

}  // namespace

void draw_recorder(const PanelFrame& f, Rect r) {
  if (r.empty()) return;
  Canvas& c = f.c;
  Group group(c, "recorder", r);
  c.fill(r, Token::kSunken);
  c.line({r.x, r.y}, {r.right(), r.y}, Token::kLine, 1);
  c.text({r.x + 16, r.mid_y()}, Type::kSmall, Token::kMuted, "Recorder");
  const Rect track{r.x + 112, r.mid_y() - 10, r.w - 288, 20};
  c.fill(track, Token::kPanel, 2);
  const bool stepped = f.s.mode != RunMode::kFree;
  const bool nothing = stepped ? f.s.events.empty() : f.history.window() <= 0;  // one look is no curve
  if (nothing)
    c.text({track.x + 12, track.mid_y()}, Type::kSmall, Token::kText2, f.words.empty("Recorder").sentence);
  else if (stepped)
    draw_ticks(f, track);
  else
    draw_density(f, track);
  const bool running = f.s.state == RunState::kRunning;
  const std::string end = stepped                        ? "step " + count(f.s.steps)
                          : running                      ? "live"
                          : f.s.state == RunState::kIdle ? "idle"
                                                         : "paused";
  c.text({track.right() + 16, r.mid_y()}, Type::kSmall, Token::kText, end);
}

}  // namespace ringside::desktop
