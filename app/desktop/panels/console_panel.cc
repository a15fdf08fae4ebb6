// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/console_panel.h"

#include <imgui.h>
#include <imgui_stdlib.h>

#include <algorithm>
#include <utility>

#include "app/desktop/kit/im.h"
#include "app/desktop/kit/numbers.h"
#include "app/desktop/model/lab_command.h"
#include "app/desktop/model/window_command.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/text_field.h"
#include "app/lookup/command_help.h"
#include "app/lookup/completion.h"

namespace ringside::desktop {
namespace {

constexpr float kRow = 20;
constexpr size_t kMostLine = 1 << 16;  // bytes: longer commands the engine refuses (engine/control/commands)

// The machine's and the window's own.
std::vector<CommandInfo> all_commands(const PanelFrame& f) {
  std::vector<CommandInfo> all = f.client.commands();
  all.insert(all.end(), window_commands().begin(), window_commands().end());
  return all;
}

// What ImGui's text field asks back while it is edited.
struct Recall {
  const std::vector<EngineClient::Line>& lines;
  const std::vector<std::string>& completions;
  int& at;
  bool complete = false;  // Tab came
  bool cut = false;       // more was pasted than the field takes
};

int on_edit(ImGuiInputTextCallbackData* data) {
  Recall& r = *static_cast<Recall*>(data->UserData);
  auto replace = [data](const std::string& text) {
    data->DeleteChars(0, data->BufTextLen);
    data->InsertChars(0, text.c_str());
  };
  // Tab is ours, in its order with the letters: ImGui sees it before those that still wait (Desktop::hand_on_keys).
  if (data->EventFlag == ImGuiInputTextFlags_CallbackAlways) {
    if (std::exchange(r.complete, false) && !r.completions.empty()) replace(r.completions.front());
    r.cut = im::cut_beyond(data, kMostLine);
  } else if (data->EventFlag == ImGuiInputTextFlags_CallbackHistory) {
    const int n = int(r.lines.size());
    const int step = data->EventKey == ImGuiKey_UpArrow ? -1 : 1;
    int at = r.at < 0 ? n : r.at;
    do at += step;
    while (at >= 0 && at < n && r.lines[size_t(at)].quiet);
    if (at < 0) return 0;
    r.at = at < n ? at : -1;
    replace(at < n ? r.lines[size_t(at)].command : "");
  }
  return 0;
}

}  // namespace

std::string ConsolePanel::explanation(const PanelFrame&) const { return "Tab completes, ↑ recalls, Esc closes"; }

void ConsolePanel::draw_completions(const PanelFrame& f, Rect r) {
  const Completion completion = complete(all_commands(f), f.s, input_);
  float x = r.x;
  for (size_t i = 0; i < completion.words.size() && i < 12; ++i) {
    const float w = f.c.width(Type::kMono, completion.words[i]);
    if (x + w > r.right() - 8) break;
    f.c.text({x, r.y + 10}, Type::kMono, i == 0 ? Token::kText : Token::kMuted, completion.words[i]);
    x += w + 20;
  }
  if (cut_)
    f.c.name({r.x, r.y + 30}, Type::kSmall, Token::kDropInk,
             "A command has at most " + count(kMostLine) + " bytes. The rest of this one was cut.", r.w - 8);
  else
    f.c.name({r.x, r.y + 30}, Type::kSmall, Token::kMuted, completion.help, r.w - 8);
}

// Newest at the bottom; an answer of several lines has as many rows of its own.
void ConsolePanel::draw_lines(const PanelFrame& f, Rect r, const std::vector<EngineClient::Line>& lines) {
  Canvas& c = f.c;
  struct Row {
    const EngineClient::Line* of;
    std::string_view answer;
    bool first;
  };
  std::vector<Row> rows;
  for (const EngineClient::Line& line : lines) {
    std::string_view rest = line.waiting ? std::string_view("…") : std::string_view(line.answer);
    while (rest.ends_with('\n')) rest.remove_suffix(1);
    if (rest.find('\n') != rest.npos) rows.push_back({&line, "", true});
    for (bool first = rest.find('\n') == rest.npos, more = true; more; first = false) {
      const size_t end = rest.find('\n');
      rows.push_back({&line, rest.substr(0, end), first});
      more = end != rest.npos;
      if (more) rest.remove_prefix(end + 1);
    }
  }
  const int fit = std::max(1, int((r.h - 8) / kRow)), most = std::max(0, int(rows.size()) - fit);
  if (rows.size() != rows_) back_ = 0;  // what came last is in view
  rows_ = rows.size();
  back_ = std::clamp(back_ - int(c.wheel(r) * 3), 0, most);
  if (typing_ && f.keys)
    std::erase_if(*f.keys, [&](const KeyPress& k) {
      if (k.key != Key::kPageUp && k.key != Key::kPageDown) return false;
      back_ = std::clamp(back_ + (k.key == Key::kPageUp ? 1 : -1) * std::max(1, fit - 1), 0, most);
      return true;
    });
  float y = r.bottom() - 8;
  for (auto it = rows.rbegin() + back_; it != rows.rend() && y > r.y; ++it, y -= kRow) {
    const Token ink = it->of->ok ? Token::kMuted : Token::kDropInk;
    if (!it->first) {
      c.name({r.x + 16, y}, Type::kMono, ink, std::string(it->answer), r.w - 24);
      continue;
    }
    c.text({r.x, y}, Type::kMono, Token::kMuted, "›");
    const float w =
        c.name({r.x + 16, y}, Type::kMono, it->of->quiet ? Token::kMuted : Token::kText, it->of->command, r.w - 24);
    const float x = r.x + 16 + w + 16;
    if (x + 60 < r.right()) c.name({x, y}, Type::kMono, ink, std::string(it->answer), r.right() - x - 8);
  }
  if (back_) c.text({r.right() - 8, r.bottom() - 8}, Type::kSmall, Token::kMuted, "↓", Align::kRight);
}

void ConsolePanel::draw(const PanelFrame& f, Rect body) {
  Canvas& c = f.c;
  Rect field = body.cut_bottom(32);
  const Rect hints = body.cut_bottom(44, 4);
  const std::vector<EngineClient::Line> lines = f.client.lines();
  draw_lines(f, body, lines);
  draw_completions(f, hints);

  c.target("field", field);
  c.fill(field, Token::kSunken, 4);
  c.frame(field, Token::kOutline, 1, 4);
  c.text({field.x + 10, field.mid_y()}, Type::kMonoBold, Token::kText, "›");
  const Completion completion = complete(all_commands(f), f.s, input_);
  Recall recall{lines, completion.lines, recall_};
  const float s = c.scale();
  const Theme& t = c.theme();
  im::Style style;
  style.colour(ImGuiCol_FrameBg, 0)
      .colour(ImGuiCol_Text, t.packed(Token::kText))
      .colour(ImGuiCol_TextSelectedBg, t.packed({Token::kOutline, 0.6f}))
      .var(ImGuiStyleVar_FramePadding, {0, 0})
      .var(ImGuiStyleVar_FrameBorderSize, 0);
  im::Font font(c.font(Type::kMono));
  ImGui::SetCursorScreenPos({(field.x + 26) * s, std::round(field.mid_y() * s - ImGui::GetFontSize() / 2)});
  ImGui::SetNextItemWidth((field.w - 36) * s);
  if (f.ui.focus_console) im::keyboard_here(), f.ui.focus_console = false, f.ui.field_opened = true;
  const auto flags =
      ImGuiInputTextFlags_CallbackCompletion | ImGuiInputTextFlags_CallbackHistory | ImGuiInputTextFlags_CallbackAlways;
  if (typing_ && f.keys)
    std::erase_if(*f.keys,
                  [&](const KeyPress& k) { return k.key == Key::kTab && !k.shift && (recall.complete = true); });
  // a field that was sent is left behind with its text: the next one has a name of its own
  const std::string name = "##console" + std::to_string(sent_);
  ImGui::InputText(name.c_str(), &input_, flags, on_edit, &recall);
  cut_ = (cut_ || recall.cut) && im::full(input_, kMostLine);
  typing_ = ImGui::IsItemActive();
  if (typing_) f.ui.typing_in = id();
  if (im::entered(f.keys) && !input_.empty()) {
    ++sent_;
    leave_text_fields();
    if (is_lab_command(input_) && f.lab)
      f.client.note(input_, apply_lab_command(*f.lab, input_));
    else if (const auto topic = help_topic(input_)) {
      const auto said = command_help(all_commands(f), *topic);
      f.client.note(input_, said ? *said : said.error().text(), said ? Status{} : Status{said.error()});
    } else if (is_window_command(input_))
      f.client.note(input_, apply_window_command(f.ui, input_));
    else
      f.client.send(input_);
    input_.clear();
    recall_ = -1;
    f.ui.focus_console = f.ui.field_opened = true;  // what is typed before the next field is there is for it
  }
}

}  // namespace ringside::desktop
