// SPDX-License-Identifier: BSD-3-Clause
// Cards of questions: predictions that lock, observations that are checked, explanations with a reply.
#include <algorithm>
#include <cmath>
#include <utility>

#include "app/desktop/model/lab_places.h"
#include "app/desktop/panels/lab_frame.h"
#include "app/desktop/widgets/text_field.h"
#include "labs/runner/predicted.h"
#include "labs/runner/session.h"

namespace ringside::desktop {
namespace {

using labs::AnswerKind;
using labs::QuestionKind;

constexpr MarkdownLook kAsk{Type::kBodyBold, Type::kBodyBold, Token::kText, Token::kText, 24};

// Answers that one chooses from, as text and id.
std::vector<std::pair<std::string, std::string>> choices_of(const labs::Question& q) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const labs::Option& o : q.options) all.emplace_back(o.text, o.id);
  for (const std::string& place : q.places) all.emplace_back(place, place);
  return all;
}

void radio(Canvas& c, Point p, bool on) {
  c.circle(p, 7.25f, on ? Token::kText : Token::kOutline, 1.5f);
  if (on) c.disc(p, 3.5f, Token::kText);
}

void draw_choices(LabFrame& lf, const labs::Question& q, float x, float w, const LabPicture::Given* given) {
  const auto all = choices_of(q);
  const std::string id = "answer " + q.id;
  const float top = lf.y;
  int& chosen = lf.state.chosen.try_emplace(q.id, -1).first->second;
  bool by_key = false;
  if (lf.focus.digit() > 0 && size_t(lf.focus.digit()) <= all.size())
    chosen = lf.focus.digit() - 1, by_key = true, lf.focus.eat_digit();
  if (lf.focus.walk() != 0)
    by_key = true,
    chosen = std::clamp((chosen >= 0 || lf.focus.walk() > 0 ? chosen : int(all.size())) + lf.focus.walk(), 0,
                        int(all.size()) - 1);  // from outside the list, several presses in one frame as well
  if (by_key) lf.focus.move_to(id);
  for (size_t i = 0; i < all.size(); ++i) {
    const bool on = int(i) == chosen;
    const MarkdownLook look{Type::kBody, Type::kBodyBold, on ? Token::kText : Token::kText2, Token::kText, 22};
    const MarkdownLayout text(lf.c, lf.markdown(all[i].first), w - 56, look);
    const Rect row{x, lf.y, w, text.height() + 10};
    const bool over = lf.c.hovered(row);
    if (on || over) lf.c.fill(row, Token::kPanel, 4);
    if (on) lf.c.fill({row.x, row.y, 3, row.h}, Token::kHalo);
    radio(lf.c, {x + 18, row.y + 16}, on);
    text.draw(lf.c, {x + 34, row.y + 5}, lf.glossary);
    lf.c.text({row.right() - 10, row.y + 16}, Type::kSmall, Token::kMuted, std::to_string(i + 1), Align::kRight);
    if (lf.c.recording())
      lf.c.target(q.id + " " + all[i].second, row), on ? lf.c.target(q.id + " chosen " + all[i].second, row) : void();
    if (lf.c.clicked(row)) chosen = int(i), lf.focus.move_to(id);
    if (on) lf.chosen = row;
    if (on && by_key) lf.sight = LabFrame::Sight{row, row};
    lf.y += row.h + 2;
    // the reply to a wrong answer stands below it
    if (given && given->value == all[i].second && given->correct == false) {
      lf.y += 4;
      const MarkdownLayout reply(
          lf.c,
          lf.markdown(given->reply.empty()
                          ? lf.say(q.kind == QuestionKind::kObserve ? "observe.wrong" : "explain.wrong")
                          : given->reply),
          w - 52, kSmallText);
      draw_icon(lf.c, Icon::kCross, {x + 18, lf.y + 10}, Token::kDropInk);
      reply.draw(lf.c, {x + 34, lf.y}, lf.glossary);
      lf.y += reply.height() + 8;
    }
  }
  lf.focus.choices(lf.c, id, {x, top, w, lf.y - top});
}

