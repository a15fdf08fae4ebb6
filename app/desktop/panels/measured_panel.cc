// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/measured_panel.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "app/desktop/model/lab_desk.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/plot.h"

namespace ringside::desktop {
namespace {

using labs::MeasuredChart;
constexpr float kBarRow = 26, kPlotHeight = 190, kTickRoom = 52, kColumn = 340, kNumber = 70, kGap = 32;

// Figures with one unit share a plot, so that one sees where they cross: "cycles a packet, the guest".
std::string unit_of(const std::string& caption) { return caption.substr(0, caption.find(',')); }

Provenance provenance_of(const MeasuredChart::Figure& figure) {
  Provenance weakest = Provenance::kMeasured;
  for (const MeasuredChart::Bar& bar : figure.bars)
    if (bar.reading) weakest = std::max(weakest, bar.reading->provenance);
  return weakest;
}

// A column of the panel: a pen that moves down.
class Column {
 public:
  // `recorded`: why another machine measured it; "" = this one did.
  Column(const PanelFrame& f, const MeasuredChart& chart, const std::string& recorded, float x, float y, float w)
      : f_(f), c_(f.c), chart_(chart), recorded_(recorded), x_(x), w_(w), y_(y), names_(std::min(104.f, w * 0.28f)) {}

  // Whose chart it is, and whether it says anything.
  float head(const std::string& title) {
    const std::string windows = say(
        "chart.windows", {{"n", std::to_string(chart_.windows)}, {"seconds", fmt::format("{:.1f}", chart_.seconds)}});
    const float used = c_.name({x_, y_ + 8}, Type::kBodyBold, Token::kText, title, w_);
    const bool beside = used + 16 + c_.width(Type::kSmall, windows) <= w_;
    if (beside) c_.text({x_ + used + 16, y_ + 9}, Type::kSmall, Token::kMuted, windows);
    y_ += 28;
    if (!beside) paragraph(windows, Token::kMuted);
    if (!recorded_.empty()) paragraph(say("chart.recorded.why", {{"why", recorded_}}), Token::kText);
    if (!chart_.trouble.empty()) paragraph(say("chart.unclear", {{"why", chart_.trouble}}), Token::kText);
    return y_;
  }

  // Its figures `first` to before `last`.
  float figures(size_t first, size_t last) {
    chart_.sweep ? sweep(first, last) : comparison(first, last);
    return y_;
  }

 private:
  std::string say(std::string_view key, const std::vector<std::pair<std::string, std::string>>& values = {}) const {
    return f_.words.lab(key, values);
  }

  void paragraph(const std::string& text, Token ink) {
    for (const std::string& line : c_.wrap(Type::kSmall, text, w_)) {
      c_.text({x_, y_ + 9}, Type::kSmall, ink, line);
      y_ += 20;
    }
    y_ += 6;
  }

  void caption(const std::string& text, Provenance provenance) {
    const std::string qualifier = recorded_.empty() ? "" : say("chart.recorded");
    const float tag = badge_width(c_, provenance, qualifier);
    c_.name({x_, y_ + 10}, Type::kSmallBold, Token::kText2, labs::plain_caption(text), w_ - tag - 8);
    badge(c_, {x_ + w_ - tag, y_ + 10}, provenance, qualifier);
    y_ += 26;
  }

  float at(double value, double top) const {
    return x_ + names_ + (w_ - names_ - kNumber) * float(top > 0 ? value / top : 0);
  }

  // "1st, you said 2nd".
  std::string place_words(const MeasuredChart::Place& place) const {
    const std::string came = labs::ordinal(place.came), said = labs::ordinal(place.said);
    return place.came == 0            ? say("chart.place_said", {{"said", said}})
           : place.came == place.said ? say("chart.place_right", {{"came", came}})
                                      : say("chart.place", {{"came", came}, {"said", said}});
  }

  // A name, its bar with the stretch that the windows leave open, its number; below it, where it was put in an order.
  void bar(const MeasuredChart::Figure& figure, const MeasuredChart::Bar& one, double top, Token fill) {
    const float mid = y_ + kBarRow / 2, left = x_ + names_;
    c_.name({x_, mid}, Type::kSmall, Token::kText, one.name, names_ - 8);
    if (!one.reading) {
      c_.text({left, mid}, Type::kSmall, Token::kMuted, say("chart.none"));
    } else {
      c_.fill({left, mid - 8, std::max(2.f, at(one.reading->value, top) - left), 16}, fill, 2);
      if (!one.reading->exact()) {
        const float low = std::max(left, at(one.reading->low, top)), high = at(one.reading->high, top);
        c_.line({low, mid}, {high, mid}, Token::kText, 1.5f);
        for (const float end : {low, high}) c_.line({end, mid - 4}, {end, mid + 4}, Token::kText, 1.5f);
      }
      c_.text({x_ + w_, mid}, Type::kBodyBold, Token::kText, labs::measured_text(one.reading->value), Align::kRight);
    }
    c_.target("bar " + one.setting, {x_, y_, w_, kBarRow});
    y_ += kBarRow;
    const MeasuredChart::Place* place = chart_.place_at(figure, one);
    if (!place) return;
    c_.name({left, y_ + 7}, Type::kSmall, Token::kText2, place_words(*place), w_ - names_);
    y_ += 20;
  }

