// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>

#include "app/ctl/options.h"
#include "engine/api/engine.h"

namespace ringside::ctl {

// A write that nobody reads fails (output_lost) instead of killing. First thing in main.
void ignore_broken_pipes();
// Keeps SIGINT, SIGTERM and SIGHUP for take_signal(), in this thread and in all that it starts: for commands that
// supervise() or run children, before they start anything. Without it they kill, as they do any program, and so nobody
// is deaf who does not listen.
void hold_signals();
// A held signal that came within `milliseconds`, or 0. One second after the first one they act at once again: a further
// Ctrl-C kills.
int take_signal(int milliseconds);
// For a child between fork and exec.
void release_signals();

// The engine as the command line wants it. Starts nothing yet.
EngineOptions engine_options(const Options& options);
Result<std::unique_ptr<Engine>> make_engine(const Options& options);

struct Supervision {
  double seconds = 0;    // 0 = no limit. Counted from the moment when packets can move
  bool endless = false;  // after `work` is done, frames still move: go on until the limit or a signal
  std::function<void(const Snapshot&)> tick;  // 60 times a second while it goes on, by the calling thread
};

struct Outcome {
  Status status;                         // what `work` said
  std::shared_ptr<const Snapshot> last;  // a cut at the end; never null
  int signal = 0;                        // that ended it
  bool out_of_time = false;

  // There is nothing to show but what `work` said: it ended by itself with an error, or was ended from outside before
  // any scenario was there. What a scenario's interrupted run has come to is a result.
  bool failed() const;
};

// Does `work` (load, run, step: calls that wait) in a thread of its own, and meanwhile looks after the clock, signals
// and the picture. Whatever ends it, the machine stands at a breath boundary afterwards, so that the balance is exact.
Outcome supervise(Engine& engine, const std::function<Status()>& work, const Supervision& supervision);

// Says on stderr which wires the world took away (a full disk, a deleted interface). What a run that would answer
// `code` answers then: an otherwise good one is kEnvironment.
int wires_answer(const Snapshot& snapshot, int code);

}  // namespace ringside::ctl
