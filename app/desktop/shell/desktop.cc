// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/desktop.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/desktop/kit/im.h"
#include "app/desktop/model/lab_places.h"
#include "app/desktop/panels/actions.h"
#include "app/desktop/shell/keys.h"
#include "app/desktop/shell/menu.h"
#include "app/desktop/shell/overlays.h"
#include "app/desktop/shell/top_bar.h"
#include "engine/base/assets.h"

namespace ringside::desktop {
namespace {

// A number for what can change while time stands.
uint64_t picture_of(const Snapshot& s) {
  uint64_t n = 1469598103934665603ull;
  auto mix = [&n](uint64_t v) { n = (n ^ v) * 1099511628211ull; };
  for (uint64_t v :
       {uint64_t(s.state), uint64_t(s.mode), s.steps, s.run_ns, s.virtual_ns, uint64_t(s.cut), s.balance.sent,
        s.balance.delivered, s.balance.in_flight, uint64_t(s.vms.size()), uint64_t(s.wires.size()),
        uint64_t(s.events.size()), uint64_t(s.exits.size()), s.log.empty() ? 0 : s.log.back().number})
    mix(v);
  for (const RingView& r : s.rings) {
    mix(r.rows.size()), mix(r.size);
    for (const PointerView& p : r.pointers) mix(p.index);
  }
  return n;
}

}  // namespace

Desktop::Desktop(Engine& engine, Theme theme, Words words, Layouts layouts, LabDeskOptions labs)
    : client_(engine),
      lab_(engine, std::move(labs)),
      theme_(std::move(theme)),
      words_(std::move(words)),
      layouts_(std::move(layouts)),
      host_(make_panels()) {
  ui_.layouts = &layouts_, ui_.panels = panel_ids();
  history_.add(client_.snapshot());
  lab_.list();
}

void Desktop::set_scale(ImFontAtlas& atlas, int percent) {
  scale_ = nearest_scale(percent);
  fonts_.build(atlas, scale_);
}

Status Desktop::set_theme(const std::string& name) {
  auto theme = Theme::load(asset_path("themes/themes.toml"), name);
  if (!theme) return theme.error();
  theme_ = std::move(*theme);
  return {};
}

bool Desktop::poll() {
  const bool fresh = client_.poll();
  const bool turned = lab_.poll(client_.snapshot());
  if (turned) look_after_guides(), settling_ = 4;  // a card knows its height when it was drawn once
  for (const LabDesk::Said& said : lab_.take_said()) client_.note(said.command, said.answer, said.status);
  if (!fresh) return turned;
  const Snapshot& s = client_.snapshot();
  history_.add(s);
  // While time stands the collector goes on making pictures of the same: only a difference is worth drawing.
  const uint64_t before = std::exchange(picture_, picture_of(s));
  return turned || s.state == RunState::kRunning || picture_ != before;
}

bool Desktop::moving() const { return client_.snapshot().state == RunState::kRunning && !ui_.reduced_motion; }

// Something is always chosen while there is something to choose: the first VM, its first NIC, the ring of the newest
// event.
void Desktop::follow_selection() {
  const Snapshot& s = client_.snapshot();
  const auto vm = std::find_if(s.vms.begin(), s.vms.end(), [&](const VmView& v) { return v.name == ui_.vm; });
  if (vm == s.vms.end()) ui_.choose_vm(s.vms.empty() ? "" : s.vms.front().name);
  const VmView* chosen = vm != s.vms.end() ? &*vm : s.vms.empty() ? nullptr : &s.vms.front();
  if (chosen && ui_.nic.empty() && !chosen->nics.empty()) ui_.nic = chosen->nics.front().name;
  if (ui_.follow && s.mode != RunMode::kFree && !s.events.empty())
    for (auto e = s.events.rbegin(); e != s.events.rend(); ++e)
      if (!e->ring.empty()) {
        ui_.vm = e->vm, ui_.nic = e->nic, ui_.ring = e->ring;
        break;
      }
  const bool known = std::any_of(s.rings.begin(), s.rings.end(), [&](const RingView& r) { return r.name == ui_.ring; });
  if (!known) {
    ui_.ring.clear();
    for (const RingView& r : s.rings)
      if (r.vm == ui_.vm && (ui_.nic.empty() || r.nic == ui_.nic) && (ui_.ring.empty() || r.receive)) ui_.ring = r.name;
  }
}

// Not for a moment only, so that it can be read.
bool Desktop::says_busy() {
  constexpr double kCalm = 3;  // seconds
  if (history_.disturbed() && client_.snapshot().state == RunState::kRunning) busy_until_ = now_ + kCalm;
  return now_ < busy_until_;
}

// Where the keyboard is: in a field, in the panel with the frame, in an open lab, else in the first panel that is
// shown.
std::string Desktop::keyboard_panel(const std::vector<std::string>& visible) {
  const std::string typing = std::exchange(ui_.typing_in, "");
  const auto shown = [&](const std::string& id) {
    return std::find(visible.begin(), visible.end(), id) != visible.end();
  };
  if (!typing.empty() && was_typing_) return typing;
  if (shown(ui_.focus)) return ui_.focus;
  if (ui_.lab_open && shown("Lab")) return "Lab";
  return visible.empty() ? "" : visible.front();
}

const Layout& Desktop::layout() const {
  const Layout* chosen = layouts_.find(ui_.layout);
  return chosen ? *chosen : layouts_.all().front();
}

void Desktop::look_after_guides() {
  const bool tour = ui_.tour.step > 0;
  // A tour that ends with a lab: that is on its way.
  guided_.look(ui_, tour || (lab_.opening() && !lab_.picture().lab), lab_.picture().lab != nullptr);
}

// What Run, Space and Back do while a lab is open: they go to the lab's goals, and never let a stepped lesson run away.
void Desktop::follow_lab() {
  const LabPicture& p = lab_.picture();
  ui_.always_path = layout().always_path;
  ui_.lab_open = p.lab && layout().holds("Lab");  // Explore is for whoever wants to look without guessing
  ui_.run_locked = ui_.lab_open && p.run_locked();
  ui_.lab_waits = ui_.lab_open && p.waits_for_run();
  // What was just measured is what the next question is about.
  if (p.measured > ui_.measured_seen && ui_.lab_open) ui_.bring_to_front("Measured");
  ui_.measured_seen = p.measured;
  const bool was_armed = ui_.lab_armed;
  ui_.lab_armed = ui_.lab_open && p.running && p.running->armed;
  if (was_armed && !ui_.lab_armed) ui_.stepped_to_goal = ui_.stepped;
  ui_.stepped_to_goal &= ui_.lab_waits;
  ui_.run_command.clear();
  if (!ui_.lab_open) return;
  if (p.running && p.running->armed)
    ui_.run_command = p.running->lines[p.running->at];
  else if (client_.snapshot().mode != RunMode::kFree)
    ui_.run_command = "run until=idle";
}

// A click on a thing answers a question that asks for a place.
void Desktop::take_pointed() {
  if (!ImGui::IsMouseReleased(0)) return;
  const float s = float(scale_) / 100;
  const ImGuiIO& io = ImGui::GetIO();
  const Point up{io.MousePos.x / s, io.MousePos.y / s}, down{io.MouseClickedPos[0].x / s, io.MouseClickedPos[0].y / s};
  for (const auto& [group, name] : kPlaces)
    for (const Canvas::Place& place : places_)
      if (place.name == group && place.rect.contains(up) && place.rect.contains(down)) {
        ui_.pointed_place = name;
        return;
      }
}

void Desktop::draw_highlight(Canvas& c) {
  if (ui_.highlight.empty()) return;
  for (const Canvas::Place& place : places_)
    if (place.name == ui_.highlight) return c.frame(place.rect.inset(1), Token::kHalo, 3, 4);
}

void Desktop::watch_visible(const PanelFrame& f, const std::vector<std::string>& visible) {
  std::vector<std::string> rings;
  for (const std::string& id : visible)
    if (Panel* p = host_.find(id))
      for (std::string& ring : p->watches(f))
        if (std::find(rings.begin(), rings.end(), ring) == rings.end()) rings.push_back(std::move(ring));
  client_.watch(rings);
}

// Splitters: a line under the mouse; dragged they snap to 8, a double click brings one back, the right button all of
// them.
void Desktop::draw_splits(const PanelFrame& f, const std::vector<Split>& splits) {
  Canvas& c = f.c;
  Group group(c, "splitters", {0, 0, 1e6f, 1e6f});
  if (!ImGui::IsMouseDown(0)) dragged_.clear();
  for (const Split& s : splits) {
    const Rect target = s.sideways ? Rect{s.handle.x - 2, s.handle.y, s.handle.w + 4, s.handle.h}
                                   : Rect{s.handle.x, s.handle.y - 2, s.handle.w, s.handle.h + 4};
    c.target(s.name, s.handle);
    const bool over = c.hovered(target), mine = dragged_ == s.name;
    if (over && dragged_.empty() && ImGui::IsMouseClicked(0))
      dragged_ = s.name, drag_from_ = ui_.splits.count(s.name) ? ui_.splits[s.name] : 0;
    if (over && c.double_clicked(target)) ui_.splits.erase(s.name), dragged_ = "-";
    if (over && c.right_clicked(target)) open_menu(f, "splitter", {{"split", s.name}});
    if (!mine && !(over && dragged_.empty())) continue;
    ImGui::SetMouseCursor(s.sideways ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
    const Rect line = s.sideways ? Rect{s.handle.mid_x() - 1, s.handle.y + 4, 2, s.handle.h - 8}
                                 : Rect{s.handle.x + 4, s.handle.mid_y() - 1, s.handle.w - 8, 2};
    c.fill(line, mine ? Token::kHalo : Token::kOutline);
    if (!mine) continue;
    const float way = s.sideways ? c.mouse().x - c.pressed_at().x : c.mouse().y - c.pressed_at().y;
    const float moved = std::round((drag_from_ + (s.grows_before ? way : -way)) / 8) * 8;
    if (moved != 0)
      ui_.splits[s.name] = moved;
    else
      ui_.splits.erase(s.name);
  }
}

// Ctrl C copies the number under the mouse; menus and buttons copy what they say.
void Desktop::take_copies() {
  for (const KeyPress& k : presses_)
    if (k.key == Key::kLetter && k.ctrl && k.letter == 'c' && !ui_.copyable.empty()) ui_.to_clipboard = ui_.copyable;
  if (ui_.to_clipboard.empty()) return;
  ImGui::SetClipboardText(ui_.to_clipboard.c_str());
  client_.note("copy " + ui_.to_clipboard, Status());
  ui_.to_clipboard.clear();
}

// Each letter finds the field that it was typed for: what may change who has the keyboard is the last of its frame, and
// while a field that was opened is on its way to ImGui, two frames long, nothing is handed on.
void Desktop::hand_on_keys() {
  constexpr int kPatience = 8;                                  // frames: a field without room is never drawn
  const bool active = was_typing_ && ImGui::IsAnyItemActive();  // one that is drawn no more is active for a frame yet
  if (active) opening_ = 0;
  if (!active && (opening_ > 0 || ui_.focus_console || ui_.palette.focus)) {
    opening_ -= opening_ > 0;
    if (++waited_ <= kPatience) return;
    opening_ = 0, ui_.focus_console = ui_.palette.focus = false;
  }
  waited_ = 0;
  for (bool last = false, letters = false; !typed_.empty() && !last; typed_.pop_front()) {
    const auto& [press, letter] = typed_.front();
    // what Tab completes, and what stands in a field that Esc leaves, has to be in the field first
    if ((press.key == Key::kTab || press.key == Key::kEscape) && letters) break;
    letters |= letter != 0;
    // straight into this frame's: what is added is for the next one in ImGui 1.87 and later, and for none before
    if (letter && letter < 0x10000) ImGui::GetIO().InputQueueCharacters.push_back(ImWchar(letter));
    if (press.key != Key::kNone) presses_.push_back(press);
    last = press.ctrl || press.alt || press.key == Key::kEnter || press.key == Key::kTab || press.key == Key::kEscape ||
           (press.key == Key::kLetter && !active);
  }
}

void Desktop::frame(double seconds, Recording* recording) {
  settling_ -= settling_ > 0;
  hand_on_keys();
  if (moving()) phase_ += seconds;
  now_ += seconds;
  look_after_guides();
  follow_selection();
  follow_lab();
  if (ImGui::IsMouseClicked(0)) ui_.highlight.clear();
  ui_.pointed_place.clear();
  take_pointed();
  if (recording) recording->clear();
  im::Screen screen;
  Canvas canvas(ImGui::GetWindowDrawList(), theme_, fonts_, scale_, recording, std::move(covered_));
  places_.clear();
  canvas.keep_places(&places_);
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  const float w = size.x / canvas.scale(), h = size.y / canvas.scale();
  const Arrangement arranged = arrange(w, h, layout(), ui_.console_open, ui_.splits);
  std::vector<std::string> visible;
  for (const Slot& slot : arranged.slots) visible.push_back(slot.front(ui_));

  PanelFrame f{canvas, client_.snapshot(), history_, ui_, client_, words_, phase_, seconds, now_, &lab_, &presses_};
  const bool typing = was_typing_ || ui_.palette.open || opening_ > 0;
  // what lies above takes the keys first
  ui_.help_for = keyboard_panel(visible);
  menu_keys(f, presses_, typing);
  palette_keys(f, presses_);
  if (!typing) tour_keys(f, presses_);
  tab_keys(presses_, arranged.slots, ui_);
  handle_keys(presses_, typing, visible, ui_, client_, scale_);
  ui_.sideways = false;
  watch_visible(f, visible);
  if (ui_.tour.step) canvas.aim();
  ui_.copyable.clear();
  ui_.pointed = -1;

  const Rect all{0, 0, w, h};
  canvas.fill(all, Token::kWindow);
  draw_top_bar(f, arranged.bars.top);
  if (says_busy())  // in the recorder's place, so that nothing moves under the mouse
    draw_banner(f, arranged.bars.recorder);
  else
    draw_recorder(f, arranged.bars.recorder);
  if (ui_.lab_run_request || ui_.lab_reset_request) ui_.bring_to_front("Lab");  // who draws it takes it
  PanelFrame unheard = f;  // while somebody types, arrows and the like are for the field's own panel
  unheard.keys = nullptr;
  for (const Slot& slot : arranged.slots)
    host_.draw_slot(was_typing_ && slot.front(ui_) != ui_.help_for ? unheard : f, slot);
  draw_splits(f, arranged.splits);
  draw_last_line(f, arranged.bars.last);
  if (ui_.console_open)
    canvas.fill({0, arranged.console.y - 8, w, arranged.console.h + 16}, Token::kWindow),
        host_.draw_slot(f, {"console", arranged.console, {"Console"}});
  draw_highlight(canvas);
  canvas.begin_above();
  const float top = std::max(arranged.bars.top.bottom(), arranged.bars.recorder.bottom()) + 8;
  const float bottom = ui_.console_open             ? arranged.console.y - 8
                       : arranged.bars.last.empty() ? h
                                                    : arranged.bars.last.y;
  draw_error_card(f, {16, top, w - 32, bottom - top - 8});
  draw_tour(f, {0, top, w, bottom - top - 8});
  host_.draw_help(f, all);
  draw_palette(f, all);
  draw_menu(f, all);
  canvas.end_above();
  if (ui_.menu.open || ui_.palette.open) canvas.tooltip("");  // of what it lies above
  canvas.draw_tooltip(all);
  covered_ = canvas.take_covers();
  look_after_guides();  // before a step of the tour changes the panels
  watch_tour(f);        // now it is known what the mouse points at; a new step begins with the next frame
  take_copies();
  ui_.lab_run_request = ui_.lab_reset_request = false;
  if (std::exchange(ui_.step_too_far, false))
    client_.note("step", Status(Error{words_.lab("step.reached"), "", "", ""}));
  if (std::exchange(ui_.refused_run, false)) client_.note("run", Status(Error{words_.lab("lock.refused"), "", "", ""}));
  presses_.clear();
  if (std::exchange(ui_.field_opened, false)) opening_ = 4;
  was_typing_ = ImGui::IsAnyItemActive() && (!ui_.typing_in.empty() || ui_.palette.open);
}

}  // namespace ringside::desktop
