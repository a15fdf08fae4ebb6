// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/top_bar.h"

#include <cmath>

#include "app/desktop/shell/im.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/numbers.h"

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
  constexpr std::pair<const char*, Layout> kTabs[] = {{"Learn", Layout::kLearn}, {"Explore", Layout::kExplore}};
  for (auto& [name, layout] : kTabs) {
    const bool on = f.ui.layout == layout;
    const Rect tab{x, r.y + 8, std::round(f.c.width(on ? Type::kBodyBold : Type::kBody, name)) + 24, r.h - 16};
    f.c.target(name, tab);
    if (on || f.c.hovered(tab)) f.c.fill(tab, Token::kRaised, 4);
    if (on) f.c.fill({tab.x + 12, tab.bottom() - 4, tab.w - 24, 2}, Token::kText);
    f.c.text({tab.x + 12, r.mid_y()}, on ? Type::kBodyBold : Type::kBody, on ? Token::kText : Token::kText2, name);
    if (f.c.clicked(tab)) f.ui.layout = layout;
    x = tab.right() + 4;
  }
  return x;
}

void until_menu(const PanelFrame& f) {
  im::Popup popup(f.c, "until");
  if (!popup) return;
  constexpr std::pair<const char*, const char*> kRows[] = {{"packet", "Shift →"}, {"arrival", "N"}, {"exit", "X"}, {"drop", "D"}, {"interrupt", "I"}};
  for (auto& [until, key] : kRows) {
    const std::string command = std::string("step until=") + until;
    if (ImGui::MenuItem(command.c_str(), key)) f.client.send(command);
  }
}

void time_menu(const PanelFrame& f) {
  im::Popup popup(f.c, "time");
  if (!popup) return;
  for (const char* command : {"run mode=free", "run mode=paced pace=10000", "run mode=paced pace=100", "run mode=paced pace=10", "step"})
    if (ImGui::MenuItem(command)) f.client.send(command);
}

float draw_transport(const PanelFrame& f, Rect r, float x) {
  Canvas& c = f.c;
  const float y = r.y + 8, h = r.h - 16;
  const bool running = f.s.state == RunState::kRunning;
  if (const Rect b{x, y, 36, h}; button(c, b, "", {.icon = Icon::kBack, .name = "Back"})) f.ui.lab_open ? void(f.ui.lab_reset_request = true) : f.client.send("reset");
  else if (c.hovered(b)) c.tooltip(f.ui.lab_open ? "Back to this place of the lab: your answers stay" : "Back to the scenario's beginning: reset");
  x += 40;
  const Rect run{x, y, 88, h};
  const bool locked = f.ui.run_locked && !running;
  if (button(c, run, running ? "Pause" : "Run", {.icon = running ? Icon::kPause : locked ? Icon::kLock : Icon::kPlay, .enabled = !locked})) run_or_pause(f.ui, f.client);
  if (locked && c.clicked(run)) f.ui.refused_run = true;
  if (c.hovered(run)) c.tooltip(locked ? f.words.lab("lock.refused") : std::string(running ? "Stop time" : "Let time run") + ": Space");
  x += 92;
  const Rect step{x, y, 88, h};
  if (button(c, step, "Step", {.icon = Icon::kStep, .primary = locked || f.ui.lab_armed})) f.client.send(std::string("step grain=") + name_of(f.ui.grain));
  if (c.hovered(step)) c.tooltip(std::string("One ") + name_of(f.ui.grain) + ": →");
  x += 92;
  if (button(c, {x, y, 96, h}, "Until", {.icon = Icon::kUntil, .chevron = true})) ImGui::OpenPopup("until");
  until_menu(f);
  return x + 96;
}

