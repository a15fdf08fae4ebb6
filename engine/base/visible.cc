// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/visible.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace ringside {
namespace {

struct Character {
  size_t bytes = 1;
  uint32_t code = 0;
  bool valid = false;
};

// The character at the front of `text`, which is not empty: strict UTF-8, no overlong forms, no surrogates.
Character first_of(std::string_view text) {
  const uint8_t lead = uint8_t(text[0]);
  if (lead < 0x80) return {1, lead, true};
  const size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < bytes) return {1, lead, false};
  uint32_t code = lead & (0xffu >> (bytes + 1));
  for (size_t i = 1; i < bytes; i++) {
    if ((uint8_t(text[i]) & 0xc0) != 0x80) return {1, lead, false};
    code = code << 6 | (uint8_t(text[i]) & 0x3f);
  }
  const bool overlong = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
  if (overlong || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return {1, lead, false};
  return {bytes, code, true};
}

bool is_control(uint32_t code) { return code < 0x20 || (code >= 0x7f && code < 0xa0); }

// They change the order in which what follows is written, or break a line without being a line end.
bool is_direction(uint32_t code) {
  return code == 0x61c || (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069);
}

std::string escape(const char* form, uint32_t code) {
  char text[12];
  std::snprintf(text, sizeof text, form, unsigned(code));
  return text;
}

template <class Shown>
std::string map_characters(std::string_view text, Shown shown) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Character c = first_of(text);
    shown(result, c, text.substr(0, c.bytes));
    text.remove_prefix(c.bytes);
  }
  return result;
}

std::string visible_but(std::string_view text, std::string_view kept) {
  return map_characters(text, [&](std::string& out, const Character& c, std::string_view as_it_is) {
    if (!c.valid || (is_control(c.code) && kept.find(as_it_is) == kept.npos))
      out += escape("\\x%02x", c.code);
    else if (is_direction(c.code))
      out += escape("\\u%04x", c.code);
    else
      out += as_it_is;
  });
}

}  // namespace

std::string visible(std::string_view text) { return visible_but(text, "\n\t"); }
std::string visible_line(std::string_view text) { return visible_but(text, ""); }

std::string visible_json(std::string_view json) {
  return map_characters(json, [](std::string& out, const Character& c, std::string_view as_it_is) {
    if (!c.valid)
      out += "\\ufffd";
    else if ((is_control(c.code) && c.code != '\n') || is_direction(c.code))
      out += escape("\\u%04x", c.code);
    else
      out += as_it_is;
  });
}

std::string excerpt(std::string_view text, size_t most) {
  size_t at = 0;
  for (size_t n = 0; n < most && at < text.size(); n++) at += first_of(text.substr(at)).bytes;
  return at < text.size() ? std::string(text.substr(0, at)) + "…" : std::string(text);
}

}  // namespace ringside
