// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/answer.h"
#include "engine/api/probe.h"
#include "engine/api/probe_list.h"
#include "engine/api/shared_list.h"
#include "engine/api/view/events.h"
#include "engine/api/view/ring.h"
#include "engine/api/view/topology.h"

namespace ringside {

enum class RunMode : uint8_t { kFree, kStepped, kPaced };
enum class RunState : uint8_t { kEmpty, kPaused, kRunning, kIdle };

// sent + copied + segmented = delivered + dropped + in flight, in frames. Exact at a cut only; else in_flight is not
// known (DESIGN section 9). sent: came in from a wire, or taken by a device out of a guest's transmit ring. copied:
// made by the switch when it floods. segmented: made by a device that cut a frame into n segments, n - 1 (TSO); the
// frame itself was sent once. delivered: accepted by a wire, or written into a guest's receive ring.
struct Balance {
  uint64_t sent = 0, copied = 0, segmented = 0, delivered = 0, dropped = 0, in_flight = 0;
  bool exact = false;  // taken at a cut: in_flight was counted by walking
  bool holds() const { return sent + copied + segmented == delivered + dropped + in_flight; }
};

// A command and its answer, as the console shows it.
struct LogLine {
  uint64_t number = 0;
  std::string command, answer;
  Ended ended = Ended::kReached;
  bool ok() const { return ended == Ended::kReached; }
};

// What every counter was when `mark` was given, and nothing else of that moment.
struct Mark {
  std::vector<std::pair<std::string, double>> counters;  // sorted by name

  double value(const std::string& name) const;  // 0 for an unknown name: it began later
};

// An immutable picture of everything. Made by the collector, shared by pointer, read by any thread.
struct Snapshot {
  uint64_t serial = 0;
  uint64_t tsc = 0;  // when it was taken
  double tsc_hz = 0;
  RunMode mode = RunMode::kFree;
  RunState state = RunState::kEmpty;
  bool cut = false;         // all owners stood at a breath boundary
  uint64_t virtual_ns = 0;  // stepped and paced
  uint64_t run_ns = 0;      // free: time spent running, real
  double pace = 0;          // paced: events a second
  uint64_t seed = 0, steps = 0;
  std::string goal;  // "step until=packet arm=yes" asked for it: what the steps lead to; empty = none
  bool goal_reached = false;
  std::string scenario;
  uint64_t leaked_packets = 0;  // buffers that did not come back when machines of this process were taken down
  Balance balance;
  std::vector<DropView> drops;       // of the whole machine, reasons with frames > 0
  std::vector<DropView> gone_drops;  // those of them that stand at no place below: of VMs that are gone
  std::vector<WireView> wires;
  std::vector<SwitchView> switches;
  std::vector<VmView> vms;
  std::vector<ContextView> contexts;
  std::vector<WorkerView> workers;
  bool placement_auto = true;       // contexts are placed anew when a load stays lopsided; false: `placement mode=keep`
  std::string placement_note;       // why that happened last; empty: never
  bool placement_on_trial = false;  // contexts are elsewhere only to see what that brings
  uint32_t crossings = 0;           // rings that lead from one worker to a port that another one serves
  std::vector<RingView> rings;      // every ring's cursors; rows only of watched rings
  SharedList<EventView> events;     // the latest 512, oldest first
  SharedList<ExitView> exits;       // the latest of each vCPU, 512 in all, oldest first
  bool nested = false;  // this machine is a VM itself: what is measured of its exits passes through another hypervisor
  std::vector<ExitPriceView> prices;  // of exits on this machine, beside the talk's; empty until `measure exits`
  SharedList<LogLine> log;            // the latest 64, oldest first
  ProbeList probes;                   // every number of the views, by name
  std::map<std::string, std::shared_ptr<const Mark>> marks;  // `mark name=X`: counters are counted since it

  std::optional<Probe> find(std::string_view name) const { return probes.find(name); }
  // The probe's value, minus its value at the mark where it is a counter. 0 for an unknown name.
  double since(const std::string& name, const std::string& mark) const;
};

}  // namespace ringside
