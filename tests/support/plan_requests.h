// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <set>
#include <string>

#include "engine/control/placement/placement_plan.h"
#include "tests/support/catch.h"

// Machines of any size on any number of CPUs, for a planner that needs none of them.
namespace ringside::test {

using namespace control;

inline PlanContext context(const std::string& name, ContextKind kind, const std::string& owner, const std::string& at) {
  PlanContext one;
  one.name = name, one.kind = kind, one.owner = owner, one.vswitch = at;
  return one;
}

inline void add_wire(PlanRequest& r, const std::string& name, const std::string& at, bool generator = true) {
  if (generator) r.contexts.push_back(context("generator " + name, ContextKind::kGenerator, "wire " + name, at));
  r.contexts.push_back(context("rx " + name, ContextKind::kReceive, "wire " + name, at));
}

inline void add_vm(PlanRequest& r, const std::string& name, const std::string& at, int vcpus = 1) {
  r.contexts.push_back(context("tx " + name + ".nic0", ContextKind::kTransmit, "VM " + name, at));
  for (int v = 0; v < vcpus; v++)
    r.contexts.push_back(context(name + "/" + std::to_string(v), ContextKind::kVcpu, "VM " + name, at));
}

// Wires first, then VMs, as a machine has them.
inline PlanRequest chains(int count, uint32_t workers, bool generator = true) {
  PlanRequest r;
  r.workers = workers, r.anew = true;
  for (int i = 0; i < count; i++) add_wire(r, "w" + std::to_string(i), "s" + std::to_string(i), generator);
  for (int i = 0; i < count; i++) add_vm(r, "v" + std::to_string(i), "s" + std::to_string(i));
  return r;
}

inline PlanRequest fan_out(int vms, uint32_t workers) {
  PlanRequest r;
  r.workers = workers, r.anew = true;
  add_wire(r, "w0", "s0");
  for (int i = 0; i < vms; i++) add_vm(r, "v" + std::to_string(i), "s0");
  return r;
}

inline uint32_t worker_of(const Plan& plan, const std::string& name) {
  for (const PlanRow& row : plan.rows)
    if (row.name == name) return row.worker;
  FAIL("no context " << name);
  return 0;
}

inline std::string why_of(const Plan& plan, const std::string& name) {
  for (const PlanRow& row : plan.rows)
    if (row.name == name) return row.why;
  return "";
}

inline std::set<uint32_t> workers_of(const PlanRequest& r, const Plan& plan, const std::string& at) {
  std::set<uint32_t> workers;
  for (size_t c = 0; c < r.contexts.size(); c++)
    if (r.contexts[c].vswitch == at) workers.insert(plan.rows[c].worker);
  return workers;
}

// What a plan was becomes what holds before the next one.
inline void settle(PlanRequest& r, const Plan& plan) {
  for (size_t c = 0; c < plan.rows.size(); c++)
    r.contexts[c].before = int(plan.rows[c].worker), r.contexts[c].why_before = plan.rows[c].why;
  r.anew = false;
}

inline void measure(PlanRequest& r, const std::map<std::string, double>& shares, double otherwise) {
  for (PlanContext& one : r.contexts) one.busy = shares.count(one.name) ? shares.at(one.name) : otherwise;
}

// Whatever is planned: each context once, on a worker that there is, with a sentence.
inline void check_whole(const PlanRequest& r, const Plan& plan) {
  REQUIRE(plan.rows.size() == r.contexts.size());
  double load = 0;
  for (size_t c = 0; c < plan.rows.size(); c++) {
    CHECK(plan.rows[c].name == r.contexts[c].name);
    CHECK(plan.rows[c].worker < r.workers);
    CHECK(plan.rows[c].why.ends_with("."));
    load += plan.rows[c].share;
  }
  double sum = 0;
  for (double one : plan.load) sum += one;
  CHECK(sum == Approx(load));
}

}  // namespace ringside::test
