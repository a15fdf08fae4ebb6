// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/rich_text.h"

#include <algorithm>
#include <set>
#include <vector>

namespace ringside::desktop {
namespace {

enum class Style : uint8_t { kPlain, kStrong, kEmphasis, kMono };

// A stretch of one style between two spaces.
struct Piece {
  std::string text;
  Style style = Style::kPlain;
  bool space = false;  // one stands before it
  const Words::Term* term = nullptr;
};

Type type_of(const RichLook& look, Style s) {
  return s == Style::kMono ? look.mono : s == Style::kStrong ? look.bold : look.type;
}

// The words of a paragraph. Each term is marked where it stands first in the text.
std::vector<Piece> words_of(std::string_view text, const RichLook& look, std::set<const Words::Term*>& seen) {
  std::vector<Piece> words;
  Style style = Style::kPlain;
  bool space = false;
  std::string word;
  const Words::Term* term = nullptr;
  size_t term_end = 0;
  auto flush = [&] {
    if (!word.empty()) words.push_back({word, style, std::exchange(space, false), term});
    word.clear();
  };
  for (size_t i = 0; i < text.size();) {
    if (term && i >= term_end) flush(), term = nullptr;
    const char c = text[i];
    if (c == '`') {
      flush(), style = style == Style::kMono ? Style::kPlain : Style::kMono, ++i;
    } else if (style != Style::kMono && c == '*') {
      flush();
      const bool two = text.substr(i, 2) == "**";
      style = style != Style::kPlain ? Style::kPlain : two ? Style::kStrong : Style::kEmphasis;
      i += two ? 2 : 1;
    } else if (c == ' ') {
      flush(), space = true, ++i;
    } else {
      size_t length = 0;
      if (look.terms && !term && style != Style::kMono)
        if (const Words::Term* found = look.terms->term_at(text, i, length); found && seen.insert(found).second)
          flush(), term = found, term_end = i + length;
      word += text[i++];
    }
  }
  flush();
  return words;
}

float lay_out(Canvas* drawn, const Canvas& c, Point p, float width, std::string_view text, const RichLook& look) {
  std::set<const Words::Term*> seen;
  float y = p.y;
  bool first = true;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view paragraph = text.substr(begin, end - begin);
    begin = end + 1;
    if (paragraph.empty()) continue;
    if (!std::exchange(first, false)) y += look.paragraph;
    const std::vector<Piece> words = words_of(paragraph, look, seen);
    const float gap = c.width(look.type, " ");
    float x = p.x;
    std::vector<Canvas::Run> line;
    std::vector<std::pair<Rect, const Words::Term*>> terms;
    auto flush = [&] {
      if (!drawn) return;
      drawn->runs(y + look.line / 2, line);
      for (auto& [place, term] : terms) {
        drawn->dashes({place.x, place.bottom() - 1}, {place.right(), place.bottom() - 1}, Token::kOutline, 1, 2, 2);
        if (drawn->hovered(place)) drawn->tooltip(term_tip(*term));
      }
      line.clear(), terms.clear();
    };
    for (size_t i = 0; i < words.size();) {
      // what has no space between stays on one line: "exit," and "**b**."
      size_t last = i + 1;
      float w = c.width(type_of(look, words[i].style), words[i].text);
      while (last < words.size() && !words[last].space)
        w += c.width(type_of(look, words[last].style), words[last].text), ++last;
      const float before = x > p.x && words[i].space ? gap : 0;
      if (x > p.x && x + before + w > p.x + width)
        flush(), x = p.x, y += look.line;
      else
        x += before;
      for (; i < last; ++i) {
        const Piece& word = words[i];
        const Type type = type_of(look, word.style);
        const float ww = c.width(type, word.text);
        line.push_back({x, type, word.style == Style::kPlain ? look.ink : look.strong, word.text});
        if (word.term) terms.emplace_back(Rect{x, y + look.line / 2 - 10, ww, 21}, word.term);
        x += ww;
      }
    }
    flush();
    y += look.line;
  }
  return y - p.y;
}

}  // namespace

std::string term_tip(const Words::Term& t) {
  return Canvas::kTipTitle + t.term + "\n" + t.sentence +
         (t.place.empty() ? "" : std::string("\n") + Canvas::kTipMuted + "See it: " + t.place);
}

float draw_rich(Canvas& c, Point p, float width, std::string_view text, const RichLook& look) {
  return lay_out(&c, c, p, width, text, look);
}
float rich_height(const Canvas& c, float width, std::string_view text, const RichLook& look) {
  return lay_out(nullptr, c, {}, width, text, look);
}

}  // namespace ringside::desktop
