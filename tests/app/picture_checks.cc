// SPDX-License-Identifier: BSD-3-Clause
#include "tests/app/picture_checks.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <regex>
#include <set>

#include "tests/app/button_checks.h"
#include "tests/app/headless.h"
#include "tests/support/catch.h"

namespace ringside::test {
namespace {

using namespace desktop;
using Kind = Drawn::Kind;

std::string place(const Rect& r) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, " at %.0f,%.0f %.0fx%.0f", double(r.x), double(r.y), double(r.w), double(r.h));
  return buffer;
}

std::string quoted(const Recording& r, const Drawn& d) {
  return "\"" + d.text + "\" in " + (d.group < 0 ? "window" : r.groups[size_t(d.group)].name) + place(d.box);
}

bool inside(const Rect& outer, const Rect& inner, float slack) {
  return inner.x >= outer.x - slack && inner.right() <= outer.right() + slack && inner.y >= outer.y - slack &&
         inner.bottom() <= outer.bottom() + slack;
}

bool hidden(const Drawn& d) { return !overlap(d.clip, d.box); }

bool in_polygon(const std::vector<Point>& points, Point p) {
  bool in = false;
  for (size_t i = 0, j = points.size() - 1; i < points.size(); j = i++)
    if ((points[i].y > p.y) != (points[j].y > p.y) &&
        p.x < (points[j].x - points[i].x) * (p.y - points[i].y) / (points[j].y - points[i].y) + points[i].x)
      in = !in;
  return in;
}

bool covers(const Drawn& fill, Point p) {
  if (!fill.clip.contains(p)) return false;
  if (!fill.points.empty()) return in_polygon(fill.points, p);
  return p.x >= fill.box.x && p.x <= fill.box.right() && p.y >= fill.box.y && p.y <= fill.box.bottom();
}

// Does the segment a-b pass through the rectangle?
bool crosses(Point a, Point b, const Rect& r) {
  float t0 = 0, t1 = 1;
  const float dx = b.x - a.x, dy = b.y - a.y;
  const float p[] = {-dx, dx, -dy, dy}, q[] = {a.x - r.x, r.right() - a.x, a.y - r.y, r.bottom() - a.y};
  for (int i = 0; i < 4; ++i) {
    if (p[i] == 0) {
      if (q[i] < 0) return false;
      continue;
    }
    const float t = q[i] / p[i];
    if (p[i] < 0)
      t0 = std::max(t0, t);
    else
      t1 = std::min(t1, t);
  }
  return t0 <= t1;
}

}  // namespace

std::vector<std::string> texts_that_leave_or_touch(const Recording& r) {
  std::vector<std::string> wrong;
  std::vector<const Drawn*> texts;
  for (const Drawn& d : r.drawn)
    if (d.kind == Kind::kText && !hidden(d)) texts.push_back(&d);
  for (const Drawn* d : texts) {
    for (int g = d->group; g >= 0; g = r.groups[size_t(g)].parent)
      if (!inside(r.groups[size_t(g)].rect, d->box, 0.5f))
        wrong.push_back("leaves " + r.groups[size_t(g)].name + place(r.groups[size_t(g)].rect) + ": " + quoted(r, *d));
    if (!inside(d->clip, d->box, 0.5f)) wrong.push_back("cut: " + quoted(r, *d));
  }
  for (size_t i = 0; i < texts.size(); ++i)
    for (size_t j = i + 1; j < texts.size(); ++j) {
      const Rect &a = texts[i]->box, &b = texts[j]->box;
      const float vertical = std::min(a.bottom(), b.bottom()) - std::max(a.y, b.y);
      const float gap = std::max(a.x, b.x) - std::min(a.right(), b.right());
      if (vertical > 1 && gap < 2.9f)
        wrong.push_back("touch: " + quoted(r, *texts[i]) + " and " + quoted(r, *texts[j]));
    }
  return wrong;
}