void draw_number(LabFrame& lf, const labs::Question& q, float x, float w) {
  const std::string id = "answer " + q.id;
  constexpr float kLeast = 96, kMost = 200, kAround = 40;  // a field's width: 2,612 and 0.0625 are seen whole
  const auto one = [&](const std::string& name, std::string& draft, float left) {
    const float written = lf.c.width(Type::kFigure, draft) + kAround;
    const Rect field{left, lf.y, std::clamp(written, kLeast, q.range ? kLeast : kMost), 40};
    const bool wanted = lf.focus.field(lf.c, name, field);
    const TextFieldState state =
        text_field(lf.c, name, field, draft, {.type = Type::kFigure, .take_focus = wanted, .most = 16});
    if (state.active) lf.focus.active(name), lf.chosen = field;
    return field.right() + 16;
  };
  float right = one(id, lf.state.drafts[q.id], x);
  if (q.range) {
    right += lf.c.text({right, lf.y + 20}, Type::kBody, Token::kText2, lf.say("lock.to")) + 12;
    right = one(id + " to", lf.state.second[q.id], right);
  }
  if (!q.unit.empty()) lf.c.name({right, lf.y + 20}, Type::kBody, Token::kText2, q.unit, x + w - right);
  lf.y += 52;
}

void draw_sure(LabFrame& lf, const labs::Question& q, float x) {
  lf.c.text({x, lf.y + 8}, Type::kSmall, Token::kText2, lf.say("lock.sure"));
  lf.y += 22;
  const std::string words[] = {lf.say("lock.sure.1"), lf.say("lock.sure.2"), lf.say("lock.sure.3")};
  const std::string_view labels[] = {words[0], words[1], words[2]};
  int& sure = lf.state.sure.try_emplace(q.id, 0).first->second;
  float left = x + 2;
  if (const int clicked = segmented(lf.c, {x, lf.y + 16}, 32, labels, sure - 1); clicked >= 0) sure = clicked + 1;
  for (int i = 0; i < 3; ++i) {  // each of them can be reached by Tab
    const float cell = std::round(lf.c.width(Type::kSmallBold, labels[size_t(i)])) + 20;
    if (lf.focus.press(lf.c, "sure " + std::to_string(i + 1), {left, lf.y + 2, cell, 28}, false)) sure = i + 1;
    if (sure == i + 1 && lf.c.recording())
      lf.c.target(q.id + " sure " + std::to_string(sure), {left, lf.y + 2, cell, 28});
    left += cell;
  }
  lf.y += 46;
}

// What the person has put in, in the form in which a session takes it; "" = nothing yet.
std::string drafted(const LabFrame& lf, const labs::Question& q) {
  if (q.answers == AnswerKind::kOrder) return drafted_order(lf, q);
  if (q.answers == AnswerKind::kCurve) return drafted_curve(lf, q);
  if (q.answers == AnswerKind::kChoice || q.answers == AnswerKind::kPoint) {
    const auto chosen = lf.state.chosen.find(q.id);
    return chosen == lf.state.chosen.end() || chosen->second < 0 ? "" : choices_of(q)[size_t(chosen->second)].second;
  }
  const auto draft = lf.state.drafts.find(q.id);
  if (draft == lf.state.drafts.end()) return {};
  std::string value = draft->second;
  std::replace(value.begin(), value.end(), '\n', ' ');
  while (!value.empty() && value.back() == ' ') value.pop_back();
  if (const auto second = lf.state.second.find(q.id);
      q.range && second != lf.state.second.end() && !second->second.empty())
    value += ".." + second->second;
  return value;
}

