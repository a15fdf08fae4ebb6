// SPDX-License-Identifier: BSD-3-Clause
// What stays in the panel while its page scrolls: number and title, the stages, the last line.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/desktop/panels/lab_panel.h"

namespace ringside::desktop {
namespace {

constexpr const char* kStages[] = {"Context", "Predict", "Do", "Observe", "Explain", "Transfer"};

}  // namespace

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
    if (on || pitch >= 60)
      c.text({p.x, row.y + 40}, on ? Type::kSmallBold : Type::kSmall,
             on || over ? Token::kText
             : done     ? Token::kText2
                        : Token::kMuted,
             kStages[i], Align::kCentre);
    if (pitch < 60 && c.hovered(target)) c.tooltip(kStages[i]);
    if (!open) continue;
    if (focus_.press(c, std::string("stage ") + kStages[i], target.inset(2, 0), c.clicked(target)) && leads != page_)
      page_ = leads, scroll_ = 0;
  }
}

void LabPanel::draw_header(LabFrame& lf, Rect panel) {
  Canvas& c = lf.c;
  const float x = panel.x + 20, y = panel.y + 24;
  float right = panel.right() - 28 - 16;
  const std::string minutes = fmt::format("{} min", lf.lab.minutes);
  if (panel.w >= 340)
    c.text({right, y}, Type::kSmall, Token::kMuted, minutes, Align::kRight),
        right -= c.width(Type::kSmall, minutes) + 14;
  const auto own =
      std::count_if(lf.p.cards.begin(), lf.p.cards.end(), [](const auto& card) { return card.number > 0; });
  const std::string number = lf.p.number > 0 ? fmt::format("Lab {} of {}", lf.p.number, own) : "Lab";
  const float w = c.text({x, y}, Type::kSmallBold, Token::kText2, number);
  c.name({x + w + 12, y}, Type::kSmall, Token::kMuted, lf.p.block, right - x - w - 16);
  // the title takes a second line where it must
  float line = panel.y + 60;
  for (const std::string& words : c.wrap(Type::kFigure, lf.lab.title, panel.w - 40))
    c.text({x, line}, Type::kFigure, Token::kText, words), line += 30;
  lf.y = line - 12;
  if (panel.h < 400) return;  // the text needs the room more
  lf.y = line;
  draw_stages(lf, {panel.x + 20, lf.y, panel.w - 40, 44});
  lf.y += 60;
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
  if (x + 20 + c.width(Type::kSmall, points) < row.right() - 12)
    c.text({row.right() - 12, y}, Type::kSmall, Token::kMuted, points, Align::kRight);
}

}  // namespace ringside::desktop