  // Where a prediction lies on the bars above it.
  void said(const MeasuredChart::Said& one, double top) {
    const std::string words = say("chart.said", {{"what", one.text}});
    const float left = x_ + names_, width = c_.width(Type::kSmall, words);
    if (one.value && top > 0 && *one.value <= top) {
      const float place = at(*one.value, top);
      c_.dashes({place, y_ - 2 * kBarRow}, {place, y_ + 3}, Token::kHalo, 2, 4, 3);
      c_.text({std::clamp(place - width / 2, left, std::max(left, x_ + w_ - width)), y_ + 12}, Type::kSmall,
              Token::kText2, words);
    } else {
      c_.name({left, y_ + 12}, Type::kSmall, Token::kText2, words, w_ - names_);
    }
    y_ += 24;
  }

  void comparison(size_t begin, size_t end) {
    for (size_t at = begin; at < end; ++at) {
      const MeasuredChart::Figure& figure = chart_.figures[at];
      caption(figure.caption, provenance_of(figure));
      const double top = chart_.top_of(figure);
      for (size_t i = 0; i < figure.bars.size(); ++i)
        bar(figure, figure.bars[i], top, i == 0 ? Token::kFlow : Token::kFlowHi);
      for (const MeasuredChart::Said& one : chart_.said)
        if (one.figure == figure.figure) said(one, top);
      if (figure.ratio) {
        const std::string words = say("chart.by", {{"a", figure.bars[0].name}, {"b", figure.bars[1].name}});
        const std::string number = labs::measured_text(figure.ratio->value) + "\u2009×";
        const float room = w_ - c_.width(Type::kBodyBold, number) - 12;
        c_.name({x_ + names_, y_ + 10}, Type::kSmall, Token::kText2, words, room - names_);
        c_.text({x_ + w_, y_ + 10}, Type::kBodyBold, Token::kText, number, Align::kRight);
        y_ += 24;
      }
      y_ += 8;
    }
  }

  void curve(Rect r, const MeasuredChart::Figure& figure, double top, Token token) {
    std::vector<Point> points;
    for (size_t i = 0; i < figure.bars.size(); ++i) {
      const auto point = [&](double value) {
        return Point{r.x + r.w * (float(i) + 0.5f) / float(figure.bars.size()), r.bottom() - r.h * float(value / top)};
      };
      if (!figure.bars[i].reading) {
        c_.polyline(points, token, 2), points.clear();
        continue;
      }
      const labs::Reading& reading = *figure.bars[i].reading;
      c_.line(point(reading.low), point(reading.high), token, 1.5f);
      points.push_back(point(reading.value));
      c_.disc(points.back(), 4, token);
    }
    c_.polyline(points, token, 2);
    for (const MeasuredChart::Said& one : chart_.said) {
      if (one.figure != figure.figure) continue;
      const auto drawn = [&](size_t i) {
        return Point{r.x + r.w * (float(i) + 0.5f) / float(figure.bars.size()),
                     r.bottom() - r.h * float(one.curve[i] / top)};
      };
      for (size_t i = 0; i < one.curve.size(); ++i) {
        if (i + 1 < one.curve.size()) c_.dashes(drawn(i), drawn(i + 1), Token::kHalo, 2, 4, 3);
        c_.circle(drawn(i), 4, Token::kHalo, 1.5f);
      }
    }
  }

  // Above points of a curve: where they were put in an order, and where they are.
  void place_marks(Rect r, const MeasuredChart::Figure& figure, double top) {
    for (size_t i = 0; i < figure.bars.size(); ++i) {
      const MeasuredChart::Place* place = chart_.place_at(figure, figure.bars[i]);
      if (!place) continue;
      const std::string words = place_words(*place);
      const double value = figure.bars[i].reading ? figure.bars[i].reading->high : 0;
      const float width = c_.width(Type::kSmall, words) + 8,
                  middle = r.x + r.w * (float(i) + 0.5f) / float(figure.bars.size()),
                  y = std::max(r.y - 2, r.bottom() - r.h * float(value / top) - 16);
      const Rect ground{std::clamp(middle - width / 2, r.x, r.right() - width), y - 10, width, 20};
      c_.fill(ground, Token::kPanel, 3);
      c_.text({ground.x + 4, y}, Type::kSmall, Token::kText2, words);
    }
  }

