// SPDX-License-Identifier: BSD-3-Clause
// Do-blocks with their commands, and the ladder of hints.
#include <cmath>
#include <utility>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/panels/lab_frame.h"
#include "app/desktop/widgets/text_field.h"

namespace ringside::desktop {
namespace {

constexpr double kPatience = 0.5;  // seconds; then a run says how far it is, and can be stopped

std::string goal_words(const LabFrame& lf, const std::string& line) {
  const size_t at = line.find("until=");
  return at == line.npos ? line : lf.say("goal." + line.substr(at + 6, line.find(' ', at) - at - 6));
}

// The lines that would be sent: as they were changed here, or as the session has them.
std::vector<std::string>& lines_of(LabFrame& lf, const labs::DoBlock& block) {
  const std::vector<std::string>& given = lf.p.lines.at(block.id);
  auto [it, fresh] = lf.state.edits.try_emplace(block.id, given);
  // An answer that has come since is filled in, unless a line was changed by hand.
  const bool by_hand = lf.state.chosen.count("edited " + block.id);
  if (!block.edit || (!fresh && !by_hand && it->second != given)) it->second = given;
  return it->second;
}

// What comes once the lines have run: "E1000, VMXNET3, E1000, VMXNET3".
std::string measure_words(LabFrame& lf, const labs::DoBlock& block) {
  const labs::Measure& m = *block.measure;
  if (!block.recorded.empty()) return lf.say("do.recorded", {{"why", block.recorded}});
  std::string order;
  for (const labs::Setting& setting : m.settings) order += (order.empty() ? "" : ", ") + setting.name;
  const std::string seconds = std::to_string(int(std::ceil(labs::seconds_of(m))));
  return m.sweep ? lf.say("do.sweeps", {{"of", m.of}, {"values", order}, {"seconds", seconds}})
                 : lf.say("do.compares", {{"order", order + ", " + order}, {"seconds", seconds}});
}

void draw_measuring(LabFrame& lf, const labs::MeasureProgress& p, float x, float w) {
  lf.prose(lf.say("do.measuring", {{"setting", p.setting},
                                   {"n", std::to_string(p.done)},
                                   {"all", std::to_string(p.all)},
                                   {"left", std::to_string(int(std::ceil(p.seconds_left)))}}),
           x, w, {Type::kSmall, Type::kSmallBold, Token::kText, Token::kText, 20});
  lf.y += 8;
  const float share = p.all ? float(p.done) / float(p.all) : 0;
  lf.c.fill({x, lf.y, w, 6}, Token::kSunken, 3);
  lf.c.fill({x, lf.y, w * share, 6}, Token::kHalo, 3);
  lf.y += 18;
}

void draw_line(LabFrame& lf, const std::string& text, float x, float w, bool here, bool sent) {
  const std::vector<std::string> rows = lf.c.wrap(Type::kMono, text, w - 34);
  const float height = float(rows.size()) * 20 + 4;
  if (here)
    lf.c.fill({x - 8, lf.y, w + 16, height}, Token::kPanel, 3), lf.c.fill({x - 8, lf.y, 3, height}, Token::kHalo);
  if (sent)
    draw_icon(lf.c, Icon::kCheck, {x + 5, lf.y + 12}, Token::kDoneInk);
  else
    lf.c.text({x, lf.y + 12}, Type::kSmall, Token::kMuted, "›");
  for (size_t i = 0; i < rows.size(); ++i)
    lf.c.text({x + 18, lf.y + 12 + 20 * float(i)}, Type::kMono, here ? Token::kText : Token::kText2, rows[i]);
  lf.y += height;
}

// The card is that of the step already: "step sleepy, line 1" says more than there is to say.
std::string refused_words(const LabFrame& lf, const labs::DoBlock& block) {
  Error error = *lf.p.refused;
  const std::string step = "step " + block.id + ", l";
  if (error.place.starts_with(step)) error.place = "L" + error.place.substr(step.size());
  return error.text();
}

// What became of the lines that were tried: what is refused there is no error, and its reason is to be read.
void draw_tried(LabFrame& lf, const labs::DoBlock& block, float x, float w) {
  const auto found = lf.p.tried.find(block.id);
  if (found == lf.p.tried.end() || found->second.empty()) return;
  lf.y += 4;
  for (const labs::Tried& t : found->second) {
    const std::vector<std::pair<std::string, std::string>> values = {{"n", std::to_string(t.line)}, {"why", t.said}};
    draw_icon(lf.c, t.refused ? Icon::kCross : Icon::kCheck, {x + 6, lf.y + 10},
              t.refused ? Token::kDropInk : Token::kDoneInk);
    if (lf.c.recording()) lf.c.target("tried " + block.id + " " + std::to_string(t.line), {x, lf.y, w, 20});
    lf.prose(lf.say(t.refused ? "do.refused" : "do.accepted", values), x + 22, w - 22,
             {Type::kSmall, Type::kSmallBold, Token::kText, Token::kText, 20});
  }
}

void edit_lines(LabFrame& lf, const labs::DoBlock& block, std::vector<std::string>& lines, float x, float w) {
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string id = "line " + block.id + " " + std::to_string(i + 1);
    // A line that has no room is shown whole until one writes in it: what is to be changed may stand at its end.
    const std::vector<std::string> rows = lf.c.wrap(Type::kMono, lines[i], w - 16);
    const bool whole = rows.size() > 1 && lf.state.writes_in != id;
    const Rect field{x - 8, lf.y, w + 16, whole ? 10 + 20 * float(rows.size()) : 30};
    const bool wanted = lf.focus.field(lf.c, id, field);
    if (whole) {
      lf.c.fill(field, Token::kSunken, 4);
      lf.c.frame(field, Token::kOutline, 1, 4);
      for (size_t k = 0; k < rows.size(); ++k)
        lf.c.text({field.x + 12, field.y + 15 + 20 * float(k)}, Type::kMono, Token::kText, rows[k]);
      lf.c.target(id, field);
      if (wanted || lf.c.clicked(field)) lf.state.writes_in = id, lf.focus.move_to(id);
      lf.y += field.h + 4;
      continue;
    }
    const TextFieldState state =
        text_field(lf.c, id, field, lines[i], {.type = Type::kMono, .take_focus = wanted, .most = 200});
    if (state.active)
      lf.focus.active(id);
    else if (!wanted && lf.focus.ring() != id && lf.state.writes_in == id)
      lf.state.writes_in.clear();
    if (state.edited) lf.state.chosen["edited " + block.id] = 1;
    lf.y += 34;
  }
}

// What one does next where a check has failed, and else a possibility.
bool again(LabFrame& lf, const std::string& id, bool failed, bool unclear, float x) {
  if (!failed) return lf.secondary(id, lf.say(unclear ? "unclear.again" : "do.again"), x, 30);
  lf.x -= 12;  // a primary button stands 12 into the text, as on a card
  lf.focus.next_from_here();
  const bool pressed = lf.primary(id, lf.say("do.again"), Icon::kPlay);
  lf.x += 12;
  return pressed;
}

}  // namespace

