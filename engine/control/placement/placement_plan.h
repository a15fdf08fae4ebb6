// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/context.h"

// Which worker runs which context: a pure function of plain data, so that the plan for 64 CPUs is tested on two.
// docs/decisions/0008-placement-follows-the-packet.md says why it is as it is.
namespace ringside::control {

// A context as the planner sees it.
struct PlanContext {
  std::string name;  // "rx w0", "tx web.nic0", "web/0"
  ContextKind kind = ContextKind::kReceive;
  std::string owner;    // the wire or VM that it serves: "wire w0", "VM web". Contexts of one owner are a strand
  std::string vswitch;  // at which its owner hangs; empty: at none. Strands of one switch are a chain
  double busy = -1;     // share of one worker's time that its turns took, measured, 0 to 1; negative: not known yet
  int chosen = -1;      // the worker that the user chose, from 0; negative: none
  int before = -1;      // the worker of the plan that holds, from 0; negative: it came after that plan
  std::string why_before;
};

// What leaves a chain that asks for more than its worker's part, the first first.
enum class Leaving : uint8_t {
  kWorld,  // generators, whose frames pass a ring in any case, then VMs; a wire and its only VM are not cut
  // For a trial, since what a crossing costs no plan knows; a wire's only VM leaves, too:
  kVms,     // VMs, until the rest fits, then generators
  kAllVms,  // all VMs, over all the other workers: the world stays alone
};

struct PlanRequest {
  std::vector<PlanContext> contexts;  // in the machine's order: wires, then transmit contexts, then vCPUs
  uint32_t workers = 1;
  uint32_t threads = 0;  // vCPUs with a thread of their own (KVM), which want CPUs that no worker occupies
  bool anew = false;     // place everybody again; false: who has a place keeps it
  Leaving first_to_leave = Leaving::kWorld;
};

struct PlanRow {
  std::string name;
  uint32_t worker = 0;  // from 0
  double share = 0;     // of one worker's time that was reckoned with
  bool measured = false;
  std::string why;  // a sentence
};

struct Plan {
  std::vector<PlanRow> rows;  // in the order of PlanRequest::contexts
  std::vector<double> load;   // by worker: the shares of its contexts, together
  uint32_t crossings = 0;     // rings that must lead from one worker to a port that another one serves
  double busiest() const;     // the largest load
  uint32_t used() const;      // workers with a context
  bool same_places(const Plan& other) const;
  // The same contexts share a worker in both, whichever it is.
  bool same_split(const Plan& other) const;
};

// What a context is taken for before anything was measured: the share of a worker's time that it needs when frames come
// as fast as one worker carries them through a whole chain (wire, switch, vNIC, guest). From docs/performance.md: 34,
// 39 and 15 cycles a packet; a generator was not measured apart and counts as a receive context does.
inline constexpr double kPriorReceive = 0.25, kPriorTransmit = 0.25, kPriorVcpu = 0.15, kPriorGenerator = 0.25;
// The VMs of a switch share its frames, and so do these; but each has at least so much.
inline constexpr double kLeastTransmit = 0.03, kLeastVcpu = 0.02;

// A worker busier than this is taken for full: how much more there is to do, it cannot show. The rest went into asking
// contexts that had nothing: with 64 VMs behind a wire on 16 CPUs a worker that never stood still counted 0.86.
inline constexpr double kFull = 0.75;

// Any thread. Never fails: without workers everything is on the first.
Plan make_plan(const PlanRequest& request);

}  // namespace ringside::control
