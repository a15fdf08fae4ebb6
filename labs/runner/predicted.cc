// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/predicted.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include <fmt/format.h>

#include "engine/base/visible.h"
#include "labs/runner/lab_toml.h"
#include "labs/runner/session.h"
#include "labs/runner/values.h"

namespace ringside::labs {
namespace {

constexpr double kAlike = 0.1;  // of its span: what a shape does not see

std::string trimmed(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \t"), end = text.find_last_not_of(" \t");
  return begin == text.npos ? "" : text.substr(begin, end + 1 - begin);
}

bool is_shape(const std::string& name) { return std::find(kShapes.begin(), kShapes.end(), name) != kShapes.end(); }

std::string shape_words(const std::string& shape) { return shape.empty() ? "up and down" : shape; }

Error no_answer(const std::string& what, const std::string& remedy) {
  return {what, "Nothing was stored.", remedy, ""};
}

// An id, or the number that stands before it in the list. Null: neither.
const Option* option_called(const Question& q, const std::string& word) {
  for (const Option& option : q.options)
    if (option.id == word) return &option;
  const bool digits = !word.empty() && word.size() < 4 && word.find_first_not_of("0123456789") == word.npos;
  const size_t number = digits ? size_t(std::atoi(word.c_str())) : 0;
  return number >= 1 && number <= q.options.size() ? &q.options[number - 1] : nullptr;
}

// Without an example: that would be an answer.
std::string order_form(const Question& q) {
  std::string ids;
  for (const Option& option : q.options) ids += (ids.empty() ? "" : ", ") + option.id;
  return "Expected all of " + ids + ", the greatest first: `>` between two of them, `=` between what is alike.";
}

std::string curve_form(const Question& q) {
  std::string names, values;
  for (const std::string& name : kShapes) names += (names.empty() ? "" : ", ") + name;
  for (const std::string& value : q.values) values += (values.empty() ? "" : ", ") + value;
  return fmt::format("Expected one of {}; or {} numbers, one for each of {}, with blanks between.", names,
                     q.values.size(), values);
}

}  // namespace

const std::vector<std::string> kShapes = {"rising", "falling", "flat", "peak", "valley"};

Result<Order> order_in(const Question& q, const std::string& typed) {
  Order order;
  std::vector<std::string> seen;
  bool alike = false;
  std::string word;
  const auto take = [&]() -> Status {
    const std::string name = trimmed(word);
    const Option* option = option_called(q, name);
    if (name.empty()) return no_answer("There is nothing on one side of a sign.", order_form(q));
    if (!option) return no_answer("\"" + excerpt(visible_line(name), 40) + "\" is none of them.", order_form(q));
    if (std::count(seen.begin(), seen.end(), option->id))
      return no_answer("`" + option->id + "` stands there twice.", order_form(q));
    seen.push_back(option->id);
    alike ? order.back().push_back(option->id) : order.push_back({option->id});
    word.clear();
    return {};
  };
  for (const char c : typed) {
    if (c != '>' && c != '=') {
      word += c;
      continue;
    }
    if (Status taken = take(); !taken) return taken.error();
    alike = c == '=';
  }
  if (trimmed(typed).empty()) return no_answer("There is no answer yet.", order_form(q));
  if (Status taken = take(); !taken) return taken.error();
  for (const Option& option : q.options)
    if (!std::count(seen.begin(), seen.end(), option.id))
      return no_answer(fmt::format("These are {} of {}: `{}` is missing.", seen.size(), q.options.size(), option.id),
                       order_form(q));
  for (auto& place : order) {  // alike is alike, whichever was said first
    std::vector<std::string> sorted;
    for (const Option& option : q.options)
      if (std::count(place.begin(), place.end(), option.id)) sorted.push_back(option.id);
    place = std::move(sorted);
  }
  return order;
}

std::string order_value(const Order& order) {
  std::string text;
  for (const auto& place : order)
    for (size_t i = 0; i < place.size(); i++) text += (text.empty() ? "" : i ? " = " : " > ") + place[i];
  return text;
}

std::string order_text(const Question& q, const Order& order) {
  Order named = order;
  for (auto& place : named)
    for (std::string& id : place)
      if (const Option* option = option_called(q, id)) id = option->text;
  return order_value(named);
}

Order order_of(const std::vector<std::pair<std::string, std::optional<Reading>>>& options) {
  std::vector<std::pair<std::string, Reading>> all;
  for (const auto& [id, reading] : options) {
    if (!reading) return {};
    all.emplace_back(id, *reading);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.second.value > b.second.value; });
  Order order;
  for (size_t i = 0; i < all.size(); i++)
    if (i > 0 && all[i].second.high >= all[i - 1].second.low)
      order.back().push_back(all[i].first);
    else
      order.push_back({all[i].first});
  return order;
}