// The button as soon as there is something to send, and the reply to what was wrong; where one writes or walks stays in
// view.
void see_what_is_next(LabFrame& lf, const labs::Question& q, const LabPicture::Given* given, bool ready) {
  const bool came = ready && lf.state.ready.insert(q.id).second;
  if (!ready) lf.state.ready.erase(q.id);
  const std::string reply = given && given->correct == false ? given->value + "\n" + given->reply : "";
  const bool replied = std::exchange(lf.state.replies[q.id], reply) != reply && !reply.empty();
  if (!came && !replied) return;
  const Rect from = lf.chosen.empty() ? lf.button : lf.chosen;
  const bool stays = lf.focus.walk() != 0 || (q.answers != AnswerKind::kChoice && q.answers != AnswerKind::kPoint);
  lf.sight = LabFrame::Sight{stays ? from : lf.button, {from.x, from.y, from.w, lf.button.bottom() - from.y}};
}

// What was measured says nothing, so there is nothing to write down. To measure again comes first; to say so is an
// answer, too, and costs nothing.
void draw_unclear(LabFrame& lf, const labs::Question& q, float x, float w) {
  lf.prose(q.ask, x, w, kAsk);
  lf.y += 10;
  lf.prose(lf.say("unclear.note"), x, w, kSmallText);
  lf.y += 6;
  const std::string again = "measure " + q.id;
  if (lf.focus.ring() == "answer " + q.id) lf.focus.move_to(again);
  if (lf.primary(again, lf.say("unclear.again")) && !lf.desk.busy()) {
    lf.focus.clear();
    lf.go_to("lab/do/" + q.since);  // where one sees how far it is
    return lf.desk.start(q.since, {});
  }
  if (lf.secondary("unclear " + q.id, lf.say("unclear.button"), x) && !lf.desk.busy())
    lf.desk.answer(q.id, labs::kNotClear, {}, 0);
}

// Can one of them be clicked where it is?
bool has_place(const labs::Question& q) {
  return std::any_of(q.places.begin(), q.places.end(), [](const std::string& place) {
    return std::any_of(kPlaces.begin(), kPlaces.end(), [&](const auto& known) { return known.second == place; });
  });
}

