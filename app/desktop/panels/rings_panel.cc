// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/rings_panel.h"

#include <algorithm>
#include <cmath>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/panels/number_tip.h"
#include "app/desktop/widgets/bit_fields.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/descriptor_view.h"
#include "app/desktop/widgets/ring_cells.h"
#include "app/desktop/widgets/ring_dial.h"
#include "app/lookup/find.h"

namespace ringside::desktop {
namespace {

constexpr float kHigh = 760;             // from here on a room has all one below the other
constexpr float kSideBelow = 330;        // registers and owners below the dial
constexpr float kDescriptorWhole = 380;  // with its fields in words

uint32_t head_of(const RingView& ring) {
  for (const PointerView& p : ring.pointers)
    if (!p.by_driver && !p.hollow) return p.index;
  return 0;
}

int shown_row(const UiState& ui, const RingView& ring) {
  if (ui.row >= 0 && uint32_t(ui.row) < ring.size) return ui.row;
  return ring.accessed >= 0 ? ring.accessed : int(head_of(ring) % std::max(1u, ring.size));
}

// A write has left the guest, and the device takes it with the next step: what is on its way stands beside what is
// there.
std::string under_way(const EventView& write, uint64_t value) {
  const std::string exit = "exit " + std::to_string(write.number);
  const size_t arrow = write.what.rfind("← ");
  const std::string coming = arrow == std::string::npos ? "" : write.what.substr(arrow);
  return coming.empty() || coming == "← " + std::to_string(value) ? "← " + exit : coming + ", " + exit;
}

// The registers that belong to a ring share the first letters of its pointers.
std::vector<RingRegister> registers_of(const PanelFrame& f, const RingView& ring) {
  std::vector<RingRegister> rows;
  const NicView* nic = find_nic(f.s, ring.vm, ring.nic);
  if (!nic) return rows;
  const EventView* last = f.s.events.empty() || f.s.mode == RunMode::kFree ? nullptr : &f.s.events.back();
  for (const RegisterValue& r : nic->registers) {
    const bool mine = std::any_of(ring.pointers.begin(), ring.pointers.end(), [&](const PointerView& p) {
      return !p.hollow && p.name.substr(0, 2) == r.name.substr(0, 2);
    });
    const bool pointer =
        std::any_of(ring.pointers.begin(), ring.pointers.end(), [&](const PointerView& p) { return p.name == r.name; });
    if (!mine) continue;
    RingRegister row{r.name, hex(r.value, 8), "", pointer, false, false};
    if (last && last->reg == r.name && last->vm == ring.vm)
      row.note = last->kind == EventKind::kRegisterRead ? "read" : under_way(*last, r.value), row.exit = last->exit,
      row.now = true;
    else if (r.value == ring.size * ring.row_bytes && r.value)
      row.note = std::to_string(ring.size) + " × " + std::to_string(ring.row_bytes) + std::string(kThin) + "B";
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

std::string RingsPanel::title(const PanelFrame& f) const {
  const RingView* ring = find_ring(f.s, f.ui.ring);
  return ring ? "Ring " + ring->vm + "." + ring->nic + " " + ring_label(*ring) +
                    (ring->queue ? " " + std::to_string(ring->queue) : "")
              : "Rings";
}

std::string RingsPanel::explanation(const PanelFrame& f) const {
  const RingView* ring = find_ring(f.s, f.ui.ring);
  if (!ring) return {};
  const RingPair pair = pair_of(f.s, *ring);
  std::string words = shown_model(ring->model) + ", " +
                      (pair.completion && pair.command
                           ? count(pair.command->size) + " commands, " + count(pair.completion->size) + " completions"
                           : count(ring->size) + " descriptors");
  if (!ring->exact && f.s.state == RunState::kRunning) words += ", live copy";
  return words;
}

bool RingsPanel::empty(const PanelFrame& f) const { return !find_ring(f.s, f.ui.ring); }

std::vector<std::string> RingsPanel::watches(const PanelFrame& f) const {
  const RingView* ring = find_ring(f.s, f.ui.ring);
  if (!ring) return {};
  const RingPair pair = pair_of(f.s, *ring);
  if (!pair.completion || !pair.command) return {ring->name};
  return {pair.command->name, pair.completion->name};
}

void RingsPanel::choose(const PanelFrame& f, const RingView& ring, int row) {
  if (row < 0 || uint32_t(row) >= ring.size) return;
  if (f.ui.ring != ring.name) f.ui.choose_ring(ring.vm, ring.nic, ring.name);
  f.ui.row = row;
  f.ui.packet = packet_in(f.s, ring.name, row);
  f.ui.focus = id();
  f.ui.list_has_focus = true;
}

// The mouse on a row: what it is, its menu, and the choice of it.
void RingsPanel::take(const PanelFrame& f, const RingView& ring, const RowHit& hit) {
  if (hit.clicked >= 0) choose(f, ring, hit.clicked);
  if (ring.rows.empty()) return;
  if (hit.hovered >= 0 && size_t(hit.hovered) < ring.rows.size()) {
    const RowView& row = ring.rows[size_t(hit.hovered)];
    f.ui.pointed = int(row.state);
    const Words::Verdict verdict =
        f.words.verdict(owner_name(row.state), verdict_ring(ring), f.ui.drivers_view, hit.hovered);
    const uint32_t packet = packet_in(f.s, ring.name, hit.hovered);
    f.c.tooltip(
        Canvas::kTipTitle + verdict.words + "\n" + verdict.more + "\n" + Canvas::kTipMono + raw_bytes(row.qword) +
        (packet ? std::string("\n") + Canvas::kTipMuted + "packet " + std::to_string(packet) + ", click to follow it"
                : ""));
  }
  if (hit.menu >= 0 && size_t(hit.menu) < ring.rows.size()) {
    const uint32_t packet = packet_in(f.s, ring.name, hit.menu);
    const uint64_t address = ring.base + uint64_t(hit.menu) * ring.row_bytes;
    open_menu(f, "row",
              {{"ring", ring.name},
               {"row", std::to_string(hit.menu)},
               {"packet", packet ? std::to_string(packet) : ""},
               {"raw", raw_bytes(ring.rows[size_t(hit.menu)].qword)},
               {"address", "0x" + hex(address, 8)}});
  }
}

std::vector<double> RingsPanel::ease_pointers(const PanelFrame& f, const RingView& ring) {
  std::vector<double> shown;
  for (const PointerView& p : ring.pointers) {
    Way& way = ways_[ring.name + p.name];
    const double size = ring.size,
                 here = way.from + (way.to - way.from) * double(way.began < 0 ? 1 : eased(f, way.began, 120));
    if (way.began < 0)
      way = {double(p.index), double(p.index), 0};
    else if (std::fmod(way.to + size, size) != double(p.index)) {
      double to = p.index;
      while (to < here - size / 2) to += size;  // the short way round
      while (to > here + size / 2) to -= size;
      way = {here, to, f.now};
    }
    shown.push_back(way.from + (way.to - way.from) * double(eased(f, way.began, 120)));
  }
  return shown;
}

void RingsPanel::walk(const PanelFrame& f, const RingView& ring) {
  if (f.ui.focus != id() || !f.keys || ring.size == 0) return;
  const int n = int(ring.size), now = shown_row(f.ui, ring);
  std::erase_if(*f.keys, [&](const KeyPress& k) {
    int to = -1;
    switch (k.key) {
      case Key::kLeft: to = (now + n - 1) % n; break;
      case Key::kRight: to = (now + 1) % n; break;
      case Key::kUp: to = (now + n - columns_ % n) % n; break;
      case Key::kDown: to = (now + columns_) % n; break;
      case Key::kHome: to = int(head_of(ring)); break;
      case Key::kEnd:
        for (const PointerView& p : ring.pointers)
          if (p.by_driver && !p.hollow) to = int(p.index);
        break;
      case Key::kTab:
        for (int i = 1; i <= n && to < 0 && !ring.rows.empty(); ++i)
          if (ring.rows[size_t((now + i) % n)].state == RowState::kError) to = (now + i) % n;
        if (to < 0) return false;
        break;
      default: return false;
    }
    choose(f, ring, to);
    return true;
  });
}

// The queues of a NIC that has several: the same ring of another one. Returns where the next control may stand.
float draw_queues(const PanelFrame& f, const RingView& ring, float x, float y, float right) {
  std::vector<const RingView*> same;
  std::vector<std::string> labels;
  for (const RingView* r : filled_rings(f.s, ring.vm, ring.nic, -1))
    if (r->kind == ring.kind) same.push_back(r), labels.push_back(std::to_string(r->queue));
  if (same.size() < 2) return x;
  const std::vector<std::string_view> words(labels.begin(), labels.end());
  const float label = f.c.width(Type::kSmall, "queue") + 10, w = segmented_width(f.c, words);
  if (x + label + w > right) return x;
  f.c.text({x, y}, Type::kSmall, Token::kMuted, "queue");
  const auto at = std::find_if(same.begin(), same.end(), [&](const RingView* r) { return r->queue == ring.queue; });
  if (const int i = segmented(f.c, {x + label, y}, 28, words, int(at - same.begin())); i >= 0)
    f.ui.choose_ring(ring.vm, ring.nic, same[size_t(i)]->name);
  return x + label + w + 12;
}

float RingsPanel::draw_views(const PanelFrame& f, const RingView& ring, Rect r) {
  constexpr std::string_view kSize[] = {"Compact", "Extended"}, kSide[] = {"Driver’s view", "Device’s view"};
  const RingPair pair = pair_of(f.s, ring);
  const RingView& filled = pair.command ? *pair.command : ring;
  const std::vector<const RingView*> rings = filled_rings(f.s, ring.vm, ring.nic, ring.queue);
  std::vector<std::string> labels;
  for (const RingView* other : rings) labels.push_back(ring_label(*other));
  const std::vector<std::string_view> kRing(labels.begin(), labels.end());
  const auto chosen =
      std::find_if(rings.begin(), rings.end(), [&](const RingView* other) { return other->name == filled.name; });
  const Point left{r.x + 4, r.y + 14};
  if (const int i = segmented(f.c, left, 28, kSize, f.ui.extended); i >= 0) f.ui.extended = i == 1;
  const float second = left.x + segmented_width(f.c, kSize) + 12;
  if (const int i = segmented(f.c, {second, left.y}, 28, kRing, int(chosen - rings.begin())); i >= 0)
    f.ui.choose_ring(ring.vm, ring.nic, rings[size_t(i)]->name);
  float used = second + segmented_width(f.c, kRing) + 12;
  used = draw_queues(f, filled, used, left.y, r.right() - 4);
  const float third = r.right() - 4 - segmented_width(f.c, kSide);
  if (third > used)
    if (const int i = segmented(f.c, {third, left.y}, 28, kSide, f.ui.drivers_view ? 0 : 1); i >= 0)
      f.ui.drivers_view = i == 0;
  return 40;
}

// Head and tail stand beside the dial at every height: the other registers, the titles and the owners give way first.
void RingsPanel::draw_side(const PanelFrame& f, const RingView& ring, Rect r) {
  std::vector<RingRegister> registers = registers_of(f, ring);
  std::stable_partition(registers.begin(), registers.end(), [](const RingRegister& g) { return g.pointer; });
  const size_t least =
      size_t(std::count_if(registers.begin(), registers.end(), [](const RingRegister& g) { return g.pointer; }));
  constexpr float kOwners = 4 * kSideLine, kGap = 16;
  const bool titled = r.h >= 2 * kSideTitle + kSideLine * float(least) + kGap + kOwners;
  const float title = titled ? kSideTitle : 0;
  const float room = r.h - title - (registers.empty() ? 0 : kOwners + title + kGap);
  registers.resize(std::clamp(size_t(std::max(0.f, room / kSideLine)), least, std::max(least, registers.size())));
  if (!registers.empty()) {
    Rect top = r;
    top.h = std::min(r.h, title + kSideLine * float(registers.size()));
    draw_ring_registers(f.c, top, registers, f.s.mode == RunMode::kFree ? "" : "this step", titled);
    float y = top.y + title;
    for (const RingRegister& g : registers) {
      const Rect line{top.x, y, top.w, kSideLine};
      if (line.bottom() > top.bottom() + 6) break;
      register_tip(f, line, ring.model, g.name);
      if (g.exit) f.c.target("register", line);
      if (f.c.clicked(line)) f.ui.reg = g.name;
      if (f.c.right_clicked(line))
        open_menu(f, "register", {{"vm", ring.vm}, {"register", g.name}, {"value", g.value}});
      y += kSideLine;
    }
    const float below = top.h + (titled ? kGap : 8.f);
    r.y += below, r.h -= below;
  }
  draw_owners(f.c, r, ring, titled);
  const uint32_t numbers[] = {ring.rows_driver, ring.rows_device, ring.rows_done, ring.rows_error};
  for (int i = 0; i < 4; ++i) {
    const Rect number{r.right() - 56, r.y + title + kSideLine * float(i), 56, kSideLine};
    if (number.bottom() <= r.bottom() + 6) number_tip(f, number, {"ring.owners", double(numbers[i]), "rows"});
  }
}

// Where there is no room beside the dial: "RDH 001f   RDT 001e" below it.
void RingsPanel::draw_pointer_line(const PanelFrame& f, const RingView& ring, Rect r) {
  std::vector<RingRegister> registers = registers_of(f, ring);
  std::erase_if(registers, [](const RingRegister& g) { return !g.pointer; });
  for (RingRegister& g : registers)
    if (g.value.starts_with("0000 ")) g.value.erase(0, 5);  // no ring has more rows
  float x = r.x + 4;
  for (const RingRegister& g : registers) {
    const float w = f.c.width(Type::kMonoBold, g.name) + 10 + f.c.width(Type::kMono, g.value);
    if (x + w > r.right()) break;
    const float name = f.c.text({x, r.mid_y()}, Type::kMonoBold, Token::kText, g.name);
    f.c.text({x + name + 10, r.mid_y()}, Type::kMono, g.exit ? Token::kExitInk : Token::kText2, g.value);
    register_tip(f, {x, r.y, w, r.h}, ring.model, g.name);
    x += w + 20;
  }
}

void RingsPanel::draw(const PanelFrame& f, Rect body) {
  const RingView* found = find_ring(f.s, f.ui.ring);
  if (!found) return;
  RingView copy;
  if (found->accessed != accessed_row(f.s, *found))
    copy = *found, copy.accessed = accessed_row(f.s, *found), found = &copy;
  const RingView& ring = *found;
  walk(f, ring);
  Canvas& c = f.c;
  const float views = draw_views(f, ring, body);
  Rect r{body.x, body.y + views, body.w, body.h - views};
  if (const RingPair pair = pair_of(f.s, *find_ring(f.s, f.ui.ring)); pair.command && pair.completion)
    return draw_pair(f, pair, r);
  const int row = shown_row(f.ui, ring);
  const NicView* nic = find_nic(f.s, ring.vm, ring.nic);
  const VmView* vm = find_vm(f.s, ring.vm);
  const double rate = nic && vm ? f.history.rate(History::nic(*vm, *nic, ring.receive ? "rx" : "tx")) : 0;
  const bool locked =
      f.s.state == RunState::kRunning && f.s.mode == RunMode::kFree && rate / std::max(1u, ring.size) / 60 > 0.25;

  const bool short_room = r.h < 300, high = r.h >= kHigh;
  const bool beside = !high && r.w >= (short_room ? 560 : 760);  // descriptor beside the ring, else below it
  Rect detail;
  if (beside)
    detail = r.cut_right(std::min(536.f, std::max(336.f, r.w * 0.46f)), 24);
  else {
    const float least = kDescriptorLeast;
    const float wanted = f.ui.extended ? field_height(ring.size, r.w) : std::min(360.f, std::max(216.f, r.h - 560));
    detail = r.cut_bottom(std::max(least, r.h - wanted - 12), 12);
    if (r.h < 150) r.h += detail.h + 12, detail = {};
  }
  if (f.ui.extended) {
    if (ring.rows.empty()) {
      c.text({r.x, r.y + 16}, Type::kSmall, Token::kMuted, "…");
    } else {
      columns_ = field_columns(ring.size, r.w);
      c.target("ring", r);
      take(f, ring, draw_field(c, r, ring, f.ui.row, scroll_));
    }
  } else {
    const float side = r.w >= 470 ? 224.f : r.w >= 400 ? 170.f : 0;
    Rect dial = r;
    if (beside && r.h >= kSideBelow + 200)
      draw_side(f, ring, dial.cut_bottom(std::min(kSideBelow, r.h - 200), 12));
    else if (side > 0)
      draw_side(f, ring, dial.cut_right(side, 16));
    else if (dial.h >= 140)
      draw_pointer_line(f, ring, dial.cut_bottom(24, 0));
    const DialShape shape = dial_shape(dial.w - 48, dial.h, ring.size);
    DialLook look;
    look.room = {dial.x, dial.y, dial.w + 12, dial.h};
    look.locked = locked, look.selected = f.ui.row;
    if (shape.radius >= 96)
      look.words = {"of " + count(ring.size) + " owned", "by the device"};
    else if (shape.radius >= 72)
      look.words = {"device owns"};
    columns_ = 16;
    c.target("ring", {dial.mid_x() - shape.radius - 4, dial.mid_y() - shape.radius - 4, 2 * shape.radius + 8,
                      2 * shape.radius + 8});
    if (f.s.mode != RunMode::kFree) look.eased = ease_pointers(f, ring);
    take(f, ring, draw_dial(c, {dial.mid_x(), dial.mid_y()}, shape, ring, look));
  }
  if (detail.empty() || detail.h < kDescriptorLeast - 4 || ring.rows.empty()) return;
  // A high room shows the whole ring below the dial, row by row.
  if (const float field = field_height(ring.size, detail.w) + 30;
      high && !f.ui.extended && detail.h >= field + 12 + 130 + kDescriptorWhole) {
    const Rect whole = detail.cut_top(field, 12);
    c.text({whole.x + 4, whole.y + 8}, Type::kSmallBold, Token::kText, "The whole ring");
    take(f, ring, draw_field(c, {whole.x, whole.y + 20, whole.w, whole.h - 20}, ring, f.ui.row, scroll_));
  }
  if (!beside && !f.ui.extended && detail.h >= kDescriptorLeast + 126) {
    const Rect strip = detail.cut_top(118, 12);
    c.text({strip.x + 4, strip.y + 4}, Type::kSmallBold, Token::kText,
           f.ui.row >= 0 ? "Around the chosen row" : "Around the head");
    c.target("ring", {strip.x, strip.y - 8, strip.w, 124});
    take(f, ring,
         draw_neighbours(c, {strip.x + 4, strip.y + 24, strip.w - 8, 90}, ring, uint32_t(row), 36, f.ui.row, false));
  }
  if (!beside)
    c.line({detail.x + 4, detail.y}, {detail.right() - 4, detail.y}, Token::kLine, 1), detail.y += 12, detail.h -= 12;
  const RowView& view = ring.rows[size_t(row)];
  draw_descriptor(c, detail, ring, uint32_t(row), decode_row(ring.model, ring.kind, view.qword),
                  f.words.verdict(owner_name(view.state), verdict_ring(ring), f.ui.drivers_view, row));
}

}  // namespace ringside::desktop
