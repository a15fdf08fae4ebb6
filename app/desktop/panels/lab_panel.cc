// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/lab_panel.h"

#include <algorithm>
#include <utility>

#include "app/lookup/find.h"

namespace ringside::desktop {

std::vector<LabPanel::Page> LabPanel::pages_of(const labs::Lab& lab) {
  std::vector<Page> pages;
  for (size_t i = 0; i < lab.steps.size(); ++i) {
    if (lab.steps[i].items.empty()) continue;  // "Checks" holds blocks alone
    const bool leads =
        !pages.empty() && lab.steps[i - 1].kind == "Context" && pages.back().first + pages.back().count == i;
    if (leads)
      ++pages.back().count;
    else
      pages.push_back({i, 1, false});
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

std::string LabPanel::heading_of(const labs::Lab& lab, const Page& page) {
  if (page.end) return "end";
  const labs::Step& step = lab.steps[page.first + page.count - 1];
  return step.kind + ": " + step.name;
}

// The page that is headed so; where there is none any more, the one in its place.
size_t LabPanel::page_like(const labs::Lab& lab, const std::string& heading, size_t at) const {
  for (size_t i = 0; i < pages_.size(); ++i)
    if (heading_of(lab, pages_[i]) == heading) return i;
  return std::min(at, pages_.size() - 1);
}

// Another lab, or a step further in this one.
void LabPanel::follow(const LabPicture& p) {
  if (p.lab.get() != known_) {
    // Read again after it was saved: the page stays, and where one was in it.
    const bool again = known_ && p.lab && p.preview && preview_of_ == p.opened;
    const std::string heading = again ? heading_ : "";
    const float scrolled = scroll_;
    const size_t page_before = page_;
    preview_of_ = p.preview ? p.opened : "";
    known_ = p.lab.get();
    state_ = {}, focus_.clear(), scroll_ = 0, field_of_.clear();
    pages_ = p.lab ? pages_of(*p.lab) : std::vector<Page>{};
    if (p.lab) page_ = page_of_item(*p.lab, p.first_open());
    to_current_ = p.lab && !(p.answers.empty() && p.ran.empty());
    if (again) page_ = page_like(*p.lab, heading, page_before), scroll_ = scrolled, to_current_ = false;
    current_ = p.first_open();  // who begins a lab reads it from its first line on
  }
  if (!p.lab) return;
  // A step that has begun shows what leads to its end, and one that has ended what it came to: its checks, and what to
  // do then. Also when nothing new is asked.
  if (std::exchange(under_way_, p.running.has_value()) != p.running.has_value()) to_current_ = true;
  const size_t open = p.first_open();
  if (open == current_) return;
  // A prediction that has just been locked opens the next page by itself; else the page stays until it is turned.
  const auto items = p.lab->items();
  const bool locked = current_ < items.size() && items[current_].kind == labs::ItemKind::kQuestion &&
                      p.lab->questions[items[current_].index].kind == labs::QuestionKind::kPredict && open > current_;
  const size_t to = page_of_item(*p.lab, open);
  if (locked && to == page_ + 1)
    page_ = to, scroll_ = 0;
  else
    to_current_ = true;
  current_ = open;
}

// What was expected stands above what is observed.
void LabPanel::recall_predictions(LabFrame& lf, const labs::Step& observe) {
  for (const labs::Step& step : lf.lab.steps)
    if (step.kind == "Predict" && step.name == observe.name)
      for (const labs::Item& item : step.items)
        if (item.kind == labs::ItemKind::kQuestion) draw_question(lf, lf.lab.questions[item.index], false);
  lf.c.fill({lf.x, lf.y - 2, lf.w, 1}, Token::kLine);
  lf.y += 12;
}

// What is to be done next is seen as a whole, if it fits. If it does not: a question is read from its beginning on,
// or from where one answers; a step has its button.
void LabPanel::bring_into_view(LabFrame& lf, float top, bool question) {
  if (!to_current_ || (!question && lf.button.y < top)) return;  // its button comes when the lab has answered
  to_current_ = false;
  const Rect whole{lf.x, top, lf.w, lf.y - top};
  lf.sight = LabFrame::Sight{question ? Rect{lf.x, top, lf.w, 48} : lf.button, whole};
}

// Run, or a step, while the next do-block waits: wherever one has leafed, the panel turns to it and starts it.
void LabPanel::take_run_request(const PanelFrame& f, const LabPicture& p) {
  if (!p.lab || !p.waits_for_run()) return state_.run_wanted.clear();
  const size_t open = p.first_open();
  const std::string& block = p.lab->blocks[p.lab->items()[open].index].id;
  if (std::exchange(f.ui.lab_run_request, false)) state_.run_wanted = block;
  if (state_.run_wanted != block) return state_.run_wanted.clear();
  if (const size_t page = page_of_item(*p.lab, open); page != page_) page_ = page, scroll_ = 0, to_current_ = true;
}

// Nothing moves that is in view already.
void LabPanel::look_at(const LabFrame& lf, Rect view) {
  constexpr float kMargin = 12;
  const auto see = [&](const Rect& r) {
    if (r.y < view.y + kMargin)
      scroll_ += r.y - view.y - kMargin;
    else if (r.bottom() > view.bottom() - kMargin)
      scroll_ += r.bottom() - view.bottom() + kMargin;
  };
  if (const Rect* to = focus_.moved_to(); to && to->h < view.h)
    see(*to);
  else if (lf.sight)
    see(lf.sight->whole.h + 2 * kMargin <= view.h ? lf.sight->whole : lf.sight->must);
}

void LabPanel::draw_step(LabFrame& lf, const labs::Step& step, size_t item, size_t current) {
  const bool reads_along = step.kind == "Do";
  if (step.kind == "Observe") recall_predictions(lf, step);
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
        if (here) focus_.next_from_here();
        draw_question(lf, q, here);
        if (here) bring_into_view(lf, top, true);
        last_top_ = top;
        break;
      }
      case labs::ItemKind::kDo: {
        const labs::DoBlock& block = lf.lab.blocks[one.index];
        const float top = lf.y;
        if (here) focus_.next_from_here();
        const bool mine = lf.p.running && lf.p.running->block == block.id;
        draw_block(lf, block, here || mine);
        if (here || mine) bring_into_view(lf, top, false);
        last_top_ = top;
        break;
      }
    }
    // The hints stand below what they help with, while it is open, and while its check is not passed.
    const std::string of = one.kind == labs::ItemKind::kQuestion ? lf.lab.questions[one.index].id
                           : one.kind == labs::ItemKind::kDo     ? lf.lab.blocks[one.index].id
                                                                 : "";
    if (const std::string of_hints = labs::hints_for(lf.lab, of); !of_hints.empty()) {
      bool open = here;
      for (const labs::CheckResult& r : lf.p.checks)
        open |= r.id == of_hints && one.kind == labs::ItemKind::kDo && number <= current &&
                r.verdict != labs::Verdict::kPass;
      if (open) draw_hints(lf, of_hints);
    }
    reached |= here;
  }
  if (hidden > 0) lf.prose(lf.say("page.left", {{"n", std::to_string(hidden)}}), lf.x, lf.w, kNote), lf.y += 8;
}

