// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "app/desktop/panels/panel.h"

namespace ringside::desktop {

// The machine: wire, NICs, switch and VMs, with live rates; in Learn the nine stops of a packet while time stands.
class TopologyPanel : public Panel {
 public:
  std::string id() const override { return "Topology"; }
  std::string explanation(const PanelFrame& f) const override;
  std::string stretch(const PanelFrame& f) const override;
  std::vector<Provenance> provenance(const PanelFrame& f) const override;
  bool empty(const PanelFrame& f) const override { return f.s.vms.empty(); }
  std::string help(const Words& words) const override { return words.help(id()); }
  bool of_time() const override { return true; }
  Point least(const PanelFrame& f) const override;
  void draw(const PanelFrame& f, Rect body) override;

 private:
  void draw_way(const PanelFrame& f, Rect body);
  void look_after_packet(const PanelFrame& f);
  double peak(const PanelFrame& f, double now, bool anew);
  void take_keys(const PanelFrame& f);
  void scroll(const PanelFrame& f, Rect body, size_t rows, size_t shown, ptrdiff_t chosen);

  // The packet of the path that was drawn last, how many stops it had come, and when it came to the newest.
  std::string way_;
  size_t come_ = 0;
  double arrived_ = -1;
  uint32_t followed_ = 0;  // the packet that was followed last, and the newest step when that began
  uint64_t since_ = 0, newest_ = 0;
  ptrdiff_t first_ = 0, shown_ = 1;   // row at the top, where not all have room, and how many do
  std::string revealed_;              // the VM that was chosen last, and shown
  double scale_ = 0, changed_ = -10;  // frames a second, or so far, for 12 px, and when it changed
  bool rated_ = true;                 // of rates, or of counts
  uint64_t epoch_ = 0;
  std::deque<std::pair<double, double>> peaks_;  // when, and the greatest rate then
};

}  // namespace ringside::desktop
