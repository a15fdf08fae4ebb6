// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/ui_map.h"

#include <imgui.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>

#include "app/desktop/shell/desktop.h"
#include "engine/base/new_file.h"

namespace ringside::desktop {
namespace {

using Json = nlohmann::ordered_json;

const char* name_of(RunState s) {
  return s == RunState::kRunning  ? "running"
         : s == RunState::kPaused ? "paused"
         : s == RunState::kIdle   ? "idle"
                                  : "empty";
}
const char* name_of(RunMode m) { return m == RunMode::kFree ? "free" : m == RunMode::kStepped ? "stepped" : "paced"; }

// What is visible of a text: enough of it to be read and clicked.
bool visible(const Drawn& d) {
  return d.box.mid_x() < d.clip.right() && d.box.mid_x() >= d.clip.x && d.box.mid_y() < d.clip.bottom() &&
         d.box.mid_y() >= d.clip.y;
}

// Of what was there, only an older map is replaced, and a file with nothing in it.
Status may_replace_map(const std::string& path) {
  constexpr std::string_view kBegin = "{\"state\":{";
  std::string begin(kBegin.size(), '\0');
  std::ifstream old(path, std::ios::binary);
  old.read(begin.data(), std::streamsize(begin.size()));
  if (begin == kBegin || (old.eof() && old.gcount() == 0)) return {};
  return Error{"There is a file of this name, and it is no map.", "It was left as it is.", "", path};
}

}  // namespace

void UiMap::write(const Desktop& desktop, int x, int y) {
  const double scale = desktop.scale() / 100.0;
  const auto place = [&](const Rect& r) {
    return Json::array({x + int(std::lround(r.x * scale)), y + int(std::lround(r.y * scale)),
                        int(std::lround(r.w * scale)), int(std::lround(r.h * scale))});
  };
  const Snapshot& s = desktop.client().snapshot();
  const UiState& ui = desktop.ui();
  Json map;
  Json& state = map["state"];
  state = {{"state", name_of(s.state)},
           {"mode", name_of(s.mode)},
           {"steps", s.steps},
           {"layout", ui.layout},
           {"vm", ui.vm},
           {"ring", ui.ring},
           {"row", ui.row},
           {"register", ui.reg},
           {"focus", ui.focus},
           {"console", ui.console_open},
           {"grain", name_of(ui.grain)},
           {"packet", ui.packet},
           {"event", ui.event},
           {"tour", ui.tour.step},
           {"menu", ui.menu.open},
           {"help", ui.help},
           {"waiting", desktop.waiting()},
           {"typing", ImGui::GetIO().WantTextInput},
           {"last", desktop.client().last_action().command},
           {"scale", desktop.scale()},
           {"theme", desktop.theme().name()}};
  Json& targets = map["targets"];
  targets = Json::object();
  for (const Recording::Target& t : recording.targets) targets[t.name] = place(t.rect);
  // Panels and nodes, by name: what a person points at without a button being there.
  Json& places = map["places"];
  places = Json::object();
  for (const Recording::Group& g : recording.groups) places[g.name] = place(g.rect);
  Json& texts = map["texts"];
  texts = Json::array();
  for (const Drawn& d : recording.drawn) {
    if (d.kind != Drawn::Kind::kText || !visible(d)) continue;
    int group = d.group;
    while (group >= 0 && recording.groups[size_t(group)].parent >= 0) group = recording.groups[size_t(group)].parent;
    texts.push_back(
        {{"in", group < 0 ? "" : recording.groups[size_t(group)].name}, {"text", d.text}, {"at", place(d.box)}});
  }
  std::string text = map.dump(-1, ' ', false, Json::error_handler_t::replace);
  ++frames_;
  if (text == before_) {
    std::error_code gone;
    std::filesystem::last_write_time(path_, std::filesystem::file_time_type::clock::now(), gone);
    return;
  }
  map["frame"] = frames_;
  auto fresh = NewFile::beside(path_, {}, may_replace_map);
  if (fresh && fresh->write(map.dump(-1, ' ', false, Json::error_handler_t::replace)) && fresh->take_place(false))
    before_ = std::move(text);
}

}  // namespace ringside::desktop
