// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <string_view>

#include "app/desktop/kit/canvas.h"
#include "app/desktop/widgets/icons.h"
#include "engine/api/probe.h"

namespace ringside::desktop {

struct ButtonLook {
  Icon icon = Icon::kNone;
  bool primary = false, enabled = true, chevron = false,
       outlined = false;  // outlined: where the ground is raised already
  Type type = Type::kBodyBold;
  std::string_view name{};  // for who aims at it; empty = the label
};

float button_width(const Canvas& c, std::string_view label, const ButtonLook& look);
bool button(Canvas& c, Rect r, std::string_view label, const ButtonLook& look = {});

// A row of choices; the index that was clicked, or -1.
float segmented_width(const Canvas& c, std::span<const std::string_view> labels);
int segmented(Canvas& c, Point left_middle, float height, std::span<const std::string_view> labels, int chosen);

// Where a number comes from: disc, half disc, open circle, and the word. `symbol` alone is for single numbers.
// `qualifier` follows after a comma: "nested".
float badge_width(const Canvas& c, Provenance p, std::string_view qualifier = {});
void badge(Canvas& c, Point left_middle, Provenance p, std::string_view qualifier = {});
void provenance_symbol(Canvas& c, Point centre, Provenance p, Token token, float radius = 4);

bool help_mark(Canvas& c, Point centre);
float key_cap(Canvas& c, Point left_middle, std::string_view key);  // its width

// The selected row's ground and bar.
void selected_row(Canvas& c, Rect r);
// The ground of what the mouse is over.
void hover_row(Canvas& c, Rect r);

// A legend's entry: a swatch and its word; the next entry's left edge.
enum class Swatch : uint8_t { kFoot, kFill, kHalf, kOutline, kHatch, kLost, kLine, kGauge, kSlice, kEdge, kTriangle };
float legend(Canvas& c, Point left_middle, Swatch swatch, Token token, std::string_view word);

// Ten cells: how full a queue is.
void gauge(Canvas& c, Rect r, double share);

}  // namespace ringside::desktop
