// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/layouts.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <tuple>

#include "engine/base/assets.h"
#include "engine/base/read_file.h"
#include "engine/base/toml_bounds.h"

namespace ringside::desktop {
namespace {

constexpr std::pair<const char*, SizeClass> kClasses[] = {
    {"XS", SizeClass::kXxs}, {"S", SizeClass::kS}, {"M", SizeClass::kM}, {"L", SizeClass::kL}, {"XL", SizeClass::kXl}};
constexpr std::pair<const char*, Room::Cut> kCuts[] = {
    {"left", Room::Cut::kLeft}, {"right", Room::Cut::kRight}, {"top", Room::Cut::kTop}};

std::vector<std::string> words_of(const toml::table& table, const char* key) {
  std::vector<std::string> words;
  if (const toml::array* list = table[key].as_array())
    for (const toml::node& word : *list) words.push_back(word.value_or(std::string()));
  return words;
}

// A number, or two of them.
std::pair<float, float> numbers_of(const toml::table& table, const char* key) {
  const toml::array* pair = table[key].as_array();
  if (!pair) return {table[key].value_or(0.f), 0.f};
  if (pair->size() != 2) return {0.f, 0.f};
  return {(*pair)[0].value_or(0.f), (*pair)[1].value_or(0.f)};
}

Result<Room> room_of(const toml::table& table) {
  Room room;
  room.panels = words_of(table, "panels");
  const std::string cut = table["cut"].value_or(std::string());
  if (room.panels.empty() == cut.empty()) return Error{.what = "it has either panels, or a cut and two parts."};
  if (cut.empty()) return room;
  for (const auto& [word, value] : kCuts)
    if (cut == word) room.cut = value;
  if (room.cut == Room::Cut::kNone) return Error{.what = "cut=" + cut + " is none of left, right and top."};
  const auto parts = words_of(table, "parts");
  if (parts.size() != 2) return Error{.what = "parts names two rooms, the first where the cut is."};
  room.first = parts[0], room.rest = parts[1];
  std::tie(room.size, room.of) = numbers_of(table, "size");
  std::tie(room.least, room.least_rest) = numbers_of(table, "least");
  room.most = table["most"].value_or(0.f);
  room.fixed = table["fixed"].value_or(false);
  if (!(room.size > 0) || !(room.of >= 0) || (room.of > 0 && room.size >= room.of))
    return Error{.what = "size is pixels, or [part, whole] with the part smaller than the whole."};
  if (!(room.least >= 0) || !(room.least_rest >= 0) || !(room.most >= 0))
    return Error{.what = "least and most are pixels."};
  return room;
}

// Walks from a room down: each room once, each panel once.
Status walk(const std::map<std::string, Room>& rooms, const std::string& name, std::set<std::string>& seen,
            std::vector<std::string>& panels) {
  const auto at = rooms.find(name);
  if (at == rooms.end()) return Error{.what = "room " + name + " is not described."};
  if (!seen.insert(name).second) return Error{.what = "room " + name + " is a part of two rooms, or of itself."};
  for (const std::string& panel : at->second.panels) {
    if (std::find(panels.begin(), panels.end(), panel) != panels.end())
      return Error{.what = "room " + name + ": " + panel + " stands there twice."};
    panels.push_back(panel);
  }
  if (at->second.cut == Room::Cut::kNone) return {};
  if (Status first = walk(rooms, at->second.first, seen, panels); !first) return first;
  return walk(rooms, at->second.rest, seen, panels);
}

// Rooms that hang together, and only panels that there are; "*" becomes those that are named nowhere.
Status complete(std::map<std::string, Room>& rooms, const std::vector<std::string>& known,
                const std::vector<std::string>& without) {
  std::set<std::string> seen;
  std::vector<std::string> named = without;
  if (Status good = walk(rooms, "all", seen, named); !good) return good;
  for (const auto& [name, room] : rooms)
    if (!seen.count(name)) return Error{.what = "room " + name + " is a part of none."};
  for (const std::string& panel : named)
    if (panel != "*" && std::find(known.begin(), known.end(), panel) == known.end())
      return Error{.what = "there is no panel " + panel + "."};
  for (auto& [name, room] : rooms) {
    const auto rest = std::find(room.panels.begin(), room.panels.end(), "*");
    if (rest == room.panels.end()) continue;
    std::vector<std::string> others;
    for (const std::string& panel : known)
      if (std::find(named.begin(), named.end(), panel) == named.end()) others.push_back(panel);
    room.panels.insert(room.panels.erase(rest), others.begin(), others.end());
  }
  return {};
}

}  // namespace

SizeClass size_class(float w, float h) {
  struct Line {
    float w, h;
    SizeClass size;
  };
  constexpr Line kLines[] = {{2560, 1400, SizeClass::kXl},
                             {1800, 1000, SizeClass::kL},
                             {1280, 700, SizeClass::kM},
                             {840, 480, SizeClass::kS},
                             {600, 340, SizeClass::kXs}};
  for (const Line& l : kLines)
    if (w >= l.w && h >= l.h) return l.size;
  return SizeClass::kXxs;
}

const std::map<std::string, Room>& Layout::rooms(SizeClass size) const {
  return std::prev(classes.upper_bound(size))->second;
}

bool Layout::holds(const std::string& panel) const {
  return std::any_of(classes.begin()->second.begin(), classes.begin()->second.end(), [&](const auto& room) {
    return std::find(room.second.panels.begin(), room.second.panels.end(), panel) != room.second.panels.end();
  });
}

Result<Layout> Layout::parse(const std::string& id, const std::string& text, const std::vector<std::string>& panels) {
  const auto wrong = [&](const std::string& what) {
    return Error{.what = what, .unchanged = {}, .remedy = {}, .place = "layouts/" + id + ".toml"};
  };
  if (const auto excess = toml_excess(text)) return wrong(fmt::format("Line {}: {}", excess->line, excess->what));
  toml::table file;
  try {
    file = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return wrong(fmt::format("Line {}: {}.", error.source().begin.line, error.description()));
  }
  Layout layout;
  layout.id = id, layout.title = file["title"].value_or(std::string()), layout.tab = file["tab"].value_or(0);
  layout.without = words_of(file, "without");
  layout.always_path = file["packets"].value_or(std::string()) == "always";
  if (layout.title.empty() || layout.tab < 1 || layout.tab > 9)
    return wrong("It needs a title, and a tab from 1 to 9.");
  for (const auto& [word, size] : kClasses) {
    const toml::table* described = file[word].as_table();
    if (!described) continue;
    auto& rooms = layout.classes[size];
    for (auto&& [name, node] : *described) {
      auto room = node.is_table() ? room_of(*node.as_table()) : Result<Room>(Error{.what = "it is no table."});
      if (!room) return wrong(fmt::format("{}, room {}: {}", word, name.str(), room.error().what));
      rooms[std::string(name.str())] = std::move(*room);
    }
    if (Status whole = complete(rooms, panels, layout.without); !whole)
      return wrong(fmt::format("{}: {}", word, whole.error().what));
  }
  if (!layout.classes.count(SizeClass::kXxs)) return wrong("The smallest windows need rooms, too: XS.");
  return layout;
}

Result<Layouts> Layouts::load(const std::vector<std::string>& panels) {
  Layouts layouts;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(asset_path("layouts"), error)) {
    if (entry.path().extension() != ".toml") continue;
    auto layout = Layout::parse(entry.path().stem(), read_asset("layouts/" + entry.path().filename().string()), panels);
    if (!layout) return layout.error();
    layouts.all_.push_back(std::move(*layout));
  }
  if (layouts.all_.empty())
    return Error{.what = "There is no layout in " + asset_path("layouts") + ".",
                 .unchanged = {},
                 .remedy = "Ringside's assets lie beside the program, or where RINGSIDE_ASSETS says."};
  std::sort(layouts.all_.begin(), layouts.all_.end(), [](const Layout& a, const Layout& b) { return a.tab < b.tab; });
  return layouts;
}

const Layout* Layouts::find(const std::string& id) const {
  for (const Layout& layout : all_)
    if (layout.id == id) return &layout;
  return nullptr;
}

}  // namespace ringside::desktop