// A check of one of this page's steps has failed.
bool LabPanel::fails_here(const LabFrame& lf) const {
  const Page& page = pages_[page_];
  for (size_t s = page.first; s < page.first + page.count && s < lf.lab.steps.size(); ++s)
    for (const labs::Item& item : lf.lab.steps[s].items)
      if (item.kind == labs::ItemKind::kDo && fails(lf, lf.lab.blocks[item.index].id)) return true;
  return false;
}

// The first step of the lab of which that is true; "" = none.
std::string LabPanel::step_to_repeat(const LabFrame& lf) const {
  for (const labs::DoBlock& block : lf.lab.blocks)
    if (fails(lf, block.id)) return block.id;
  return {};
}

// Below the page: onwards, what comes next, the checks.
void LabPanel::draw_foot(LabFrame& lf) {
  const Page& page = pages_[page_];
  const labs::Lab& lab = lf.lab;
  const size_t reached = page_of_item(lab, current_);
  if (page.end) {
    const std::string again = step_to_repeat(lf);
    if (!again.empty() && lf.primary("try again", lf.say("end.try"))) lf.go_to("lab/do/" + again), focus_.clear();
    const std::string list = lf.say("end.next");
    if ((again.empty() ? lf.primary("page list", list) : lf.secondary("page list", list, lf.x + 12, 30)) &&
        !lf.desk.busy())
      lf.desk.leave();
    if (lf.secondary("begin again", lf.say("end.again"), lf.x + 12, 30) && !lf.desk.busy())
      lf.desk.open(lf.p.opened, true);
  } else if (reached > page_) {
    const bool last = pages_[page_ + 1].end;
    bool onwards;
    if (fails_here(lf)) {  // to try again comes first: its button is the primary one
      onwards = lf.secondary("page next", lf.say(last ? "page.finish.anyway" : "page.next.anyway"), lf.x - 8, 30);
    } else {
      lf.x -= 20;  // its left edge is the card's
      focus_.next_from_here();
      onwards = lf.primary("page next", lf.say(last ? "page.finish" : "page.next"));
      lf.x += 20;
    }
    if (onwards) ++page_, scroll_ = 0, focus_.clear();
    if (!lf.p.running && std::exchange(to_current_, false))
      lf.sight = LabFrame::Sight{lf.button, {lf.x, last_top_, lf.w, lf.button.bottom() - last_top_}};
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
      if (items[i].kind == labs::ItemKind::kDo && p.lab->blocks[items[i].index].id == block)
        page_ = page_of_item(*p.lab, i), scroll_ = 0;
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
  const Rect wheeled{view.x, view.y, view.w + 14, view.h};  // the bar as well
  scroll_ = std::clamp(scroll_ - c.wheel(wheeled) * 48 + float(focus_.page()) * (view.h - 48), 0.f, most);
  if (most <= 0) return;
  const Rect track{view.right() + 2, view.y, 6, view.h};
  const float bar = std::max(32.f, track.h * view.h / height);
  Rect thumb{track.x, track.y + (track.h - bar) * scroll_ / most, track.w, bar};
  const Rect reach{track.x - 4, track.y, 14, track.h};
  c.target("scroll bar", {reach.x, thumb.y, reach.w, thumb.h});
  const bool held = c.held(reach);
  if (held && grab_ < 0)
    grab_ = c.mouse().y >= thumb.y && c.mouse().y < thumb.bottom() ? c.mouse().y - thumb.y : bar / 2;
  if (grab_ >= 0)
    scroll_ =
        std::clamp((c.mouse().y - grab_ - track.y) / (track.h - bar), 0.f, 1.f) * most;  // also where it was let go
  if (!held) grab_ = -1;
  thumb.y = track.y + (track.h - bar) * scroll_ / most;
  c.fill(thumb, grab_ >= 0 || c.hovered(reach) ? Token::kText2 : Token::kOutline, 3);
}

void LabPanel::draw(const PanelFrame& f, Rect panel) {
  if (glossary_.empty())
    for (const Words::Term& t : f.words.terms())
      glossary_.push_back({t.term, t.sentence + (t.place.empty() ? "" : "\nSee it: " + t.place)});
  const LabPicture& p = f.lab->picture();
  follow(p);
  take_run_request(f, p);
  state_.now += f.seconds;
  focus_.begin(f, f.ui.focus.empty() || f.ui.focus == id());
  static const labs::Lab kNone;
  LabFrame lf{f,
              f.c,
              p,
              p.lab ? *p.lab : kNone,
              *f.lab,
              state_,
              focus_,
              glossary_,
              [&](const std::string& look) { go_to(f, p, look); },
              panel.x + 20,
              panel.w - 40,
              panel.y};
  if (p.lab) {
    draw_header(lf, panel);
    draw_text_error(lf);
  } else {
    f.c.text({lf.x, panel.y + 36}, Type::kFigure, Token::kText, lf.say("list.title"));
    lf.y = panel.y + 64;
  }
  const float bar = p.lab ? 36 : 8;
  const Rect view{panel.x + 8, lf.y, panel.w - 18, panel.bottom() - lf.y - bar};
  {
    Clip clip(f.c, view);
    if (p.lab) f.c.keep_clear(view, 0.01f);
    const bool before = f.c.whole_lines(true);
    lf.y = view.y - scroll_;
    const float top = lf.y;
    const bool refused = draw_refused(lf);
    if (p.lab) {
      if (p.preview || !p.kept || p.changed)
        lf.prose(lf.say(p.preview ? "page.preview"
                        : p.kept  ? "page.changed"
                                  : "page.unkept"),
                 lf.x, lf.w, {Type::kSmall, Type::kSmallBold, Token::kText2, Token::kText, 20}),
            lf.y += 12;
      // Where a question that has just come is answered, there is the keyboard.
      const auto items = p.lab->items();
      if (current_ < items.size() && items[current_].kind == labs::ItemKind::kQuestion &&
          page_of_item(*p.lab, current_) == page_) {
        const labs::Question& q = p.lab->questions[items[current_].index];
        if (field_of_ != q.id) focus_.move_to("answer " + q.id);
        field_of_ = q.id;
      }
      const Page& page = pages_[page_];
      heading_ = heading_of(*p.lab, page);
      const std::string part = page.end ? std::string() : p.lab->steps[page.first + page.count - 1].name;
      if (!part.empty())
        f.c.text({lf.x, lf.y + 8}, Type::kSmallBold, Token::kMuted,
                 std::string(1, char(std::toupper(part[0]))) + part.substr(1)),
            lf.y += 28;
      draw_page(lf);
    } else if (!refused || !p.no_progress) {
      draw_lab_list(lf);
    }
    f.c.whole_lines(before);
    look_at(lf, view);
    height_ = lf.y - top;
  }
  scroll(lf, view, height_);
  if (p.lab) draw_bar(lf, {panel.x, panel.bottom() - 36, panel.w, 36});
  focus_.end();
}

}  // namespace ringside::desktop
