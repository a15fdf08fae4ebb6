// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/measured_chart.h"

#include <algorithm>
#include <cmath>

#include "labs/runner/predicted.h"
#include "labs/runner/session.h"

namespace ringside::labs {
namespace {

constexpr double kFarBeyond = 15;

// The shape that was drawn, at the height where it fits best.
std::vector<double> fitted(const Question& q, const std::string& answer, const MeasuredChart& chart) {
  const auto heights = curve_in(q, answer);
  if (!heights) return {};
  std::vector<std::optional<Reading>> measured;
  for (const MeasuredChart::Figure& figure : chart.figures)
    if (figure.figure == q.chart)
      for (const MeasuredChart::Bar& bar : figure.bars) measured.push_back(bar.reading);
  const double factor = best_height(*heights, measured);
  if (factor <= 0 || measured.size() != heights->size()) return {};
  std::vector<double> all = *heights;
  for (double& height : all) height *= factor;
  return all;
}

void add_places(const Question& q, const std::string& answer, const Window& window, MeasuredChart& chart) {
  const auto said = order_in(q, answer);
  if (!said) return;
  const Order came = measured_order(q, window);
  for (const Option& option : q.options) {
    const MeasuredName name = measured_name(option.of);
    if (!name.setting.empty())
      chart.places.push_back({q.id, name.figure, name.setting, place_in(*said, option.id), place_in(came, option.id)});
  }
}

MeasuredChart::Said said_of(const Question& q, const std::string& answer, const MeasuredChart& chart) {
  MeasuredChart::Said said{q.id, q.chart, answer_text(q, answer), {}, {}, {}};
  if (q.answers == AnswerKind::kCurve) {
    said.text = curve_shape(q, answer), said.curve = fitted(q, answer, chart);
    return said;
  }
  const auto number = number_in(answer);
  if (!number || !std::isfinite(*number) || *number < 0 || q.answers != AnswerKind::kNumber) return said;
  if (q.as == "point") said.along = number;
  if (q.as == "value") said.value = number;
  if (q.as == "ratio")
    for (const MeasuredChart::Figure& figure : chart.figures)
      if (figure.figure == q.chart && !figure.bars.empty() && figure.bars.front().reading)
        said.value = *number * figure.bars.front().reading->value;
  return said;
}

}  // namespace

double MeasuredChart::top_of(const Figure& figure) const {
  double top = 0;
  for (const Bar& bar : figure.bars)
    if (bar.reading) top = std::max(top, bar.reading->high);
  // A guess far beyond would leave nothing to be seen of what was measured.
  const double measured = top;
  for (const Said& one : said)
    if (one.figure == figure.figure) {
      if (one.value && *one.value <= kFarBeyond * measured) top = std::max(top, *one.value);
      for (const double height : one.curve) top = std::max(top, height);
    }
  return top;
}

const MeasuredChart::Place* MeasuredChart::place_at(const Figure& figure, const Bar& bar) const {
  for (const Place& place : places)
    if (place.figure == figure.figure && place.setting == bar.setting) return &place;
  return nullptr;
}

std::string ordinal(size_t n) {
  const bool teen = n % 100 >= 11 && n % 100 <= 13;
  return std::to_string(n) + (teen || n % 10 == 0 || n % 10 > 3 ? "th"
                              : n % 10 == 1                     ? "st"
                              : n % 10 == 2                     ? "nd"
                                                                : "rd");
}

std::string plain_caption(std::string caption) {
  std::erase(caption, '*');
  return caption;
}

namespace {

// The block itself shows what came, or a question that looks at it.
bool lies_on(const Lab& lab, const Question& q, const DoBlock& block) {
  const Question* shows = lab.question(q.seen);
  return q.seen == block.id || (shows && shows->since == block.id);
}

}  // namespace

MeasuredChart measured_chart(const Lab& lab, const DoBlock& block, const Window& window,
                             const std::map<std::string, std::string>& answers) {
  MeasuredChart chart;
  if (!block.measure || window.samples.empty()) return chart;
  const Measure& m = *block.measure;
  chart.sweep = m.sweep, chart.of = m.of;
  for (const Sample& sample : window.samples) chart.seconds += sample.seconds, chart.windows += undisturbed(sample);
  chart.windows /= int(m.settings.size());
  for (const ChartLine& line : m.chart) {
    MeasuredChart::Figure figure{line.figure, line.caption.empty() ? line.figure : line.caption, {}, {}};
    for (const Setting& setting : m.settings) {
      auto reading = read_figure(window, {line.figure, setting.id});
      if (!reading && chart.trouble.empty()) chart.trouble = reading.error().what;
      figure.bars.push_back({setting.id, setting.name, reading ? std::optional(*reading) : std::nullopt});
    }
    if (!m.sweep)
      if (auto ratio = read_ratio(window, {line.figure, m.settings[1].id}, {line.figure, m.settings[0].id}))
        figure.ratio = *ratio;
    chart.figures.push_back(std::move(figure));
  }
  for (const Question& q : lab.questions) {
    const auto answer = answers.find(q.id);
    if (q.kind != QuestionKind::kPredict || !lies_on(lab, q, block) || answer == answers.end()) continue;
    if (q.answers == AnswerKind::kOrder) add_places(q, answer->second, window, chart);
    if (!q.chart.empty() && q.answers != AnswerKind::kOrder) chart.said.push_back(said_of(q, answer->second, chart));
  }
  return chart;
}

}  // namespace ringside::labs
