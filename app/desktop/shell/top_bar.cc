// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/top_bar.h"

#include <algorithm>
#include <cmath>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/model/transport.h"
#include "app/desktop/panels/actions.h"
#include "app/desktop/panels/number_tip.h"
#include "app/desktop/widgets/controls.h"

namespace ringside::desktop {
namespace {

std::string time_words(const Snapshot& s) {
  switch (s.mode) {
    case RunMode::kFree: return "÷ 1, real";
    case RunMode::kStepped: return "stepped";
    case RunMode::kPaced: return count(uint64_t(s.pace)) + " events/s";
  }
  return {};
}

float draw_layouts(const PanelFrame& f, Rect r, float x) {
  for (const Layout& layout : f.ui.layouts->all()) {
    const bool on = f.ui.layout == layout.id;
    const std::string& name = layout.title;
    const Rect tab{x, r.y + 8, std::round(f.c.width(on ? Type::kBodyBold : Type::kBody, name)) + 24, r.h - 16};
    f.c.target(name, tab);
    if (on || f.c.hovered(tab)) f.c.fill(tab, Token::kRaised, 4);
    if (on) f.c.fill({tab.x + 12, tab.bottom() - 4, tab.w - 24, 2}, Token::kText);
    f.c.text({tab.x + 12, r.mid_y()}, on ? Type::kBodyBold : Type::kBody, on ? Token::kText : Token::kText2, name);
    if (f.c.clicked(tab)) f.ui.choose_layout(layout.id);
    x = tab.right() + 4;
  }
  return x;
}

// What the bar leaves out when it is short of room, in this order (visual language, section 14). Run, Step, state and ÷
// N never go.
struct Shed {
  bool grains = false, search = false, clock = false, until = false, name = false, layouts = false, time = false;
  bool extras = false;  // back, until and search: they are in the menu of the question mark
  bool labels = false;  // of Run and Step
};

std::string state_word(const Snapshot& s) {
  return s.state == RunState::kRunning ? "Live"
         : s.state == RunState::kEmpty ? "Empty"
         : s.state == RunState::kIdle  ? "Idle"
                                       : "Paused";
}

std::string clock_words(const Snapshot& s) {
  return s.state == RunState::kEmpty ? ""
         : s.mode == RunMode::kFree  ? run_clock(s.run_ns)
                                     : virtual_clock(s.virtual_ns);
}

constexpr std::string_view kGrains[] = {"Access", "Stage", "Burst"};
constexpr float kSearchWidth = 260;

float width_of(const PanelFrame& f, const Shed& shed) {
  const Canvas& c = f.c;
  float w = 48 + (shed.labels ? 80.f : 184.f) + 16;  // mark, Run, Step
  if (!shed.extras)
    w += 40 + (shed.until ? 48.f : 96.f) + (shed.search ? 36.f : kSearchWidth) + 24;  // back, until, search
  if (!shed.name) w += c.width(Type::kBodyBold, "Ringside") + 29;
  if (!shed.layouts)
    for (const Layout& layout : f.ui.layouts->all()) w += c.width(Type::kBodyBold, layout.title) + 28;
  if (!shed.layouts) w += 20;
  if (!shed.grains) w += segmented_width(c, kGrains) + 12;
  w += (shed.time ? 0 : c.width(Type::kSmall, "Time")) + c.width(Type::kSmall, time_words(f.s)) + 50 + 16;
  w += 19 + c.width(Type::kBodyBold, "Paused") + 16;
  if (!shed.clock) w += c.width(Type::kMono, clock_words(f.s)) + 16;
  return w + 46 + 12;
}

Shed shed_for(const PanelFrame& f, float room) {
  Shed shed;
  for (bool Shed::*part : {&Shed::grains, &Shed::search, &Shed::clock, &Shed::until, &Shed::name, &Shed::layouts,
                           &Shed::time, &Shed::extras, &Shed::labels}) {
    if (width_of(f, shed) <= room) break;
    shed.*part = true;
  }
  return shed;
}

float draw_transport(const PanelFrame& f, Rect r, float x, const Shed& shed) {
  Canvas& c = f.c;
  const float y = r.y + 8, h = r.h - 16;
  const bool running = f.s.state == RunState::kRunning;
  if (!shed.extras) {
    if (const Rect b{x, y, 36, h}; button(c, b, "", {.icon = Icon::kBack, .name = "Back"}))
      f.ui.lab_open ? void(f.ui.lab_reset_request = true) : f.client.send("reset");
    else if (c.hovered(b))
      c.tooltip(f.ui.lab_open ? "Back to this place of the lab: your answers stay"
                              : "Back to the scenario's beginning: reset");
    x += 40;
  }
  const float wide = shed.labels ? 36.f : 88.f;
  const Rect run{x, y, wide, h};
  const bool locked = f.ui.run_locked && !running;
  if (button(c, run,
             shed.labels ? ""
             : running   ? "Pause"
                         : "Run",
             {.icon = running  ? Icon::kPause
                      : locked ? Icon::kLock
                               : Icon::kPlay,
              .enabled = !locked,
              .name = running ? "Pause" : "Run"}))
    run_or_pause(f.ui, f.client);
  if (locked && c.clicked(run)) f.ui.refused_run = true;
  if (c.hovered(run))
    c.tooltip(locked                                            ? f.words.lab("lock.refused")
              : running                                         ? "Stop time: Space"
              : f.s.mode == RunMode::kStepped && !f.ui.lab_open ? f.words.phrase("run.leaves_steps")
                                                                : "Let time run: Space");
  x += wide + 4;
  const Rect one{x, y, wide, h};
  if (button(c, one, shed.labels ? "" : "Step",
             {.icon = Icon::kStep, .primary = locked || f.ui.lab_armed, .name = "Step"}))
    step(f.ui, f.client, name_of(f.ui.grain));
  if (c.hovered(one)) c.tooltip(std::string("One ") + name_of(f.ui.grain) + ": →");
  x += wide + 4;
  if (shed.extras) return x - 4;
  const Rect until{x, y, shed.until ? 48.f : 96.f, h};
  if (shed.until ? button(c, until, "", {.icon = Icon::kUntil, .name = "Until"})
                 : button(c, until, "Until", {.icon = Icon::kUntil, .chevron = true}))
    open_menu_at(f, {until.x, until.bottom() + 4}, "until", {});
  if (shed.until && c.hovered(until)) c.tooltip("Run until something happens");
  return until.right();
}

void draw_state(const PanelFrame& f, float x, float y, float right, const Shed& shed) {
  Canvas& c = f.c;
  if (f.s.state == RunState::kRunning)
    c.disc({x + 5, y}, 5, Token::kText);
  else
    c.fill({x, y - 6, 4, 12}, Token::kText), c.fill({x + 7, y - 6, 4, 12}, Token::kText);
  x += 19;
  x += c.text({x, y}, Type::kBodyBold, Token::kText, state_word(f.s)) + 16;
  const std::string clock = clock_words(f.s);
  const float w = c.width(Type::kMono, clock);
  if (shed.clock || x + w >= right) return;
  c.text({x, y}, Type::kMono, Token::kText2, clock);
  number_tip(f, {x, y - 12, w, 24},
             {"clock", double(f.s.mode == RunMode::kFree ? f.s.run_ns : f.s.virtual_ns), "ns",
              f.s.mode == RunMode::kFree ? Provenance::kMeasured : Provenance::kModelled});
}

float draw_time(const PanelFrame& f, float x, float y, const Shed& shed) {
  Canvas& c = f.c;
  const std::string time = time_words(f.s);
  const float label = shed.time ? 0 : c.width(Type::kSmall, "Time") + 8;
  const Rect field{x, y - 14, label + c.width(Type::kSmall, time) + 42, 28};
  c.frame(field, c.hovered(field) ? Token::kOutline : Token::kLine, 1, 4);
  if (!shed.time) c.text({x + 12, y}, Type::kSmall, Token::kMuted, "Time");
  c.text({x + 12 + label, y}, Type::kSmall, Token::kText, time);
  draw_icon(c, Icon::kChevron, {field.right() - 14, y}, Token::kText2);
  c.target("Time", field);
  if (c.clicked(field)) open_menu_at(f, {field.x, field.bottom() + 4}, "time", {});
  return field.right() + 16;
}

float draw_search(const PanelFrame& f, float right, float y, const Shed& shed) {
  Canvas& c = f.c;
  const float width = shed.search ? 36.f : kSearchWidth;
  const Rect search{right - width, y - 16, width, 32};
  c.fill(search, Token::kSunken, 4);
  c.frame(search, c.hovered(search) ? Token::kOutline : Token::kLine, 1, 4);
  draw_icon(c, Icon::kSearch, {search.x + (shed.search ? 18.f : 17.f), y}, Token::kText2);
  if (!shed.search) {
    c.text({search.x + 32, y}, Type::kSmall, Token::kMuted, "Search or command");
    const float w = std::round(c.width(Type::kSmall, "Ctrl P")) + 11;
    key_cap(c, {search.right() - w - 8, y}, "Ctrl P");
  } else if (c.hovered(search)) {
    c.tooltip("Search or command: Ctrl P");
  }
  c.target("Search", search);
  if (c.clicked(search)) f.ui.palette.show();
  return search.x;
}

}  // namespace

void draw_top_bar(const PanelFrame& f, Rect r) {
  Canvas& c = f.c;
  Group group(c, "top bar", r);
  c.fill(r, Token::kPanel);
  const float y = r.mid_y();
  const Shed shed = shed_for(f, r.w);
  draw_mark(c, {28, y});
  float x = 48;
  if (!shed.name) x += c.text({x, y}, Type::kBodyBold, Token::kText, "Ringside") + 29;
  if (!shed.layouts) x = draw_layouts(f, r, x);
  const float spare = r.w - width_of(f, shed);
  x = draw_transport(
          f, r,
          shed.layouts ? x : x + 20 + std::min(std::max(0.f, spare - 16), std::max(0.f, 520.f * r.w / 1920.f - x - 20)),
          shed) +
      16;
  if (!shed.grains) {
    const int chosen = f.ui.grain == Grain::kAccess ? 0 : f.ui.grain == Grain::kStage ? 1 : 2;
    const int clicked = segmented(c, {x, y}, 28, kGrains, chosen);
    if (clicked >= 0) f.ui.grain = clicked == 0 ? Grain::kAccess : clicked == 1 ? Grain::kStage : Grain::kBurst;
    x += segmented_width(c, kGrains) + 12;
  }
  x = draw_time(f, x, y, shed);

  const float help_x = r.right() - 32;
  const Rect help{help_x - 14, y - 14, 28, 28};
  if (c.hovered(help)) c.disc({help_x, y}, 11, Token::kRaised);
  c.circle({help_x, y}, 10, Token::kOutline, 1.3f);
  c.text({help_x, y}, Type::kSmallBold, Token::kText2, "?", Align::kCentre);
  c.target("?", help);
  if (c.clicked(help)) {
    std::string panel = f.ui.help_for;
    std::replace(panel.begin(), panel.end(), ' ', '_');
    open_menu_at(f, {help.right() - 320, r.bottom() + 4}, "help", {{"panel", panel}});
  }
  const float search_x = shed.extras ? help_x - 20 : draw_search(f, help_x - 24, y, shed);
  draw_state(f, x, y, search_x - 12, shed);
}

}  // namespace ringside::desktop