std::vector<std::string> texts_crossed_by_lines(const Recording& r) {
  std::vector<std::string> wrong;
  for (size_t t = 0; t < r.drawn.size(); ++t) {
    const Drawn& text = r.drawn[t];
    if (text.kind != Kind::kText || hidden(text)) continue;
    const Rect box = text.box.inset(1);
    for (size_t s = 0; s < r.drawn.size(); ++s) {
      const Drawn& stroke = r.drawn[s];
      if (stroke.kind != Kind::kStroke || !overlap(stroke.clip, box)) continue;
      const float half = stroke.width / 2;
      const Rect reach{box.x - half, box.y - half, box.w + 2 * half, box.h + 2 * half};
      bool hit = false;
      for (size_t i = 1; i < stroke.points.size() && !hit; ++i)
        hit = crosses(stroke.points[i - 1], stroke.points[i], reach);
      if (!hit) continue;
      bool grounded = false;  // a ground of its own, between the line and the text
      for (size_t g = s + 1; g < t && !grounded; ++g) {
        const Drawn& fill = r.drawn[g];
        grounded =
            fill.kind == Kind::kFill && fill.paint.alpha >= 1 &&
            (fill.points.empty() ? inside(fill.box, box, 0.5f)
                                 : covers(fill, {box.x, box.mid_y()}) && covers(fill, {box.right(), box.mid_y()}));
      }
      if (!grounded) {
        wrong.push_back("line of " + std::string(name_of(stroke.paint.token)) + place(stroke.box) + " through " +
                        quoted(r, text));
        break;
      }
    }
  }
  return wrong;
}

std::vector<std::string> texts_without_contrast(const Recording& r, const Theme& theme) {
  std::vector<std::string> wrong;
  for (size_t t = 0; t < r.drawn.size(); ++t) {
    const Drawn& text = r.drawn[t];
    if (text.kind != Kind::kText || hidden(text)) continue;
    if (text.paint.alpha < 1) wrong.push_back("translucent: " + quoted(r, text));
    double least = 21;
    Token under = Token::kWindow;
    for (float at : {0.02f, 0.25f, 0.5f, 0.75f, 0.98f}) {
      const Point p{text.box.x + text.box.w * at, text.box.mid_y()};
      Rgb ground = theme.rgb(Token::kWindow);
      Token last = Token::kWindow;
      for (size_t f = 0; f < t; ++f) {
        const Drawn& d = r.drawn[f];
        if (d.kind == Kind::kFill && covers(d, p))
          ground = blend(ground, theme.rgb(d.paint.token), d.paint.alpha), last = d.paint.token;
      }
      const double ratio = contrast(theme.rgb(text.paint.token), ground);
      if (ratio < least) least = ratio, under = last;
    }
    if (least < 4.5)
      wrong.push_back(std::to_string(least).substr(0, 4) + " : 1 on " + std::string(name_of(under)) + ": " +
                      quoted(r, text));
  }
  return wrong;
}

std::vector<std::string> texts_of_strange_style(const Recording& r) {
  static const std::set<Token> kInk = {Token::kText,    Token::kText2,      Token::kMuted,    Token::kOnInvert,
                                       Token::kOnFill,  Token::kOnFillDeep, Token::kGuestInk, Token::kDeviceInk,
                                       Token::kDoneInk, Token::kDropInk,    Token::kExitInk,  Token::kIrqInk,
                                       Token::kPanel};
  std::vector<std::string> wrong;
  for (const Drawn& d : r.drawn) {
    if (d.paint.token >= Token::kCount) wrong.push_back("no token: " + quoted(r, d));
    if (d.kind == Kind::kText && !kInk.count(d.paint.token))
      wrong.push_back(std::string(name_of(d.paint.token)) + " is no ink: " + quoted(r, d));
    if (d.kind == Kind::kText && d.type >= Type::kCount) wrong.push_back("no style: " + quoted(r, d));
  }
  return wrong;
}

std::vector<std::string> numbers_without_provenance(const Recording& r) {
  std::vector<std::string> wrong;
  for (const Drawn& d : r.drawn) {
    if (d.kind != Kind::kText || d.text.find_first_of("0123456789") == std::string::npos) continue;
    bool told = d.group >= 0 && r.groups[size_t(d.group)].name == "command",
         panel = false;  // a command is no measurement
    for (int g = d.group; g >= 0; g = r.groups[size_t(g)].parent) {
      const Recording::Group& group = r.groups[size_t(g)];
      told |= group.provenance;
      panel |= group.panel && group.name != "Lab" && group.name != "Console";
    }
    if (panel && !told) wrong.push_back("no provenance: " + quoted(r, d));
  }
  return wrong;
}

