// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/exit_card.h"

#include <algorithm>

#include "app/desktop/widgets/controls.h"

namespace ringside::desktop {
namespace {

struct Field {
  const char* name;
  std::string value, more;
  Type type = Type::kMono;
};

}  // namespace

float exit_card_height(float width) { return width >= 560 ? 140.f : 196.f; }

ExitCardHit draw_exit_card(Canvas& c, Rect r, const ExitCard& card) {
  ExitCardHit hit = ExitCardHit::kNone;
  Group group(c, "record", r);
  c.fill(r, Token::kRaised, 4);
  c.fill({r.x, r.y, 3, r.h}, Token::kExit);
  const float x = r.x + 16, right = r.right() - 12;

  // the head: what, whose, and the ways on
  const float y = r.y + 20;
  float bx = right - 24;
  const auto small = [&](const char* name, std::string_view label, ExitCardHit what) {
    const float w = std::max(24.f, c.width(Type::kSmallBold, label) + 16);
    bx = bx + 24 - w;
    const Rect b{bx, y - 12, w, 24};
    if (button(c, b, label, {.outlined = true, .type = Type::kSmallBold, .name = name})) hit = what;
    bx -= 8 + 24;
  };
  small("close", "×", ExitCardHit::kClose);
  small("after", "→", ExitCardHit::kAfter);
  small("before", "←", ExitCardHit::kBefore);
  if (card.has_ring && r.w >= 460) small("ring", "ring", ExitCardHit::kRing);
  if (card.has_register && r.w >= 380) small("register", "register", ExitCardHit::kRegister);
  const float end = bx + 24 - 8;
  const float tw = c.name({x, y}, Type::kBodyBold, Token::kText, card.title, end - x);
  if (const float lx = x + tw + 12; !card.long_name.empty() && lx + c.width(Type::kSmall, card.long_name) < end)
    c.text({lx, y}, Type::kSmall, Token::kMuted, card.long_name);

  // the fields, in one column or two
  std::vector<Field> left, second;
  left.push_back({"vCPU", card.vcpu, card.when, Type::kSmallBold});
  if (!card.address.empty()) left.push_back({"address", card.address, "guest-physical"});
  if (!card.value.empty()) left.push_back({"value", card.value, card.width});
  second.push_back({"cost", card.cost, card.cost_time, Type::kSmallBold});
  if (!card.instruction.empty()) {
    second.push_back({"instruction", card.instruction, ""});
    second.push_back({"at", card.rip, card.where});
  } else if (!card.no_instruction.empty()) {
    second.push_back({"instruction", card.no_instruction, "", Type::kSmall});
  }
  const bool two = r.w >= 560;
  const float half = two ? (right - x) * 0.42f : right - x;
  const auto column = [&](float cx, float cy, float room, const std::vector<Field>& fields) {
    const float value_x = cx + 84;
    for (const Field& f : fields) {
      if (cy + 8 > r.bottom() - 4) break;
      c.text({cx, cy}, Type::kSmall, Token::kMuted, f.name);
      float at = value_x;
      if (f.name == std::string_view("cost")) {
        provenance_symbol(c, {at + 4, cy}, card.cost_provenance, Token::kText2);
        at += 14;
        const float w = c.text({at, cy}, f.type, Token::kText, f.value);
        std::string words = f.more + ", " + std::string(name_of(card.cost_provenance)) +
                            (card.qualifier.empty() ? "" : ", " + card.qualifier);
        c.name({at + w + 10, cy}, Type::kSmall, Token::kText2, words, cx + room - at - w - 10);
      } else {
        const float w =
            c.name({at, cy}, f.type, f.type == Type::kSmall ? Token::kText2 : Token::kText, f.value, cx + room - at);
        const float mx = at + w + 10;
        if (!f.more.empty() && mx + c.width(Type::kSmall, f.more) <= cx + room)
          c.text({mx, cy}, Type::kSmall, Token::kText2, f.more);
      }
      cy += 24;
    }
    return cy;
  };
  const float top = r.y + 54;
  const float below = column(x, top, half - (two ? 24 : 0), left);
  if (two)
    column(x + half, top, right - x - half, second);
  else
    column(x, below, right - x, second);
  c.mark_provenance();
  return hit;
}

}  // namespace ringside::desktop
