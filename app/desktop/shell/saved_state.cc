// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/saved_state.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/base/new_file.h"

#include "engine/base/read_file.h"
#include "engine/base/toml_bounds.h"

namespace ringside::desktop {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

}  // namespace

std::string saved_state_path() {
  std::string folder = environment("XDG_STATE_HOME");
  if (folder.empty() || folder[0] != '/') {
    folder = environment("HOME");
    if (folder.empty()) return {};
    folder += "/.local/state";
  }
  return folder + "/ringside/window.toml";
}

SavedState load_state(const std::string& path, UiState& ui) {
  SavedState state;
  const auto text = path.empty() ? Result<std::string>(Error{}) : read_file(path);
  if (!text || toml_excess(*text)) return state;
  toml::table file;
  try {
    file = toml::parse(*text);
  } catch (const toml::parse_error&) {
    return state;
  }
  state.found = true;
  state.tour_seen = file["tour_seen"].value_or(true);
  state.theme = file["theme"].value_or(std::string());
  state.scale = int(file["scale"].value_or(int64_t{0}));
  ui.layout = file["layout"].value_or(ui.layout);
  ui.reduced_motion = file["reduced_motion"].value_or(ui.reduced_motion);
  ui.tour.left_at = std::max(1, int(file["tour"].value_or(int64_t{1})));
  if (const toml::table* splits = file["splits"].as_table())
    for (auto&& [name, node] : *splits)
      if (const double moved = node.value_or(0.0); std::isfinite(moved) && std::abs(moved) < 10000)
        ui.splits[std::string(name.str())] = float(moved);
  return state;
}

bool save_state(const std::string& path, const UiState& ui, const SavedState& state) {
  if (path.empty()) return false;
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), error);
  toml::table splits;
  for (auto& [name, moved] : ui.splits) splits.insert(name, double(moved));
  const toml::table file{{"theme", state.theme},
                         {"scale", int64_t{state.scale}},
                         {"layout", ui.layout},
                         {"reduced_motion", ui.reduced_motion},
                         {"tour_seen", state.tour_seen},
                         {"tour", int64_t{ui.tour.step ? ui.tour.step : ui.tour.left_at}},
                         {"splits", splits}};
  std::ostringstream text;
  text << file << "\n";
  // Who keeps it elsewhere and has a link here keeps the link.
  const auto place = std::filesystem::canonical(path, error);
  auto fresh = NewFile::beside(error ? path : place.string(), {});  // whole or not at all
  return fresh && fresh->write(text.str()) && fresh->take_place();
}

bool desktop_wants_less_motion() {
  const std::string home = environment("HOME");
  for (const char* version : {"gtk-4.0", "gtk-3.0"}) {
    std::ifstream file(home + "/.config/" + version + "/settings.ini");
    for (std::string line; std::getline(file, line);) {
      std::erase(line, ' ');
      if (line == "gtk-enable-animations=0" || line == "gtk-enable-animations=false") return true;
    }
  }
  if (environment("XDG_CURRENT_DESKTOP").find("GNOME") == std::string::npos) return false;
  bool less = false;
  if (FILE* answer = popen("gsettings get org.gnome.desktop.interface enable-animations 2>/dev/null", "r")) {
    char word[16] = "";
    less = std::fgets(word, sizeof word, answer) && std::string(word).rfind("false", 0) == 0;
    pclose(answer);
  }
  return less;
}

}  // namespace ringside::desktop
