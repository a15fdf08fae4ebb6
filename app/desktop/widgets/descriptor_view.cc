// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/widgets/descriptor_view.h"

#include "app/desktop/kit/numbers.h"
#include "app/desktop/widgets/bit_fields.h"
#include "app/desktop/widgets/ring_cells.h"

namespace ringside::desktop {

void draw_ring_registers(Canvas& c, Rect r, const std::vector<RingRegister>& registers, const std::string& note_title,
                         bool titled) {
  if (titled) c.text({r.x + 8, r.y + 8}, Type::kSmallBold, Token::kText, "Registers");
  if (titled && !note_title.empty())
    c.text({r.right() - 8, r.y + 8}, Type::kSmall, Token::kMuted, note_title, Align::kRight);
  float y = r.y + 12 + (titled ? kSideTitle : 0);
  for (const RingRegister& g : registers) {
    if (y + 11 > r.bottom() + 4) break;
    if (g.now) c.fill({r.x, y - 11, r.w, 22}, Token::kRaised, 3);
    c.text({r.x + 8, y}, g.pointer ? Type::kMonoBold : Type::kMono, Token::kText, g.name);
    c.text({r.x + 64, y}, Type::kMono, g.now ? Token::kText : Token::kText2, g.value);
    const float room = r.right() - 8 - (r.x + 64 + c.width(Type::kMono, g.value) + 10);
    std::string note = g.note;  // where it does not fit, what is behind the comma is left out, whole
    if (c.width(Type::kSmall, note) > room) note.resize(std::min(note.size(), note.find(',')));
    if (c.width(Type::kSmall, note) <= room)
      c.text({r.right() - 8, y}, Type::kSmall,
             g.exit  ? Token::kExitInk
             : g.now ? Token::kText2
                     : Token::kMuted,
             note, Align::kRight);
    y += 24;
  }
}

void draw_owners(Canvas& c, Rect r, const RingView& ring, bool titled) {
  if (titled) c.text({r.x + 8, r.y + 8}, Type::kSmallBold, Token::kText, "Owners");
  const std::pair<RowState, const char*> lines[] = {
      {RowState::kDriver, "driver owns, free"},
      {RowState::kDevice, "device owns"},
      {RowState::kDone, ring.receive ? "done, to be taken" : "done, to be cleaned"},
      {RowState::kError, "error"}};
  const uint32_t numbers[] = {ring.rows_driver, ring.rows_device, ring.rows_done, ring.rows_error};
  float y = r.y + 12 + (titled ? kSideTitle : 0);
  for (int i = 0; i < 4 && y + 10 < r.bottom() + 6; ++i, y += 24) {
    draw_cell(c, {r.x + 8, y - 8, 16, 16}, {lines[i].first});
    const bool none = numbers[i] == 0;
    const std::string value = count(numbers[i]);
    const float room = r.w - 50 - c.width(Type::kSmallBold, value);
    std::string words = lines[i].second;  // where they don't fit, those behind the comma are left out, whole
    if (c.width(Type::kSmall, words) > room) words.resize(std::min(words.size(), words.find(',')));
    c.name({r.x + 34, y}, Type::kSmall, none ? Token::kMuted : Token::kText2, words, room);
    c.text({r.right() - 8, y}, none ? Type::kSmall : Type::kSmallBold, none ? Token::kMuted : Token::kText, value,
           Align::kRight);
  }
}

void draw_descriptor(Canvas& c, Rect r, const RingView& ring, uint32_t row, const std::vector<FieldView>& fields,
                     const Words::Verdict& verdict) {
  if (row >= ring.rows.size()) return;
  const uint64_t* qword = ring.rows[row].qword;
  const float x = r.x + 4, right = r.right() - 4;
  const float w = c.text({x, r.y + 10}, Type::kBodyBold, Token::kText,
                         (ring.links.empty() ? "Descriptor " : "Completion ") + std::to_string(row));
  const std::string where = std::string(ring.receive ? "receive" : "transmit") + ", " + std::to_string(ring.row_bytes) +
                            std::string(kThin) + "B at 0x" + hex(ring.base + uint64_t(row) * ring.row_bytes, 8);
  if (x + w + 12 + c.width(Type::kSmall, where) < right)
    c.text({x + w + 12, r.y + 10}, Type::kSmall, Token::kMuted, where);
  std::string chosen;
  for (const FieldView& f : fields)
    if (f.value.find("DD") != std::string::npos) chosen = f.name;
  draw_descriptor_bits(c, {x, r.y + 26, right - x, 116}, fields, qword, chosen);
  float y = r.y + 26 + 116 + 14;
  const std::string raw = raw_bytes(qword);
  const bool one_line = x + 40 + c.width(Type::kMono, raw) <= right;
  if (y + (one_line ? 8 : 28) > r.bottom()) return;
  c.text({x, y}, Type::kSmall, Token::kMuted, "raw");
  if (one_line)
    c.text({x + 40, y}, Type::kMono, Token::kText2, raw);
  else
    c.text({x + 40, y}, Type::kMono, Token::kText2, raw.substr(0, 23)), y += 20,
        c.text({x + 40, y}, Type::kMono, Token::kText2, raw.substr(25));
  y += 32;
  const bool card = r.bottom() - y >= 26 * 3 + 76;
  const float words_end = r.bottom() - (card ? 84.f : 0.f);
  float value_x = x + 64;
  for (const FieldView& f : fields) value_x = std::max(value_x, x + c.width(Type::kSmall, f.name) + 16);
  for (const FieldView& f : fields) {
    if (f.low == 0 && f.width == 64) continue;  // an address stands in its bits already
    if (f.meaning.empty() || y + 12 > words_end) continue;
    c.text({x, y}, Type::kSmall, Token::kMuted, f.name);
    const float vw = c.text({value_x, y}, f.name == chosen ? Type::kMonoBold : Type::kMono, Token::kText, f.value);
    const float meaning_x = std::max(value_x + 120, value_x + vw + 16);
    if (meaning_x + 40 < right) c.name({meaning_x, y}, Type::kSmall, Token::kText2, f.meaning, right - meaning_x);
    y += 26;
  }
  if (!card || verdict.words.empty()) return;
  const Rect box{r.x, std::min(y + 4, r.bottom() - 68), r.w, 64};
  Group group(c, "verdict", box);
  c.fill(box, Token::kRaised, 4);
  c.fill({box.x, box.y, 3, box.h}, token_of(ring.rows[row].state));
  c.name({box.x + 16, box.y + 20}, Type::kBodyBold, Token::kText, verdict.words, box.w - 28);
  c.name({box.x + 16, box.y + 44}, Type::kSmall, Token::kText2, verdict.more, box.w - 28);
}

}  // namespace ringside::desktop
