// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/cycles_panel.h"

#include <algorithm>
#include <cmath>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/panels/number_tip.h"
#include "app/desktop/widgets/controls.h"
#include "app/desktop/widgets/lanes.h"
#include "app/lookup/find.h"

namespace ringside::desktop {
namespace {

struct Part {
  Token token;
  double cycles = 0;
  bool modelled = false;
};

struct Bar {
  std::string vm, model;
  bool in_window = false;  // of the last second; else of all so far
  std::vector<Part> parts;
  double sum() const {
    double n = 0;
    for (const Part& p : parts) n += p.cycles;
    return n;
  }
};

// Busy cycles per packet of these contexts.
double context_cost(const PanelFrame& f, const std::vector<std::string>& names, bool in_window) {
  double busy = 0, packets = 0;
  for (const ContextView& k : f.s.contexts) {
    if (std::find(names.begin(), names.end(), k.name) == names.end()) continue;
    busy += f.history.since(in_window, History::context(k, "busy"));
    packets += f.history.since(in_window, History::context(k, "packets"));
  }
  return packets > 0 ? busy / packets : 0;
}

// What sends for a VM, and what receives at the wire that its switch hangs at, for all VMs there.
std::vector<std::string> senders_of(const VmView& vm) {
  std::vector<std::string> names;
  for (const NicView& n : vm.nics) names.push_back("tx " + vm.name + "." + n.name);
  return names;
}

std::vector<std::string> receivers_of(const Snapshot& s, const VmView& vm) {
  std::vector<std::string> names;
  for (const NicView& n : vm.nics)
    for (const SwitchView& v : s.switches)
      if (v.name == n.switch_name && !v.uplink.empty()) names.push_back("rx " + v.uplink);
  return names;
}

std::vector<Bar> bars_of(const PanelFrame& f) {
  std::vector<Bar> bars;
  for (const VmView& vm : f.s.vms) {
    Bar bar;
    bar.vm = vm.name, bar.model = vm.nics.empty() ? "" : shown_model(vm.nics[0].model);
    bar.in_window = f.history.moved(vm.name + ".work");
    const auto grown = [&](const std::string& key) { return f.history.since(bar.in_window, key); };
    const double work = grown(vm.name + ".work");
    double guest = 0, exits = 0;
    bool soft = false;
    for (const VcpuView& v : vm.vcpus) {
      guest += grown(History::vcpu(v, "guest_cycles")), exits += grown(History::vcpu(v, "exit_cycles"));
      soft |= v.cycles_modelled;
    }
    if (work > 0) {
      bar.parts = {{Token::kGuest, guest / work}, {Token::kExit, exits / work, soft}};
      bar.parts.push_back({Token::kDevice, context_cost(f, senders_of(vm), bar.in_window)});
      if (grown(vm.name + ".in") > 0)
        bar.parts.push_back({Token::kSwitch, context_cost(f, receivers_of(f.s, vm), bar.in_window)});
    }
    bars.push_back(std::move(bar));
  }
  return bars;
}

void draw_bar(const PanelFrame& f, Rect r, const Bar& bar, double top) {
  Canvas& c = f.c;
  float x = r.x;
  for (const Part& p : bar.parts) {
    const float w = r.w * float(p.cycles / top);
    if (w < 1) continue;
    const Rect piece{x, r.y, w - 1, r.h};
    if (p.modelled) {
      const Token hatch = c.theme().exit_hatch();
      c.hatch(piece, hatch, 5);
      c.frame(piece, hatch, 1);
    } else {
      c.fill(piece, p.token);
      if (c.theme().outlined(p.token)) c.frame(piece, Theme::ink(p.token), 1);
    }
    if (w >= 48) {
      const std::string number = count(uint64_t(std::lround(p.cycles)));
      const float tw = c.width(Type::kSmallBold, number);
      if (p.modelled) c.fill({piece.mid_x() - tw / 2 - 5, piece.y + 2, tw + 10, piece.h - 4}, Token::kPanel, 2);
      if (tw + 8 < w)
        c.text({piece.mid_x(), piece.mid_y()}, Type::kSmallBold, p.modelled ? Token::kText : c.theme().on(p.token),
               number, Align::kCentre);
    }
    number_tip(f, piece,
               {"cycles.part", p.cycles, "cycles", p.modelled ? Provenance::kModelled : Provenance::kMeasured});
    x += w;
  }
}

}  // namespace

std::string CyclesPanel::explanation(const PanelFrame& f) const {
  return f.s.mode == RunMode::kFree ? "busy cycles" : "";
}

std::vector<Provenance> CyclesPanel::provenance(const PanelFrame& f) const {
  for (const VmView& vm : f.s.vms)
    for (const VcpuView& v : vm.vcpus)
      if (v.cycles_modelled) return {Provenance::kMeasured, Provenance::kModelled};
  return {Provenance::kMeasured};
}

bool CyclesPanel::empty(const PanelFrame& f) const { return f.history.grown("work", "work") <= 0; }

void CyclesPanel::draw(const PanelFrame& f, Rect body) {
  Canvas& c = f.c;
  float x = body.x;
  x = legend(c, {x, body.y + 8}, Swatch::kFill, Token::kGuest, "guest");
  x = legend(c, {x, body.y + 8}, provenance(f).size() > 1 ? Swatch::kHatch : Swatch::kFill,
             provenance(f).size() > 1 ? c.theme().exit_hatch() : Token::kExit, "exit");
  x = legend(c, {x, body.y + 8}, Swatch::kFill, Token::kDevice, "transmit");
  legend(c, {x, body.y + 8}, Swatch::kFill, Token::kSwitch, "receive");
  const std::vector<Bar> bars = bars_of(f);
  const bool some_moved = std::any_of(bars.begin(), bars.end(), [](const Bar& b) { return b.in_window; });
  double greatest = 1;
  for (const Bar& b : bars) greatest = std::max(greatest, b.sum());
  Rect area{body.x, body.y + 28, body.w, body.h - 28};
  std::string note;
  for (const VmView& vm : f.s.vms)
    for (const VcpuView& v : vm.vcpus)
      if (vm.name == f.ui.vm && v.cycles_modelled)
        note = "A modelled exit of " + v.name + " costs " + count(v.exit_cost) + " cycles";
  if (area.h > 150 && !note.empty()) {
    const Rect line = area.cut_bottom(24);
    c.name({line.x, line.mid_y()}, Type::kSmall, Token::kText2, note, line.w);
  }
  const Rect ticks = area.cut_bottom(24, 4);
  const double step = tick_step(greatest * 1.05, area.w), top = std::ceil(greatest * 1.02 / step) * step;
  const int every =
      std::max(top / step > 5 ? 2 : 1,
               int(std::ceil((c.width(Type::kSmall, count(uint64_t(top))) + 12) / (area.w * float(step / top)))));
  for (int i = 0; step * i <= top * 1.001; i += every) {
    const float tx = area.x + area.w * float(step * i / top);
    c.line({tx, area.y}, {tx, area.bottom()}, Token::kLine, 1);
    c.text({tx, ticks.mid_y()}, Type::kSmall, Token::kMuted, count(uint64_t(step * i)),
           i == 0                  ? Align::kLeft
           : step * i > top * 0.93 ? Align::kRight
                                   : Align::kCentre);
  }
  const float pitch = std::clamp(area.h / float(std::max<size_t>(1, bars.size())), 44.f, 72.f);
  float y = area.y;
  const MoreRows::Shown shown = more_.shown(c, {area.x, area.y, area.w, area.h + 4}, pitch, bars.size());
  for (size_t i = shown.first; i < shown.end; ++i) {
    const Bar& b = bars[i];
    const bool on = b.vm == f.ui.vm && bars.size() > 1;
    if (on) c.fill({body.x - 8, y, 3, 40}, Token::kHalo);
    const Rect row{body.x, y, body.w, 40};
    if (c.clicked(row)) f.ui.choose_vm(b.vm);
    if (c.right_clicked({row.x, row.y, row.w, 20})) f.ui.choose_vm(b.vm), open_menu(f, "vm", {{"vm", b.vm}});
    const std::string sum = b.parts.empty() ? std::string(kUnknown) : count(uint64_t(std::lround(b.sum())));
    const std::string what = some_moved && !b.in_window && !b.parts.empty() ? b.model + ", so far" : b.model;
    const float sw = c.width(Type::kSmallBold, sum), nw = c.width(Type::kSmallBold, b.vm),
                mw = c.width(Type::kSmall, what);
    c.fill({body.x - 2, y + 1, nw + mw + 14, 18}, Token::kPanel);
    c.fill({body.right() - sw - 4, y + 1, sw + 4, 18}, Token::kPanel);
    c.text({body.x, y + 10}, Type::kSmallBold, Token::kText, b.vm);
    c.text({body.x + nw + 8, y + 10}, Type::kSmall, Token::kText2, what);
    c.text({body.right(), y + 10}, Type::kSmallBold, Token::kText, sum, Align::kRight);
    const bool part_modelled = std::any_of(b.parts.begin(), b.parts.end(), [](const Part& p) { return p.modelled; });
    if (!b.parts.empty())
      number_tip(f, {body.right() - sw - 4, y + 1, sw + 8, 18},
                 {"cycles.sum", b.sum(), "cycles", part_modelled ? Provenance::kModelled : Provenance::kMeasured});
    draw_bar(f, {area.x, y + 21, area.w, 19}, b, top);
    y += pitch;
  }
}

}  // namespace ringside::desktop
