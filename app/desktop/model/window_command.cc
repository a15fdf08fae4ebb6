// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/window_command.h"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace ringside::desktop {
namespace {

void choose_ring(UiState& ui, const std::string& ring) {
  std::istringstream in(ring);
  std::string vm, nic;
  std::getline(in, vm, '.');
  std::getline(in, nic, '.');
  ui.choose_ring(vm, nic, ring);
}

void choose_event(UiState& ui, const std::string& number) {
  ui.event = std::strtoull(number.c_str(), nullptr, 10);
  ui.packet = 0;
}

bool apply(UiState& ui, const std::string& key, std::string value) {
  const bool yes = value == "yes";
  if (key == "layout" && value == "reset")
    ui.splits.clear(), ui.raised.clear();
  else if (key == "layout")
    return ui.choose_layout(value);
  else if (key == "tab" || key == "help") {
    std::replace(value.begin(), value.end(), '_', ' ');
    if (key == "help")
      ui.help = value;
    else if (!ui.panels.empty() && std::find(ui.panels.begin(), ui.panels.end(), value) == ui.panels.end())
      return false;
    else
      ui.bring_to_front(value);
  } else if (key == "vm")
    ui.choose_vm(value);
  else if (key == "ring")
    choose_ring(ui, value);
  else if (key == "row")
    ui.row = std::atoi(value.c_str());
  else if (key == "event")
    choose_event(ui, value);
  else if (key == "packet")
    ui.packet = uint32_t(std::strtoul(value.c_str(), nullptr, 10));
  else if (key == "tour" && (value == "start" || value == "stop"))
    ui.tour.step = value == "start" ? std::max(1, ui.tour.left_at) : 0;
  else if (key == "tour" && std::atoi(value.c_str()) > 0)
    ui.tour.step = std::atoi(value.c_str());
  else if (key == "search")
    ui.palette.show(value);
  else if (key == "register")
    ui.reg = value;
  else if (key == "exit")
    ui.choose_exit(value, ~uint64_t{0});
  else if (key == "size" && (value == "compact" || value == "extended"))
    ui.extended = value == "extended";
  else if (key == "view" && (value == "driver" || value == "device"))
    ui.drivers_view = value == "driver";
  else if (key == "console" && (yes || value == "no"))
    ui.console_open = yes;
  else if (key == "focus")
    ui.focus = value;
  else if (key == "motion" && (value == "reduced" || value == "full"))
    ui.reduced_motion = value == "reduced";
  else if (key == "theme")
    ui.theme_request = value;
  else if (key == "quit" && yes)
    ui.quit = true;
  else if (key == "scale")
    ui.scale_request = std::atoi(value.c_str());
  else
    return false;
  return true;
}

}  // namespace

bool is_window_command(const std::string& line) {
  return line.rfind("window", 0) == 0 && (line.size() == 6 || line[6] == ' ');
}

Status apply_window_command(UiState& ui, const std::string& line) {
  std::istringstream words(line);
  std::string word;
  words >> word;
  while (words >> word) {
    const size_t equals = word.find('=');
    if (equals == std::string::npos || !apply(ui, word.substr(0, equals), word.substr(equals + 1)))
      return Error{word + " is nothing that the window can be told.", "",
                   "Like this: window layout=learn tab=Steps ring=web.nic0.tx size=extended row=12", ""};
  }
  return {};
}

const std::vector<CommandInfo>& window_commands() {
  static const std::vector<CommandInfo> all{
      {"window",
       "window [layout=learn|explore|reset] [tab=PANEL] [vm=NAME] [ring=RING] [row=N] [register=NAME] [event=N] "
       "[packet=N] [exit=NAME] [size=compact|extended] [view=driver|device] [focus=PANEL] [help=PANEL] "
       "[console=yes|no] "
       "[search=WORD] [tour=start|stop] [theme=NAME] [scale=N] [motion=full|reduced] [quit=yes]",
       "What the window shows, and how. The machine is told nothing.",
       "",
       {{"layout", "choice", "", "The layout: learn, explore, or reset for this one as it was", false},
        {"tab", "name", "", "The panel that comes to the front; _ for a blank", false},
        {"vm", "name", "", "The VM that panels speak of", false},
        {"ring", "name", "", "The ring, such as web.nic0.tx", false},
        {"row", "count", "", "Its row", false},
        {"register", "name", "", "The register that is marked", false},
        {"event", "count", "", "The step that is looked at; 0 is the newest", false},
        {"packet", "count", "", "The packet that is followed; 0 is none", false},
        {"exit", "name", "", "The register whose exits are marked", false},
        {"size", "choice", "", "How descriptors are written: compact or extended", false},
        {"view", "choice", "", "Whose view of a ring: driver or device", false},
        {"focus", "name", "", "The panel that has the keyboard", false},
        {"help", "name", "", "The panel whose help is open", false},
        {"console", "choice", "", "Open: yes or no", false},
        {"search", "text", "", "Opens the search with that word", false},
        {"tour", "choice", "", "start, stop, or the step", false},
        {"theme", "name", "", "dark or light", false},
        {"scale", "count", "", "Percent", false},
        {"motion", "choice", "", "full or reduced", false},
        {"quit", "choice", "", "yes ends the program", false}}},
      {"lab",
       "lab open NUMBER | answer QUESTION VALUE [sure=1..3] | do STEP | end | mark QUESTION N | hint ID | check | "
       "reset | leave",
       "What the lab panel is told.",
       "",
       {}},
      {"help", "help [COMMAND]", "What commands there are, and what one of them takes.", "", {}},
  };
  return all;
}

std::optional<std::string> help_topic(const std::string& line) {
  std::istringstream in(line);
  std::string word, topic;
  if (!(in >> word) || word != "help") return {};
  while (in >> word) topic += (topic.empty() ? "" : " ") + word;
  return topic;
}

}  // namespace ringside::desktop