// A question that waits for its answer.
void draw_open(LabFrame& lf, const labs::Question& q, const LabPicture::Given* given, float x, float w) {
  lf.prose(q.ask, x, w, kAsk);
  lf.y += 10;
  const double began = lf.state.since.try_emplace(q.id, lf.state.now).first->second;
  if (has_place(q)) lf.prose(lf.say("point.lead"), x, w, kSmallText), lf.y += 4;
  if (q.answers == AnswerKind::kNumber)
    draw_number(lf, q, x, w);
  else if (q.answers == AnswerKind::kOrder)
    draw_order(lf, q, x, w);
  else if (q.answers == AnswerKind::kCurve)
    draw_curve(lf, q, x, w);
  else if (q.answers == AnswerKind::kSentence) {
    std::string& draft = lf.state.drafts[q.id];
    const std::string id = "answer " + q.id;
    const Rect field{x, lf.y, w, 92};
    const bool wanted = lf.focus.field(lf.c, id, field);
    const TextFieldState state = text_field(
        lf.c, id, field, draft, {.take_focus = wanted, .wraps = true, .most = labs::LabSession::kMostAnswer});
    if (state.active)
      lf.focus.active(id), lf.chosen = field;
    else if (draft.empty())
      lf.c.text({field.x + 12, field.y + 18}, Type::kBody, Token::kMuted, lf.say("sentence.field"));
    lf.y += 104;
  } else {
    draw_choices(lf, q, x - 8, w + 16, given);
    lf.y += 8;
  }
  if (given && given->correct == false && q.answers == AnswerKind::kNumber) {
    draw_icon(lf.c, Icon::kCross, {x + 6, lf.y + 10}, Token::kDropInk);
    lf.prose(given->reply, x + 20, w - 20, kSmallText);
    lf.y += 6;
    if (!given->look.empty() && lf.secondary("look " + q.id, lf.say("checks.look"), x + 20, 24)) lf.go_to(given->look);
    lf.y += 4;
  }
  if (lf.p.refused && lf.p.refused_at == q.id)
    lf.prose(lf.p.refused->what + " " + lf.p.refused->remedy, x, w, kSmallText), lf.y += 8;
  const bool predict = q.kind == QuestionKind::kPredict;
  if (predict) draw_sure(lf, q, x);
  const std::string value = drafted(lf, q);
  const char* label = predict                              ? "lock.button"
                      : q.kind == QuestionKind::kObserve   ? "observe.button"
                      : lf.lab.reduced && q.model.empty()  ? "later.button"
                      : q.answers == AnswerKind::kSentence ? "sentence.button"
                                                           : "explain.button";
  std::optional<int> sure;
  if (predict && lf.state.sure[q.id] > 0) sure = lf.state.sure[q.id];
  const bool pressed = lf.primary("send " + q.id, lf.say(label), predict ? Icon::kLock : Icon::kNone, !value.empty());
  see_what_is_next(lf, q, given, !value.empty());
  // A click on the thing itself answers a question that asks for a place.
  std::string pointed;
  if (q.answers == AnswerKind::kPoint && !lf.f.ui.pointed_place.empty()) {
    for (const std::string& place : q.places)
      if (place == lf.f.ui.pointed_place) pointed = place;
    const auto all = choices_of(q);
    for (size_t i = 0; i < all.size(); ++i)
      if (all[i].second == pointed) lf.state.chosen[q.id] = int(i);
    lf.f.ui.pointed_place.clear();
  }
  if (predict) lf.prose(lf.say("lock.note"), x, w, kSmallText), lf.y += 2;
  if (!pressed && pointed.empty()) return;
  if (std::exchange(lf.state.sent, q.id + std::to_string(lf.p.serial)) == q.id + std::to_string(lf.p.serial))
    return;  // it is on its way
  leave_text_fields();
  lf.focus.clear();
  // A number that was wrong is written anew; what is refused, too, and the keyboard stays where it is written.
  if (q.answers == AnswerKind::kNumber) lf.focus.move_to("answer " + q.id);
  if (q.answers == AnswerKind::kNumber && !predict) lf.state.drafts[q.id].clear();
  lf.desk.answer(q.id, pointed.empty() ? value : pointed, sure, lf.state.now - began);
}