void draw_state(const PanelFrame& f, float x, float y, float right) {
  Canvas& c = f.c;
  const bool running = f.s.state == RunState::kRunning;
  const char* word = running ? "Live" : f.s.state == RunState::kEmpty ? "Empty" : f.s.state == RunState::kIdle ? "Idle" : "Paused";
  if (running) c.disc({x + 5, y}, 5, Token::kText);
  else c.fill({x, y - 6, 4, 12}, Token::kText), c.fill({x + 7, y - 6, 4, 12}, Token::kText);
  x += 19;
  x += c.text({x, y}, Type::kBodyBold, Token::kText, word) + 16;
  const std::string clock = f.s.mode == RunMode::kFree ? run_clock(f.s.run_ns) : virtual_clock(f.s.virtual_ns);
  const float w = c.width(Type::kMono, clock);
  if (x + w < right && f.s.state != RunState::kEmpty) c.text({x, y}, Type::kMono, Token::kText2, clock);
}

}  // namespace

void draw_top_bar(const PanelFrame& f, Rect r) {
  Canvas& c = f.c;
  Group group(c, "top bar", r);
  c.fill(r, Token::kPanel);
  const float y = r.mid_y();
  const bool wide = r.w >= 1500;
  draw_mark(c, {28, y});
  float x = 48;
  if (r.w >= 700) x += c.text({x, y}, Type::kBodyBold, Token::kText, "Ringside") + 29;
  x = draw_layouts(f, r, x);
  x = draw_transport(f, r, wide ? std::max(520.f * r.w / 1920.f, x + 40) : x + 20) + 16;

  constexpr std::string_view kGrains[] = {"Access", "Stage", "Burst"};
  if (r.w >= 1100) {
    const int chosen = f.ui.grain == Grain::kAccess ? 0 : f.ui.grain == Grain::kStage ? 1 : 2;
    const int clicked = segmented(c, {x, y}, 28, kGrains, chosen);
    if (clicked >= 0) f.ui.grain = clicked == 0 ? Grain::kAccess : clicked == 1 ? Grain::kStage : Grain::kBurst;
    x += segmented_width(c, kGrains) + 12;
  }
  const std::string time = time_words(f.s);
  const float time_label = c.width(Type::kSmall, "Time"), time_width = c.width(Type::kSmall, time);
  const Rect field{x, y - 14, time_label + time_width + 50, 28};
  c.frame(field, c.hovered(field) ? Token::kOutline : Token::kLine, 1, 4);
  c.text({x + 12, y}, Type::kSmall, Token::kMuted, "Time");
  c.text({x + 20 + time_label, y}, Type::kSmall, Token::kText, time);
  draw_icon(c, Icon::kChevron, {field.right() - 14, y}, Token::kText2);
  c.target("Time", field);
  if (c.clicked(field)) ImGui::OpenPopup("time");
  time_menu(f);
  x = field.right() + 16;

  const float help_x = r.right() - 32;
  c.circle({help_x, y}, 10, Token::kOutline, 1.3f);
  c.text({help_x, y}, Type::kSmallBold, Token::kText2, "?", Align::kCentre);
  c.target("?", {help_x - 14, y - 14, 28, 28});
  if (c.clicked({help_x - 14, y - 14, 28, 28})) f.ui.help = f.ui.help.empty() ? "Topology" : "";
  const float search_width = wide ? 260.f : 36.f;
  const Rect search{help_x - 24 - search_width, y - 16, search_width, 32};
  c.fill(search, Token::kSunken, 4);
  c.frame(search, c.hovered(search) ? Token::kOutline : Token::kLine, 1, 4);
  draw_icon(c, Icon::kSearch, {search.x + (wide ? 17.f : 18.f), y}, Token::kText2);
  if (wide) {
    c.text({search.x + 32, y}, Type::kSmall, Token::kMuted, "Search or command");
    const float w = std::round(c.width(Type::kSmall, "Ctrl P")) + 11;
    key_cap(c, {search.right() - w - 8, y}, "Ctrl P");
  }
  c.target("Search", search);
  if (c.clicked(search)) f.ui.console_open = f.ui.focus_console = true;
  draw_state(f, x, y, search.x - 12);
}

}  // namespace ringside::desktop
