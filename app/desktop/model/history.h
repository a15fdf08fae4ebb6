// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/desktop/model/exit_recording.h"
#include "app/desktop/model/wait_recording.h"
#include "engine/api/snapshot.h"
#include "engine/figures/number_format.h"
#include "engine/figures/totals.h"

namespace ringside::desktop {

// The counters of the last minute, and what follows from them: rates, per-packet costs, curves. The engine computes no
// rate. Time is time that ran (free: real; stepped and paced: virtual): a pause leaves no gap. UI thread.
class History {
 public:
  static constexpr double kSpan = 60;       // seconds that a curve shows
  static constexpr double kRefresh = 0.25;  // live figures change four times a second

  void add(const Snapshot& snapshot);
  void clear();

  // Per second, over about the last second that ran; 0 for an unknown key, and where time was not real. Changes at most
  // four times a second.
  double rate(std::string_view key) const;
  // How much the counter grew in the same window.
  double delta(std::string_view key) const;
  // What is divided by packets: growth in the last second that ran, and where no packet came in it, or it was not of
  // real time, all so far. A load that has ended keeps what each of its packets took.
  double grown(std::string_view key, std::string_view packets) const { return since(moved(packets), key); }
  // The same where several counters are added up: whether the window or all so far, is decided once for the sum.
  bool moved(std::string_view packets) const { return second_ && delta(packets) > 0; }
  double since(bool in_window, std::string_view key) const { return in_window ? delta(key) : double(total(key)); }
  double per(std::string_view numerator, std::string_view denominator) const;  // 0 when nothing was counted below
  // Time is real and runs, and no frame was stepped in it: what grows has a rate (figures::has_rates). Else, also where
  // the machine stands, it has a count.
  bool rated() const { return rated_; }
  // The window is of the last second that ran in real time, or a part of it: what it was spent on is known.
  bool second() const { return second_; }
  uint64_t total(std::string_view key) const;
  // What is shown of a counter: its rate, or where there is none how far it has counted. Written by amount_text().
  double amount(std::string_view key) const { return rated_ ? rate(key) : double(total(key)); }
  std::string amount_text(double amount, figures::SiPrefix* memory) const;
  std::string_view per_second(std::string_view rate, std::string_view count) const { return rated_ ? rate : count; }
  bool known() const { return samples_.size() > (rated_ ? 1u : 0u); }
  double window() const { return window_; }
  // The stretch of time that figures are of: of rates, or counts, and of what is divided by packets, if there is some.
  std::string stretch(bool ratios) const;
  // The share of that window which others had of a worker's CPU; the largest of all workers, when time was real.
  double taken(const WorkerView& worker) const;
  double taken() const { return taken_; }
  // Then figures of time are inconclusive (figures::kDisturbed).
  bool disturbed() const { return taken_ >= figures::kDisturbed; }

  // A rate's curve: `points` values over the last minute, newest last; values before the beginning are negative.
  std::vector<float> curve(std::string_view key, int points) const;
  double now() const { return samples_.empty() ? 0 : samples_.back().time; }
  // Seconds that ran before a log line was first seen; negative when it was there from the start.
  struct Mark {
    double time;
    std::string text;
  };
  const std::deque<Mark>& marks() const { return marks_; }
  const ExitRecording& exits() const { return exits_; }
  const WaitRecording& waits() const { return waits_; }
  uint64_t epoch() const { return epoch_; }  // grows when the history starts anew

  // The keys of a machine.
  static std::string wire(const WireView& w, std::string_view what) {
    return "wire." + w.name + "." + std::string(what);
  }
  static std::string nic(const VmView& v, const NicView& n, std::string_view what) {
    return v.name + "." + n.name + "." + std::string(what);
  }
  static std::string vcpu(const VcpuView& v, std::string_view what) {
    return "vcpu." + v.name + "." + std::string(what);
  }
  static std::string exit(const VcpuView& v, const ExitTotal& t, std::string_view what) {
    return "exit." + v.name + "." + t.reason + "." + t.nic + "." + t.reg + "." + std::string(what);
  }
  static std::string kernel(const VcpuView& v, std::string_view counter) {
    return "vcpu." + v.name + ".kernel." + std::string(counter);
  }
  static std::string context(const ContextView& c, std::string_view what) {
    return "context." + c.name + "." + std::string(what);
  }
  static std::string worker(const WorkerView& w, std::string_view what) {
    return "worker." + w.name + "." + std::string(what);
  }

 private:
  struct Sample {
    double time = 0;
    std::vector<uint64_t> values;
  };
  void put(std::string_view key, uint64_t value);
  void collect(const Snapshot& snapshot);
  uint64_t value_at(const Sample& s, size_t slot) const { return slot < s.values.size() ? s.values[slot] : 0; }
  int slot(std::string_view key) const;
  void latch(bool real_time, bool running);

  // Looked up by what is there, without a string of its own each time.
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  std::unordered_map<std::string, size_t, Hash, std::equal_to<>> slots_;
  std::deque<Sample> samples_;
  std::vector<uint64_t>* filling_ = nullptr;
  std::vector<double> deltas_;  // latched, per slot
  double window_ = 0, latched_at_ = -1, taken_ = 0;
  bool rated_ = true, second_ = false;
  uint64_t serial_ = ~uint64_t{0}, last_line_ = 0, epoch_ = 0;
  std::deque<Mark> marks_;
  ExitRecording exits_;
  WaitRecording waits_;
};

}  // namespace ringside::desktop
