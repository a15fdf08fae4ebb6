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
  };
  std::vector<Figure> figures;
  std::vector<Said> said;
  std::string trouble;  // why some of it says nothing; empty = all does
  int windows = 0;      // of a setting, that say something
  double seconds = 0;   // of all windows together
  // The longest thing on a figure's axis: what its readings leave open, and what was predicted.
  double top_of(const Figure& figure) const;
  bool sweep = false;
  std::string of;  // of a sweep: what changes
};

// A caption without emphasis: charts set it plain or bold as a whole.
std::string plain_caption(std::string caption);

// `answers`: what was said to each question, by its id; a prediction is shown only beside what came.
MeasuredChart measured_chart(const Lab& lab, const DoBlock& block, const Window& window,
                             const std::map<std::string, std::string>& answers);

}  // namespace ringside::labs
