// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/model/nic_comparison.h"
#include "app/desktop/panels/panel.h"
#include "app/lookup/find.h"

namespace ringside::desktop {

// The talk's first chart, of this machine's own VMs: exits for the same packets, NIC model beside NIC model.
class TalkPanel : public Panel {
 public:
  std::string id() const override { return "Talk"; }
  std::string explanation(const PanelFrame& f) const override;
  std::vector<Provenance> provenance(const PanelFrame& f) const override;
  std::string qualifier(const PanelFrame& f) const override { return nested_words(f.s); }
  bool empty(const PanelFrame& f) const override;
  std::string help(const Words& words) const override { return words.help(id()); }
  bool of_time() const override { return true; }
  void draw(const PanelFrame& f, Rect body) override;

 private:
  // Kept up to date whenever the panel is asked anything: what happened before it was looked at counts too.
  const std::vector<NicComparison::Regime>& regimes(const PanelFrame& f) const;
  float draw_regime(const PanelFrame& f, Rect r, const NicComparison::Regime& regime, double top);
  void draw_bar(const PanelFrame& f, Rect r, const NicComparison::Bar& bar, double top, float plot_x, float plot_w,
                double reference);

  mutable NicComparison comparison_;
  mutable std::vector<NicComparison::Regime> regimes_;
};

}  // namespace ringside::desktop
