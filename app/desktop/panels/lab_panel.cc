// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/lab_panel.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/desktop/model/find.h"
#include "app/desktop/widgets/text_field.h"
#include "labs/runner/values.h"

namespace ringside::desktop {
namespace {

constexpr const char* kStages[] = {"Context", "Predict", "Do", "Observe", "Explain", "Transfer"};

}  // namespace

bool LabFrame::primary(const std::string& id, std::string_view label, Icon icon, bool enabled) {
  const float left = x + 12;
  const Rect r{left, y, button_width(c, label, {.icon = icon}) + 4, 40};
  y += 52;
  if (!enabled) {  // on a card, whose ground is that of a button
    c.fill(r, Token::kPanel, 4);
    if (icon != Icon::kNone) draw_icon(c, icon, {r.x + 18, r.mid_y()}, Token::kMuted);
    c.text({icon == Icon::kNone ? r.mid_x() - c.width(Type::kBodyBold, label) / 2 : r.x + 34, r.mid_y()}, Type::kBodyBold, Token::kMuted, label);
    return false;
  }
  const bool clicked = button(c, r, label, {.icon = icon, .primary = true, .name = id});
  key_cap(c, {r.right() + 14, r.mid_y()}, "Enter");
  return focus.press(c, id, r, clicked, true);
}

bool LabFrame::secondary(const std::string& id, std::string_view label, float left, float height) {
  const ButtonLook look{.type = Type::kSmallBold, .name = id};
  const Rect r{left, y, button_width(c, label, look), height};
  c.frame(r, Token::kOutline, 1, 4);
  const bool clicked = button(c, r.inset(1), label, look);
  y += height + 8;
  return focus.press(c, id, r, clicked);
}

LabCard::LabCard(LabFrame& lf, const std::string& id, float left, float width) : lf_(lf), id_(id), top_(lf.y), x_(left), w_(width) {
  const auto known = lf.state.heights.find(id);
  const Rect r{x_, top_, w_, known == lf.state.heights.end() ? 0 : known->second};
  lf.c.fill(r, Token::kRaised, 4);
  lf.c.place(id, r);
  lf.y += 16;
}

LabCard::~LabCard() {
  lf_.y += 4;
  lf_.state.heights[id_] = lf_.y - top_;
  lf_.y += 12;
}

std::vector<LabPanel::Page> LabPanel::pages_of(const labs::Lab& lab) {
  std::vector<Page> pages;
  for (size_t i = 0; i < lab.steps.size(); ++i) {
    if (lab.steps[i].items.empty()) continue;  // "Checks" holds blocks alone
    const bool leads = !pages.empty() && lab.steps[i - 1].kind == "Context" && pages.back().first + pages.back().count == i;
    if (leads) ++pages.back().count;
    else pages.push_back({i, 1, false});
  }
  pages.push_back({lab.steps.size(), 0, true});
  return pages;
}

size_t LabPanel::page_of_item(const labs::Lab& lab, size_t item) const {
  size_t first = 0;
  for (size_t s = 0; s < lab.steps.size(); ++s) {
    first += lab.steps[s].items.size();
    if (item >= first) continue;
    for (size_t i = 0; i < pages_.size(); ++i)
      if (!pages_[i].end && s >= pages_[i].first && s < pages_[i].first + pages_[i].count) return i;
  }
  return pages_.size() - 1;
}

// Another lab, or a step further in this one.
void LabPanel::follow(const LabPicture& p) {
  if (p.lab.get() != known_) {
    known_ = p.lab.get();
    state_ = {}, focus_.clear(), scroll_ = 0, field_of_.clear();
    pages_ = p.lab ? pages_of(*p.lab) : std::vector<Page>{};
    if (p.lab) page_ = page_of_item(*p.lab, p.first_open());
    to_current_ = p.lab && !(p.answers.empty() && p.ran.empty());
  }
  if (!p.lab) return;
  const size_t open = p.first_open();
  if (open == current_) return;
  // A prediction that has just been locked opens the next page by itself; else the page stays until it is turned.
  const auto items = p.lab->items();
  const bool locked = current_ < items.size() && items[current_].kind == labs::ItemKind::kQuestion &&
                      p.lab->questions[items[current_].index].kind == labs::QuestionKind::kPredict && open > current_;
  const size_t to = page_of_item(*p.lab, open);
  if (locked && to == page_ + 1) page_ = to, scroll_ = 0;
  else to_current_ = true;
  current_ = open;
}

void LabPanel::draw_stages(LabFrame& lf, Rect row) {
  Canvas& c = lf.c;
  const labs::Lab& lab = lf.lab;
  // The round at hand: from its Predict on. Steps before the first and behind the last round belong to each of them.
  const size_t step = pages_[page_].end ? lab.steps.size() : pages_[page_].first + pages_[page_].count - 1;
  size_t begin = 0;
  for (size_t i = 0; i < step && i < lab.steps.size(); ++i)
    if (lab.steps[i].kind == "Observe" || lab.steps[i].kind == "Explain") begin = i + 1;
  if (step < lab.steps.size() && (lab.steps[step].kind == "Explain" || lab.steps[step].kind == "Transfer")) begin = 0;
  const std::string here = step < lab.steps.size() ? lab.steps[step].kind : "";
  const size_t at = size_t(std::find(std::begin(kStages), std::end(kStages), here) - std::begin(kStages));
  const float pitch = (row.w - 56) / 5;
  const float y = row.y + 10;
  for (size_t i = 0; i + 1 < std::size(kStages); ++i) {
    const float x0 = row.x + 28 + pitch * float(i), x1 = x0 + pitch;
    c.line({x0 + 9, y}, {x1 - 9, y}, i < at ? Token::kText2 : Token::kLine, i < at ? 2.f : 1.5f);
  }
  for (size_t i = 0; i < std::size(kStages); ++i) {
    const Point p{row.x + 28 + pitch * float(i), y};
    const bool done = i < at, on = i == at;
    if (done) {
      c.disc(p, 9, Token::kText2);
      const Point tick[] = {{p.x - 4, p.y}, {p.x - 1, p.y + 3}, {p.x + 4, p.y - 3}};
      c.polyline(tick, Token::kPanel, 2);
    } else if (on) {
      c.circle(p, 9, Token::kText, 2);
      c.disc(p, 4.5f, Token::kText);
    } else {
      c.circle(p, 8, Token::kOutline, 1.5f);
    }
    // A stage that has been reached in this round can be looked at again.
    const Rect target{p.x - pitch / 2, row.y - 4, pitch, row.h + 4};
    size_t leads = pages_.size();
    for (size_t k = 0; k < pages_.size(); ++k)
      for (size_t s = pages_[k].first; !pages_[k].end && s < pages_[k].first + pages_[k].count; ++s)
        if (lab.steps[s].kind == kStages[i] && s >= begin && leads == pages_.size()) leads = k;
    if (i == 0) leads = 0;
    const bool open = leads < pages_.size() && leads <= page_of_item(lab, lf.p.first_open());
    const bool over = open && c.hovered(target);
    // Where there is no room for all names, the stage at hand has one.
    if (on || pitch >= 60) c.text({p.x, row.y + 40}, on ? Type::kSmallBold : Type::kSmall, on || over ? Token::kText : done ? Token::kText2 : Token::kMuted, kStages[i], Align::kCentre);
    if (pitch < 60 && c.hovered(target)) c.tooltip(kStages[i]);
    if (!open) continue;
    c.target(std::string("stage ") + kStages[i], target);
    if (c.clicked(target) && leads != page_) page_ = leads, scroll_ = 0;
  }
}

void LabPanel::draw_header(LabFrame& lf, Rect panel) {
  Canvas& c = lf.c;
  const float x = panel.x + 20, y = panel.y + 24;
  float right = panel.right() - 28 - 16;
  const std::string minutes = fmt::format("{} min", lf.lab.minutes);
  if (panel.w >= 340) c.text({right, y}, Type::kSmall, Token::kMuted, minutes, Align::kRight), right -= c.width(Type::kSmall, minutes) + 14;
  const std::string number = lf.p.number > 0 ? fmt::format("Lab {} of {}", lf.p.number, lf.p.cards.size()) : "Lab";
  const float w = c.text({x, y}, Type::kSmallBold, Token::kText2, number);
  std::string block;
  for (const LabPicture::Card& card : lf.p.cards)
    if (card.id == lf.lab.id) block = card.block;
  c.name({x + w + 12, y}, Type::kSmall, Token::kMuted, block, right - x - w - 16);
  // the title takes a second line where it must
  float line = panel.y + 60;
  for (const std::string& words : c.wrap(Type::kFigure, lf.lab.title, panel.w - 40)) c.text({x, line}, Type::kFigure, Token::kText, words), line += 30;
  lf.y = line;
  draw_stages(lf, {panel.x + 20, lf.y, panel.w - 40, 44});
  lf.y += 60;
}

// What is to be done next is seen as a whole, if it fits; nothing moves that is in view already.
void LabPanel::bring_into_view(LabFrame& lf, float top) {
  if (!to_current_) return;
  const Rect view = lf.c.clip();
  if (lf.y > view.bottom()) scroll_ += std::min(lf.y - view.bottom() + 8, top - 24 - view.y);
  else if (top < view.y) scroll_ += top - 24 - view.y;
  to_current_ = false;
}

void LabPanel::draw_step(LabFrame& lf, const labs::Step& step, size_t item, size_t current) {
  const bool reads_along = step.kind == "Do";
  bool reached = false;
  size_t hidden = 0;
  for (const labs::Item& one : step.items) {
    const size_t number = item++;
    const bool here = number == current;
    if (reached && !(reads_along && one.kind != labs::ItemKind::kQuestion)) {
      hidden += one.kind == labs::ItemKind::kQuestion;
      continue;
    }
    switch (one.kind) {
      case labs::ItemKind::kText:
        lf.prose(lf.p.texts[one.index], lf.x, lf.w);
        lf.y += 16;
        break;
      case labs::ItemKind::kQuestion: {
        const labs::Question& q = lf.lab.questions[one.index];
        const float top = lf.y;
        draw_question(lf, q, here);
        if (here) bring_into_view(lf, top);
        break;
      }
      case labs::ItemKind::kDo: {
        const labs::DoBlock& block = lf.lab.blocks[one.index];
        const float top = lf.y;
        draw_block(lf, block, here || (lf.p.running && lf.p.running->block == block.id));
        if (here) bring_into_view(lf, top);
        break;
      }
    }
    // The hints stand below what they help with, while it is open, and while its check is not passed.
    if (const std::string of = hints_of(lf.lab, one); !of.empty()) {
      bool open = here;
      for (const labs::CheckResult& r : lf.p.checks) open |= r.id == of && one.kind == labs::ItemKind::kDo && number <= current && r.verdict != labs::Verdict::kPass;
      if (open) draw_hints(lf, of);
    }
    reached |= here;
  }
  if (hidden > 0) lf.c.text({lf.x, lf.y + 8}, Type::kSmall, Token::kMuted, lf.say("page.left", {{"n", std::to_string(hidden)}})), lf.y += 28;
}

// The panel's last line: always at hand, and out of the way.
void LabPanel::draw_bar(LabFrame& lf, Rect row) {
  Canvas& c = lf.c;
  c.line({row.x, row.y}, {row.right(), row.y}, Token::kLine, 1);
  const float y = row.mid_y() + 1;
  float x = row.x + 12;
  const auto small = [&](const std::string& id, const std::string& label, const std::string& tip) {
    const float w = std::round(c.width(Type::kSmall, label)) + 16;
    const Rect r{x, y - 12, w, 24};
    const bool over = c.hovered(r);
    if (over) c.fill(r, Token::kRaised, 4), c.tooltip(tip);
    c.text({r.mid_x(), y}, Type::kSmall, over ? Token::kText : Token::kText2, label, Align::kCentre);
    x = r.right() + 4;
    return focus_.press(c, id, r, c.clicked(r));
  };
  const bool reset = small("reset lab", lf.say("bar.reset"), lf.say("bar.reset.tip")) || lf.f.ui.lab_reset_request;
  if (reset && !lf.desk.busy()) lf.f.ui.lab_reset_request = false, lf.desk.reset();
  if (small("leave", lf.say("bar.leave"), lf.say("bar.leave.tip"))) lf.desk.leave();
  double got = lf.p.score.points;
  int all = lf.p.score.maximum;
  for (const labs::CheckResult& r : lf.p.checks) got += r.points, all += r.maximum;
  const std::string points = lf.say("bar.points", {{"n", fmt::format("{:.3g}", got)}, {"all", std::to_string(all)}});
  if (x + 20 + c.width(Type::kSmall, points) < row.right() - 12) c.text({row.right() - 12, y}, Type::kSmall, Token::kMuted, points, Align::kRight);
}

// Below the page: onwards, what comes next, the checks.
void LabPanel::draw_foot(LabFrame& lf) {
  const Page& page = pages_[page_];
  const labs::Lab& lab = lf.lab;
  const size_t reached = page_of_item(lab, current_);
  if (page.end) {
    if (lf.primary("page list", lf.say("end.next")) && !lf.desk.busy()) lf.desk.leave();
    if (lf.secondary("begin again", lf.say("end.again"), lf.x + 12, 30) && !lf.desk.busy()) lf.desk.open(lab.id, true);
  } else if (reached > page_) {
    lf.x -= 20;  // its left edge is the card's
    const bool last = pages_[page_ + 1].end;
    if (lf.primary("page next", lf.say(last ? "page.finish" : "page.next"))) ++page_, scroll_ = 0, focus_.clear();
    lf.x += 20;
  }
  if (!page.end && lab.steps[page.first + page.count - 1].kind == "Predict" && reached == page_) {
    lf.y += 8;
    for (size_t s = page.first + page.count; s < lab.steps.size() && lab.steps[s].kind == "Do"; ++s)
      for (const labs::Item& item : lab.steps[s].items)
        if (item.kind == labs::ItemKind::kDo) {
          draw_preview(lf, lab.blocks[item.index], lf.say("do.locked"));
          s = lab.steps.size() - 1;
          break;
        }
  }
  lf.y += 8;
  draw_checks(lf);
}

void LabPanel::draw_page(LabFrame& lf) {
  const Page& page = pages_[page_];
  if (page.end) draw_end(lf);
  size_t item = 0;
  for (size_t s = 0; s < lf.lab.steps.size(); ++s) {
    if (!page.end && s >= page.first && s < page.first + page.count) draw_step(lf, lf.lab.steps[s], item, current_);
    item += lf.lab.steps[s].items.size();
  }
  draw_foot(lf);
}

// "rings/web.nic0.rx", "topology/web", "lab/do/sleep": the place is brought to the front and ringed.
void LabPanel::go_to(const PanelFrame& f, const LabPicture& p, const std::string& look) {
  const size_t slash = look.find('/');
  const std::string panel = look.substr(0, slash), what = slash == look.npos ? "" : look.substr(slash + 1);
  if (panel == "lab" && what.starts_with("do/")) {
    const std::string block = what.substr(3);
    const auto items = p.lab->items();
    for (size_t i = 0; i < items.size(); ++i)
      if (items[i].kind == labs::ItemKind::kDo && p.lab->blocks[items[i].index].id == block) page_ = page_of_item(*p.lab, i), scroll_ = 0;
    f.ui.highlight = "do " + block;
    return;
  }
  std::string name = panel;
  if (!name.empty()) name[0] = char(std::toupper(name[0]));
  if (panel == "rings")
    if (const RingView* ring = find_ring(f.s, what)) f.ui.choose_ring(ring->vm, ring->nic, ring->name);
  if (panel == "topology") f.ui.choose_vm(what.substr(0, what.find('.')));
  f.ui.bring_to_front(name);
  f.ui.highlight = name;
}

// Wheel, keys, and a bar that can be dragged.
void LabPanel::scroll(LabFrame& lf, Rect view, float height) {
  Canvas& c = lf.c;
  height_ = height;
  const float most = std::max(0.f, height - view.h);
  scroll_ = std::clamp(scroll_ - c.wheel(view) * 48 + float(focus_.page()) * (view.h - 48), 0.f, most);
  if (most <= 0) return;
  const Rect track{view.right() + 2, view.y, 6, view.h};
  const float bar = std::max(32.f, track.h * view.h / height);
  Rect thumb{track.x, track.y + (track.h - bar) * scroll_ / most, track.w, bar};
  const Rect reach{track.x - 4, track.y, 14, track.h};
  c.target("scroll bar", {reach.x, thumb.y, reach.w, thumb.h});
  if (!c.held(reach)) grab_ = -1;
  else if (grab_ < 0) grab_ = c.mouse().y >= thumb.y && c.mouse().y < thumb.bottom() ? c.mouse().y - thumb.y : bar / 2;
  if (grab_ >= 0) scroll_ = std::clamp((c.mouse().y - grab_ - track.y) / (track.h - bar), 0.f, 1.f) * most;
  thumb.y = track.y + (track.h - bar) * scroll_ / most;
  c.fill(thumb, grab_ >= 0 || c.hovered(reach) ? Token::kText2 : Token::kOutline, 3);
}

void LabPanel::draw(const PanelFrame& f, Rect panel) {
  if (glossary_.empty())
    for (const Words::Term& t : f.words.terms()) glossary_.push_back({t.term, t.sentence + (t.place.empty() ? "" : "\nSee it: " + t.place)});
  const LabPicture& p = f.lab->picture();
  follow(p);
  state_.now += f.seconds;
  focus_.begin(f, f.ui.focus.empty() || f.ui.focus == id());
  static const labs::Lab kNone;
  LabFrame lf{f, f.c, p, p.lab ? *p.lab : kNone, *f.lab, state_, focus_, glossary_, [&](const std::string& look) { go_to(f, p, look); }, panel.x + 20, panel.w - 40, panel.y};
  if (p.lab) {
    draw_header(lf, panel);
  } else {
    f.c.text({lf.x, panel.y + 36}, Type::kFigure, Token::kText, lf.say("list.title"));
    lf.y = panel.y + 64;
  }
  const float bar = p.lab ? 36 : 8;
  const Rect view{panel.x + 8, lf.y, panel.w - 18, panel.bottom() - lf.y - bar};
  {
    Clip clip(f.c, view);
    const bool before = f.c.whole_lines(true);
    lf.y = view.y - scroll_;
    const float top = lf.y;
    const bool refused = draw_refused(lf);
    if (p.lab) {
      if (!p.kept || p.changed) lf.prose(lf.say(p.kept ? "page.changed" : "page.unkept"), lf.x, lf.w, {Type::kSmall, Type::kSmallBold, Token::kText2, Token::kText, 20}), lf.y += 12;
      // The first field of a question that has just come takes the keyboard.
      const auto items = p.lab->items();
      if (current_ < items.size() && items[current_].kind == labs::ItemKind::kQuestion && page_of_item(*p.lab, current_) == page_) {
        const labs::Question& q = p.lab->questions[items[current_].index];
        if (field_of_ != q.id && (q.answers == labs::AnswerKind::kNumber || q.answers == labs::AnswerKind::kSentence)) focus_.move_to("answer " + q.id);
        field_of_ = q.id;
      }
      const Page& page = pages_[page_];
      const std::string part = page.end ? std::string() : p.lab->steps[page.first + page.count - 1].name;
      if (!part.empty()) f.c.text({lf.x, lf.y + 8}, Type::kSmallBold, Token::kMuted, std::string(1, char(std::toupper(part[0]))) + part.substr(1)), lf.y += 28;
      draw_page(lf);
    } else if (!refused || !p.no_progress) {
      draw_lab_list(lf);
    }
    f.c.whole_lines(before);
    height_ = lf.y - top;
  }
  scroll(lf, view, height_);
  if (p.lab) draw_bar(lf, {panel.x, panel.bottom() - 36, panel.w, 36});
  focus_.end();
}

}  // namespace ringside::desktop
