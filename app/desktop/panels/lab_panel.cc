// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/lab_panel.h"

#include "app/desktop/widgets/controls.h"

namespace ringside::desktop {

void LabPanel::draw(const PanelFrame& f, Rect body) {
  float y = body.y + 12;
  for (auto& [keys, does] : f.words.keys()) {
    if (y + 12 > body.bottom()) break;
    const float w = f.c.width(Type::kSmall, keys) + 11;
    key_cap(f.c, {body.x, y}, keys);
    f.c.name({body.x + std::max(w + 12, 152.f), y}, Type::kSmall, Token::kText2, does, body.right() - body.x - std::max(w + 12, 152.f));
    y += 32;
  }
}

}  // namespace ringside::desktop
