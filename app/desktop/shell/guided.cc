// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/shell/guided.h"

#include <utility>

namespace ringside::desktop {
namespace {

// As a fresh window shows a machine: compact rings, the device's view, the ring of the newest step.
void begin_plain(UiState& ui) {
  ui.extended = ui.drivers_view = ui.exits_by_time = false;
  ui.raised.clear();
  ui.vm.clear(), ui.nic.clear(), ui.ring.clear(), ui.reg.clear();
  ui.follow = true, ui.row = -1, ui.event = 0, ui.packet = 0;
  ui.choose_exit("", 0);
}

}  // namespace

void Guided::look(UiState& ui, bool tour, bool lab) {
  const bool was_tour = std::exchange(tour_, tour), was_lab = std::exchange(lab_, lab);
  if ((tour || lab) && !before_) before_ = Stand{ui.layout, ui.raised, ui.extended, ui.drivers_view, ui.exits_by_time};
  if ((tour && !was_tour) || (lab && !was_lab)) begin_plain(ui);
  had_lab_ |= lab;
  if (tour || lab || !before_) return;
  // Whoever leaves a lab stands before the list of labs.
  const Layout* now = ui.layouts->find(ui.layout);
  if (!had_lab_ || !now || !now->holds("Lab")) ui.layout = before_->layout;
  ui.raised = before_->raised;
  ui.extended = before_->extended, ui.drivers_view = before_->drivers_view, ui.exits_by_time = before_->exits_by_time;
  before_.reset();
  had_lab_ = false;
}

}  // namespace ringside::desktop
