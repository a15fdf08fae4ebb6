// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/desktop/model/layouts.h"
#include "engine/figures/number_format.h"

namespace ringside::desktop {

enum class Grain : uint8_t { kAccess, kStage, kPacket, kBurst };
inline const char* name_of(Grain g) {
  constexpr const char* kNames[] = {"access", "stage", "packet", "burst"};
  return kNames[size_t(g)];
}

// A menu that is open: each row says what it does and shows the command that it sends.
struct Menu {
  struct Row {
    std::string group, label, command, key;
  };
  bool open = false, fresh = false;  // fresh: the click that opened it is not over yet
  float x = 0, y = 0;                // where the mouse was
  std::vector<Row> rows;
  int at = -1;          // chosen by the arrows
  bool walked = false;  // by them, in this frame: it is brought into view
  float scroll = 0;     // of one that is higher than the window
};

// Search and commands in one field (Ctrl P).
struct Palette {
  bool to_end = false;  // what stands in the field was written for one: go on behind it
  bool open = false, focus = false;
  bool cut = false;  // more was pasted than the field takes
  std::string text;
  int at = 0;
  int opened = 0;  // makes the text field anew
  void show(std::string words = "") { open = focus = true, text = std::move(words), at = 0, ++opened; }
};

// Where somebody is in the tour of six steps; 0 = it is not open.
struct Tour {
  int step = 0, left_at = 1, begun = 0;        // begun: the step whose beginning was prepared
  bool seen_full = false, seen_other = false;  // step 3: rows of both kinds were pointed at
  uint64_t mark = 0;                           // steps, or commands, when the step began
  bool changed = false;
  int card_step = -1;  // whose card lies at …
  float card_x = 0, card_y = 0, card_cost = 0;
  void leave() { left_at = step, step = 0; }  // it goes on from there
};

// The only state that panels share. A selection holds everywhere: choose a VM once and its ring, lane, band and bar are
// marked.
struct UiState {
  const Layouts* layouts = nullptr;  // all that there are
  std::string layout = "explore";
  Grain grain = Grain::kAccess;

  std::string vm, nic, ring;  // "web", "nic0", "web.nic0.rx"
  bool follow = true;         // stepping chooses the ring that was touched, until one is chosen by hand
  int row = -1;               // chosen descriptor, -1 = follow the one being accessed
  uint64_t event = 0;         // chosen step, 0 = the newest
  uint32_t packet = 0;        // the packet that is followed, 0 = that of the chosen step
  std::string reg;            // chosen register

  std::string exit_vcpu;  // the exit that is open: its vCPU and begin
  uint64_t exit_begin = 0;
  void choose_exit(const std::string& vcpu, uint64_t begin) { exit_vcpu = vcpu, exit_begin = begin; }

  bool always_path = false;         // of the layout: Topology shows each packet's way
  bool extended = false;            // ring as a field instead of a dial
  bool drivers_view = false;        // whose words the decoded descriptor speaks
  bool exits_by_time = false;       // the table's order
  std::vector<std::string> raised;  // panels that were brought to the front, the last one last

  // The lab and the rest of the window.
  bool lab_open = false;     // Run, Back and Space act within the lab
  bool run_locked = false;   // a prediction is not locked yet
  size_t measured_seen = 0;  // measurements of the lab whose chart was brought to the front
  bool lab_armed = false;    // steps lead to the lab's goal
  bool lab_waits = false;    // Run starts the lab's next step
  std::string run_command;   // what Run sends while a lab is open
  bool lab_run_request = false, lab_reset_request = false, refused_run = false;
  bool stepped = false;          // a step was asked for last, and not Run
  bool stepped_to_goal = false;  // the last step reached the lab's goal, and the next one waits
  bool step_too_far = false;     // and then the key was pressed once more
  std::string pointed_place;     // the place that was clicked: "guest memory", "ring row" …
  std::string highlight;         // a place with a ring around it, until the next click

  std::string focus;            // panel id, empty = none
  std::string typing_in;        // the panel whose field has the keyboard; empty = none
  std::string help_for;         // the panel that the keyboard is in: F1 explains it
  bool list_has_focus = false;  // a list, field or ring takes the arrows
  bool sideways = false;        // what has the keyboard takes the arrows left and right; told anew with each frame
  bool console_open = false, focus_console = false;
  bool field_opened = false;  // a text field asked for the keyboard in this frame
  std::string help;           // panel id whose help is open
  bool reduced_motion = false;
  double motion_until = 0;  // something eases until then, in seconds that were drawn
  Menu menu;
  Palette palette;
  Tour tour;
  std::string copyable;                        // the raw value of the number under the mouse, for Ctrl C
  std::string to_clipboard;                    // taken by the frame's end
  uint64_t seen_error = 0;                     // the refused command whose card was closed
  std::pair<uint64_t, size_t> error_corner{};  // where the card of which command stands
  std::map<std::string, float> splits;         // how far each splitter was dragged from its place, logical pixels
  int pointed = -1;                            // state of the row under the mouse, for the tour
  int scale_request = 0;                       // percent, 0 = none; applied between two frames
  // Somebody chose them in this window: that is remembered. What the display or the command line said is not.
  bool scale_chosen = false, theme_chosen = false;
  std::vector<std::string> panels;  // that there are; empty: not known
  std::string theme_request;
  std::atomic<bool> quit = false;  // also set by SIGINT

  // Prefixes of live figures, so that they do not flicker.
  std::map<std::string, figures::SiPrefix> prefixes;
  figures::SiPrefix* prefix(const std::string& key) { return &prefixes[key]; }

  // False: there is none of this name.
  bool choose_layout(const std::string& id) {
    if (!layouts || !layouts->find(id)) return false;
    layout = id;
    return true;
  }
  // Wherever this panel can stand, it stands in front: every link to a panel ends here.
  void bring_to_front(const std::string& panel) {
    std::erase(raised, panel);
    raised.push_back(panel);
  }
  void choose_vm(const std::string& name) {
    if (vm == name) return;
    vm = name, nic.clear(), ring.clear(), row = -1;
  }
  void choose_ring(const std::string& v, const std::string& n, const std::string& r) {
    follow = false;
    if (ring != r) row = -1;
    vm = v, nic = n, ring = r;
  }
};

}  // namespace ringside::desktop