std::vector<std::string> invented_rates(const Recording& r) {
  static const std::regex kTold("[a-z_]+=[^ ]+");  // a command's own words
  static const std::regex kRate("(^|[0-9 \u2009])[kMGT]?(pps|b/s( L[12])?)( |$)|exits/s$|[0-9][kMG]?/s$");
  const auto group_of = [&](const Drawn& d) {
    int g = d.group;
    while (g >= 0 && r.groups[size_t(g)].parent >= 0) g = r.groups[size_t(g)].parent;
    return g < 0 ? std::string() : r.groups[size_t(g)].name;
  };
  const bool rated = std::none_of(r.drawn.begin(), r.drawn.end(), [&](const Drawn& d) {
    return d.kind == Kind::kText && group_of(d) == "top bar" &&
           (d.text == "stepped" || d.text.ends_with("events/s") || d.text == "Paused" || d.text == "Idle");
  });
  std::vector<std::string> wrong;
  if (rated) return wrong;
  for (const Drawn& d : r.drawn) {
    bool quoted_text = group_of(d) == "top bar" || d.text.find("full height = ") != std::string::npos;  // of a curve
    for (int g = d.group; g >= 0; g = r.groups[size_t(g)].parent)
      for (const char* words : {"Lab", "Console", "Talk", "command"}) quoted_text |= r.groups[size_t(g)].name == words;
    if (d.kind == Kind::kText && !quoted_text && std::regex_search(std::regex_replace(d.text, kTold, ""), kRate))
      wrong.push_back("a rate while time is stepped, or the machine stands: " + quoted(r, d));
  }
  return wrong;
}

std::vector<std::string> figures_without_stretch(const Recording& r) {
  std::vector<std::string> wrong;
  for (size_t g = 0; g < r.groups.size(); ++g) {
    const Recording::Group& panel = r.groups[g];
    const bool counts = panel.name == "Exits" || panel.name == "Timeline" || panel.name == "Throughput" ||
                        panel.name == "Cycles per packet" || panel.name == "Talk" || panel.name == "Topology";
    if (!panel.panel || !panel.provenance || !counts || panel.rect.w < 300 || panel.rect.h < 160) continue;
    const bool told = std::any_of(r.drawn.begin(), r.drawn.end(), [&](const Drawn& d) {
      if (d.kind != Kind::kText || hidden(d) || !inside(panel.rect, d.box, 0)) return false;
      for (const char* words : {"last second", "so far", "since these settings", "host"})  // a packet's way: no figures
        if (d.text.find(words) != std::string::npos) return true;
      return false;
    });
    if (!told) wrong.push_back("of what time? " + panel.name + place(panel.rect));
  }
  return wrong;
}

std::vector<std::string> names_cut_to_nothing(const Recording& r) {
  std::vector<std::string> wrong;
  for (const Drawn& d : r.drawn)
    if (d.kind == Kind::kText && !hidden(d) && d.text.ends_with("\u2026") && d.text.size() > 3 &&
        d.text.size() <= 3 + 3)
      wrong.push_back("cut to nothing: " + quoted(r, d));
  return wrong;
}

std::vector<std::string> bands_that_merge(const Recording& r) {
  std::vector<const Drawn*> bands;
  for (const Drawn& d : r.drawn)
    if (d.kind == Kind::kStroke && (d.paint.token == Token::kFlow || d.paint.token == Token::kFlowHi) &&
        d.points.size() == 2 && d.points[0].y == d.points[1].y && d.box.w > 24 && !hidden(d))
      bands.push_back(&d);
  std::vector<std::string> wrong;
  for (size_t i = 0; i < bands.size(); ++i)
    for (size_t j = i + 1; j < bands.size(); ++j) {
      const Drawn &a = *bands[i], &b = *bands[j];
      const bool beside = a.box.x < b.box.right() && b.box.x < a.box.right();
      if (beside && std::abs(a.box.y - b.box.y) < (a.width + b.width) / 2 + 2)
        wrong.push_back("bands merge:" + place(a.box) + " and" + place(b.box));
    }
  return wrong;
}

namespace {

const Recording::Group* topology_of(const Recording& r) {
  for (const Recording::Group& g : r.groups)
    if (g.panel && g.name == "Topology" && g.provenance) return &g;  // without a badge it is empty
  return nullptr;
}

std::vector<Rect> nodes_of(const Recording& r, const std::string& vm) {
  std::vector<Rect> nodes;
  for (const Recording::Target& t : r.targets)
    if (t.name == "Topology/vm " + vm) nodes.push_back(t.rect);
  return nodes;
}

}  // namespace

