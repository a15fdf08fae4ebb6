// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/desktop/kit/canvas.h"

namespace ringside::desktop {

// Markdown as plain data: what md4c found, with {key:…} tokens and the first mention of each glossary term picked out.
struct MarkdownSpan {
  std::string text;
  bool strong = false, emphasis = false, code = false, key = false, line_break = false;
  int term = -1;  // index of the glossary's entry
};

struct MarkdownBlock {
  enum class Kind : uint8_t { kParagraph, kHeading, kItem, kCode, kTable, kRule } kind = Kind::kParagraph;
  int indent = 0;  // of lists
  bool quoted = false;
  std::string marker;  // of an item: "•", "1."
  std::vector<MarkdownSpan> spans;
  std::vector<std::vector<std::vector<MarkdownSpan>>> rows;  // of a table; the first is its header
};

// A term of the glossary, and what its tooltip says.
struct GlossaryTerm {
  std::string term, tooltip;
};

class Markdown {
 public:
  Markdown() = default;
  // `key_of`: the key that a token {key:step} stands for, or "" where there is none.
  Markdown(std::string_view text, const std::function<std::string(const std::string&)>& key_of,
           std::span<const GlossaryTerm> glossary);
  const std::vector<MarkdownBlock>& blocks() const { return blocks_; }

 private:
  std::vector<MarkdownBlock> blocks_;
};

struct MarkdownLook {
  Type plain = Type::kBody, strong = Type::kBodyBold;
  Token ink = Token::kText2, strong_ink = Token::kText;
  float pitch = 24;
};

// A text broken into lines for one width. Lives for a frame or as long as width and scale stay.
class MarkdownLayout {
 public:
  MarkdownLayout(const Canvas& c, const Markdown& text, float width, const MarkdownLook& look);
  float height() const { return height_; }
  // `at`: the upper left corner.
  void draw(Canvas& c, Point at, std::span<const GlossaryTerm> glossary) const;

 private:
  struct Piece {
    float x, y, w;
    Type type;
    Token token;
    std::string text;
    bool key, code;
    int term;
  };
  using Pieces = std::vector<Piece>;
  float flow(const Canvas& c, const std::vector<MarkdownSpan>& spans, float x, float y, float width,
             const MarkdownLook& look, Pieces& into) const;
  float table(const Canvas& c, const MarkdownBlock& block, float x, float y, float width, const MarkdownLook& look);

  Pieces pieces_;
  struct Bar {
    Rect rect;
    Token token;
  };
  std::vector<Bar> bars_;
  float height_ = 0;
};

}  // namespace ringside::desktop
