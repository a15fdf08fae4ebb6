// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "labs/runner/lab.h"
#include "labs/runner/reading.h"

// Predictions that are more than a choice or a number: an order of named things, and the shape of a curve. Never
// graded. Any thread.
namespace ringside::labs {

// Ids of a question's options, the greatest first; what shares a place is alike.
using Order = std::vector<std::vector<std::string>>;
// "b > a = c", as it is typed and kept. By ids, or by the numbers of the list. Fails with what was read, and the form
// that is expected.
Result<Order> order_in(const Question& question, const std::string& typed);
std::string order_value(const Order& order);
std::string order_text(const Question& question, const Order& order);  // by the options' texts
// What came, of options that each name what is measured: alike is what the windows cannot tell apart. Empty = they say
// nothing of one.
Order order_of(const std::vector<std::pair<std::string, std::optional<Reading>>>& options);
// From 1; what is alike shares a place. 0 = it is not in the order.
size_t place_in(const Order& order, const std::string& id);

// What a curve can be called: rising, falling, flat, peak, valley; "" = up and down, or nothing yet.
extern const std::vector<std::string> kShapes;
// Heights at each of `points` values, from 0 to 1; empty = no such shape.
std::vector<double> shape_called(const std::string& name, size_t points);
// `off`: what of each height may be noise.
std::string shape_of(const std::vector<double>& heights, double off = 0);

// Heights as they are typed: a name, or a number for each value of the sweep, with blanks between. Only their shape
// counts. Fails with what was read, and the form that is expected.
Result<std::vector<double>> curve_in(const Question& question, const std::string& typed);
std::string curve_value(const std::vector<double>& heights);                  // "100 60 40"
std::string curve_text(const Question& question, const std::string& value);   // "falling (100, 60, 40)"
std::string curve_shape(const Question& question, const std::string& value);  // "falling"
// By how much the heights are multiplied, so that they lie on what was measured as well as their shape allows (least
// squares). 0 = nothing was measured.
double best_height(const std::vector<double>& heights, const std::vector<std::optional<Reading>>& measured);

// The measuring block whose chart such a prediction lies on; null = it lies on none.
const DoBlock* block_of(const Lab& lab, const Question& question);
// What was measured of a curve's figure, value by value, and of each option of an order that names a figure.
std::vector<std::optional<Reading>> measured_curve(const Lab& lab, const Question& question, const Window& window);
Order measured_order(const Question& question, const Window& window);
// What came, in words, by the windows of its block; "" = they do not say.
std::string measured_answer(const Lab& lab, const Question& question, const Window& window);
// What is wrong with such a question as it is written, a sentence each.
std::vector<std::string> wrong_with_prediction(const Lab& lab, const Question& question);
// The values of each curve's sweep, for the questions of a lab that was read. Fails with the line of one that has none.
Status link_curves(Lab& lab);

// As an answer is kept: an order and a curve in their plain form, anything else as it is.
std::string kept_answer(const Question& question, const std::string& value);
// An order or a curve is the same as what came; anything else by its words.
bool came_true(const Question& question, const std::string& value, const std::string& came);

}  // namespace ringside::labs
