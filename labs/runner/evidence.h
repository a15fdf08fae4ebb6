// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "labs/runner/reading.h"
#include "labs/runner/values.h"

namespace ringside::labs {

// What checks and observations look at: the newest window of each do-block that was run.
class Evidence {
 public:
  void add(Window window);  // the newest; it takes the place of an older one of the same block
  const Window* of(const std::string& block) const;
  const Window* latest() const { return windows_.empty() ? nullptr : &windows_.back(); }

  // A counter's growth within the block, or a state at its end; without a block, the value at the end of the latest
  // one. "rate.db.received@vmxnet3": the median of what was measured with that setting.
  std::optional<Value> value(const std::string& probe, const std::string& since) const;

  // The same as a number that knows its noise; one by another; each setting of a sweep in its order. They fail with why
  // there is none, in a sentence.
  Result<Reading> reading(const std::string& probe, const std::string& since) const;
  Result<Reading> ratio(const std::string& of, const std::string& by, const std::string& since) const;
  Result<std::vector<Reading>> curve(const std::string& figure, const std::string& since) const;
  // Why there is no value: nothing was run, or what it is made of had not been counted.
  std::string not_run(const std::string& probe, const std::string& since) const;
  // The first value of a sweep at which one figure is below another.
  std::optional<Value> first_below(const std::string& figure, const std::string& other, const std::string& since) const;

 private:
  const Window* window_of(const std::string& since) const { return since.empty() ? latest() : of(since); }
  std::vector<Window> windows_;  // oldest first
};

}  // namespace ringside::labs
