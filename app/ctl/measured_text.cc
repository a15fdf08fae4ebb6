// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/measured_text.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace ringside::ctl {
namespace {

constexpr int kBar = 30;  // columns of the longest bar

using labs::MeasuredChart;

std::string bar_text(double value, double top) {
  const int columns = top > 0 ? int(std::lround(value / top * kBar)) : 0;
  std::string bar;
  for (int i = 0; i < columns; i++) bar += "█";
  return bar.empty() && value > 0 ? "▏" : bar;
}

// The bar with a ring where a drawn curve lies.
std::string marked_bar(double value, double at, double top) {
  const int columns = top > 0 ? int(std::lround(value / top * kBar)) : 0,
            place = top > 0 ? int(std::lround(at / top * kBar)) : 0;
  std::string bar;
  for (int i = 0; i < std::max(columns, place + 1); i++) bar += i == place ? "○" : i < columns ? "█" : " ";
  return bar;
}

std::string place_text(const MeasuredChart::Place& place) {
  if (place.came == 0) return "  ← you said " + labs::ordinal(place.said);
  if (place.came == place.said) return "  ← " + labs::ordinal(place.came) + ", as you said";
  return "  ← " + labs::ordinal(place.came) + ", you said " + labs::ordinal(place.said);
}

size_t widest_name(const MeasuredChart& chart) {
  size_t width = 9;
  for (const MeasuredChart::Bar& bar : chart.figures.front().bars) width = std::max(width, bar.name.size());
  return width;
}

}  // namespace

std::string measured_text(const Terminal& terminal, const MeasuredChart& chart, const std::string& recorded) {
  if (chart.figures.empty()) return {};
  std::string text = fmt::format("{}: {} windows {}, {:.1f} s in all.\n", recorded.empty() ? "Measured" : "[recorded]",
                                 chart.windows, chart.sweep ? "of each value" : "of each", chart.seconds);
  if (!recorded.empty())
    text += inked(terminal, Ink::kWarning, "This was recorded on another machine. " + recorded) + "\n";
  if (!chart.trouble.empty()) text += inked(terminal, Ink::kWarning, "Not clear. " + chart.trouble) + "\n";
  const size_t width = widest_name(chart);
  for (const MeasuredChart::Figure& figure : chart.figures) {
    const double top = chart.top_of(figure);
    std::string head = labs::plain_caption(figure.caption);
    if (chart.sweep) head += ", by " + chart.of;
    text += "\n" + inked(terminal, Ink::kBold, head) + "\n";
    for (size_t i = 0; i < figure.bars.size(); i++) {
      const MeasuredChart::Bar& bar = figure.bars[i];
      text += fmt::format("  {:<{}}  ", bar.name, width);
      const MeasuredChart::Said* drawn = nullptr;
      for (const MeasuredChart::Said& said : chart.said)
        if (said.figure == figure.figure && i < said.curve.size()) drawn = &said;
      text += !bar.reading ? std::string("not clear")
                           : fmt::format("{:<22} {}", labs::reading_text(*bar.reading),
                                         drawn ? marked_bar(bar.reading->value, drawn->curve[i], top)
                                               : bar_text(bar.reading->value, top));
      if (const MeasuredChart::Place* place = chart.place_at(figure, bar)) text += place_text(*place);
      for (const MeasuredChart::Said& said : chart.said)
        if (said.figure == figure.figure && said.along && labs::number_text(*said.along) == bar.setting)
          text += "  ← your prediction";
      text += "\n";
    }
    if (figure.ratio)
      text +=
          fmt::format("  {} by {}: {}\n", figure.bars[1].name, figure.bars[0].name, labs::reading_text(*figure.ratio));
    for (const MeasuredChart::Said& said : chart.said) {
      if (said.figure != figure.figure) continue;
      text += !said.curve.empty() ? fmt::format("  You said: {} (○, its shape where it fits best)\n", said.text)
              : said.value
                  ? fmt::format("  {:<{}}  {:<22} {}\n", "you said", width, said.text, bar_text(*said.value, top))
                  : fmt::format("  You said: {}\n", said.text);
    }
  }
  return text;
}

std::string measured_text(const Terminal& terminal, const labs::LabSession& session, const std::string& block) {
  return measured_text(terminal, session.chart_of(*session.lab().block(block)), session.recorded_of(block));
}

std::string measure_plan(const labs::Measure& m) {
  std::string order;
  for (const labs::Setting& setting : m.settings) order += (order.empty() ? "" : ", ") + setting.name;
  return m.sweep ? fmt::format("Then it measures by itself, there and back: {} = {}. About {:.0f} s.\n", m.of, order,
                               std::ceil(labs::seconds_of(m)))
                 : fmt::format("Then it measures by itself, in turn: {}, {}. About {:.0f} s.\n", order, order,
                               std::ceil(labs::seconds_of(m)));
}

bool MeasureDots::hear(const labs::MeasureProgress& p) {
  if (!told_)
    print(fmt::format("  measuring, about {:.0f} s ", std::ceil(p.seconds_left)));
  else if (*told_ != p.done)
    print(".");
  told_ = p.done;
  return true;
}

void MeasureDots::end() {
  if (told_) print("\n");
  told_.reset();
}

}  // namespace ringside::ctl
