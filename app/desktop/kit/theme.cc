// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/kit/theme.h"

#include <toml++/toml.h>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "engine/base/read_file.h"
#include "engine/base/toml_bounds.h"

namespace ringside::desktop {
namespace {

constexpr std::array<std::string_view, size_t(Token::kCount)> kNames = {
    "window",  "panel",    "raised", "sunken",   "on_invert", "text",        "text2",  "muted",
    "invert",  "outline",  "line",   "halo",     "guest",     "guest_ink",   "device", "device_ink",
    "done",    "done_ink", "drop",   "drop_ink", "exit",      "exit_ink",    "irq",    "irq_ink",
    "flow_hi", "switch",   "wire",   "flow",     "on_fill",   "on_fill_deep"};

std::optional<Token> token_named(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == name) return Token(i);
  return {};
}

std::optional<Rgb> parse_colour(const std::string& text) {
  if (text.size() != 7 || text[0] != '#') return {};
  char* end = nullptr;
  const unsigned long v = std::strtoul(text.c_str() + 1, &end, 16);
  if (*end) return {};
  return Rgb{uint8_t(v >> 16), uint8_t(v >> 8), uint8_t(v)};
}

Result<toml::table> theme_file(const std::string& path) {
  const auto unreadable = [&](const std::string& why) {
    return Error{"The theme file cannot be read: " + why, "", "Check the file.", path};
  };
  auto text = read_file(path);
  if (!text) return unreadable(text.error().what);
  if (const auto excess = toml_excess(*text))
    return unreadable("line " + std::to_string(excess->line) + ": " + excess->what);
  try {
    return toml::parse(*text);
  } catch (const toml::parse_error& error) {
    return unreadable(std::string(error.description()));
  }
}

double linear(uint8_t c) {
  const double v = c / 255.0;
  return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

double luminance(Rgb c) { return 0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b); }

}  // namespace

std::string_view name_of(Token token) { return kNames[size_t(token)]; }

double contrast(Rgb a, Rgb b) {
  const double la = luminance(a), lb = luminance(b);
  return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

Rgb blend(Rgb under, Rgb over, float alpha) {
  auto mix = [alpha](uint8_t u, uint8_t o) { return uint8_t(std::lround(u + (o - u) * alpha)); };
  return {mix(under.r, over.r), mix(under.g, over.g), mix(under.b, over.b)};
}

std::vector<std::string> Theme::names(const std::string& path) {
  std::vector<std::string> names;
  if (const auto file = theme_file(path))
    for (auto&& [key, node] : *file)
      if (node.is_table()) names.emplace_back(key.str());
  return names;
}

Result<Theme> Theme::load(const std::string& path, const std::string& name) {
  const auto file = theme_file(path);
  if (!file) return file.error();
  const toml::table* table = (*file)[name].as_table();
  if (!table) {
    std::string known;
    for (const std::string& n : names(path)) known += (known.empty() ? "" : ", ") + n;
    return Error{"There is no theme called " + name + ".", "", "Themes: " + known, path};
  }
  Theme theme;
  theme.name_ = name;
  for (size_t i = 0; i < kNames.size(); ++i) {
    const auto colour = parse_colour((*table)[kNames[i]].value_or(std::string()));
    if (!colour)
      return Error{"Theme " + name + " needs a colour like #1F262E for " + std::string(kNames[i]) + ".", "", "", path};
    theme.colours_[i] = *colour;
  }
  if (const toml::array* outlined = (*table)["rules"]["outlined"].as_array())
    for (const toml::node& node : *outlined)
      if (auto token = token_named(node.value_or(std::string()))) theme.outlined_[size_t(*token)] = true;
  if (auto token = token_named((*table)["rules"]["exit_hatch"].value_or(std::string("exit"))))
    theme.exit_hatch_ = *token;
  return theme;
}

uint32_t Theme::packed(Paint paint) const {
  const Rgb c = rgb(paint.token);
  const uint32_t a = uint32_t(std::lround(255 * std::clamp(paint.alpha, 0.f, 1.f)));
  return uint32_t(c.r) | uint32_t(c.g) << 8 | uint32_t(c.b) << 16 | a << 24;
}

Token Theme::on(Token fill) const {
  return fill == Token::kGuest || fill == Token::kFlowHi || fill == Token::kSwitch ? Token::kOnFillDeep
                                                                                   : Token::kOnFill;
}

Token Theme::ink(Token fill) {
  switch (fill) {
    case Token::kGuest: return Token::kGuestInk;
    case Token::kDevice: return Token::kDeviceInk;
    case Token::kDone: return Token::kDoneInk;
    case Token::kDrop: return Token::kDropInk;
    case Token::kExit: return Token::kExitInk;
    case Token::kIrq: return Token::kIrqInk;
    default: return Token::kText2;
  }
}

}  // namespace ringside::desktop