  void sweep(size_t begin, size_t end) {
    constexpr Token kCurves[] = {Token::kGuest, Token::kDevice, Token::kSwitch, Token::kIrq};
    for (size_t first = begin, next = begin; first < end; first = next) {
      const MeasuredChart::Figure& leader = chart_.figures[first];
      const std::string unit = unit_of(leader.caption);
      double top = 0;
      for (next = first; next < end && unit_of(chart_.figures[next].caption) == unit; ++next)
        top = std::max(top, chart_.top_of(chart_.figures[next]));
      caption(next - first > 1 ? unit : leader.caption, provenance_of(leader));
      // Who is who, before the curves: nobody searches for the end of a line.
      for (size_t i = first; i < next && next - first > 1; ++i) {
        c_.fill({x_, y_ + 6, 14, 4}, kCurves[(i - first) % 4], 2);
        const std::string words = labs::plain_caption(chart_.figures[i].caption);
        c_.name({x_ + 22, y_ + 8}, Type::kSmall, Token::kText2, words.substr(std::min(words.size(), unit.size() + 2)),
                w_ - 22);
        y_ += 20;
      }
      for (size_t i = first; i < next; ++i)
        for (const MeasuredChart::Said& one : chart_.said)
          if (one.figure == chart_.figures[i].figure && !one.curve.empty()) {
            c_.dashes({x_, y_ + 8}, {x_ + 14, y_ + 8}, Token::kHalo, 2, 4, 3);
            c_.name({x_ + 22, y_ + 8}, Type::kSmall, Token::kText2, say("chart.shape", {{"what", one.text}}), w_ - 22);
            y_ += 20;
          }
      top = round_top(top);
      const Rect r{x_ + kTickRoom, y_ + 10, w_ - kTickRoom - 8, kPlotHeight};
      axes(r, top, leader);
      for (size_t i = first; i < next; ++i) curve(r, chart_.figures[i], top, kCurves[(i - first) % 4]);
      for (size_t i = first; i < next; ++i) place_marks(r, chart_.figures[i], top);
      y_ = r.bottom() + 48;
    }
  }

  void axes(Rect r, double top, const MeasuredChart::Figure& figure) {
    for (const double part : {0.0, 0.5, 1.0}) {
      const float level = r.bottom() - r.h * float(part);
      c_.line({r.x, level}, {r.right(), level}, Token::kLine, 1);
      c_.text({r.x - 8, level}, Type::kSmall, Token::kMuted, labs::measured_text(top * part), Align::kRight);
    }
    for (size_t i = 0; i < figure.bars.size(); ++i) {
      const float place = r.x + r.w * (float(i) + 0.5f) / float(figure.bars.size());
      c_.text({place, r.bottom() + 12}, Type::kSmall, Token::kText2, figure.bars[i].name, Align::kCentre);
      for (const MeasuredChart::Said& one : chart_.said) {
        if (one.figure != figure.figure || !one.along || labs::number_text(*one.along) != figure.bars[i].setting)
          continue;
        c_.dashes({place, r.y - 4}, {place, r.bottom()}, Token::kHalo, 2, 4, 3);
        const std::string words = say("chart.said", {{"what", one.text}});
        c_.text({std::min(place + 8, r.right() - c_.width(Type::kSmall, words)), r.y + 2}, Type::kSmall, Token::kText2,
                words);
      }
    }
    c_.text({r.right(), r.bottom() + 32}, Type::kSmall, Token::kMuted, chart_.of, Align::kRight);
  }