size_t place_in(const Order& order, const std::string& id) {
  for (size_t i = 0; i < order.size(); i++)
    if (std::count(order[i].begin(), order[i].end(), id)) return i + 1;
  return 0;
}

std::vector<double> shape_called(const std::string& name, size_t points) {
  if (!is_shape(name) || points == 0) return {};
  std::vector<double> heights;
  for (size_t i = 0; i < points; i++) {
    const double along = double(i + 1) / double(points),
                 from_middle = std::abs(2 * double(i) - double(points - 1)) / double(points);
    heights.push_back(name == "rising"    ? along
                      : name == "falling" ? 1 + 1 / double(points) - along
                      : name == "peak"    ? 1 - from_middle
                      : name == "valley"  ? 1 / double(points) + from_middle
                                          : 0.5);
  }
  return heights;
}

std::string shape_of(const std::vector<double>& heights, double off) {
  if (heights.size() < 2) return {};
  const auto [low, high] = std::minmax_element(heights.begin(), heights.end());
  const double span = *high - *low, slack = std::max(kAlike * span, off);
  if (span <= std::max(kAlike * *high, 2 * off)) return "flat";
  // Against its direction by no more than what a shape does not see.
  const auto goes = [&](auto begin, auto end, double sign) {
    double most = sign * *begin;
    for (auto at = begin; at != end; ++at) {
      if (sign * *at < most - slack) return false;
      most = std::max(most, sign * *at);
    }
    return true;
  };
  const double ends = heights.back() - heights.front();
  if (goes(heights.begin(), heights.end(), 1) && ends > slack) return "rising";
  if (goes(heights.begin(), heights.end(), -1) && -ends > slack) return "falling";
  if (goes(heights.begin(), high + 1, 1) && goes(high, heights.end(), -1)) return "peak";
  if (goes(heights.begin(), low + 1, -1) && goes(low, heights.end(), 1)) return "valley";
  return {};
}

Result<std::vector<double>> curve_in(const Question& q, const std::string& typed) {
  const std::string text = trimmed(typed);
  if (text.empty()) return no_answer("There is no answer yet.", curve_form(q));
  if (auto shape = shape_called(text, q.values.size()); !shape.empty()) return shape;
  std::vector<double> heights;
  std::istringstream in(text);
  for (std::string word; in >> word;) {
    while (word.size() > 1 && (word.back() == ',' || word.back() == ';')) word.pop_back();
    const auto number = number_in(word);
    if (!number || !std::isfinite(*number) || *number < 0 || *number > 1e15)
      return no_answer("\"" + excerpt(visible_line(word), 40) + "\" is no height.", curve_form(q));
    heights.push_back(*number);
  }
  if (heights.size() != q.values.size())
    return no_answer(fmt::format("That is {} of {} numbers: {}.", heights.size(), q.values.size(),
                                 excerpt(curve_value(heights), 80)),
                     curve_form(q));
  if (std::all_of(heights.begin(), heights.end(), [](double h) { return h == 0; }))
    return no_answer("All of it lies at 0.", curve_form(q));
  return heights;
}

std::string curve_value(const std::vector<double>& heights) {
  std::string text;
  for (const double height : heights) text += (text.empty() ? "" : " ") + number_text(height);
  return text;
}

std::string curve_shape(const Question& q, const std::string& value) {
  if (is_shape(value)) return value;
  const auto heights = curve_in(q, value);
  return heights ? shape_words(shape_of(*heights)) : value;
}

std::string curve_text(const Question& q, const std::string& value) {
  const auto heights = curve_in(q, value);
  if (is_shape(value) || !heights) return value;
  std::string numbers;
  for (const double height : *heights) numbers += (numbers.empty() ? "" : ", ") + number_text(height);
  return shape_words(shape_of(*heights)) + " (" + numbers + ")";
}

double best_height(const std::vector<double>& heights, const std::vector<std::optional<Reading>>& measured) {
  double both = 0, own = 0;
  for (size_t i = 0; i < heights.size() && i < measured.size(); i++)
    if (measured[i]) both += heights[i] * measured[i]->value, own += heights[i] * heights[i];
  return own > 0 ? both / own : 0;
}

const DoBlock* block_of(const Lab& lab, const Question& q) {
  const Question* shows = lab.question(q.seen);
  const DoBlock* block = lab.block(shows ? shows->since : q.seen);
  return block && block->measure ? block : nullptr;
}

