// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/kit/fonts.h"

#include <imgui.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "engine/base/assets.h"

namespace ringside::desktop {
namespace {

constexpr std::array<std::array<int, 3>, 7> kSizes = {
    {{11, 12, 18}, {13, 16, 24}, {16, 20, 30}, {20, 24, 36}, {26, 32, 48}, {33, 40, 60}, {39, 48, 72}}};

constexpr uint32_t kBeyondLatin[] = {0x2009, 0x2013, 0x2014, 0x2018, 0x2019, 0x201C, 0x201D, 0x2026,
                                     0x203A, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2248, 0x2264,
                                     0x2265, 0x25B2, 0x25BC, 0x2713, 0x0394, 0x03BC};

constexpr ImWchar kDigits[] = {'0', '9', 0};
constexpr ImWchar kRanges[] = {0x0020, 0x00FF, 0x0394, 0x0394, 0x03BC, 0x03BC, 0x2009, 0x2009, 0x2013, 0x2014, 0x2018,
                               0x2019, 0x201C, 0x201D, 0x2026, 0x2026, 0x203A, 0x203A, 0x2190, 0x2193, 0x2212, 0x2212,
                               0x2248, 0x2248, 0x2264, 0x2265, 0x25B2, 0x25B2, 0x25BC, 0x25BC, 0x2713, 0x2713, 0};

struct Face {
  bool mono, bold;
  const char* package;
  std::vector<const char*> files;
};

const Face& face_of(Type type) {
  static const Face faces[] = {{false,
                                false,
                                "fonts-inter",
                                {"opentype/inter/Inter-Regular.otf", "truetype/inter/Inter-Regular.ttf",
                                 "inter/Inter-Regular.otf", "rsms-inter-fonts/Inter-Regular.otf"}},
                               {false,
                                true,
                                "fonts-inter",
                                {"opentype/inter/Inter-SemiBold.otf", "truetype/inter/Inter-SemiBold.ttf",
                                 "inter/Inter-SemiBold.otf", "rsms-inter-fonts/Inter-SemiBold.otf"}},
                               {true,
                                false,
                                "fonts-jetbrains-mono",
                                {"truetype/jetbrains-mono/JetBrainsMono-Regular.ttf", "TTF/JetBrainsMono-Regular.ttf",
                                 "jetbrains-mono-fonts/JetBrainsMono-Regular.ttf"}},
                               {true,
                                true,
                                "fonts-jetbrains-mono",
                                {"truetype/jetbrains-mono/JetBrainsMono-SemiBold.ttf", "TTF/JetBrainsMono-SemiBold.ttf",
                                 "jetbrains-mono-fonts/JetBrainsMono-SemiBold.ttf"}}};
  switch (type) {
    case Type::kSmall:
    case Type::kBody: return faces[0];
    case Type::kMono: return faces[2];
    case Type::kMonoBold: return faces[3];
    default: return faces[1];
  }
}

// Beside the program first (a bundle carries its faces), then the folders of Debian, Fedora and Arch, then the user's
// own.
std::string find_face(const Face& face) {
  const char* home = std::getenv("HOME");
  std::vector<std::string> folders = {"/usr/share/fonts/", "/usr/local/share/fonts/"};
  if (home) folders.push_back(std::string(home) + "/.local/share/fonts/");
  std::error_code error;
  for (const char* file : face.files) {
    const std::string bundled = asset_path("fonts/" + std::filesystem::path(file).filename().string());
    if (std::filesystem::exists(bundled, error)) return bundled;
    for (const std::string& folder : folders)
      if (std::filesystem::exists(folder + file, error)) return folder + file;
  }
  return {};
}

int size_row(int percent) {
  for (size_t i = 0; i < kScales.size(); ++i)
    if (kScales[i] == percent) return int(i);
  return 1;
}

}  // namespace

int nearest_scale(int percent) {
  int best = kScales[0];
  for (int s : kScales)
    if (std::abs(s - percent) < std::abs(best - percent)) best = s;
  return best;
}

int next_scale(int percent, int direction) {
  const int i = size_row(nearest_scale(percent)) + direction;
  return kScales[size_t(std::clamp(i, 0, int(kScales.size()) - 1))];
}

int em_size(Type type, int scale_percent) {
  const auto& row = kSizes[size_t(size_row(nearest_scale(scale_percent)))];
  return row[type == Type::kFigure ? 2 : type == Type::kBody || type == Type::kBodyBold ? 1 : 0];
}

void Fonts::build(ImFontAtlas& atlas, int scale_percent) {
  atlas.Clear();
  // ImGui's stb_truetype keeps fractional widths; its FreeType builder rounds each up, which spaces small text out by 6
  // %.
  note_.clear();
  for (size_t i = 0; i < fonts_.size(); ++i) {
    const Type type = Type(i);
    const Face& face = face_of(type);
    const int em = em_size(type, scale_percent);
    em_[i] = em;
    const float size = std::round(float(em) * (face.mono ? 1.32f : 1.21f));
    const std::string path = find_face(face);
    ImFontConfig config;
    config.OversampleH = em < 20 ? 3 : em < 40 ? 2 : 1;
    config.OversampleV = 1;
    if (path.empty()) {
      note_ = std::string("The font package ") + face.package + " is missing: apt install " + face.package;
      config.SizePixels = float(em);
      fonts_[i] = atlas.AddFontDefault(&config);
      continue;
    }
    if (face.mono) {
      config.GlyphMinAdvanceX = config.GlyphMaxAdvanceX = std::round(float(em) * 0.6f);
      fonts_[i] = atlas.AddFontFromFileTTF(path.c_str(), size, &config, kRanges);
      continue;
    }
    // Tabular figures: the digits come first, with a width of their own; the atlas keeps the first glyph that it is
    // given.
    config.GlyphMinAdvanceX = config.GlyphMaxAdvanceX = std::round(float(em) * (face.bold ? 0.671f : 0.648f));
    fonts_[i] = atlas.AddFontFromFileTTF(path.c_str(), size, &config, kDigits);
    config.GlyphMinAdvanceX = 0;
    config.GlyphMaxAdvanceX = 1e9f;
    config.MergeMode = true;
    atlas.AddFontFromFileTTF(path.c_str(), size, &config, kRanges);
  }
  atlas.Build();
}

std::vector<uint32_t> Fonts::missing(Type type) const {
  std::vector<uint32_t> gone;
  const bool mono = face_of(type).mono;
  for (uint32_t c : kBeyondLatin)
    if (!(mono && c == 0x2009) && !font(type)->FindGlyphNoFallback(ImWchar(c))) gone.push_back(c);
  return gone;
}

}  // namespace ringside::desktop
