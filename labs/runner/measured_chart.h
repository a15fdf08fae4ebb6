// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "labs/runner/lab.h"
#include "labs/runner/reading.h"

// What a measuring block found, as both programs show it: plain data. Any thread.
namespace ringside::labs {

struct MeasuredChart {
  struct Bar {
    std::string setting, name;
    std::optional<Reading> reading;  // nothing = its windows say nothing
  };
  struct Figure {
    std::string figure, caption;
    std::vector<Bar> bars;         // in the block's order
    std::optional<Reading> ratio;  // a comparison: the second by the first
  };
  // A prediction that lies on it, in the figure's own unit, or along the values of a sweep.
  struct Said {
    std::string question, figure, text;  // text: "2.5 times"
    std::optional<double> value;         // of the figure, where it lies on its axis
    std::optional<double> along;         // of a sweep's values
    std::vector<double> curve;  // of a shape: a height for each bar, all fitted to what was measured by one factor
  };
  // A place in an order that was predicted, at the bar of which it speaks. From 1; what is alike shares one.
  struct Place {
    std::string question, figure, setting;
    size_t said = 0, came = 0;  // came: 0 = the windows do not say
  };
  std::vector<Figure> figures;
  std::vector<Said> said;
  std::vector<Place> places;
  std::string trouble;  // why some of it says nothing; empty = all does
  int windows = 0;      // of a setting, that say something
  double seconds = 0;   // of all windows together
  // The longest thing on a figure's axis: what its readings leave open, and what was predicted.
  double top_of(const Figure& figure) const;
  const Place* place_at(const Figure& figure, const Bar& bar) const;  // null = nobody put it in an order
  bool sweep = false;
  std::string of;  // of a sweep: what changes
};

std::string ordinal(size_t n);  // "1st"

// A caption without emphasis: charts set it plain or bold as a whole.
std::string plain_caption(std::string caption);

// `answers`: what was said to each question, by its id; a prediction is shown only beside what came.
MeasuredChart measured_chart(const Lab& lab, const DoBlock& block, const Window& window,
                             const std::map<std::string, std::string>& answers);

}  // namespace ringside::labs