void draw_block(LabFrame& lf, const labs::DoBlock& block, bool current) {
  Canvas& c = lf.c;
  const auto& running = lf.p.running;
  const bool mine = running && running->block == block.id, ran = lf.p.ran.count(block.id);
  std::vector<std::string>& lines = lines_of(lf, block);
  LabCard card(lf, "do " + block.id, lf.x - 8, lf.w + 16);
  const float x = lf.x + 12, w = lf.w - 24;
  const bool missing = !current && !ran && !mine;
  const bool failed = ran && !mine && fails(lf, block.id);
  const auto chart = lf.p.charts.find(block.id);
  const bool unclear = ran && !mine && chart != lf.p.charts.end() && !chart->second.trouble.empty();
  float right = x + c.text({x, lf.y + 8}, Type::kSmallBold, Token::kText, lf.say("do.title")) + 12;
  const std::string note = mine      ? lf.say(running->armed ? "do.armed" : "do.sending")
                           : failed  ? lf.say("do.failed")
                           : unclear ? lf.say("do.unclear")
                           : ran     ? lf.say("do.done")
                           : missing ? lf.say("do.next")
                                     : lf.say("do.ready", {{"n", std::to_string(lines.size())}});
  if (ran && !mine && !failed && !unclear)
    draw_icon(c, Icon::kCheck, {right + 4, lf.y + 8}, Token::kDoneInk), right += 18;
  lf.y -= 2;
  lf.prose(note, right, x + w - right, kNote);
  lf.y += 4;
  {
    Group group(c, "command", {lf.x - 8, lf.y - 400, lf.w + 16, 4000});
    if (block.edit && !mine && (current || ran)) {
      edit_lines(lf, block, lines, x, w);
    } else {
      const std::vector<std::string>& shown = mine ? running->lines : lines;
      for (size_t i = 0; i < shown.size(); ++i)
        draw_line(lf, shown[i], x, w, mine && i == running->at,
                  mine ? i < running->at : ran && !labs::tried(shown[i]));  // what came of that stands below
    }
  }
  if (!mine) draw_tried(lf, block, x, w);
  if (block.measure && !mine) lf.prose(measure_words(lf, block), x, w, kSmallText);
  lf.y += 8;
  if (mine && running->measuring) {
    draw_measuring(lf, *running->measuring, x, w);
    if (lf.secondary("stop " + block.id, lf.say("do.stop"), x)) lf.desk.stop();
    return;
  }
  if (unclear) lf.prose(chart->second.trouble, x, w, kSmallText), lf.y += 6;
  if (chart != lf.p.charts.end() && !mine && lf.secondary("chart " + block.id, lf.say("chart.show"), x))
    lf.go_to("measured");
  if (lf.p.refused && lf.p.refused_at == block.id) {
    draw_icon(c, Icon::kCross, {x + 6, lf.y + 10}, Token::kDropInk);
    lf.prose(refused_words(lf, block), x + 22, w - 22,
             {Type::kSmall, Type::kSmallBold, Token::kText, Token::kText, 20});
    lf.y += 10;
  }
  if (ran && !mine && block.edit) draw_checks_of(lf, block.id, x, w), lf.y += 8;
  if (mine && running->armed) {
    const std::string key = lf.f.words.key("step");
    const float caps = key_cap(c, {x, lf.y + 10}, key);
    lf.y -= 1;
    lf.prose(goal_words(lf, running->lines[running->at]), x + caps + 10, w - caps - 10,
             {Type::kBody, Type::kBodyBold, Token::kText, Token::kText, 22});
    lf.y += 9;
    // Stepping is the point of it; the way to the end is there, and smaller.
    const std::string label = lf.say("do.end");
    const float bw = button_width(c, label, {.icon = Icon::kUntil, .type = Type::kSmallBold});
    const Rect r{x, lf.y, bw, 30};
    c.frame(r, Token::kOutline, 1, 4);
    const bool clicked =
        button(c, r.inset(1), label, {.icon = Icon::kUntil, .type = Type::kSmallBold, .name = "end " + block.id});
    key_cap(c, {r.right() + 12, r.mid_y()}, lf.f.words.key("run"));
    lf.button = r;
    if (lf.focus.press(c, "end " + block.id, r, clicked) && !lf.desk.busy()) lf.desk.to_the_end();
    lf.y += 38;
    return;
  }
  const std::string began = "running " + block.id;
  if (!mine) lf.state.since.erase(began);
  if (mine && lf.state.now - lf.state.since.try_emplace(began, lf.state.now).first->second > kPatience) {
    lf.prose(lf.say("do.progress", {{"sent", count(lf.f.s.balance.sent)}, {"time", virtual_clock(lf.f.s.virtual_ns)}}),
             x, w, kSmallText);
    lf.y += 4;
    if (lf.secondary("stop " + block.id, lf.say("do.stop"), x)) lf.desk.stop();
  }
  if (mine || missing || lf.desk.busy()) return;
  const auto go = [&] {
    leave_text_fields();
    lf.focus.clear(), lf.state.writes_in.clear();
    lf.desk.start(block.id, block.edit ? lines : std::vector<std::string>{});
  };
  if (!ran) {
    const bool pressed = lf.primary("start " + block.id, lf.say(block.edit ? "do.run" : "do.start"), Icon::kPlay);
    if (std::exchange(lf.state.run_wanted, "") == block.id || pressed) go();
  } else if (block.edit) {
    lf.prose(lf.say("do.edit"), x, w, kSmallText);
    lf.y += 4;
    const bool typed = lf.focus.enter() && lf.focus.in_field() && lf.focus.ring().starts_with("line " + block.id);
    if (typed) lf.focus.eat_enter();
    if (again(lf, "start " + block.id, failed, unclear, x) || typed) go();
  } else if (again(lf, "again " + block.id, failed, unclear, x)) {
    go();
  }
}

