// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

struct ImFont;
struct ImFontAtlas;

namespace ringside::desktop {

// Two weights, three sizes (look/visual-language.md section 3).
enum class Type : uint8_t { kSmall, kSmallBold, kBody, kBodyBold, kFigure, kMono, kMonoBold, kCount };

inline constexpr std::array<int, 7> kScales = {75, 100, 125, 150, 200, 250, 300};
// The step nearest to a percentage.
int nearest_scale(int percent);
// The next step up (+1) or down (-1).
int next_scale(int percent, int direction);
// Size in em of a style at a scale, in physical pixels: 13, 16, 24 at 100 %.
int em_size(Type type, int scale_percent);

// The atlas at one scale. Rebuilt at each step, never stretched. UI thread.
class Fonts {
 public:
  // Finds the faces on this machine and fills the atlas. ImGui's own font stands in for a face that is missing.
  void build(ImFontAtlas& atlas, int scale_percent);

  ImFont* font(Type type) const { return fonts_[size_t(type)]; }
  int em(Type type) const { return em_[size_t(type)]; }
  // Characters that the interface uses beyond Latin-1 and that a face does not have; empty when all is well.
  std::vector<uint32_t> missing(Type type) const;
  const std::string& note() const { return note_; }  // which face is missing and how to install it

 private:
  std::array<ImFont*, size_t(Type::kCount)> fonts_{};
  std::array<int, size_t(Type::kCount)> em_{};
  std::string note_;
};

}  // namespace ringside::desktop
