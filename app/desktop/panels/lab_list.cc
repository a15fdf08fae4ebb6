// SPDX-License-Identifier: BSD-3-Clause
// While no lab is open: which there are, and what the keys do. When the progress file cannot be used: what happened,
// what is unchanged, and what to do.
#include <filesystem>

#include "app/desktop/panels/lab_frame.h"

namespace ringside::desktop {
namespace {

std::string begun_words(const LabFrame& lf, const LabPicture::Card& card) {
  return lf.say("list.begun", {{"done", std::to_string(card.progress.done)}, {"all", std::to_string(card.all)}});
}

// What was begun comes first, at the step where it stands: one press, or Enter.
void draw_go_on(LabFrame& lf, const LabPicture::Card& card) {
  Canvas& c = lf.c;
  c.name({lf.x, lf.y + 8}, Type::kSmallBold, Token::kText2, lf.say("list.resume"), lf.w);
  lf.y += 26;
  {
    LabCard ground(lf, "go on", lf.x - 8, lf.w + 16);
    lf.prose("**" + card.title + "**", lf.x + 12, lf.w - 24);
    lf.prose(card.progress.step + " · " + begun_words(lf, card), lf.x + 12, lf.w - 24, kSmallText);
    lf.y += 8;
    lf.focus.next_from_here();
    if (lf.primary("go on", lf.say("list.go"), Icon::kPlay) && !lf.desk.busy()) lf.desk.open(card.name);
  }
  lf.y += 8;
}

void draw_card(LabFrame& lf, const LabPicture::Card& card, size_t at) {
  Canvas& c = lf.c;
  const float pad = 14, room = lf.w + 16 - 2 * pad;
  Group group(c, "card", {lf.x - 8, lf.y, lf.w + 16, 4000});
  const std::string minutes = std::to_string(card.minutes) + " min";
  const float minutes_w = c.width(Type::kSmall, minutes), here_w = c.width(Type::kSmall, card.here);
  const MarkdownLayout title(c, lf.markdown("**" + card.title + "**"), room - minutes_w - here_w - 24, {});
  const MarkdownLayout text(c, lf.markdown(card.promise), room, kSmallText);
  const bool begun = card.progress.done > 0;
  const Rect r{lf.x - 8, lf.y, lf.w + 16, title.height() + text.height() + 20 + (begun ? 22 : 0)};
  c.fill(r, Token::kRaised, 4);
  if (c.hovered(r)) c.frame(r, Token::kOutline, 1, 4);
  const float x = r.x + pad;
  title.draw(c, {x, lf.y + 8}, {});
  c.text({r.right() - pad, lf.y + 20}, Type::kSmall, Token::kMuted, minutes, Align::kRight);
  // What this machine gives of it, with the reason for whoever rests on it.
  const Rect here{r.right() - pad - minutes_w - 12 - here_w, lf.y + 10, here_w, 20};
  c.text({here.x, lf.y + 20}, Type::kSmall, card.here == "live" ? Token::kMuted : Token::kText2, card.here);
  if (c.hovered(here)) c.tooltip(card.why);
  text.draw(c, {x, lf.y + 10 + title.height()}, lf.glossary);
  if (begun) {
    const bool all = card.progress.ended;
    const float y = r.bottom() - 16;
    const Rect track{x, y - 2, 120, 4};
    c.fill(track, Token::kLine, 1);
    c.fill({track.x, track.y, track.w * float(card.progress.done) / float(card.all), 4},
           all ? Token::kDone : Token::kText2, 1);
    c.name({track.right() + 12, y}, Type::kSmall, Token::kText2,
           all ? lf.say(card.progress.unmet ? "list.unmet" : "list.finished") : begun_words(lf, card),
           r.right() - pad - track.right() - 12);
  }
  const bool digit = lf.focus.digit() == int(at) + 1;
  if (digit) lf.focus.eat_digit();
  if ((lf.focus.press(c, "lab " + card.id, r, c.clicked(r), at == 0 && !lf.p.go_on) || digit) && !lf.desk.busy())
    lf.desk.open(card.name);
  lf.y = r.bottom() + 8;
}

}  // namespace

void draw_lab_list(LabFrame& lf) {
  Canvas& c = lf.c;
  if (lf.p.go_on) draw_go_on(lf, lf.p.cards[*lf.p.go_on]);
  lf.prose(lf.say(lf.p.cards.empty() && !lf.desk.busy() ? "list.none" : "list.lead"), lf.x, lf.w);
  lf.y += 16;
  for (size_t i = 0; i < lf.p.cards.size(); ++i) {
    const std::string& block = lf.p.cards[i].block;
    if (!block.empty() && (i == 0 || block != lf.p.cards[i - 1].block)) {
      if (i) lf.y += 8;
      for (const std::string& line : c.wrap(Type::kSmallBold, block, lf.w)) {
        c.text({lf.x, lf.y + 8}, Type::kSmallBold, Token::kText2, line);
        lf.y += 20;
      }
      lf.y += 6;
    }
    draw_card(lf, lf.p.cards[i], i);
  }
  for (const std::string& pack : lf.p.left_out) {
    lf.y += 4;
    draw_icon(c, Icon::kCross, {lf.x + 6, lf.y + 10}, Token::kDropInk);
    lf.prose(lf.say("list.left_out", {{"pack", pack}}), lf.x + 22, lf.w - 22, kSmallText);
    lf.y += 4;
  }
  lf.y += 8;
  c.text({lf.x, lf.y + 8}, Type::kSmallBold, Token::kText, lf.say("list.keys"));
  lf.y += 28;
  for (auto& [keys, does] : lf.f.words.keys()) {
    const float w = c.width(Type::kSmall, keys) + 11;
    if (c.fits_line({lf.x, lf.y + 8}, 10)) key_cap(c, {lf.x, lf.y + 8}, keys);
    const float left = lf.x + std::max(w + 12, 152.f);
    lf.y -= 2;
    lf.prose(does, left, lf.x + lf.w - left, kSmallText);
    lf.y += 10;
  }
}

void draw_text_error(LabFrame& lf) {
  if (!lf.p.text_error) return;
  Canvas& c = lf.c;
  const Error& e = *lf.p.text_error;
  const std::string place = std::filesystem::path(e.place).filename().string();  // "lab.md:12"
  const std::string words = e.what + (e.remedy.empty() ? "" : " " + e.remedy);
  const float x = lf.x + 4, w = lf.w - 8;
  const MarkdownLayout title(c, lf.markdown("**" + lf.say("preview.error", {{"place", place}}) + "**"), w, {});
  const MarkdownLayout text(c, lf.markdown(words), w, kSmallText);
  const MarkdownLayout below(c, lf.markdown(lf.say("preview.below")), w, kNote);
  const Rect r{lf.x - 12, lf.y, lf.w + 24, title.height() + text.height() + below.height() + 16};
  Group group(c, "text error", r);
  c.fill(r, Token::kRaised);
  c.fill({r.x, r.y, 4, r.h}, Token::kDrop);
  float y = r.y + 6;
  for (const MarkdownLayout* one : {&title, &text, &below}) one->draw(c, {x, y}, {}), y += one->height() + 2;
  lf.y = r.bottom() + 8;
}

bool draw_refused(LabFrame& lf) {
  if (!lf.p.refused || !lf.p.refused_at.empty()) return false;
  Canvas& c = lf.c;
  const Error& e = *lf.p.refused;
  LabCard card(lf, "refused", lf.x - 8, lf.w + 16);
  const float x = lf.x + 12, w = lf.w - 24;
  draw_icon(c, Icon::kCross, {x + 6, lf.y + 12}, Token::kDropInk);
  lf.prose("**" + lf.say(lf.p.no_progress ? "progress.title" : "refused.title") + "**", x + 22, w - 22);
  lf.y += 8;
  const auto part = [&](const std::string& text, const MarkdownLook& look) {
    if (text.empty()) return;
    lf.prose(text, x, w, look);
    lf.y += 8;
  };
  part(e.place, {Type::kMono, Type::kMono, Token::kText2, Token::kText2, 20});
  part(e.what, {Type::kBody, Type::kBodyBold, Token::kText, Token::kText, 22});
  part(e.unchanged, {Type::kBody, Type::kBodyBold, Token::kText2, Token::kText, 22});
  part(e.remedy, {Type::kBody, Type::kBodyBold, Token::kText2, Token::kText, 22});
  if (!lf.p.no_progress || lf.desk.busy()) return true;
  lf.y += 4;
  if (lf.p.may_begin_anew && lf.secondary("progress anew", lf.say("progress.anew"), x, 32)) lf.desk.begin_anew();
  if (lf.secondary("progress without", lf.say("progress.without"), x, 32)) lf.desk.without_progress();
  if (lf.secondary("progress retry", lf.say("progress.retry"), x, 32)) lf.desk.retry();
  return true;
}

}  // namespace ringside::desktop
