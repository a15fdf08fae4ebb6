// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cmath>

#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/markdown.h"

namespace ringside::desktop {
namespace {

using Kind = MarkdownBlock::Kind;

constexpr float kBetween = 8, kQuote = 16, kIndent = 20, kCellGap = 16, kKeyPad = 11;

struct Word {
  std::string text;
  const MarkdownSpan* span;
  bool space = false;  // before it
};

// Words that a line may be broken between; what stands without a blank between it belongs together, whatever its style.
std::vector<Word> words_of(const std::vector<MarkdownSpan>& spans) {
  std::vector<Word> words;
  bool space = false;
  for (const MarkdownSpan& span : spans) {
    if (span.line_break) {
      words.push_back({"\n", &span, false});
      space = false;
      continue;
    }
    if (span.key) {
      words.push_back({span.text, &span, space}), space = false;
      continue;
    }
    std::string word;
    for (const char ch : span.text) {
      if (ch != ' ' && ch != '\n') {
        word += ch;
        continue;
      }
      if (!word.empty()) words.push_back({std::move(word), &span, space}), word.clear();
      space = true;
      if (!words.empty() && words.back().span == &span) space = true;
    }
    if (!word.empty()) words.push_back({std::move(word), &span, space}), space = false;
  }
  return words;
}

}  // namespace

// Fills lines from `y` on and returns the y below them. A line's middle is half a pitch below its top.
float MarkdownLayout::flow(const Canvas& c, const std::vector<MarkdownSpan>& spans, float left, float y, float width,
                           const MarkdownLook& look, Pieces& into) const {
  const std::vector<Word> words = words_of(spans);
  float x = left;
  bool any = false;
  const auto type_of = [&](const MarkdownSpan& s) {
    return s.key ? Type::kSmall : s.code ? Type::kMono : s.strong ? look.strong : look.plain;
  };
  const auto width_of = [&](const Word& w) { return c.width(type_of(*w.span), w.text) + (w.span->key ? kKeyPad : 0); };
  const float blank = c.width(look.plain, " ");
  for (size_t i = 0; i < words.size();) {
    if (words[i].text == "\n") {
      x = left, y += look.pitch, ++i;
      continue;
    }
    size_t end = i + 1;  // the words that stick to this one
    while (end < words.size() && !words[end].space && words[end].text != "\n") ++end;
    float whole = 0;
    for (size_t k = i; k < end; ++k) whole += width_of(words[k]);
    const float gap = words[i].space && x > left ? blank : 0;
    if (x > left && x + gap + whole > left + width)
      x = left, y += look.pitch;
    else
      x += gap;
    for (size_t k = i; k < end; ++k) {
      const MarkdownSpan& s = *words[k].span;
      const float w = width_of(words[k]);
      const bool bright = s.strong || s.code || s.emphasis || s.term >= 0;
      // one piece as long as the style stays: fewer texts, and blanks of the face's own width
      if (!into.empty() && any && !s.key && !into.back().key && into.back().y == y + look.pitch / 2 &&
          into.back().type == type_of(s) && into.back().term == s.term && into.back().code == s.code &&
          into.back().token == (bright ? look.strong_ink : look.ink)) {
        Piece& last = into.back();
        if (k == i && gap > 0) last.text += " ";
        last.text += words[k].text;
        last.w = c.width(last.type, last.text);
        x = last.x + last.w;
        continue;
      }
      into.push_back({x, y + look.pitch / 2, w, type_of(s), bright ? look.strong_ink : look.ink, words[k].text, s.key,
                      s.code, s.term});
      any = true;
      x += w;
    }
    i = end;
  }
  return y + look.pitch;
}

// Columns as wide as their longest cell, the widest of them narrowed until the table fits.
float MarkdownLayout::table(const Canvas& c, const MarkdownBlock& block, float left, float y, float width,
                            const MarkdownLook&) {
  const MarkdownLook head{Type::kSmall, Type::kSmallBold, Token::kMuted, Token::kMuted, 20},
      cell{Type::kSmall, Type::kSmallBold, Token::kText2, Token::kText, 20};
  size_t columns = 0;
  for (const auto& row : block.rows) columns = std::max(columns, row.size());
  if (columns == 0) return y;
  std::vector<float> wide(columns, 24);
  for (const auto& row : block.rows)
    for (size_t k = 0; k < row.size(); ++k) {
      Pieces line;
      flow(c, row[k], 0, 0, 1e6f, cell, line);
      for (const Piece& p : line) wide[k] = std::max(wide[k], std::ceil(p.x + p.w) + 1);
    }
  const float room = width - kCellGap * float(columns - 1);
  for (float all = 1e9f; all > room;) {
    all = 0;
    for (float w : wide) all += w;
    if (all <= room) break;
    float& widest = *std::max_element(wide.begin(), wide.end());
    if (widest <= 40) break;
    widest -= std::min(8.f, all - room);
  }
  for (size_t r = 0; r < block.rows.size(); ++r) {
    float bottom = y + 20, x = left;
    for (size_t k = 0; k < block.rows[r].size(); ++k) {
      bottom = std::max(bottom, flow(c, block.rows[r][k], x, y, wide[k], r == 0 ? head : cell, pieces_));
      x += wide[k] + kCellGap;
    }
    y = bottom + 4;
    bars_.push_back({{left, y - 2, width, 1}, Token::kLine});
    y += 2;
  }
  return y;
}

MarkdownLayout::MarkdownLayout(const Canvas& c, const Markdown& text, float width, const MarkdownLook& look) {
  float y = 0;
  for (const MarkdownBlock& block : text.blocks()) {
    if (y > 0) y += block.kind == Kind::kItem && block.indent == 0 ? 4 : kBetween;
    const float top = y, left = (block.quoted ? kQuote : 0) + float(block.indent) * kIndent;
    const float room = width - left;
    switch (block.kind) {
      case Kind::kParagraph: y = flow(c, block.spans, left, y, room, look, pieces_); break;
      case Kind::kHeading: {
        MarkdownLook strong = look;
        strong.plain = look.strong, strong.ink = look.strong_ink;
        y = flow(c, block.spans, left, y, room, strong, pieces_);
        break;
      }
      case Kind::kItem:
        pieces_.push_back({left, y + look.pitch / 2, c.width(look.plain, block.marker), look.plain, look.ink,
                           block.marker, false, false, -1});
        y = flow(c, block.spans, left + kIndent, y, room - kIndent, look, pieces_);
        break;
      case Kind::kCode: {
        std::string line;
        const size_t first = pieces_.size();
        float at = y + 8;
        const std::string whole = block.spans.empty() ? "" : block.spans.front().text;
        for (const char ch : whole) {
          if (ch != '\n') {
            line += ch;
            continue;
          }
          pieces_.push_back(
              {left + 12, at + 10, c.width(Type::kMono, line), Type::kMono, look.strong_ink, line, false, false, -1});
          line.clear(), at += 20;
        }
        bars_.push_back({{left, y, room, at + 8 - y}, Token::kSunken});
        y = pieces_.size() == first ? y : at + 8;
        break;
      }
      case Kind::kTable: y = table(c, block, left, y, room, look); break;
      case Kind::kRule: bars_.push_back({{left, y + 4, room, 1}, Token::kLine}), y += 9; break;
    }
    if (block.quoted) bars_.push_back({{0, top, 3, y - top}, Token::kOutline});
  }
  height_ = y;
}

void MarkdownLayout::draw(Canvas& c, Point at, std::span<const GlossaryTerm> glossary) const {
  for (const Bar& bar : bars_)
    c.fill({at.x + bar.rect.x, at.y + bar.rect.y, bar.rect.w, bar.rect.h}, bar.token,
           bar.token == Token::kSunken ? 4 : 0);
  // pieces of one line are one text
  for (size_t i = 0; i < pieces_.size();) {
    size_t end = i + 1;
    while (end < pieces_.size() && pieces_[end].y == pieces_[i].y && pieces_[end].x >= pieces_[end - 1].x &&
           !pieces_[end].key && !pieces_[end - 1].key && pieces_[end].x - (pieces_[end - 1].x + pieces_[end - 1].w) < 9)
      ++end;
    std::vector<Canvas::Run> runs;
    for (size_t k = i; k < end; ++k) {
      const Piece& p = pieces_[k];
      if (p.key) {
        if (c.fits_line({at.x + p.x, at.y + p.y})) key_cap(c, {at.x + p.x, at.y + p.y}, p.text);
        continue;
      }
      if (p.term >= 0 && c.fits_line({at.x + p.x, at.y + p.y})) {
        const float under = at.y + p.y + 9;
        for (float x = at.x + p.x; x < at.x + p.x + p.w - 1; x += 4) c.fill({x, under, 1.5f, 1}, Token::kMuted);
        const Rect word{at.x + p.x, at.y + p.y - 12, p.w, 24};
        c.target("term " + p.text, word);
        if (c.hovered(word) && size_t(p.term) < glossary.size()) c.tooltip(glossary[size_t(p.term)].tooltip);
      }
      runs.push_back({at.x + p.x, p.type, p.token, p.text});
    }
    if (!runs.empty()) c.runs(at.y + pieces_[i].y, runs);
    i = end;
  }
}

}  // namespace ringside::desktop
