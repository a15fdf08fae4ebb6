// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/measure_block.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "labs/runner/measure.h"
#include "labs/runner/reading.h"

namespace ringside::labs {
namespace {

constexpr size_t kMostSettings = 12, kMostFigures = 6;
constexpr double kMostSeconds = 20;  // for whoever waits; a check answers within 5 s a claim

std::vector<Line> lines_in(const std::vector<std::string>& texts, int number) {
  std::vector<Line> lines;
  for (const std::string& text : texts) lines.push_back({number, text});
  return lines;
}

void read_settings(TomlReader& r, Measure& m) {
  for (const toml::table* one : r.tables("setting")) {
    TomlPlace place{r.place().file, r.line(), "a setting of " + r.place().what};
    TomlReader s(*one, place);
    s.only({"id", "name", "lines"});
    Setting setting{s.required("id"), s.text("name"), lines_in(s.list("lines"), r.line_of(*one))};
    if (setting.name.empty()) setting.name = setting.id;
    if (setting.lines.empty()) s.fail(r.line_of(*one), "This setting sets nothing.", "Expected: `lines = [\"…\"]`");
    m.settings.push_back(std::move(setting));
    r.take(s.status());
  }
}

// `set = "vm set name=web batch={value}"` over `values`.
void read_sweep(TomlReader& r, Measure& m) {
  m.of = r.required("of");
  const std::string set = r.required("set");
  const size_t at = set.find("{value}");
  if (!set.empty() && at == set.npos)
    r.fail(r.line(), "The line that sets a value does not say where it stands.", "Expected `{value}` in `set`.");
  for (const std::string& value : r.list("values")) {
    std::string line = set;
    if (at != set.npos) line.replace(at, 7, value);
    m.settings.push_back({value, value, {{r.line(), line}}});
  }
}

}  // namespace

DoBlock read_measure_block(TomlReader& r, const std::string& id, bool sweep, bool edit) {
  DoBlock block{.id = id, .edit = edit, .line = r.line() - 1};
  Measure m{.sweep = sweep};
  if (sweep)
    r.only({"load", "chart", "windows", "rounds", "window_ms", "of", "set", "values"}), read_sweep(r, m);
  else
    r.only({"load", "chart", "windows", "rounds", "window_ms", "setting"}), read_settings(r, m);
  block.commands = lines_in(r.list("load"), r.line());
  for (const std::string& line : r.list("chart")) {
    const size_t colon = line.find(": ");
    m.chart.push_back({line.substr(0, colon), colon == line.npos ? "" : line.substr(colon + 2)});
  }
  m.rounds = r.whole("rounds", 2), m.windows = r.whole("windows", 4), m.window_ms = r.whole("window_ms", 100);
  std::set<std::string> names;
  for (const Setting& s : m.settings)
    if (!names.insert(s.id).second)
      r.fail(r.line(), "There are two settings `" + s.id + "`.", "Give each a name of its own.");
  if (!sweep && m.settings.size() != 2)
    r.fail(r.line(), "A comparison is one of two settings.", "Expected [[setting]] twice.");
  if (sweep && (m.settings.size() < 3 || m.settings.size() > kMostSettings))
    r.fail(r.line(), "A sweep goes over several values.",
           fmt::format("Expected: `values = [\"1\", \"2\", \"4\"]`, 3 to {}.", kMostSettings));
  if (m.chart.size() > kMostFigures)
    r.fail(r.line(), fmt::format("This draws {} figures.", m.chart.size()),
           fmt::format("Expected at most {}.", kMostFigures));
  if (m.chart.empty()) r.fail(r.line(), "This measures, and draws nothing.", "Expected: `chart = [\"FIGURE\"]`");
  if (m.rounds < 2 || m.rounds * m.windows < kLeastWindows || m.window_ms < 20)
    r.fail(r.line(), "That is too little to say anything.",
           fmt::format("Expected two rounds, {} windows of a setting in all, of 20 ms and more.", kLeastWindows));
  else if (seconds_of(m) > kMostSeconds)
    r.fail(r.line(), fmt::format("This measures for {:.0f} s.", seconds_of(m)),
           fmt::format("Expected at most {:.0f} s: fewer settings, windows or rounds.", kMostSeconds));
  block.measure = std::move(m);
  return block;
}

}  // namespace ringside::labs
