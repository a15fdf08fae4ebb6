// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/steps_panel.h"

#include <algorithm>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/model/packet_path.h"
#include "app/desktop/panels/number_tip.h"
#include "app/desktop/widgets/actors.h"
#include "app/desktop/widgets/controls.h"
#include "app/lookup/find.h"

namespace ringside::desktop {
namespace {

constexpr float kRow = 26;

void draw_actor(Canvas& c, Point p, const EventView& e) {
  const Token token = actor_of(e);
  if (e.exit)
    c.fill({p.x, p.y - 6, 5, 12}, token);
  else if (token == Token::kGuest)
    c.frame({p.x, p.y - 5, 10, 10}, token, 1.5f, 1);
  else {
    c.fill({p.x, p.y - 5, 10, 10}, token, 1);
    if (c.theme().outlined(token)) c.frame({p.x, p.y - 5, 10, 10}, Theme::ink(token), 1, 1);
  }
}

void choose(const PanelFrame& f, const EventView& e, uint64_t newest) {
  f.ui.event = e.number == newest ? 0 : e.number;
  f.ui.packet = packet_of(f.s, e);  // its way is drawn in Topology
  if (!e.ring.empty()) f.ui.choose_ring(e.vm, e.nic, e.ring), f.ui.row = e.row;
  if (!e.reg.empty()) f.ui.reg = e.reg;
}

// Where not all of it has room, what matters most comes first.
std::string detail_in(const Canvas& c, const EventView& e, float room) {
  constexpr std::string_view kLeft = ", left the guest";
  const size_t at = e.exit && c.width(Type::kSmall, e.detail) > room ? e.detail.find(kLeft) : std::string::npos;
  if (at == std::string::npos) return e.detail;
  std::string rest = e.detail;
  rest.erase(at, kLeft.size());
  return std::string(kLeft.substr(2)) + ": " + rest;
}

}  // namespace

std::string StepsPanel::explanation(const PanelFrame& f) const {
  switch (f.ui.grain) {
    case Grain::kAccess: return "one register or descriptor access each";
    case Grain::kStage: return "a step ends with a stage";
    default: return "a step ends with a burst";
  }
}

void StepsPanel::draw(const PanelFrame& f, Rect body) {
  Canvas& c = f.c;
  const auto& events = f.s.events;
  const uint64_t newest = events.back().number;
  const bool details = body.w >= 620;
  const float digits = c.width(Type::kSmall, count(newest));
  const float number_x = body.x + std::max(24.f, digits),
              ns_x = number_x + std::max(58.f, c.width(Type::kSmallBold, count(events.back().ns)) + 12),
              who_x = ns_x + 22, what_x = who_x + 104, detail_x = what_x + (details ? 162.f : 0.f);
  const float y = body.y + 8;
  c.text({number_x, y}, Type::kSmall, Token::kMuted, "#", Align::kRight);
  c.text({ns_x, y}, Type::kSmall, Token::kMuted, "ns", Align::kRight);
  c.text({who_x, y}, Type::kSmall, Token::kMuted, "who");
  c.text({what_x, y}, Type::kSmall, Token::kMuted, "what");
  c.text({body.right(), y}, Type::kSmall, Token::kMuted, "cycles", Align::kRight);
  c.line({body.x, body.y + 20}, {body.right(), body.y + 20}, Token::kLine, 1);

  const Rect list{body.x, body.y + 24, body.w, body.h - 24};
  const int fit = std::max(1, int(list.h / kRow)), all = int(events.size());
  // Who has scrolled back goes on looking at the same lines, and is told what has come since.
  if (newest < newest_) back_ = 0;
  if (back_ > 0) back_ += int(std::min<uint64_t>(newest - newest_, uint64_t(all)));
  newest_ = newest;
  back_ = std::clamp(back_ + int(c.wheel(list) * 3), 0, std::max(0, all - fit));
  if (f.ui.focus == id() && f.keys)
    std::erase_if(*f.keys, [&](const KeyPress& k) {
      if (k.key != Key::kUp && k.key != Key::kDown) return false;
      int at = all - 1;
      for (int i = 0; i < all; ++i)
        if (events[size_t(i)].number == f.ui.event) at = i;
      at = std::clamp(at + (k.key == Key::kDown ? 1 : -1), 0, all - 1);
      choose(f, events[size_t(at)], newest);
      back_ = std::clamp(back_, all - fit - at, std::max(0, all - 1 - at));
      return true;
    });
  const int last = all - back_, first = std::max(0, last - fit);
  for (int i = first; i < last; ++i) {
    const EventView& e = events[size_t(i)];
    const Rect row{body.x - 8, list.y + kRow * float(i - first), body.w + 16, kRow};
    const bool here = f.ui.event ? e.number == f.ui.event : e.number == newest;
    if (here)
      selected_row(c, row);
    else if (c.hovered(row))
      hover_row(c, row);
    if (f.ui.packet && e.packet == f.ui.packet && !here)
      c.fill({row.x, row.y + 3, 3, row.h - 6}, Token::kFlow, 1);  // the packet that is followed
    if (e.number == newest) c.target("newest", row);
    if (e.packet) c.target("packet", row);  // the lowest of them is the one that is aimed at
    if (c.recording()) c.target("step " + std::to_string(e.number), row);
    if (c.clicked(row)) choose(f, e, newest), f.ui.focus = id(), f.ui.list_has_focus = true;
    if (c.right_clicked(row)) {
      open_menu(f, "step",
                {{"step", std::to_string(e.number)},
                 {"packet", e.packet ? std::to_string(e.packet) : ""},
                 {"line", std::to_string(e.number) + " " + e.who + " " + e.what + " " + e.detail}});
    }
    const float m = row.mid_y();
    const Type type = here ? Type::kSmallBold : Type::kSmall;
    c.text({number_x, m}, Type::kSmall, here ? Token::kText : Token::kMuted, count(e.number), Align::kRight);
    c.text({ns_x, m}, type, here ? Token::kText : Token::kText2, count(e.ns), Align::kRight);
    draw_actor(c, {who_x, m}, e);
    c.name({who_x + 18, m}, Type::kSmall, Token::kText, e.who, what_x - who_x - 26);
    const std::string cycles = e.cycles ? count(e.cycles) : std::string();
    const float cycles_w = c.width(Type::kSmallBold, cycles);
    const float room = body.right() - cycles_w - 30;
    c.name({what_x, m}, type, Token::kText, e.what, (details ? detail_x : room) - what_x - 8);
    if (!e.reg.empty())
      if (const NicView* nic = find_nic(f.s, e.vm, e.nic))
        register_tip(f, {what_x, row.y, c.width(type, e.what), row.h}, nic->model, e.reg);
    if (e.cycles)
      number_tip(f, {body.right() - cycles_w - 8, row.y, cycles_w + 16, row.h},
                 {"step.cycles", double(e.cycles), "cycles", e.cycles_provenance});
    if (details)
      c.name({detail_x, m}, Type::kSmall, here ? Token::kText : Token::kText2, detail_in(c, e, room - detail_x),
             room - detail_x);
    else if (c.hovered(row) && !e.detail.empty())
      c.tooltip(e.detail);
    if (e.cycles) {
      const bool priced = e.exit && e.cycles_provenance == Provenance::kModelled;
      c.text({body.right(), m}, e.exit ? Type::kSmallBold : Type::kSmall,
             e.exit ? Token::kExitInk
             : here ? Token::kText
                    : Token::kText2,
             cycles, Align::kRight);
      if (priced) provenance_symbol(c, {body.right() - cycles_w - 12, m}, Provenance::kModelled, Token::kExitInk);
    }
  }
  if (back_ == 0) return;
  const std::string words = back_ == 1 ? "1 newer step" : count(uint64_t(back_)) + " newer steps";
  const float w = c.width(Type::kSmallBold, words) + 34;
  const Rect button{list.mid_x() - w / 2, list.y + kRow * float(fit) - 28, w, 26};
  Group group(c, "newer", button);
  c.fill(button, c.hovered(button) ? Token::kPanel : Token::kRaised, 4);
  c.frame(button, Token::kOutline, 1, 4);
  const Point arrow[] = {
      {button.x + 12, button.y + 10}, {button.x + 16, button.y + 15}, {button.x + 20, button.y + 10}};
  c.polyline(arrow, Token::kText2, 1.5f);
  c.text({button.x + 26, button.mid_y()}, Type::kSmallBold, Token::kText, words);
  c.target("newer", button);
  if (c.clicked(button)) back_ = 0, f.ui.event = 0;
}

}  // namespace ringside::desktop
