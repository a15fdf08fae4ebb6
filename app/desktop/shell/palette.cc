// SPDX-License-Identifier: BSD-3-Clause
#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <utility>

#include "app/desktop/kit/im.h"
#include "app/desktop/kit/numbers.h"
#include "app/desktop/panels/actions.h"
#include "app/desktop/shell/overlays.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/text_field.h"

namespace ringside::desktop {
namespace {

constexpr float kFoundRow = 28;
constexpr size_t kMostText = 1000;  // bytes

// Something that can be found: what it is, its name, more about it, and what Enter does.
struct Found {
  const char* kind;
  std::string name, more, action;  // action "" = nothing; "type TEXT" = goes on typing
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  return text;
}

// Each word must stand in the name or in what is said of it; 0 = no, else the smaller the better.
int rank(const std::vector<std::string>& words, const Found& x) {
  const std::string name = lower(x.name), more = lower(x.more);
  int sum = 1;
  for (const std::string& w : words) {
    const size_t at = name.find(w);
    if (at == 0) continue;
    if (at != std::string::npos)
      sum += 1 + int(std::min<size_t>(at, 8));
    else if (more.find(w) != std::string::npos)
      sum += 20;
    else
      return 0;
  }
  return sum;
}

std::string value_of(const Probe& p) {
  const std::string unit = p.unit.empty() ? "" : " " + std::string(p.unit);
  if (auto* u = std::get_if<uint64_t>(&p.value)) return count(*u) + unit;
  if (auto* d = std::get_if<double>(&p.value)) return significant(*d) + unit;
  return std::string(std::get<std::string_view>(p.value));
}

void add_things(const PanelFrame& f, std::vector<Found>& all) {
  for (const std::string& id : f.words.panels()) {
    std::string name = id;
    std::replace(name.begin(), name.end(), ' ', '_');
    all.push_back({"panel", id, "", id == "Console" ? "window console=yes" : "window tab=" + name});
  }
  for (const VmView& vm : f.s.vms)
    all.push_back(
        {"VM", vm.name, vm.workload + ", driver " + vm.driver + ", doorbell " + vm.doorbell, "window vm=" + vm.name});
  for (const RingView& r : f.s.rings)
    all.push_back({"ring", r.name, count(r.size) + " descriptors", "window ring=" + r.name + " tab=Rings"});
  for (const VmView& vm : f.s.vms)
    if (vm.name == f.ui.vm && !vm.nics.empty())
      for (const RegisterInfo& r : f.client.registers(vm.nics[0].model))
        all.push_back(
            {"register", r.name, r.long_name, "window vm=" + vm.name + " register=" + r.name + " tab=Registers"});
  for (const CommandInfo& k : f.client.commands()) all.push_back({"command", k.verb, k.summary, "type " + k.verb});
  for (const Words::MenuWord& w : f.words.menus())
    if (w.command.find('{') == std::string::npos && w.menu != "number")
      all.push_back({"action", (w.group.empty() ? "" : w.group + ": ") + w.label, w.command, w.command});
  for (const Words::Term& t : f.words.terms()) all.push_back({"term", t.term, t.sentence, ""});
  for (const Probe& p : f.s.probes)
    all.push_back({"number", std::string(p.name),
                   value_of(p) + ", " + std::string(name_of(p.provenance)) + ". " + std::string(p.description),
                   "copy " + std::string(p.name)});
}

std::vector<Found> search(const PanelFrame& f, const std::string& text, size_t most) {
  std::vector<std::string> words;
  std::istringstream in(lower(text));
  for (std::string w; in >> w;) words.push_back(w);
  std::vector<Found> all;
  add_things(f, all);
  std::vector<std::pair<int, size_t>> order;
  for (size_t i = 0; i < all.size(); ++i)
    if (const int r = rank(words, all[i])) order.emplace_back(r, i);
  if (order.empty()) {  // of several there may be one: "drops"
    for (std::string& w : words)
      if (w.size() > 3 && w.ends_with('s')) w.pop_back();
    for (size_t i = 0; i < all.size(); ++i)
      if (const int r = rank(words, all[i])) order.emplace_back(r, i);
  }
  std::stable_sort(order.begin(), order.end());
  std::vector<Found> best;
  for (const CommandInfo& k : f.client.commands())  // a whole command is sent as it stands
    if (text.rfind(k.verb + " ", 0) == 0 || text == k.verb) {
      best.push_back({"send", text, k.usage, text});
      break;
    }
  if (text.rfind("window ", 0) == 0) best.push_back({"send", text, "", text});
  for (auto& [r, i] : order)
    if (best.size() < most) best.push_back(std::move(all[i]));
  return best;
}

void choose(const PanelFrame& f, const Found& x) {
  Palette& p = f.ui.palette;
  if (x.action.rfind("type ", 0) == 0) {
    p.text = x.action.substr(5) + " ", p.focus = p.to_end = true, p.at = 0, ++p.opened;
    leave_text_fields();  // the field before is no more
    return;
  }
  p.open = false;
  if (!x.action.empty()) act(f, x.action);
}

// True when Enter was pressed in it.
bool draw_field(const PanelFrame& f, Rect field) {
  Canvas& c = f.c;
  Palette& p = f.ui.palette;
  c.fill(field, Token::kSunken, 4);
  c.frame(field, Token::kHalo, 2, 4);
  draw_icon(c, Icon::kSearch, {field.x + 17, field.mid_y()}, Token::kText2);
  if (p.text.empty())
    c.text({field.x + 36, field.mid_y()}, Type::kSmall, Token::kMuted, "a thing, a word, a number, a command");
  const float s = c.scale();
  const Theme& t = c.theme();
  im::Style style;
  style.colour(ImGuiCol_FrameBg, 0)
      .colour(ImGuiCol_Text, t.packed(Token::kText))
      .colour(ImGuiCol_TextSelectedBg, t.packed({Token::kOutline, 0.6f}))
      .var(ImGuiStyleVar_FramePadding, {0, 0})
      .var(ImGuiStyleVar_FrameBorderSize, 0);
  im::Font font(c.font(Type::kMono));
  ImGui::SetCursorScreenPos({(field.x + 36) * s, std::round(field.mid_y() * s - ImGui::GetFontSize() / 2)});
  ImGui::SetNextItemWidth((field.w - 48) * s);
  if (p.focus) im::keyboard_here(), p.focus = false, f.ui.field_opened = true;
  const std::string before = p.text, id = "##palette" + std::to_string(p.opened);
  // A field that takes the keyboard has all its text chosen, and the next letter would take its place.
  const auto behind_text = [](ImGuiInputTextCallbackData* data) {
    Palette& palette = *static_cast<Palette*>(data->UserData);
    if (std::exchange(palette.to_end, false)) data->ClearSelection(), data->CursorPos = data->BufTextLen;
    palette.cut |= im::cut_beyond(data, kMostText);
    return 0;
  };
  ImGui::InputText(id.c_str(), &p.text, ImGuiInputTextFlags_CallbackAlways, behind_text, &p);
  p.cut = p.cut && im::full(p.text, kMostText);
  if (p.text != before) p.at = 0;
  return im::entered(f.keys);
}

}  // namespace

void palette_keys(const PanelFrame& f, std::vector<KeyPress>& presses) {
  Palette& p = f.ui.palette;
  if (!p.open) return;
  std::erase_if(presses, [&](const KeyPress& k) {
    switch (k.key) {
      case Key::kUp: p.at = std::max(0, p.at - 1); return true;
      case Key::kDown: ++p.at; return true;
      case Key::kEnter: return false;  // the field takes it, behind the letters before it
      case Key::kEscape: p.open = false; return true;
      case Key::kLetter: return !k.ctrl;  // they go into the field
      default: return true;
    }
  });
}

void draw_palette(const PanelFrame& f, Rect screen) {
  Palette& p = f.ui.palette;
  if (!p.open) return;
  Canvas& c = f.c;
  c.cover(screen);
  const bool opened_now = p.focus;  // by a click that is still being released
  const float width = std::min(720.f, screen.w - 16);
  const size_t most = size_t(std::clamp((screen.h - 140) / kFoundRow, 3.f, 14.f));
  const Rect field{screen.mid_x() - width / 2 + 12, screen.y + (screen.h > 500 ? 68.f : 20.f), width - 24, 36};
  const std::vector<Found> found = search(f, p.text, most);
  Rect box{screen.mid_x() - width / 2, screen.y + (screen.h > 500 ? 56.f : 8.f), width,
           60 + kFoundRow * float(std::max<size_t>(1, found.size())) + 36};
  Group group(c, "palette", box);
  c.fill(box, Token::kRaised, 4);
  c.frame(box, Token::kOutline, 1, 4);
  if (draw_field(f, field)) {
    const std::vector<Found> now = search(f, p.text, most);
    if (!now.empty()) choose(f, now[size_t(std::clamp(p.at, 0, int(now.size()) - 1))]);
    return;
  }
  p.at = std::clamp(p.at, 0, std::max(0, int(found.size()) - 1));
  float y = box.y + 56;
  const Found* chosen = nullptr;
  for (size_t i = 0; i < found.size(); ++i, y += kFoundRow) {
    const Found& x = found[i];
    const Rect row{box.x + 12, y, box.w - 24, kFoundRow};
    if (c.hovered(row) && (ImGui::GetIO().MouseDelta.x != 0 || ImGui::GetIO().MouseDelta.y != 0)) p.at = int(i);
    if (int(i) == p.at) c.fill(row, Token::kPanel, 3);
    c.text({row.x + 10, row.mid_y()}, Type::kSmall, Token::kMuted, x.kind);
    const float name_room = std::min(300.f, row.w * 0.5f),
                w = c.text({row.x + 84, row.mid_y()}, Type::kSmallBold, Token::kText,
                           c.elide(Type::kSmallBold, x.name, name_room));
    const float more_x = row.x + 84 + std::max(w + 16, std::min(180.f, row.w * 0.3f)), room = row.right() - 10 - more_x;
    if (room > 60) c.text({more_x, row.mid_y()}, Type::kSmall, Token::kText2, c.elide(Type::kSmall, x.more, room));
    if (int(i) == p.at && c.width(Type::kSmall, x.more) > room && !x.more.empty() && c.hovered(row)) c.tooltip(x.more);
    if (c.clicked(row)) chosen = &x;
  }
  if (found.empty())
    c.text({box.x + 22, y + kFoundRow / 2}, Type::kSmall, Token::kText2, "Nothing of that name."), y += kFoundRow;
  float x = box.x + 22;
  for (auto& [key, does] : {std::pair{"↑ ↓", "choose"}, std::pair{"Enter", "do it"}, std::pair{"Esc", "close"}}) {
    x += key_cap(c, {x, y + 18}, key) + 8;
    x += c.text({x, y + 18}, Type::kSmall, Token::kMuted, does) + 20;
  }
  if (p.cut)
    c.name({x, y + 18}, Type::kSmall, Token::kDropInk, "Cut: a search takes " + count(kMostText) + " bytes.",
           box.right() - x - 12);
  if (chosen)
    choose(f, *chosen);
  else if (!opened_now && c.clicked(screen) && !box.contains(c.mouse()))
    p.open = false;
}

}  // namespace ringside::desktop
