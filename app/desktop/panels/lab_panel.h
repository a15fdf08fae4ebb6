// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "app/desktop/panels/panel.h"

namespace ringside::desktop {

// The place of the labs. While none is open: what the keys do.
class LabPanel : public Panel {
 public:
  std::string id() const override { return "Lab"; }
  std::string title(const PanelFrame&) const override { return "Keys"; }
  std::vector<Provenance> provenance(const PanelFrame&) const override { return {}; }
  std::string help(const Words& words) const override { return words.help(id()); }
  void draw(const PanelFrame& f, Rect body) override;
};

}  // namespace ringside::desktop