std::vector<std::optional<Reading>> measured_curve(const Lab& lab, const Question& q, const Window& window) {
  std::vector<std::optional<Reading>> all;
  if (const DoBlock* block = block_of(lab, q))
    for (const Setting& setting : block->measure->settings) {
      auto reading = read_figure(window, {q.chart, setting.id});
      all.push_back(reading ? std::optional(*reading) : std::nullopt);
    }
  return all;
}

Order measured_order(const Question& q, const Window& window) {
  std::vector<std::pair<std::string, std::optional<Reading>>> all;
  for (const Option& option : q.options) {
    if (option.of.empty()) return {};
    auto reading = read_figure(window, measured_name(option.of));
    all.emplace_back(option.id, reading ? std::optional(*reading) : std::nullopt);
  }
  return order_of(all);
}

std::string measured_answer(const Lab& lab, const Question& q, const Window& window) {
  if (q.answers == AnswerKind::kOrder) {
    const Order order = measured_order(q, window);
    return order.empty() ? "" : order_text(q, order);
  }
  std::vector<double> heights;
  double off = 0, most = 0;
  for (const auto& reading : measured_curve(lab, q, window)) {
    if (!reading) return {};
    heights.push_back(reading->value), most = std::max(most, reading->value);
    off = std::max(off, (reading->high - reading->low) / 2);
  }
  if (heights.size() < 2) return {};
  const auto [low, high] = std::minmax_element(heights.begin(), heights.end());
  if (off > (*high - *low) / 2 && off > kAlike * most) return {};  // the noise could hide any shape
  return shape_words(shape_of(heights, off));
}

std::vector<std::string> wrong_with_prediction(const Lab& lab, const Question& q) {
  std::vector<std::string> wrong;
  const DoBlock* block = block_of(lab, q);
  const auto draws = [&](const std::string& figure) {
    return block && std::any_of(block->measure->chart.begin(), block->measure->chart.end(),
                                [&](const ChartLine& line) { return line.figure == figure; });
  };
  if (q.answers == AnswerKind::kCurve) {
    if (!draws(q.chart))
      wrong.push_back("`chart = \"" + q.chart + "\"` of " + q.id + " is no figure that its sweep draws");
    if (!q.right.empty() && !is_shape(q.right))
      wrong.push_back("`right = \"" + q.right + "\"` of " + q.id + " is no shape");
  }
  if (q.answers != AnswerKind::kOrder) return wrong;
  if (!q.right.empty())
    if (const auto order = order_in(q, q.right); !order)
      wrong.push_back("`right` of " + q.id + " is no order of its options: " + order.error().what);
  size_t measured = 0;
  for (const Option& option : q.options) {
    if (option.of.empty()) continue;
    measured++;
    const MeasuredName name = measured_name(option.of);
    const bool known = block && std::any_of(block->measure->settings.begin(), block->measure->settings.end(),
                                            [&](const Setting& setting) { return setting.id == name.setting; });
    if (!known || !draws(name.figure))
      wrong.push_back("`of = \"" + option.of + "\"` of " + q.id +
                      " is no FIGURE@SETTING that the block of its `seen` draws");
  }
  if (measured != 0 && measured != q.options.size())
    wrong.push_back("some options of " + q.id + " say what is measured of them, and some do not");
  if (measured == 0 && q.right.empty())
    wrong.push_back(q.id +
                    ": nobody knows what came; expected `right = \"…\"`, or `of = \"FIGURE@SETTING\"` in each option");
  return wrong;
}

Status link_curves(Lab& lab) {
  for (Question& q : lab.questions) {
    if (q.answers != AnswerKind::kCurve) continue;
    const DoBlock* block = block_of(lab, q);
    if (!block || !block->measure->sweep)
      return at_line(lab.file, q.line, q.id + " draws a curve, and no sweep shows what came.",
                     "Expected `seen = \"ID\"` of a sweep, or of a question that reads one.");
    for (const Setting& setting : block->measure->settings) q.values.push_back(setting.name);
  }
  return {};
}

std::string kept_answer(const Question& q, const std::string& value) {
  if (q.answers == AnswerKind::kOrder)
    if (const auto order = order_in(q, value)) return order_value(*order);
  if (q.answers == AnswerKind::kCurve)
    if (const auto heights = curve_in(q, value))
      return is_shape(trimmed(value)) ? trimmed(value) : curve_value(*heights);
  return value;
}

bool came_true(const Question& q, const std::string& value, const std::string& came) {
  return q.answers == AnswerKind::kCurve ? curve_shape(q, value) == came : answer_text(q, value) == came;
}

}  // namespace ringside::labs
