// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "app/ctl/terminal.h"
#include "engine/api/snapshot.h"

namespace ringside::ctl {

// The machine as text, redrawn twice a second; one plain line a second when nobody sits at a terminal.
// What a terminal cannot draw is left to the window: this is the same picture, read from the same snapshots.
class Dashboard {
 public:
  explicit Dashboard(const Terminal& terminal) : terminal_(terminal) {}
  ~Dashboard() { close(); }
  Dashboard(const Dashboard&) = delete;
  Dashboard& operator=(const Dashboard&) = delete;

  void show(const Snapshot& picture);  // as often as one likes
  void close();                        // gives the terminal back

 private:
  Terminal terminal_;
  bool open_ = false;
  std::chrono::steady_clock::time_point next_{};
  std::unique_ptr<Snapshot> before_;
};

// What is drawn, from two pictures some time apart: rates are their difference. Lines end with \n.
std::string dashboard_text(const Snapshot& now, const Snapshot& before, const Terminal& terminal);
std::string dashboard_line(const Snapshot& now, const Snapshot& before);

}  // namespace ringside::ctl
