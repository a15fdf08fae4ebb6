// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/measured_chart.h"

#include <algorithm>
#include <cmath>

#include "labs/runner/session.h"

namespace ringside::labs {
namespace {

constexpr double kFarBeyond = 15;

MeasuredChart::Said said_of(const Question& q, const std::string& answer, const MeasuredChart& chart) {
  MeasuredChart::Said said{q.id, q.chart, answer_text(q, answer), {}, {}};
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
    if (one.figure == figure.figure && one.value && *one.value <= kFarBeyond * measured)
      top = std::max(top, *one.value);
  return top;
}

std::string plain_caption(std::string caption) {
  std::erase(caption, '*');
  return caption;
}

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
    const Question* shows = lab.question(q.seen);
    const bool here = q.seen == block.id || (shows && shows->since == block.id);
    if (q.kind == QuestionKind::kPredict && !q.chart.empty() && here && answer != answers.end())
      chart.said.push_back(said_of(q, answer->second, chart));
  }
  return chart;
}

}  // namespace ringside::labs
