// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/bit_fields.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "app/desktop/kit/numbers.h"

namespace ringside::desktop {
namespace {

struct Piece {
  int low = 0, width = 0;
  const FieldView* field = nullptr;  // null: bits that no field names
};

// The pieces of one 64-bit word, from the top.
std::vector<Piece> pieces_of(const std::vector<FieldView>& fields, int word) {
  std::vector<Piece> pieces;
  for (const FieldView& f : fields) {
    const int low = int(f.low) - 64 * word;
    if (f.width == 0 || low < 0 || low >= 64) continue;
    pieces.push_back({low, std::min(int(f.width), 64 - low), &f});
  }
  std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) { return a.low > b.low; });
  std::vector<Piece> all;
  int top = 64;
  for (const Piece& p : pieces) {
    if (p.low + p.width > top) continue;  // part of a field already there
    if (p.low + p.width < top) all.push_back({p.low + p.width, top - p.low - p.width, nullptr});
    all.push_back(p);
    top = p.low;
  }
  if (top > 0) all.push_back({0, top, nullptr});
  return all;
}

// How wide each piece stands: as many pixels a bit, but none narrower than its name and its digits, which the wide ones
// make up for. Where not even that has room, all are true to scale.
std::vector<float> widths_of(const Canvas& c, const std::vector<Piece>& pieces, float whole) {
  const size_t n = pieces.size();
  std::vector<float> least(n), width(n, 0);
  float all = 0;
  for (size_t i = 0; i < n; ++i) {
    const Piece& p = pieces[i];
    if (p.field)
      least[i] =
          std::max(c.width(Type::kSmall, p.field->name), c.width(Type::kMono, hex(uint64_t{0}, (p.width + 3) / 4))) + 8;
    all += least[i] = std::max(6.f, least[i]);
  }
  float rest = whole;
  int bits = 64;
  for (bool again = all <= whole; again;) {  // those that would be too narrow first; the others share what is left
    again = false;
    for (size_t i = 0; i < n; ++i)
      if (width[i] == 0 && rest * float(pieces[i].width) / float(bits) < least[i])
        width[i] = least[i], rest -= least[i], bits -= pieces[i].width, again = true;
  }
  for (size_t i = 0; i < n; ++i)
    if (width[i] == 0) width[i] = rest * float(pieces[i].width) / float(std::max(1, bits));
  return width;
}

}  // namespace

void draw_descriptor_bits(Canvas& c, Rect area, const std::vector<FieldView>& fields, const uint64_t qword[2],
                          const std::string& chosen) {
  c.text({area.x, area.y + 8}, Type::kSmall, Token::kMuted, "63");
  c.text({area.right(), area.y + 8}, Type::kSmall, Token::kMuted, "0", Align::kRight);
  for (int word = 0; word < 2; ++word) {
    const float y = area.y + 20 + 48 * float(word);
    const std::vector<Piece> pieces = pieces_of(fields, word);
    const std::vector<float> widths = widths_of(c, pieces, area.w + 2);
    float x1 = area.x;
    for (size_t i = 0; i < pieces.size(); ++i) {
      const Piece& p = pieces[i];
      const float x0 = std::exchange(x1, x1 + widths[i]);
      const Rect cell{c.snap(x0), y, c.snap(x1) - c.snap(x0) - 2, 44};
      c.fill(cell, Token::kRaised, 2);
      if (!p.field) continue;
      Group group(c, "bits", cell);
      const bool on = p.field->name == chosen;
      if (on) c.frame(cell, Token::kHalo, 1.5f, 2);
      const uint64_t value = (qword[word] >> p.low) & (p.width >= 64 ? ~uint64_t{0} : (uint64_t{1} << p.width) - 1);
      const float room = cell.w - 4;
      if (c.width(Type::kSmall, p.field->name) <= room)
        c.text({cell.mid_x(), y + 13}, Type::kSmall, Token::kText2, p.field->name, Align::kCentre);
      const std::string digits = hex(value, (p.width + 3) / 4);
      if (c.width(Type::kMono, digits) <= room)
        c.text({cell.mid_x(), y + 31}, on ? Type::kMonoBold : Type::kMono, Token::kText, digits, Align::kCentre);
      if (c.hovered(cell))
        c.tooltip(p.field->name + ": " + p.field->value + "\n" + p.field->meaning + "\n\tbits " +
                  std::to_string(p.low + p.width - 1) + ":" + std::to_string(p.low) + " of word " +
                  std::to_string(word));
    }
  }
}

void draw_register_bits(Canvas& c, Rect area, const std::vector<BitFieldView>& fields, uint32_t value) {
  const float pitch = std::min(24.f, (area.w + 2) / 32);
  for (int bit = 31; bit >= 0; --bit) {
    const float x = area.x + pitch * float(31 - bit);
    const Rect cell{x, area.y + 18, pitch - 2, 20};
    const bool one = (value >> bit) & 1;
    if (one)
      c.fill(cell, Token::kText2, 2);
    else
      c.frame(cell, Token::kOutline, 1, 2);
    if (pitch >= 14)
      c.text({cell.mid_x(), cell.mid_y()}, Type::kSmall, one ? Token::kPanel : Token::kMuted, one ? "1" : "0",
             Align::kCentre);
    if (bit % 8 == 7 || bit == 0)
      c.text({cell.mid_x(), area.y + 8}, Type::kSmall, Token::kMuted, std::to_string(bit), Align::kCentre);
    if (!c.hovered(cell)) continue;
    for (const BitFieldView& f : fields)
      if (bit >= f.low && bit < f.low + f.width)
        c.tooltip(f.name + (f.description.empty() ? "" : ": " + f.description));
  }
  // the names of the fields that are not zero
  float x = area.x;
  for (const BitFieldView& f : fields) {
    const uint32_t v = (value >> f.low) & (f.width >= 32 ? ~0u : (1u << f.width) - 1);
    if (!v) continue;
    const std::string text = f.width == 1 ? f.name : f.name + "=" + std::to_string(v);
    const float w = c.width(Type::kMono, text);
    if (x + w > area.right()) break;
    c.text({x, area.y + 58}, Type::kMono, Token::kText, text);
    if (!f.description.empty() && c.hovered({x, area.y + 48, w, 20})) c.tooltip(f.name + ": " + f.description);
    x += w + 16;
  }
}

std::string raw_bytes(const uint64_t qword[2]) {
  std::string text;
  char buffer[8];
  for (int i = 0; i < 16; ++i) {
    std::snprintf(buffer, sizeof buffer, "%02x", unsigned(qword[i / 8] >> (i % 8 * 8) & 0xff));
    if (i) text += i == 8 ? "  " : " ";
    text += buffer;
  }
  return text;
}

}  // namespace ringside::desktop