  const PanelFrame& f_;
  Canvas& c_;
  const MeasuredChart& chart_;
  const std::string recorded_;
  const float x_, w_;
  float y_;
  const float names_;
};

// What exits cost here, as `measure exits` found it, and what the talk says. Returns where it ends.
float draw_prices(const PanelFrame& f, float x, float y, float w) {
  Canvas& c = f.c;
  const auto say = [&](std::string_view key) { return f.words.lab(key, {}); };
  c.name({x, y + 8}, Type::kBodyBold, Token::kText, say("prices.title"), w);
  y += 28;
  double top = 0;
  for (const ExitPriceView& price : f.s.prices)
    if (price.samples || price.provenance == Provenance::kReference) top = std::max(top, double(price.median));
  const float names = std::min(170.f, w * 0.4f), room = w - names - kNumber;
  for (const ExitPriceView& price : f.s.prices) {
    const float mid = y + kBarRow / 2;
    c.name({x, mid}, Type::kSmall, Token::kText, price.name, names - 8);
    if (price.samples == 0) {
      c.name({x + names, mid}, Type::kSmall, Token::kMuted, price.how, w - names);
    } else {
      c.fill({x + names, mid - 8, std::max(2.f, room * float(double(price.median) / top)), 16}, Token::kExit, 2);
      c.text({x + w, mid}, Type::kBodyBold, Token::kText, labs::measured_text(double(price.median)), Align::kRight);
    }
    y += kBarRow;
  }
  y += 6;
  badge(c, {x, y + 10}, Provenance::kMeasured, f.s.prices.front().nested ? "nested" : "");
  for (const std::string& line : c.wrap(Type::kSmall, say("prices.talk"), w)) {
    y += 22;
    c.text({x, y + 14}, Type::kSmall, Token::kMuted, line);
  }
  return y + 36;
}

// The name of the step that the block stands in.
std::string title_of(const labs::Lab& lab, const labs::DoBlock& block) {
  for (const labs::Step& step : lab.steps)
    for (const labs::Item& item : step.items)
      if (item.kind == labs::ItemKind::kDo && &lab.blocks[item.index] == &block) {
        std::string title = step.name.empty() ? step.kind : step.name;
        title[0] = char(std::toupper(title[0]));
        return title;
      }
  return block.id;
}

}  // namespace

std::string MeasuredPanel::explanation(const PanelFrame& f) const {
  return empty(f) ? "" : "median, and how far it may be off";
}

bool MeasuredPanel::empty(const PanelFrame& f) const {
  return f.s.prices.empty() && (!f.lab || f.lab->picture().charts.empty());
}

Point MeasuredPanel::least(const PanelFrame&) const { return {kColumn, height_}; }

void MeasuredPanel::draw(const PanelFrame& f, Rect body) {
  static const LabPicture kNone;
  const LabPicture& p = f.lab ? f.lab->picture() : kNone;
  if (!f.s.prices.empty()) {
    const float w = p.charts.empty() ? body.w : std::min(body.w, kColumn + 40);
    const float end = draw_prices(f, body.x, body.y + 4, std::min(w, 2 * kColumn));
    if (p.charts.empty() || body.w < 2 * kColumn + kGap)
      body.cut_top(end - body.y);
    else
      body.cut_left(w + kGap);
    height_ = end - body.y;
    if (p.charts.empty()) return;
  }
  std::vector<const labs::DoBlock*> blocks;
  for (const labs::DoBlock& block : p.lab->blocks)
    if (p.charts.count(block.id)) blocks.push_back(&block);
  const size_t fit = std::max<size_t>(1, size_t((body.w + kGap) / (kColumn + kGap)));
  const auto width_of = [&](size_t columns) { return (body.w - kGap * float(columns - 1)) / float(columns); };
  // One chart takes the whole width. Of several each has a column, in the order of the lab; where they stand below each
  // other, the newest is on top.
  const size_t columns = std::min(fit, blocks.size());
  if (columns == 1) std::reverse(blocks.begin(), blocks.end());
  std::vector<float> ends(columns, body.y + 4);
  for (size_t i = 0; i < blocks.size(); ++i) {
    const MeasuredChart& chart = p.charts.at(blocks[i]->id);
    float& y = ends[i % columns];
    const float w = width_of(columns), x = body.x + float(i % columns) * (w + kGap);
    const auto from = p.recorded.find(blocks[i]->id);
    const std::string recorded = from == p.recorded.end() ? "" : from->second;
    y = Column(f, chart, recorded, x, y, w).head(title_of(*p.lab, *blocks[i]));
    const size_t all = chart.figures.size(), parts = columns == 1 ? std::min({fit, all, size_t(2)}) : 1;
    float lowest = y;
    for (size_t part = 0; part < parts; ++part) {
      const size_t first = all * part / parts, last = all * (part + 1) / parts;
      lowest = std::max(lowest, Column(f, chart, recorded, x + float(part) * (width_of(parts) + kGap), y,
                                       parts == 1 ? w : width_of(parts))
                                    .figures(first, last));
    }
    y = lowest + 16;
  }
  height_ = *std::max_element(ends.begin(), ends.end()) - body.y;
}

}  // namespace ringside::desktop
