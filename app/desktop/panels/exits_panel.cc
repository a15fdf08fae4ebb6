// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/exits_panel.h"

#include <algorithm>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/panels/exit_timeline.h"
#include "app/desktop/panels/number_tip.h"
#include "app/desktop/widgets/controls.h"
#include "app/lookup/find.h"

namespace ringside::desktop {
namespace {

constexpr float kExitRow = 22;

// Where the columns stand; what there is no room for is left out, in the order of the visual language.
struct Columns {
  bool by, bars, per_packet, shares;
  float reg, by_x, rate, packet, cycles, bar, share;
  Columns(const Canvas& c, Rect r, double greatest) : by(r.w >= 700), bars(r.w >= 580), per_packet(r.w >= 440) {
    share =
        std::max(c.width(Type::kSmall, "99.9" + std::string(kThin) + "%"), c.width(Type::kSmall, percent(greatest)));
    reg = r.x + 108, by_x = reg + 96;
    rate = (by ? by_x + 84 : reg + 84) + (by ? 64 : 60);
    packet = rate + (per_packet ? 84 : 0);
    cycles = packet + 100;
    bar = cycles + 24;
    shares = cycles + 16 + std::max(share, c.width(Type::kSmall, "share")) <= r.right();
  }
};

// Said of a figure that is of another stretch of time than the header says.
std::string so_far(const PanelFrame& f, bool lately) { return !lately && f.history.moved("work") ? "so far " : ""; }

}  // namespace

std::string ExitsPanel::explanation(const PanelFrame& f) const {
  std::string words;
  if (const double work = f.history.grown("work", "work"); f.history.known() && work > 0)
    words = significant(f.history.grown("exits", "work") / work) + " per packet. ";
  return words + "Lanes: " +
         timeline_words(f, shown_ > 0 ? scale_.seconds_per_pixel() * double(lanes_) : ExitRecording::kSampleSeconds);
}

std::vector<Provenance> ExitsPanel::provenance(const PanelFrame& f) const { return exit_provenance(f.s); }
std::string ExitsPanel::qualifier(const PanelFrame& f) const { return nested_words(f.s); }

bool ExitsPanel::empty(const PanelFrame& f) const {
  const ExitTotals t = exit_totals(f.s, f.history);
  return t.user == 0 && t.kernel == 0 && t.count_only == 0;
}

float ExitsPanel::draw_lanes(const PanelFrame& f, Rect r) {
  Timeline head;
  head.columns = {"", ""};
  shown_ = shown_seconds(f, shown_);
  lanes_ = timeline_lane_width(r.w, head);
  scale_.show(shown_, lanes_);
  const Timeline t = exit_timeline(f, scale_, r.w, false);
  if (draw_exit_timeline(f, r, t, scale_, 0)) act(f, "window tab=Timeline");
  const size_t lanes =
      std::min({size_t(16), t.rows.size(), size_t(std::max(1.f, (r.h - kTimelineHead - 4) / kLaneHeight))});
  float y = r.y + timeline_height(lanes) + 10;
  float x = legend(f.c, {r.x + 64, y}, Swatch::kLine, Token::kGuest, "guest runs");
  x = legend(f.c, {x, y}, Swatch::kSlice, Token::kExit, "exit");
  if (x + 80 < r.right()) legend(f.c, {x, y}, Swatch::kLine, Token::kOutline, "halted");
  return y + 18 - r.y;
}

// Two totals, side by side and never added up.
void ExitsPanel::draw_totals(const PanelFrame& f, Rect r, const ExitTotals& t) {
  Canvas& c = f.c;
  const float y = r.mid_y();
  float x = r.x;
  const auto total = [&](std::string_view label, uint64_t count_, double rate, std::string_view key) {
    const std::string value = f.history.known() && rate > 0
                                  ? si_text(rate, "", f.ui.prefix("total." + std::string(key))) + "/s"
                                  : count(count_);
    const float lw = c.width(Type::kSmall, label), vw = c.width(Type::kSmallBold, value);
    if (x + lw + 8 + vw > r.right()) return;
    c.text({x, y}, Type::kSmall, Token::kMuted, label);
    c.text({x + lw + 8, y}, Type::kSmallBold, Token::kText, value);
    number_tip(f, {x, r.y, lw + 8 + vw, r.h}, {key, double(count_), "exits"});
    x += lw + 8 + vw + 28;
  };
  total("handled by us", t.user, t.user_rate, "exits.user");
  if (t.kernel_known) total("the kernel’s own count", t.kernel, t.kernel_rate, "exits.kernel");
  draw_recorded_share(f, x, {r.right(), y});
}

void ExitsPanel::draw_row(const PanelFrame& f, Rect r, const ExitRow& x, double greatest) {
  Canvas& c = f.c;
  const Columns k(c, r, greatest);
  const float m = r.mid_y();
  const Rect row{r.x - 8, r.y, r.w + 16, r.h};
  if (!x.reg.empty() && c.hovered(row)) hover_row(c, row);
  const std::string reg = x.why.empty() ? x.reg : f.words.phrase(x.why);
  c.name({r.x, m}, Type::kSmall, Token::kText, x.reason, k.reg - r.x - 8);
  c.name({k.reg, m}, x.why.empty() ? Type::kMono : Type::kSmall, x.why.empty() ? Token::kText : Token::kText2, reg,
         (k.by ? k.by_x : k.rate - 60) - k.reg - 8);
  if (k.by) c.name({k.by_x, m}, Type::kSmall, Token::kText2, x.by, k.rate - 60 - k.by_x);
  c.text({k.rate, m}, Type::kSmall, x.rate > 0 ? Token::kText : Token::kMuted,
         f.history.known() ? f.history.amount_text(x.rate, f.ui.prefix(x.reason + reg)) : std::string(kUnknown),
         Align::kRight);
  if (k.per_packet)
    c.text({k.packet, m}, Type::kSmall, x.per_packet > 0 ? Token::kText : Token::kMuted,
           x.per_packet >= 0 ? so_far(f, x.lately) + significant(x.per_packet) : std::string(kUnknown), Align::kRight);
  c.text({k.cycles, m}, Type::kSmall, x.count_only ? Token::kMuted : Token::kText,
         x.count_only ? std::string(kUnknown) : count(uint64_t(x.each + 0.5)), Align::kRight);
  if (k.bars && !x.count_only) {
    const float room = r.right() - k.share - 16 - k.bar;
    const Rect bar{k.bar, r.y + 5, std::max(1.f, room * float(x.share / greatest)), 12};
    if (x.modelled && bar.w >= 4)
      c.hatch(bar, c.theme().exit_hatch(), 4), c.frame(bar, c.theme().exit_hatch(), 1);
    else if (x.share > 0)
      c.fill(bar, Token::kExit);
  }
  if (x.count_only && k.bars)
    c.name({k.bar, m}, Type::kSmall, Token::kMuted, "counted only", r.right() - k.share - 8 - k.bar);
  if (k.shares)
    c.text({r.right(), m}, Type::kSmall, x.share > 0 ? Token::kText : Token::kMuted,
           x.count_only || !f.history.rated() ? std::string(kUnknown) : percent(x.share), Align::kRight);

  const Rect words{row.x, row.y, k.rate - 60 - row.x, row.h};
  if (c.hovered(words)) {
    if (!x.why.empty())
      c.tooltip(Canvas::kTipTitle + x.reason + ", " + reg + "\n" + f.words.phrase(x.why + ".more") + "\n" +
                count(x.count) + " since the machine was built");
    else if (x.reg.empty())
      c.tooltip(Canvas::kTipTitle + x.reason + "\n" + count(x.count) + " since the machine was built");
    else
      register_tip(f, words, x.model, x.reg);
  }
  if (!x.reg.empty() && c.right_clicked(words)) open_menu(f, "exit", {{"vm", x.vm}, {"register", x.reg}});
  if (!x.reg.empty() && c.clicked(words)) {
    f.ui.choose_vm(x.vm), f.ui.reg = x.reg;
    if (const RingView* ring = ring_of_register(f.s, x.vm, x.reg)) f.ui.choose_ring(ring->vm, ring->nic, ring->name);
  }
  const Provenance price = x.modelled ? Provenance::kModelled : Provenance::kMeasured;
  number_tip(f, {k.rate - 56, r.y, 60, r.h}, {"exits.rate", x.rate, f.history.per_second("exits/s", "exits")});
  if (k.per_packet && x.per_packet >= 0)
    number_tip(f, {k.packet - 60, r.y, 64, r.h}, {"exits.per_packet", x.per_packet, "exits"});
  if (x.count_only) return;
  number_tip(f, {k.cycles - 60, r.y, 64, r.h}, {"exits.each", x.each, "cycles", price});
  const float from = k.bars ? k.bar : r.right() - k.share;
  if (f.history.rated() && k.shares)
    number_tip(f, {from, r.y, r.right() + 8 - from, r.h}, {"exits.share", x.share * 100, "%", price});
}

void ExitsPanel::draw_table(const PanelFrame& f, Rect r) {
  Canvas& c = f.c;
  const std::vector<ExitRow> rows = exit_rows(f.s, f.history, f.ui.vm, f.ui.exits_by_time);
  double greatest = 1e-9;
  for (const ExitRow& x : rows) greatest = std::max(greatest, x.share);
  const Columns k(c, r, greatest);
  const float y = r.y + 10;
  const Token by_count = f.ui.exits_by_time ? Token::kMuted : Token::kText,
              by_time = f.ui.exits_by_time ? Token::kText : Token::kMuted;
  c.text({r.x, y}, Type::kSmall, Token::kMuted, "reason");
  c.text({k.reg, y}, Type::kSmall, Token::kMuted, "register");
  if (k.by) c.text({k.by_x, y}, Type::kSmall, Token::kMuted, "by");
  c.text({k.rate, y}, Type::kSmall, by_count, f.history.per_second("exits/s", "exits"), Align::kRight);
  if (k.per_packet) c.text({k.packet, y}, Type::kSmall, Token::kMuted, "per packet", Align::kRight);
  c.text({k.cycles, y}, Type::kSmall, by_time, "cycles each", Align::kRight);
  bool modelled = false;
  for (const ExitRow& x : rows) modelled |= x.modelled;
  if (modelled)
    provenance_symbol(c, {k.cycles - c.width(Type::kSmall, "cycles each") - 9, y}, Provenance::kModelled,
                      Token::kText2);
  if (k.bars)
    c.text({k.bar, y}, Type::kSmall, Token::kMuted, "share of one core");
  else if (k.shares)
    c.text({r.right(), y}, Type::kSmall, Token::kMuted, "share", Align::kRight);
  const Rect sort_count{k.rate - 56, y - 10, 60, 20}, sort_time{k.cycles - 86, y - 10, 90, 20};
  c.target("by count", sort_count), c.target("by time", sort_time);
  if (c.clicked(sort_count)) f.ui.exits_by_time = false;
  if (c.clicked(sort_time)) f.ui.exits_by_time = true;
  c.line({r.x, r.y + 22}, {r.right(), r.y + 22}, Token::kLine, 1);
  float row_y = r.y + 24;
  const MoreRows::Shown shown = more_.shown(c, {r.x, row_y, r.w, r.bottom() + 2 - row_y}, kExitRow, rows.size());
  for (size_t i = shown.first; i < shown.end; ++i, row_y += kExitRow)
    draw_row(f, {r.x, row_y, r.w, kExitRow}, rows[i], greatest);
}

void ExitsPanel::draw(const PanelFrame& f, Rect body) {
  const float table = 24 + kExitRow * 2, totals = 26;
  const float used = draw_lanes(f, {body.x, body.y, body.w, std::max(56.f, body.h - table - totals - 32)});
  Rect rest = body;
  rest.cut_top(used);
  if (rest.h < table) return;
  if (rest.h >= table + totals) draw_totals(f, rest.cut_top(totals), exit_totals(f.s, f.history));
  draw_table(f, rest);
}

}  // namespace ringside::desktop