// An explanation that has been given: what belongs to it, and for a sentence what the student ticks.
void draw_explained(LabFrame& lf, const labs::Question& q, const LabPicture::Given& given, float x, float w) {
  const bool sentence = q.answers == AnswerKind::kSentence;
  lf.prose(q.ask, x, w, kAsk);
  lf.y += 8;
  const bool later = lf.lab.reduced && q.model.empty();  // nobody here can say what is right
  if (sentence)
    lf.c.text({x, lf.y + 8}, Type::kSmall, Token::kMuted, lf.say("sentence.yours")), lf.y += 20;
  else
    draw_icon(lf.c, later ? Icon::kLock : Icon::kCheck, {x + 6, lf.y + 11}, later ? Token::kText2 : Token::kDoneInk);
  lf.prose(labs::answer_text(q, given.value), sentence ? x : x + 22, sentence ? w : w - 22,
           {Type::kBody, Type::kBodyBold, Token::kText, Token::kText, 22});
  lf.y += 10;
  if (later) return lf.prose(lf.say("later.kept"), x, w, kSmallText), void(lf.y += 6);
  if (sentence) lf.c.text({x, lf.y + 8}, Type::kSmall, Token::kMuted, lf.say("sentence.model")), lf.y += 20;
  const float top = lf.y;
  lf.prose(given.reply, x + 14, w - 14, {Type::kBody, Type::kBodyBold, Token::kText2, Token::kText, 22});
  lf.c.fill({x, top, 3, lf.y - top}, Token::kDone);
  lf.y += 10;
  if (given.mark.empty()) return;
  lf.prose(lf.say("sentence.mark"), x, w, kSmallText);
  lf.y += 4;
  auto [it, fresh] = lf.state.ticks.try_emplace(q.id, given.mark.size(), false);
  if (fresh && q.points > 0)  // how many were ticked is kept, not which: the first ones stand for them
    for (size_t i = 0; i < given.mark.size(); ++i)
      it->second[i] = double(i) + 0.5 < given.points * double(given.mark.size()) / q.points;
  for (size_t i = 0; i < given.mark.size(); ++i) {
    const MarkdownLayout text(lf.c, lf.markdown(given.mark[i]), w - 30, kSmallText);
    const Rect row{x - 6, lf.y, w + 12, text.height() + 8};
    if (lf.c.hovered(row)) lf.c.fill(row, Token::kPanel, 3);
    const Rect box{x, lf.y + 7, 14, 14};
    lf.c.frame(box, it->second[i] ? Token::kText : Token::kOutline, 1, 2);
    if (it->second[i]) draw_icon(lf.c, Icon::kCheck, {box.mid_x(), box.mid_y()}, Token::kText);
    text.draw(lf.c, {x + 26, lf.y + 4}, lf.glossary);
    if (lf.focus.press(lf.c, "tick " + q.id + " " + std::to_string(i + 1), row, lf.c.clicked(row))) {
      it->second[i] = !it->second[i];
      lf.desk.mark(q.id, int(std::count(it->second.begin(), it->second.end(), true)));
    }
    lf.y += row.h + 2;
  }
}

// A question that is settled, in brief.
void draw_settled(LabFrame& lf, const labs::Question& q, const LabPicture::Given& given) {
  const bool predict = q.kind == QuestionKind::kPredict;
  const float left = lf.x + 24, room = lf.w - 24;
  const bool told = !predict && labs::judged(q);
  draw_icon(lf.c, told ? Icon::kCheck : Icon::kLock, {lf.x + 8, lf.y + 10}, told ? Token::kDoneInk : Token::kText2);
  lf.prose(q.ask, left, room, kSmallText);
  std::string text = labs::answer_text(q, given.value);
  if (predict) {
    text = lf.say("lock.given") + ": " + text;
    if (given.sure) text += " (" + lf.say("lock.sure." + std::to_string(*given.sure)) + ")";
  }
  lf.prose(text, left, room, {Type::kBodyBold, Type::kBodyBold, Token::kText, Token::kText, 22});
  if (given.outcome.empty()) return;
  const bool right = labs::came_true(q, given.value, given.outcome);
  draw_icon(lf.c, right ? Icon::kCheck : Icon::kCross, {left + 6, lf.y + 11},
            right ? Token::kDoneInk : Token::kDropInk);
  lf.prose(lf.say("lock.came") + ": " + given.outcome, left + 20, room - 20,
           {Type::kBody, Type::kBodyBold, Token::kText, Token::kText, 22});
}

}  // namespace

void draw_question(LabFrame& lf, const labs::Question& q, bool current) {
  const auto found = lf.p.answers.find(q.id);
  const LabPicture::Given* given = found == lf.p.answers.end() ? nullptr : &found->second;
  const bool settled = given && given->correct.value_or(true);
  if (settled && q.kind != QuestionKind::kExplain) return draw_settled(lf, q, *given), void(lf.y += 12);
  LabCard card(lf, "question " + q.id, lf.x - 8, lf.w + 16);
  if (settled)
    draw_explained(lf, q, *given, lf.x + 12, lf.w - 24);
  else if (current && lf.p.unclear.count(q.id))
    draw_unclear(lf, q, lf.x + 12, lf.w - 24);
  else if (current)
    draw_open(lf, q, given, lf.x + 12, lf.w - 24);
}

}  // namespace ringside::desktop
