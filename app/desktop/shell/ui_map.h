// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "app/desktop/kit/recording.h"

namespace ringside::desktop {

class Desktop;

// `ringside --ui-map FILE`: what the newest frame shows and where, in pixels of the screen, so that a test with a real
// mouse aims at names. The file is put in place whole when it says something new; a frame that
// shows the same only renews its time, so that a reader can tell a picture that stands from one that is late. UI
// thread.
//   { "frame": 12, "state": {"state": "paused", "mode": "stepped", "steps": 3, …}, "targets": {"top bar/Step": [x, y,
//   w, h]},
//     "places": {"vm": [x, y, w, h]}, "texts": [{"in": "Steps", "text": "write RDT ← 1", "at": [x, y, w, h]}] }
class UiMap {
 public:
  explicit UiMap(std::string path) : path_(std::move(path)) {}
  // `x`, `y`: the window's place on the screen.
  void write(const Desktop& desktop, int x, int y);

  Recording recording;  // of the frame that was drawn

 private:
  std::string path_, before_;
  unsigned frames_ = 0;
};

}  // namespace ringside::desktop
