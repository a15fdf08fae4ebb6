// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/panels/panel.h"
#include "app/desktop/widgets/more_rows.h"
#include "app/lookup/find.h"

namespace ringside::desktop {

// How much comes in, arrives and is lost: figures, curves and a table of VMs.
class ThroughputPanel : public Panel {
 public:
  std::string id() const override { return "Throughput"; }
  std::string explanation(const PanelFrame& f) const override;
  bool empty(const PanelFrame& f) const override { return f.s.vms.empty() && f.s.wires.empty(); }
  std::string stretch(const PanelFrame& f) const override { return f.history.stretch(true); }
  std::vector<Provenance> provenance(const PanelFrame&) const override { return {Provenance::kMeasured}; }
  // Guests that KVM interprets: their rates prove nothing.
  std::string qualifier(const PanelFrame& f) const override {
    return f.s.mode == RunMode::kFree ? nested_words(f.s) : std::string();
  }
  std::string help(const Words& words) const override { return words.help(id()); }
  bool of_time() const override { return true; }
  Point least(const PanelFrame&) const override { return {340, 150}; }
  void draw(const PanelFrame& f, Rect body) override;

 private:
  double top_ = 0, drop_top_ = 0;  // of the axes; they grow at once and shrink late
  MoreRows more_;
};

}  // namespace ringside::desktop
