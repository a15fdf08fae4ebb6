// SPDX-License-Identifier: BSD-3-Clause
#include "tests/app/button_checks.h"

#include <algorithm>
#include <cstdio>

namespace ringside::test {
namespace {

using namespace desktop;
using Kind = Drawn::Kind;

std::string at(const Rect& r) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, " at %.0f,%.0f %.0fx%.0f", double(r.x), double(r.y), double(r.w), double(r.h));
  return buffer;
}

bool within(const Rect& outer, const Rect& inner) {
  return inner.x >= outer.x - 0.5f && inner.right() <= outer.right() + 0.5f && inner.y >= outer.y - 0.5f &&
         inner.bottom() <= outer.bottom() + 0.5f;
}

bool unseen(const Drawn& d) { return !overlap(d.clip, d.box); }

// The ground of a primary button, as far as it can be seen.
bool primary(const Drawn& d) {
  return d.kind == Kind::kFill && d.paint.token == Token::kInvert && d.box.h >= 28 && d.box.w >= 28 && !unseen(d);
}

std::string outermost(const Recording& r, int group) {
  while (group >= 0 && r.groups[size_t(group)].parent >= 0) group = r.groups[size_t(group)].parent;
  return group < 0 ? "" : r.groups[size_t(group)].name;
}

bool comes_by_itself(const std::string& group) { return group == "error" || group == "tour"; }

}  // namespace

std::vector<std::string> buttons_without_label(const Recording& r) {
  std::vector<std::string> wrong;
  for (const Drawn& d : r.drawn) {
    if (!primary(d)) continue;
    if (!within(d.clip, d.box)) wrong.push_back("a button is cut" + at(d.box));
    if (d.box.w < 48) continue;  // a symbol alone: the transport, where the bar has no room
    const bool label = std::any_of(r.drawn.begin(), r.drawn.end(), [&](const Drawn& t) {
      return t.kind == Kind::kText && t.paint.token == Token::kOnInvert && !unseen(t) && within(d.box, t.box);
    });
    if (!label) wrong.push_back("a button has no label" + at(d.box));
  }
  return wrong;
}

std::vector<std::string> buttons_covered(const Recording& r) {
  std::vector<std::string> wrong;
  for (const Recording::Group& card : r.groups) {
    if (!comes_by_itself(card.name)) continue;
    for (const Drawn& d : r.drawn)
      if (primary(d) && !comes_by_itself(outermost(r, d.group)) && overlap(common(d.box, d.clip), card.rect))
        wrong.push_back("the card " + card.name + at(card.rect) + " lies on a button" + at(d.box));
    for (const Recording::Target& t : r.targets)
      if (t.name.starts_with("top bar/") && overlap(t.rect, card.rect))
        wrong.push_back("the card " + card.name + at(card.rect) + " lies on " + t.name);
  }
  return wrong;
}

std::vector<std::string> cards_on_their_subject(const Recording& r, const Words::TourStep& step) {
  std::vector<std::string> wrong;
  const auto card = std::find_if(r.groups.begin(), r.groups.end(), [](const auto& g) { return g.name == "tour"; });
  if (card == r.groups.end()) return {"the tour has no card"};
  for (const std::string& name : step.at)
    for (const Recording::Target& t : r.targets)
      if (t.name == name && overlap(t.rect, card->rect)) wrong.push_back("the card lies on " + name + at(t.rect));
  const auto spoken = [&](const Recording::Group& g) {
    return std::find(step.speaks_of.begin(), step.speaks_of.end(), g.name) != step.speaks_of.end();
  };
  const bool room = std::any_of(r.groups.begin(), r.groups.end(), [&](const Recording::Group& g) {
    return g.panel && !spoken(g) && g.rect.w >= card->rect.w && g.rect.h >= card->rect.h;
  });
  for (const Recording::Group& g : r.groups)
    if (room && g.panel && spoken(g) && overlap(g.rect, card->rect))
      wrong.push_back("the card" + at(card->rect) + " lies on " + g.name + at(g.rect));
  return wrong;
}

}  // namespace ringside::test