std::vector<std::string> guests_out_of_the_picture(const Recording& r, const Snapshot& s, const std::string& chosen) {
  std::vector<std::string> wrong;
  const Recording::Group* panel = topology_of(r);
  if (!panel || panel->rect.w < 400 || panel->rect.h < 120) return wrong;
  size_t missing = 0;
  for (const VmView& vm : s.vms) {
    const std::vector<Rect> nodes = nodes_of(r, vm.name);
    for (const Rect& node : nodes)
      if (node.w < 60 || node.h < 20) wrong.push_back("cut: " + vm.name + place(node) + " in" + place(panel->rect));
    const bool named = std::any_of(r.drawn.begin(), r.drawn.end(), [&](const Drawn& d) {
      return d.kind == Kind::kText && d.text == vm.name &&
             std::any_of(nodes.begin(), nodes.end(), [&](const Rect& n) { return inside(n, d.box, 0); });
    });
    if (!nodes.empty() && vm.name.size() <= 6 && !named)
      wrong.push_back("its name is cut: " + vm.name + place(nodes[0]));
    if (!nodes.empty()) continue;
    ++missing;
    if (vm.name == chosen) wrong.push_back("not there, and chosen: " + vm.name);
  }
  const bool told = std::any_of(r.drawn.begin(), r.drawn.end(), [&](const Drawn& d) {
    return d.kind == Kind::kText && inside(panel->rect, d.box, 0) &&
           (d.text.ends_with(" more") || d.text.ends_with(" above"));
  });
  if (missing && !told) wrong.push_back(std::to_string(missing) + " VMs are not there, and nothing says so");
  return wrong;
}

std::vector<std::string> guests_drawn_as_running(const Recording& r, const Snapshot& s) {
  std::vector<std::string> wrong;
  for (const VmView& vm : s.vms) {
    if (vm.vcpus.empty()) continue;
    const std::string& state = vm.vcpus[0].state;
    const std::string word = vm.paused || state == "paused"  ? "paused"
                             : state == "halted"             ? "halted"
                             : state.starts_with("stopped:") ? "stopped"
                                                             : "";
    if (word.empty()) continue;
    const auto says = [&](const Rect& at, auto fits) {
      return std::any_of(r.drawn.begin(), r.drawn.end(),
                         [&](const Drawn& d) { return inside(at, d.box, 1) && fits(d); });
    };
    for (const Rect& node : nodes_of(r, vm.name)) {
      const bool told = says(node, [&](const Drawn& d) { return d.kind == Kind::kText && d.text == word; });
      // The symbol alone where a line is narrow; and at speed, where a guest halts and wakes many times a second, a
      // foot as in its lane, and no words that blink.
      const bool symbol = says(node, [&](const Drawn& d) {
        return word == "halted"   ? d.kind == Kind::kFill && d.paint.token == Token::kOutline && d.box.h == 3
               : word == "paused" ? d.kind == Kind::kFill && d.box.w == 3 && d.box.h == 10
                                  : d.kind == Kind::kStroke && d.paint.token == Token::kDropInk;
      });
      const bool short_of_room = node.w < 112 || (word == "halted" && s.state == RunState::kRunning);
      if (!told && !(symbol && short_of_room))
        wrong.push_back(vm.name + " is " + word + ", and drawn as running" + place(node));
    }
    for (const VcpuView& v : vm.vcpus)
      for (const Recording::Target& t : r.targets)
        if (t.name.ends_with("/lane " + v.name) &&
            says(t.rect, [](const Drawn& d) { return d.kind == Kind::kText && d.text == "runs on"; }))
          wrong.push_back(v.name + " is " + word + ", and runs on in its lane" + place(t.rect));
  }
  return wrong;
}

namespace {

void report(const std::vector<std::string>& lines) {
  std::string text;
  for (size_t i = 0; i < lines.size() && i < 12; ++i) text += lines[i] + "\n";
  INFO(text << lines.size() << " in all");
  CHECK(lines.empty());
}

}  // namespace

void check_picture(const Recording& r, const Theme& theme) {
  for (const auto& wrong : {texts_that_leave_or_touch(r), texts_crossed_by_lines(r), texts_without_contrast(r, theme),
                            texts_of_strange_style(r), numbers_without_provenance(r), invented_rates(r),
                            figures_without_stretch(r), names_cut_to_nothing(r), bands_that_merge(r),
                            buttons_without_label(r), buttons_covered(r), sentences_cut(r), sentences_repeated(r)})
    report(wrong);
}

void check_picture(const Headless& h) {
  check_picture(h.recording, h.desktop->theme());
  const Snapshot& s = h.desktop->client().snapshot();
  report(guests_out_of_the_picture(h.recording, s, h.desktop->ui().vm));
  report(guests_drawn_as_running(h.recording, s));
}

}  // namespace ringside::test
