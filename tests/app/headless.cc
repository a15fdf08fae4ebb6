// SPDX-License-Identifier: BSD-3-Clause
#include "tests/app/headless.h"

#include <imgui.h>

#include <cstdlib>

#include "engine/base/assets.h"

namespace ringside::test {

Headless::Headless(const Setup& setup, Engine* real) : engine(setup.engine) {
  setenv("RINGSIDE_ASSETS", "assets", 0);
  ImGui::CreateContext();
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.ConfigInputTextCursorBlink = false;
  io.DisplaySize = {setup.width, setup.height};
  io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
  io.MousePos = {-1000, -1000};
  auto theme = desktop::Theme::load(asset_path("themes/themes.toml"), setup.theme);
  if (!theme) std::abort();
  auto layouts = desktop::Layouts::load(desktop::panel_ids());
  if (!layouts) std::abort();
  desktop = std::make_unique<desktop::Desktop>(real ? *real : engine, *theme, desktop::Words::load(),
                                               std::move(*layouts), setup.labs);
  desktop->ui().layout = setup.layout;
  desktop->set_scale(*io.Fonts, setup.scale);
}

Headless::~Headless() {
  desktop.reset();
  ImGui::DestroyContext();
}

void Headless::frame(double seconds) {
  ImGui::GetIO().DeltaTime = float(std::max(1e-4, seconds));
  desktop->poll();
  ImGui::NewFrame();
  desktop->frame(seconds, &recording);
  ImGui::Render();
}

void Headless::frames(int n, double engine_seconds) {
  for (int i = 0; i < n; ++i) {
    if (engine_seconds > 0) engine.advance(engine_seconds);
    frame(engine_seconds > 0 ? engine_seconds : 1.0 / 60);
  }
}

void Headless::move_mouse(float x, float y) {
  const float s = float(desktop->scale()) / 100;
  ImGui::GetIO().MousePos = {x * s, y * s};
}

void Headless::click(float x, float y, int button) {
  move_mouse(x, y);
  frame();
  ImGui::GetIO().MouseDown[button] = true;
  frame();
  ImGui::GetIO().MouseDown[button] = false;
  frame();
  frame();
}

void Headless::type(const std::string& text) {
  for (const char ch : text)
    if (ch == '\n')
      desktop->type({desktop::Key::kEnter});
    else
      desktop->type(ch == ' ' ? desktop::KeyPress{} : desktop::KeyPress{desktop::Key::kLetter, char32_t(ch)},
                    char32_t(static_cast<unsigned char>(ch)));
}

bool Headless::shows(const std::string& text) const {
  for (const desktop::Drawn& d : recording.drawn)
    if (d.text.find(text) != std::string::npos) return true;
  return false;
}

const desktop::Drawn* Headless::find(const std::string& text) const {
  for (const desktop::Drawn& d : recording.drawn)
    if (d.text == text) return &d;
  return nullptr;
}

std::vector<unsigned char> Headless::vertices() const {
  std::vector<unsigned char> bytes;
  const ImDrawData* data = ImGui::GetDrawData();
  for (int i = 0; i < data->CmdListsCount; ++i) {
    const auto& buffer = data->CmdLists[i]->VtxBuffer;
    const auto* begin = reinterpret_cast<const unsigned char*>(buffer.Data);
    bytes.insert(bytes.end(), begin, begin + size_t(buffer.Size) * sizeof(ImDrawVert));
  }
  return bytes;
}

}  // namespace ringside::test
