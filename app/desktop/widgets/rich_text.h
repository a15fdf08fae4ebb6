// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>

#include "app/desktop/kit/canvas.h"
#include "app/desktop/model/words.h"

namespace ringside::desktop {

// How running text looks: **bold** in `strong`, *emphasis* in `strong` too, `mono`, and the glossary's terms underlined
// with dots.
struct RichLook {
  Type type = Type::kBody, bold = Type::kBodyBold, mono = Type::kMono;
  Token ink = Token::kText2, strong = Token::kText;
  float line = 24;               // from baseline to baseline
  float paragraph = 8;           // more between two paragraphs
  const Words* terms = nullptr;  // a term of it, rested upon, says what it is
};

// Paragraphs are lines of `text`. Returns the height that they take; nothing is drawn for rich_height.
float draw_rich(Canvas& c, Point top_left, float width, std::string_view text, const RichLook& look);
float rich_height(const Canvas& c, float width, std::string_view text, const RichLook& look);

// A term's tooltip: the term, its sentence, where one can see it.
std::string term_tip(const Words::Term& term);

}  // namespace ringside::desktop
