// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <sys/types.h>

namespace ringside::ctl {

// Another program that keeps one CPU busy, from its making to its end: what a browser does to a student's measurement.
// A process of its own, for time that its own threads take is no time that others took. It ends with us, too.
class TakenCore {
 public:
  explicit TakenCore(int cpu);
  ~TakenCore();
  TakenCore(const TakenCore&) = delete;
  TakenCore& operator=(const TakenCore&) = delete;

  bool works() const { return pid_ > 0; }  // false: no process could be started

 private:
  pid_t pid_ = -1;
};

}  // namespace ringside::ctl
