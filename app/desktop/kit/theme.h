// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace ringside::desktop {

// Colours by meaning. Their values stand in assets/themes/themes.toml alone.
enum class Token : uint8_t {
  kWindow,
  kPanel,
  kRaised,
  kSunken,
  kOnInvert,
  kText,
  kText2,
  kMuted,
  kInvert,
  kOutline,
  kLine,
  kHalo,
  kGuest,
  kGuestInk,
  kDevice,
  kDeviceInk,
  kDone,
  kDoneInk,
  kDrop,
  kDropInk,
  kExit,
  kExitInk,
  kIrq,
  kIrqInk,
  kFlowHi,
  kSwitch,
  kWire,
  kFlow,
  kOnFill,
  kOnFillDeep,
  kCount
};

std::string_view name_of(Token token);

// A token, softened where the visual language says so. Text is never translucent.
struct Paint {
  constexpr Paint(Token t, float a = 1.f) : token(t), alpha(a) {}
  Token token;
  float alpha;
};

struct Rgb {
  uint8_t r = 0, g = 0, b = 0;
  bool operator==(const Rgb&) const = default;
};

// WCAG contrast of two colours, 1 to 21.
double contrast(Rgb a, Rgb b);
// `over` at `alpha` on `under`.
Rgb blend(Rgb under, Rgb over, float alpha);

// One theme: every token's colour, and the two rules in which themes differ.
class Theme {
 public:
  static Result<Theme> load(const std::string& path, const std::string& name);
  static std::vector<std::string> names(const std::string& path);

  const std::string& name() const { return name_; }
  Rgb rgb(Token token) const { return colours_[size_t(token)]; }
  uint32_t packed(Paint paint) const;                                  // as ImGui wants it
  bool outlined(Token fill) const { return outlined_[size_t(fill)]; }  // the fill alone falls short of 3 : 1
  Token exit_hatch() const { return exit_hatch_; }
  Token on(Token fill) const;    // text on a filled bar
  static Token ink(Token fill);  // the same meaning, as text

 private:
  std::string name_;
  std::array<Rgb, size_t(Token::kCount)> colours_{};
  std::array<bool, size_t(Token::kCount)> outlined_{};
  Token exit_hatch_ = Token::kExit;
};

}  // namespace ringside::desktop
