// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/talk_panel.h"

#include <algorithm>
#include <cmath>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/panels/number_tip.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/lanes.h"
#include "app/desktop/widgets/plot.h"
#include "app/lookup/find.h"

namespace ringside::desktop {
namespace {

using Bar = NicComparison::Bar;
using Regime = NicComparison::Regime;

constexpr float kAxis = 24, kAxisTitle = 18, kLegend = 24;

// Heights of a regime's parts. Where not all regimes have room, they lose their sentences before one of them is left
// out.
struct Sizes {
  float caption = 42, bar = 44, pace = 18;
  float upper = 12, lower = 29, thick = 12;  // the bar's two lines of text, and its halves
  float regime(const Regime& r) const { return caption + (bar + pace) * float(r.bars.size()); }
};
constexpr Sizes kRoomy, kCompact{24, 34, 0, 8, 23, 10};

const Bar* bar_of(const Regime& r, const std::string& model) {
  for (const Bar& b : r.bars)
    if (b.model == model && b.packets >= NicComparison::kEnough) return &b;
  return nullptr;
}

// Which of a packet's costs is the longest: it sets the pace.
std::string pace_key(const Bar& b) {
  if (b.exit >= b.backend && b.exit >= b.guest) return "talk.exits_set";
  return b.backend >= b.guest ? "talk.backend_sets" : "talk.guest_sets";
}

std::string caption(const PanelFrame& f, const Regime& r) {
  std::string words = f.words.phrase("talk.driver." + r.driver) + ", " + f.words.phrase("talk.doorbell." + r.doorbell);
  for (const Bar& b : r.bars)
    if (b.threshold >= 0) words += ", transmit threshold " + count(uint64_t(b.threshold));
  for (const Bar& b : r.bars)
    if (const double spent = b.per_packet(b.modelled_backend); spent >= 1)
      return words + ", modelled back end " + count(uint64_t(std::lround(spent))) + " cycles";
  return words;
}

// "the back end sets the pace", or each model with its own.
std::string paces(const PanelFrame& f, const Regime& r) {
  std::string words, first;
  bool same = true;
  for (const Bar& b : r.bars) {
    const std::string pace = f.words.phrase(b.packets < NicComparison::kEnough ? "talk.too_few" : pace_key(b));
    if (first.empty()) first = pace;
    same &= pace == first;
    words += (words.empty() ? "" : ", ") + shown_model(b.model) + ": " + pace;
  }
  return same ? first : words;
}

}  // namespace

const std::vector<Regime>& TalkPanel::regimes(const PanelFrame& f) const {
  comparison_.add(f.s);
  regimes_ = comparison_.regimes();
  return regimes_;
}

std::string TalkPanel::explanation(const PanelFrame&) const {
  return "exits for the same packets, per 10" + std::string(kThin) + "000";
}

std::vector<Provenance> TalkPanel::provenance(const PanelFrame& f) const {
  for (const Regime& r : regimes(f))
    for (const Bar& b : r.bars)
      if (b.modelled) return {Provenance::kMeasured, Provenance::kModelled, Provenance::kReference};
  return {Provenance::kMeasured, Provenance::kReference};
}

bool TalkPanel::empty(const PanelFrame& f) const {
  const auto& all = regimes(f);
  return std::none_of(all.begin(), all.end(), [](const Regime& r) { return r.bars.size() >= 2; });
}

// Two bars: exits of the EPT class above, all that came to us below. Behind them, what the talk says, dotted.
void TalkPanel::draw_bar(const PanelFrame& f, Rect r, const Bar& b, double top, float plot_x, float plot_w,
                         double reference) {
  Canvas& c = f.c;
  const Sizes& z = r.h < kRoomy.bar ? kCompact : kRoomy;
  const float upper_y = r.y + z.upper, lower_y = r.y + z.lower, height = z.lower + z.thick / 2 + 2;
  const bool enough = b.packets >= NicComparison::kEnough;
  const bool on = std::find(b.vms.begin(), b.vms.end(), f.ui.vm) != b.vms.end() && f.s.vms.size() > 1;
  const Rect row{r.x - 8, r.y, r.w + 16, r.h - 4};
  if (on)
    selected_row(c, row);
  else if (c.hovered(row))
    hover_row(c, row);
  if (c.clicked(row)) f.ui.choose_vm(b.vms[0]);
  if (c.right_clicked(row)) f.ui.choose_vm(b.vms[0]), open_menu(f, "vm", {{"vm", b.vms[0]}});
  std::string vms;
  for (const std::string& vm : b.vms) vms += (vms.empty() ? "" : ", ") + vm;
  c.name({r.x, upper_y}, Type::kSmallBold, Token::kText, shown_model(b.model), plot_x - r.x - 8);
  c.name({r.x, lower_y}, Type::kSmall, Token::kMuted, vms, plot_x - r.x - 8);
  const auto x_of = [&](double n) { return plot_w * float(std::clamp(n / top, 0.0, 1.0)); };
  if (reference >= 0 && enough) {
    const float w = std::max(3.f, x_of(reference));
    c.fill({plot_x, r.y + 1, w, height}, {Token::kOutline, 0.16f});
    for (float y : {r.y + 1, r.y + height}) c.dashes({plot_x, y}, {plot_x + w, y}, Token::kOutline, 1, 2, 4);
    c.dashes({plot_x + w, r.y + 1}, {plot_x + w, r.y + 1 + height}, Token::kOutline, 1, 2, 4);
  }
  const float ept = x_of(b.per_10k(b.ept)), all = x_of(b.per_10k(b.all));
  if (enough) {
    const Rect upper{plot_x, upper_y - z.thick / 2, std::max(1.f, ept), z.thick},
        lower{plot_x, lower_y - z.thick / 2, std::max(1.f, all), z.thick};
    c.fill(upper, Token::kExit);
    c.fill(lower, {Token::kExit, 0.55f});
    c.frame(lower, Theme::ink(Token::kExit), 1);
    // The kernel's own count is another total: a mark, not a part of the bar.
    if (b.count_only) {
      const std::string words =
          "and " + count(uint64_t(std::lround(b.per_10k(b.count_only)))) + " doorbells that the kernel answered";
      const float x = plot_x + std::max(ept, all) + 10, w = c.width(Type::kSmall, words);
      if (x + w + 4 < plot_x + plot_w)
        c.fill({x - 3, lower_y - 8, w + 6, 16}, on ? Token::kRaised : Token::kPanel),
            c.text({x, lower_y}, Type::kSmall, Token::kText2, words);
    }
    if (b.kernel_known)
      c.fill({plot_x + x_of(b.per_10k(b.kernel)) - 1, lower_y - z.thick / 2 - 3, 3, z.thick + 6}, Token::kHalo);
  }
  const float right = r.right();
  const std::string ept_text = enough ? count(uint64_t(std::lround(b.per_10k(b.ept)))) : std::string(kUnknown),
                    all_text = enough ? count(uint64_t(std::lround(b.per_10k(b.all)))) : std::string(kUnknown);
  c.text({right, upper_y}, Type::kSmallBold, enough ? Token::kText : Token::kMuted, ept_text, Align::kRight);
  c.text({right, lower_y}, Type::kSmall, enough ? Token::kText : Token::kMuted, all_text, Align::kRight);
  if (!enough) return;
  number_tip(f, {right - 60, upper_y - z.thick / 2, 64, z.thick + 3},
             {"talk.ept", b.per_10k(b.ept), "exits", Provenance::kMeasured, {{"vm", b.vms[0]}}});
  number_tip(f, {right - 60, lower_y - z.thick / 2, 64, z.thick + 3},
             {"talk.all", b.per_10k(b.all), "exits", Provenance::kMeasured, {{"vm", b.vms[0]}}});
  if (c.hovered({plot_x, r.y, plot_w, r.h})) {
    std::string tip = Canvas::kTipTitle + shown_model(b.model) + ", " + count(b.packets) + " packets\n" + count(b.ept) +
                      " exits of the EPT class\n" + count(b.all) + " that came to us, of any kind";
    if (b.kernel_known) tip += "\n" + count(b.kernel) + " by the kernel’s own counter: another total";
    if (b.count_only) tip += "\n" + count(b.count_only) + " doorbells that the kernel answered, counted only";
    c.tooltip(tip + "\n" + Canvas::kTipMuted + f.words.phrase("talk.since"));
  }
}

float TalkPanel::draw_regime(const PanelFrame& f, Rect r, const Regime& regime, double top) {
  Canvas& c = f.c;
  const Sizes& z = r.h < kRoomy.regime(regime) ? kCompact : kRoomy;
  float said_from = r.right();
  const float plot_x = r.x + 84, numbers = 64, plot_w = r.w - 84 - numbers;
  // the ratio against the model that the talk compares with
  const Words::Reference* told = nullptr;
  double fewer = 0;
  for (const Words::Reference& ref : f.words.references()) {
    const Bar *from = bar_of(regime, ref.baseline), *to = bar_of(regime, ref.model);
    if (!from || !to || from->ept == 0) continue;
    told = &ref;
    fewer = to->per_packet(double(to->ept)) / from->per_packet(double(from->ept)) - 1;
  }
  if (told) {
    const std::string ratio = (fewer < 0 ? "−" : "+") + percent(std::abs(fewer)),
                      said = "the talk −" + gauge_percent(told->fewer);
    const float sw = c.width(Type::kSmall, said), rw = c.width(Type::kBodyBold, ratio);
    c.text({r.right(), r.y + 12}, Type::kSmall, Token::kMuted, said, Align::kRight);
    provenance_symbol(c, {r.right() - sw - 9, r.y + 12}, Provenance::kReference, Token::kMuted);
    c.text({r.right() - sw - 26, r.y + 12}, Type::kBodyBold, Token::kText, ratio, Align::kRight);
    said_from = r.right() - sw - 26 - rw;
    const Rect here{said_from, r.y, rw + sw + 26, 24};
    number_tip(f, here, {"talk.fewer", fewer * 100, "%"});
  }
  const std::string batch = "Batch " + std::to_string(regime.batch);
  c.text({r.x, r.y + 12}, Type::kSmallBold, Token::kText, batch);
  const std::string stretch = f.words.phrase("talk.since");  // other panels speak of the last second
  const float stretch_x = r.x + c.width(Type::kSmallBold, batch) + 8, stretch_w = c.width(Type::kSmall, stretch);
  if (stretch_x + stretch_w + 12 < said_from) c.text({stretch_x, r.y + 12}, Type::kSmall, Token::kText2, stretch);
  if (z.pace > 0)
    c.name({r.x, r.y + 30}, Type::kSmall, Token::kText2, caption(f, regime), r.w);
  else {
    const float from = stretch_x + stretch_w + 12;
    c.name({from, r.y + 12}, Type::kSmall, Token::kText2, paces(f, regime), said_from - from - 12);
    if (c.hovered({from, r.y, said_from - from - 12, z.caption}))
      c.tooltip(Canvas::kTipTitle + batch + "\n" + paces(f, regime) + "\n" + caption(f, regime));
  }
  float y = r.y + z.caption;
  for (const Bar& b : regime.bars) {
    const Bar* base = told && b.model == told->model ? bar_of(regime, told->baseline) : nullptr;
    draw_bar(f, {r.x, y, r.w, z.bar}, b, top, plot_x, plot_w, base ? base->per_10k(base->ept) * (1 - told->fewer) : -1);
    y += z.bar;
  }
  if (z.pace <= 0) return y - r.y;
  // What a packet costs here and there: the longest sets the pace.
  for (const Bar& b : regime.bars) {
    const double sum = b.exit + b.backend + b.guest, most = std::max({b.exit, b.backend, b.guest});
    std::string words =
        shown_model(b.model) + ": " + f.words.phrase(b.packets < NicComparison::kEnough ? "talk.too_few" : pace_key(b));
    if (b.packets >= NicComparison::kEnough)
      words += ", " + count(uint64_t(std::lround(b.per_packet(most)))) + " of " +
               count(uint64_t(std::lround(b.per_packet(sum)))) + " cycles a packet";
    if (b.modelled) provenance_symbol(c, {r.x + 4, y + 8}, Provenance::kModelled, Token::kText2);
    c.name({r.x + (b.modelled ? 14.f : 0.f), y + 8}, Type::kSmall, Token::kText2, words, r.w - 14);
    if (c.hovered({r.x, y, r.w, z.pace}))
      c.tooltip(Canvas::kTipTitle + shown_model(b.model) + ", cycles a packet\nexits " +
                count(uint64_t(std::lround(b.per_packet(b.exit)))) + "\nback end " +
                count(uint64_t(std::lround(b.per_packet(b.backend)))) + "\nguest " +
                count(uint64_t(std::lround(b.per_packet(b.guest)))));
    y += z.pace;
  }
  return y - r.y;
}

void TalkPanel::draw(const PanelFrame& f, Rect body) {
  Canvas& c = f.c;
  std::vector<Regime> shown;
  for (const Regime& r : regimes(f))
    if (r.bars.size() >= 2) shown.push_back(r);
  double top = 1;
  for (const Regime& r : shown)
    for (const Bar& b : r.bars)
      if (b.packets >= NicComparison::kEnough)
        top = std::max({top, b.per_10k(b.all), b.per_10k(b.kernel_known ? b.kernel : 0)});
  Rect room = body;
  if (room.h >= 200) {
    const float y = room.cut_top(kLegend).mid_y() - 2;
    float x = legend(c, {room.x, y}, Swatch::kFill, Token::kExit, "EPT class");
    x = legend(c, {x, y}, Swatch::kOutline, Theme::ink(Token::kExit), "all that came to us");
    bool kernel = false;
    for (const Regime& r : shown)
      for (const Bar& b : r.bars) kernel |= b.kernel_known;
    if (kernel && x + 150 < room.right()) x = legend(c, {x, y}, Swatch::kSlice, Token::kHalo, "the kernel’s count");
    if (x + 80 < room.right()) {
      c.dashes({x, y}, {x + 16, y}, Token::kOutline, 1, 2, 4);
      c.text({x + 24, y}, Type::kSmall, Token::kText2, "the talk");
    }
  }
  room.cut_bottom(kAxis);
  const auto height = [&](const Sizes& z) {
    float h = -8;
    for (const Regime& r : shown) h += z.regime(r) + 8;
    return h;
  };
  const Sizes& z = height(kRoomy) <= room.h + 2 ? kRoomy : kCompact;
  const float plot_x = body.x + 84, plot_w = body.w - 84 - 64;
  const double step = tick_step(top * 1.02, plot_w), end = std::ceil(top * 1.001 / step) * step;
  size_t fit = 0;
  float used = 0;
  while (fit < shown.size() && used + z.regime(shown[fit]) <= room.h + 2) used += z.regime(shown[fit++]) + 8;
  const float plot_bottom = room.y + std::max(0.f, used - 8);
  for (int i = 0; step * i <= end * 1.001; ++i) {
    const float x = std::round(plot_x + plot_w * float(step * i / end));
    float y = room.y;
    for (size_t k = 0; k < fit; ++k) {  // grid lines cross the bars only, no text
      const float bars = z.bar * float(shown[k].bars.size());
      c.line({x, y + z.caption}, {x, y + z.caption + bars - 4}, Token::kLine, 1);
      y += z.regime(shown[k]) + 8;
    }
    if (fit && (i % 2 == 0 || end / step <= 5))
      c.text({x, plot_bottom + 10}, Type::kSmall, Token::kMuted, count(uint64_t(step * i)),
             i == 0                  ? Align::kLeft
             : step * i > end * 0.93 ? Align::kRight
                                     : Align::kCentre);
  }
  float y = room.y;
  for (size_t k = 0; k < fit; ++k) y += draw_regime(f, {room.x, y, room.w, z.regime(shown[k])}, shown[k], end) + 8;
  float below = plot_bottom + kAxis;
  const bool title_fits = below + kAxisTitle <= body.bottom() + 2;
  if (fit && !title_fits)
    c.text({body.x, plot_bottom + 10}, Type::kSmall, Token::kMuted, "per 10" + std::string(kThin) + "000");
  if (fit && title_fits)
    c.text({plot_x, below + kAxisTitle / 2 - 2}, Type::kSmall, Token::kMuted, explanation(f)), below += kAxisTitle;
  if (fit < shown.size() && below + 14 < body.bottom())
    c.text({body.x, below + 6}, Type::kSmall, Token::kMuted, "There is more: make the panel higher.");
}

}  // namespace ringside::desktop