void draw_preview(LabFrame& lf, const labs::DoBlock& block, std::string_view note) {
  Canvas& c = lf.c;
  const float w = c.text({lf.x, lf.y + 8}, Type::kSmallBold, Token::kText, lf.say("do.title"));
  lf.y -= 2;
  lf.prose(note, lf.x + w + 14, lf.w - w - 14, kNote);
  lf.y += 4;
  Group group(c, "command", {lf.x - 8, lf.y - 400, lf.w + 16, 4000});
  for (const std::string& line : lf.p.lines.at(block.id)) draw_line(lf, line, lf.x, lf.w, false, false);
  lf.y += 12;
}

void draw_hints(LabFrame& lf, const std::string& of) {
  Canvas& c = lf.c;
  const labs::Hints* hints = nullptr;
  for (const labs::Hints& h : lf.lab.hints)
    if (h.of == of) hints = &h;
  if (!hints) return;
  const auto seen = lf.p.hints.find(of);
  const size_t level = seen == lf.p.hints.end() ? 0 : size_t(seen->second), all = hints->levels.size();
  float x = lf.x + c.text({lf.x, lf.y + 12}, Type::kSmallBold, Token::kText, lf.say("hints.title")) + 12;
  x += c.text({x, lf.y + 12}, Type::kSmall, Token::kMuted,
              lf.say("hints.used", {{"n", std::to_string(level)}, {"all", std::to_string(all)}}));
  // the rungs, from the right; where the title leaves too little room, on a line of their own
  const auto label_of = [&](size_t i) { return lf.say("hints." + std::to_string(i + 1)); };
  const auto width_of = [&](size_t i) { return std::round(c.width(Type::kSmall, label_of(i))) + 15; };
  float sum = 0;
  for (size_t i = 0; i < all; ++i) sum += width_of(i) + 2;
  if (lf.x + lf.w - sum < x + 6) lf.y += 28;
  // What can be pressed stays in any case: those before it go first, then the last ones.
  size_t from = 0, to = all;
  while (sum > lf.w && from < level && from + 1 < to) sum -= width_of(from++) + 2;
  while (sum > lf.w && to > level + 1) sum -= width_of(--to) + 2;
  float right = lf.x + lf.w;
  for (size_t i = to; i-- > from;) {
    const std::string label = label_of(i);
    const float w = width_of(i);
    const Rect r{right - w, lf.y + 0.f, w, 24};
    const bool next = i == level;
    if (next) c.frame(r, Token::kOutline, 1, 4);
    const bool over = next && c.hovered(r);
    if (over) c.fill(r.inset(1), Token::kRaised, 3);
    c.text({r.mid_x(), r.mid_y()}, Type::kSmall, next || i < level ? Token::kText : Token::kMuted, label,
           Align::kCentre);
    if (next && lf.focus.press(c, "hint " + of, r, c.clicked(r)) && !lf.desk.busy()) lf.desk.hint(of);
    right = r.x - 2;
  }
  lf.y += 34;
  const auto [known, first_look] = lf.state.hints.try_emplace(of, level);
  const bool asked = std::exchange(known->second, level) < level && !first_look;
  for (size_t i = 0; i < level && i < all; ++i) {
    const float top = lf.y;
    lf.prose(hints->levels[i], lf.x + 14, lf.w - 14,
             {Type::kSmall, Type::kSmallBold, i + 1 == level ? Token::kText : Token::kText2, Token::kText, 20});
    c.fill({lf.x, top, 3, lf.y - top}, Token::kOutline);
    if (asked && i + 1 == level)
      lf.sight = LabFrame::Sight{{lf.x, top, lf.w, lf.y - top}, {lf.x, top, lf.w, lf.y - top}};
    lf.y += 8;
  }
  lf.y += 4;
}

}  // namespace ringside::desktop
