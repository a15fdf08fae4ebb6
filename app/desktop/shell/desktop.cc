// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/desktop.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/desktop/shell/im.h"
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
  for (uint64_t v : {uint64_t(s.state), uint64_t(s.mode), s.steps, s.run_ns, s.virtual_ns, uint64_t(s.cut), s.balance.sent, s.balance.delivered, s.balance.in_flight,
                     uint64_t(s.vms.size()), uint64_t(s.wires.size()), uint64_t(s.events.size()), uint64_t(s.exits.size()), s.log.empty() ? 0 : s.log.back().number})
    mix(v);
  for (const RingView& r : s.rings) {
    mix(r.rows.size()), mix(r.size);
    for (const PointerView& p : r.pointers) mix(p.index);
  }
  return n;
}

}  // namespace

Desktop::Desktop(Engine& engine, Theme theme, Words words)
    : client_(engine), theme_(std::move(theme)), words_(std::move(words)), host_(make_panels()) {
  history_.add(client_.snapshot());
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
  if (!client_.poll()) return false;
  const Snapshot& s = client_.snapshot();
  history_.add(s);
  // While time stands the collector goes on making pictures of the same: only a difference is worth drawing.
  const uint64_t before = std::exchange(picture_, picture_of(s));
  return s.state == RunState::kRunning || picture_ != before;
}

bool Desktop::moving() const {
  return client_.snapshot().state == RunState::kRunning && !ui_.reduced_motion;
}

// Something is always chosen while there is something to choose: the first VM, its first NIC, the ring of the newest event.
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

void Desktop::watch_visible(const PanelFrame& f, const std::vector<std::string>& visible) {
  std::vector<std::string> rings;
  for (const std::string& id : visible)
    if (Panel* p = host_.find(id))
      for (std::string& ring : p->watches(f))
        if (std::find(rings.begin(), rings.end(), ring) == rings.end()) rings.push_back(std::move(ring));
  client_.watch(rings);
}

// Splitters: a line under the mouse; dragged they snap to 8, a double click brings one back, the right button all of them.
void Desktop::draw_splits(const PanelFrame& f, const std::vector<Split>& splits) {
  Canvas& c = f.c;
  if (!ImGui::IsMouseDown(0)) dragged_.clear();
  for (const Split& s : splits) {
    const Rect target = s.sideways ? Rect{s.handle.x - 2, s.handle.y, s.handle.w + 4, s.handle.h} : Rect{s.handle.x, s.handle.y - 2, s.handle.w, s.handle.h + 4};
    c.target(s.name, s.handle);
    const bool over = c.hovered(target), mine = dragged_ == s.name;
    if (over && dragged_.empty() && ImGui::IsMouseClicked(0)) dragged_ = s.name, drag_from_ = ui_.splits.count(s.name) ? ui_.splits[s.name] : 0;
    if (over && c.double_clicked(target)) ui_.splits.erase(s.name), dragged_ = "-";
    if (over && c.right_clicked(target)) open_menu(f, "splitter", {{"split", s.name}});
    if (!mine && !(over && dragged_.empty())) continue;
    ImGui::SetMouseCursor(s.sideways ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
    const Rect line = s.sideways ? Rect{s.handle.mid_x() - 1, s.handle.y + 4, 2, s.handle.h - 8} : Rect{s.handle.x + 4, s.handle.mid_y() - 1, s.handle.w - 8, 2};
    c.fill(line, mine ? Token::kHalo : Token::kOutline);
    if (!mine) continue;
    const float way = s.sideways ? c.mouse().x - c.pressed_at().x : c.mouse().y - c.pressed_at().y;
    const float moved = std::round((drag_from_ + (s.grows_before ? way : -way)) / 8) * 8;
    if (moved != 0) ui_.splits[s.name] = moved;
    else ui_.splits.erase(s.name);
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

void Desktop::frame(double seconds, Recording* recording) {
  if (moving()) phase_ += seconds;
  follow_selection();
  if (recording) recording->clear();
  im::Screen screen;
  Canvas canvas(ImGui::GetWindowDrawList(), theme_, fonts_, scale_, recording, std::move(covered_));
  const ImVec2 size = ImGui::GetIO().DisplaySize;
  const float w = size.x / canvas.scale(), h = size.y / canvas.scale();
  const Arrangement arranged = arrange(w, h, ui_.layout, ui_.console_open, ui_.splits);
  std::vector<std::string> visible;
  for (const Slot& slot : arranged.slots) visible.push_back(slot.front(ui_));

  PanelFrame f{canvas, client_.snapshot(), history_, ui_, client_, words_, phase_, seconds, &presses_};
  // what lies above takes the keys first
  menu_keys(f, presses_);
  palette_keys(f, presses_);
  handle_keys(presses_, was_typing_, visible, ui_, client_, scale_);
  watch_visible(f, visible);
  watch_tour(f);  // before the mouse's place of the last frame is forgotten
  if (ui_.tour.step) canvas.aim();
  ui_.copyable.clear();
  ui_.pointed = -1;

  const Rect all{0, 0, w, h};
  canvas.fill(all, Token::kWindow);
  draw_top_bar(f, arranged.bars.top);
  draw_recorder(f, arranged.bars.recorder);
  for (const Slot& slot : arranged.slots) host_.draw_slot(f, slot);
  draw_splits(f, arranged.splits);
  draw_last_line(f, arranged.bars.last);
  if (ui_.console_open) canvas.fill({0, arranged.console.y - 8, w, arranged.console.h + 16}, Token::kWindow), host_.draw_slot(f, {"console", arranged.console, {"Console"}});
  canvas.begin_above();
  draw_error_card(f, all, arranged.bars.last.empty() ? h : ui_.console_open ? arranged.console.y - 8 : arranged.bars.last.y);
  draw_tour(f, all);
  host_.draw_help(f, all);
  draw_palette(f, all);
  draw_menu(f, all);
  canvas.end_above();
  canvas.draw_tooltip(all);
  covered_ = canvas.take_covers();
  take_copies();
  presses_.clear();
  was_typing_ = ImGui::GetIO().WantTextInput;
}

}  // namespace ringside::desktop
