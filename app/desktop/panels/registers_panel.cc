// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/registers_panel.h"

#include <algorithm>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/panels/number_tip.h"
#include "app/desktop/widgets/bit_fields.h"
#include "app/desktop/widgets/controls.h"
#include "app/lookup/find.h"

namespace ringside::desktop {
namespace {

const RegisterInfo* info_of(const std::vector<RegisterInfo>& table, uint32_t offset) {
  for (const RegisterInfo& i : table)
    if (i.offset == offset) return &i;
  return nullptr;
}

std::string field_words(const RegisterInfo* info, uint32_t value) {
  std::string words;
  if (!info) return words;
  for (const BitFieldView& f : info->fields) {
    const uint32_t v = (value >> f.low) & (f.width >= 32 ? ~0u : (1u << f.width) - 1);
    if (!v) continue;
    if (!words.empty()) words += ' ';
    words += f.name;
    if (f.width > 1) words.append("=").append(std::to_string(v));
  }
  return words;
}

}  // namespace

std::string RegistersPanel::explanation(const PanelFrame& f) const {
  return f.ui.vm + "." + f.ui.nic + ", reads and writes by the guest";
}

bool RegistersPanel::empty(const PanelFrame& f) const {
  const NicView* nic = find_nic(f.s, f.ui.vm, f.ui.nic);
  return !nic || nic->registers.empty();
}

void RegistersPanel::draw(const PanelFrame& f, Rect body) {
  Canvas& c = f.c;
  const NicView& nic = *find_nic(f.s, f.ui.vm, f.ui.nic);
  const std::vector<RegisterInfo>& table = f.client.registers(nic.model);
  const auto chosen = std::find_if(nic.registers.begin(), nic.registers.end(),
                                   [&](const RegisterValue& r) { return r.name == f.ui.reg; });
  Rect bits;
  if (chosen != nic.registers.end() && body.h > 260) bits = body.cut_bottom(104, 8);

  const bool wide = body.w >= 560;
  const float name_x = body.x + 60, long_x = body.x + 148, value_x = wide ? body.x + body.w * 0.48f : body.x + 148;
  const float reads_x = body.right() - 84, writes_x = body.right() - 8,
              bits_x = value_x + c.width(Type::kMono, "0000 0000") + 16;
  const float y = body.y + 10;
  c.text({body.x, y}, Type::kSmall, Token::kMuted, "offset");
  c.text({name_x, y}, Type::kSmall, Token::kMuted, "register");
  c.text({value_x, y}, Type::kSmall, Token::kMuted, "value");
  c.text({reads_x, y}, Type::kSmall, Token::kMuted, "reads", Align::kRight);
  c.text({writes_x, y}, Type::kSmall, Token::kMuted, "writes", Align::kRight);
  c.line({body.x, body.y + 22}, {body.right(), body.y + 22}, Token::kLine, 1);

  const Rect list{body.x, body.y + 24, body.w, body.h - 24};
  const int fit = std::max(1, int(list.h / 22)), all = int(nic.registers.size());
  scroll_ = std::clamp(scroll_ - c.wheel(list) * 3, 0.f, float(std::max(0, all - fit)));
  if (f.ui.focus == id() && f.keys)
    std::erase_if(*f.keys, [&](const KeyPress& k) {
      if (k.key != Key::kUp && k.key != Key::kDown) return false;
      const int now = chosen == nic.registers.end() ? -1 : int(chosen - nic.registers.begin());
      const int to = std::clamp(now + (k.key == Key::kDown ? 1 : -1), 0, all - 1);
      f.ui.reg = nic.registers[size_t(to)].name;
      scroll_ = std::clamp(scroll_, float(std::max(0, to - fit + 1)), float(to));
      return true;
    });
  for (int i = int(scroll_); i < all && i < int(scroll_) + fit; ++i) {
    const RegisterValue& r = nic.registers[size_t(i)];
    const RegisterInfo* info = info_of(table, r.offset);
    const Rect row{body.x - 8, list.y + 22 * float(i - int(scroll_)), body.w + 16, 22};
    if (r.name == f.ui.reg)
      selected_row(c, row);
    else if (c.hovered(row))
      hover_row(c, row);
    if (c.recording()) c.target("register " + r.name, row);
    if (c.clicked(row)) f.ui.reg = r.name == f.ui.reg ? "" : r.name, f.ui.focus = id(), f.ui.list_has_focus = true;
    const float m = row.mid_y();
    c.text({body.x, m}, Type::kMono, Token::kMuted, hex(r.offset, 4));
    c.text({name_x, m}, Type::kMonoBold, Token::kText, r.name);
    if (wide && info) c.name({long_x, m}, Type::kSmall, Token::kText2, info->long_name, value_x - long_x - 12);
    c.text({value_x, m}, Type::kMono, Token::kText, hex(r.value, 8));
    const float room = reads_x - 60 - bits_x;
    if (room > 50) c.name({bits_x, m}, Type::kSmall, Token::kMuted, field_words(info, r.value), room);
    c.text({reads_x, m}, Type::kSmall, r.reads ? Token::kText : Token::kMuted, total_text(r.reads), Align::kRight);
    c.text({writes_x, m}, Type::kSmall, r.writes ? Token::kText : Token::kMuted, total_text(r.writes), Align::kRight);
    register_tip(f, {row.x, row.y, reads_x - 60 - row.x, row.h}, nic.model, r.name);
    number_tip(f, {reads_x - 56, row.y, 60, row.h}, {"register.count", double(r.reads), "reads"});
    number_tip(f, {writes_x - 56, row.y, 64, row.h}, {"register.count", double(r.writes), "writes"});
    if (c.right_clicked({row.x, row.y, reads_x - 60 - row.x, row.h})) {
      f.ui.reg = r.name;
      open_menu(f, "register", {{"vm", f.ui.vm}, {"register", r.name}, {"value", hex(r.value, 8)}});
    }
  }
  if (bits.empty()) return;
  const RegisterInfo* info = info_of(table, chosen->offset);
  c.line({bits.x, bits.y}, {bits.right(), bits.y}, Token::kLine, 1);
  const float w = c.text({bits.x, bits.y + 18}, Type::kMonoBold, Token::kText, chosen->name);
  if (info)
    c.name({bits.x + w + 12, bits.y + 18}, Type::kSmall, Token::kMuted,
           info->long_name + (info->section.empty() ? "" : ", section " + info->section), bits.w - w - 20);
  static const std::vector<BitFieldView> kNone;
  draw_register_bits(c, {bits.x, bits.y + 30, bits.w, 74}, info ? info->fields : kNone, chosen->value);
}

}  // namespace ringside::desktop
