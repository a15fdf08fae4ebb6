// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/keys.h"

#include <algorithm>

#include "app/desktop/kit/fonts.h"
#include "app/desktop/model/engine_client.h"
#include "app/desktop/model/transport.h"
#include "app/desktop/model/ui_state.h"
#include "app/desktop/shell/workspace.h"
#include "app/desktop/widgets/text_field.h"

namespace ringside::desktop {
namespace {

bool take_ctrl(const KeyPress& k, UiState& ui, int scale) {
  switch (k.letter) {
    case 'p':
      if (ui.palette.open)
        ui.palette.open = false;
      else
        ui.palette.show();
      return true;
    case '+':
    case '=': ui.scale_request = next_scale(scale, 1); return true;
    case '-': ui.scale_request = next_scale(scale, -1); return true;
    case '0': ui.scale_request = 100; return true;
    case 'q': ui.quit = true; return true;
    default: break;
  }
  for (const Layout& layout : ui.layouts->all())
    if (k.letter == char32_t('0' + layout.tab)) return ui.choose_layout(layout.id);
  return false;
}

bool take_letter(const KeyPress& k, UiState& ui, EngineClient& client) {
  auto send = [&](const char* text) { client.send(text); };
  switch (k.letter) {
    case 'n': send("step until=arrival"); return true;
    case 'x': send("step until=exit"); return true;
    case 'd': send("step until=drop"); return true;
    case 'i': send("step until=interrupt"); return true;
    case 'c': ui.console_open = !ui.console_open, ui.focus_console = ui.console_open; return true;
    case '?': ui.help = ui.help.empty() ? ui.help_for : ""; return true;
    case ',':
    case '.':
      if (std::string command = pace_command(client, k.letter == '.' ? 1 : -1); !command.empty()) client.send(command);
      return true;
    default: return false;
  }
}

void give_keyboard(UiState& ui, const std::string& panel) {
  if (ui.focus != panel) leave_text_fields();  // a field elsewhere would keep it
  ui.focus = panel;
  ui.list_has_focus = panel == "Rings" || panel == "Steps" || panel == "Registers";
}

bool take_named(const KeyPress& k, bool typing, const std::vector<std::string>& panels, UiState& ui,
                EngineClient& client) {
  switch (k.key) {
    case Key::kSpace: run_or_pause(ui, client); return true;
    case Key::kRight:
      if (ui.sideways || (ui.list_has_focus && ui.focus != "Steps") || k.ctrl) return false;  // Steps has rows alone
      step(ui, client, k.shift ? "packet" : k.alt ? "stage" : name_of(ui.grain));
      return true;
    case Key::kF1: ui.help = ui.help.empty() ? ui.help_for : ""; return true;
    case Key::kF6: {
      if (panels.empty()) return true;
      const auto it = std::find(panels.begin(), panels.end(), ui.focus);
      const size_t n = panels.size(), at = it == panels.end() ? (k.shift ? 0 : n - 1) : size_t(it - panels.begin());
      give_keyboard(ui, panels[(at + (k.shift ? n - 1 : 1)) % n]);
      return true;
    }
    case Key::kEscape: {
      const EngineClient::Line line = client.last_action();
      if (!ui.help.empty())
        ui.help.clear();
      else if (typing &&
               ui.help_for != "Console")  // the field is left with what stands in it; its panel keeps the keys
        leave_text_fields(), ui.focus = ui.help_for;
      else if (!ui.highlight.empty())
        ui.highlight.clear();
      else if (!line.ok && !line.error.what.empty() && line.id != ui.seen_error)
        ui.seen_error = line.id;
      else if (ui.console_open)
        ui.console_open = false;
      else if (ui.tour.step)
        ui.tour.leave();
      else if (ui.exit_begin)
        ui.choose_exit("", 0);
      else if (ui.row >= 0 || ui.event || ui.packet)
        ui.row = -1, ui.event = 0, ui.packet = 0;
      else
        ui.focus.clear(), ui.list_has_focus = false, ui.follow = true;
      return true;
    }
    default: return false;
  }
}

}  // namespace

void tab_keys(std::vector<KeyPress>& presses, const std::vector<Slot>& slots, UiState& ui) {
  std::erase_if(presses, [&](const KeyPress& k) {
    if (k.key != Key::kF6 || !k.ctrl || k.alt) return false;
    const auto here =
        std::find_if(slots.begin(), slots.end(), [&](const Slot& s) { return s.front(ui) == ui.help_for; });
    const size_t first = here == slots.end() ? 0 : size_t(here - slots.begin());
    const Slot* of = nullptr;
    for (size_t i = 0; i < slots.size() && !of; ++i)
      if (const Slot& slot = slots[(first + i) % slots.size()]; slot.panels.size() > 1) of = &slot;
    if (!of) return true;
    const size_t n = of->panels.size();
    const auto it = std::find(of->panels.begin(), of->panels.end(), of->front(ui));
    const std::string& next = of->panels[(size_t(it - of->panels.begin()) + (k.shift ? n - 1 : 1)) % n];
    ui.bring_to_front(next);
    give_keyboard(ui, next);
    return true;
  });
}

void handle_keys(std::vector<KeyPress>& presses, bool typing, const std::vector<std::string>& panels, UiState& ui,
                 EngineClient& client, int scale) {
  std::erase_if(presses, [&](const KeyPress& k) {
    if (k.key == Key::kLetter) {
      if (k.ctrl) return take_ctrl(k, ui, scale);
      return !typing && !k.alt && take_letter(k, ui, client);
    }
    if (typing && k.key != Key::kEscape && k.key != Key::kF1 && k.key != Key::kF6) return false;
    return take_named(k, typing, panels, ui, client);
  });
}

}  // namespace ringside::desktop
