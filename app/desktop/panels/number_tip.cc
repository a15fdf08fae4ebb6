// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/number_tip.h"

#include <cmath>
#include <cstdio>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/widgets/rich_text.h"

namespace ringside::desktop {
namespace {

// As a program would read it: no groups, no prefix.
std::string raw_text(double value) {
  char buffer[40];
  if (value == std::floor(value) && std::abs(value) < 1e15)
    std::snprintf(buffer, sizeof buffer, "%.0f", value);
  else
    std::snprintf(buffer, sizeof buffer, "%.6g", value);
  if (std::abs(value) >= 1e6 && value != std::floor(value)) std::snprintf(buffer, sizeof buffer, "%.1f", value);
  return buffer;
}

std::string whole_text(double value, std::string_view unit) {
  std::string text;
  if (std::abs(value) >= 1000)
    text = count(uint64_t(std::llround(std::abs(value))), true);
  else
    text = raw_text(std::abs(value));
  if (value < 0) text = "−" + text;
  return unit.empty() ? text : text + " " + std::string(unit);
}

std::string counter_text(const Probe& p) {
  if (auto* u = std::get_if<uint64_t>(&p.value)) return count(*u, true);
  return raw_text(p.number());
}

}  // namespace

void number_tip(const PanelFrame& f, Rect where, const NumberTip& tip) {
  Canvas& c = f.c;
  if (c.recording())
    c.target("number " + std::string(tip.key) + (tip.names.empty() ? "" : " " + tip.names.front().second), where);
  if (!c.hovered(where)) return;
  const Words::Number* words = f.words.number(tip.key);
  std::string text = std::string(1, Canvas::kTipTitle) + (words ? words->title : std::string(tip.key)) + "\n" +
                     Canvas::kTipMono + whole_text(tip.raw, tip.unit);
  std::string first;
  if (words) {
    text += "\n" + words->means;
    for (const std::string& pattern : words->counters) {
      const auto name = fill_in(pattern, tip.names);
      const std::optional<Probe> p = name ? f.s.find(*name) : std::nullopt;
      if (!p) continue;
      if (first.empty()) first = *name;
      text += std::string("\n") + Canvas::kTipMono + *name + " = " + counter_text(*p) +
              (p->unit.empty() ? "" : " " + std::string(p->unit));
    }
  }
  text += std::string("\n") + Canvas::kTipMuted + std::string(name_of(tip.provenance)) + ". Ctrl C copies " +
          raw_text(tip.raw);
  c.tooltip(text);
  f.ui.copyable = raw_text(tip.raw);
  if (c.right_clicked(where)) open_menu(f, "number", {{"value", raw_text(tip.raw)}, {"counter", first}});
}

void register_tip(const PanelFrame& f, Rect where, const std::string& model, const std::string& reg) {
  if (reg.empty() || !f.c.hovered(where)) return;
  for (const RegisterInfo& r : f.client.registers(model)) {
    if (r.name != reg) continue;
    std::string text = Canvas::kTipTitle + reg + ", " + r.long_name + "\n" + Canvas::kTipMuted + "access " + r.access;
    if (!r.section.empty()) text += ", section " + r.section + " of the datasheet";
    const bool doorbell = reg == "TDT" || reg == "RDT" || reg.rfind("TXPROD", 0) == 0 || reg.rfind("RXPROD", 0) == 0;
    if (const Words::Term* t = doorbell ? f.words.term("Doorbell") : f.words.term("MMIO"))
      text += "\n" + t->term + ": " + t->sentence;
    f.c.tooltip(text);
    return;
  }
}

void term_tip(const PanelFrame& f, Rect where, std::string_view term) {
  if (!f.c.hovered(where)) return;
  if (const Words::Term* t = f.words.term(term)) f.c.tooltip(term_tip(*t));
}

}  // namespace ringside::desktop
