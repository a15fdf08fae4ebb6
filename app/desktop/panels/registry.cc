// SPDX-License-Identifier: BSD-3-Clause
// The one list of panels: a line each.
#include "app/desktop/panels/console_panel.h"
#include "app/desktop/panels/cycles_panel.h"
#include "app/desktop/panels/exits_panel.h"
#include "app/desktop/panels/lab_panel.h"
#include "app/desktop/panels/machine_panel.h"
#include "app/desktop/panels/measured_panel.h"
#include "app/desktop/panels/panel.h"
#include "app/desktop/panels/registers_panel.h"
#include "app/desktop/panels/rings_panel.h"
#include "app/desktop/panels/running_panel.h"
#include "app/desktop/panels/steps_panel.h"
#include "app/desktop/panels/talk_panel.h"
#include "app/desktop/panels/throughput_panel.h"
#include "app/desktop/panels/timeline_panel.h"
#include "app/desktop/panels/topology_panel.h"

namespace ringside::desktop {

std::vector<std::unique_ptr<Panel>> make_panels() {
  std::vector<std::unique_ptr<Panel>> panels;
  panels.push_back(std::make_unique<TopologyPanel>());
  panels.push_back(std::make_unique<RingsPanel>());
  panels.push_back(std::make_unique<RegistersPanel>());
  panels.push_back(std::make_unique<ThroughputPanel>());
  panels.push_back(std::make_unique<ExitsPanel>());
  panels.push_back(std::make_unique<TimelinePanel>());
  panels.push_back(std::make_unique<TalkPanel>());
  panels.push_back(std::make_unique<CyclesPanel>());
  panels.push_back(std::make_unique<StepsPanel>());
  panels.push_back(std::make_unique<RunningPanel>());
  panels.push_back(std::make_unique<MachinePanel>());
  panels.push_back(std::make_unique<MeasuredPanel>());
  panels.push_back(std::make_unique<ConsolePanel>());
  panels.push_back(std::make_unique<LabPanel>());
  return panels;
}

std::vector<std::string> panel_ids() {
  std::vector<std::string> ids;
  for (const auto& panel : make_panels())
    if (panel->id() != "Console") ids.push_back(panel->id());
  return ids;
}

}  // namespace ringside::desktop
