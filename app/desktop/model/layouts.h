// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace ringside::desktop {

// Logical size decides the class; both width and height must reach it (visual language, section 14).
enum class SizeClass : uint8_t { kXxs, kXs, kS, kM, kL, kXl };
SizeClass size_class(float width, float height);

// A room of the window: it is cut in two, or holds panels as tabs.
struct Room {
  enum class Cut : uint8_t { kNone, kLeft, kRight, kTop } cut = Cut::kNone;
  std::string first, rest;               // the rooms that it is cut into; `first` lies where `cut` says
  float size = 0, of = 0;                // of `first`: logical pixels, or, with `of`, that share of this room
  float most = 0;                        // 0: as large as it comes
  float least = 0, least_rest = 0;       // what a splitter leaves to either, where the window has room for both
  bool fixed = false;                    // no splitter between them
  std::vector<std::string> panels = {};  // the first is in front until another one is raised
};

// A layout of panels, from assets/layouts/ID.toml.
struct Layout {
  std::string id, title;
  int tab = 0;                       // its place in the top bar, and its digit with Ctrl
  std::vector<std::string> without;  // panels that are not among "*"
  bool always_path =
      false;  // Topology shows a packet's way as soon as there is one, and not only while one is followed
  std::map<SizeClass, std::map<std::string, Room>> classes;  // of the rooms, "all" is the whole

  // The rooms of a window of that class: of the largest class that is described and not larger.
  const std::map<std::string, Room>& rooms(SizeClass size) const;
  bool holds(const std::string& panel) const;

  // `text`: the file. `panels`: all that there are; "*" in a room stands for those that no room of its class names.
  // Errors name the room.
  static Result<Layout> parse(const std::string& id, const std::string& text, const std::vector<std::string>& panels);
};

// All that there are, by their tab.
class Layouts {
 public:
  static Result<Layouts> load(const std::vector<std::string>& panels);
  const std::vector<Layout>& all() const { return all_; }
  const Layout* find(const std::string& id) const;

 private:
  std::vector<Layout> all_;
};

}  // namespace ringside::desktop
