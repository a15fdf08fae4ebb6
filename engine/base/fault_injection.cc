// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/fault_injection.h"

#include <mutex>
#include <utility>

namespace ringside {
namespace {

struct Armed {
  std::mutex mutex;
  Fault fault;
  uint64_t passed = 0, hits = 0;
  std::string where;
};

Armed& state() {
  static Armed armed;
  return armed;
}

}  // namespace

bool faults::reached(const char* what) {
  Armed& at = state();
  std::lock_guard lock(at.mutex);
  if (!armed.load(std::memory_order_relaxed) || (!at.fault.only.empty() && at.fault.only != what)) return false;
  const uint64_t number = at.passed++;
  if (number < at.fault.nth || number - at.fault.nth >= at.fault.times) return false;
  if (!at.hits++) at.where = what;
  errno = at.fault.error;
  return true;
}

ArmedFault::ArmedFault(Fault fault) {
  Armed& at = state();
  std::lock_guard lock(at.mutex);
  at.fault = std::move(fault);
  at.passed = at.hits = 0;
  at.where.clear();
  faults::armed.store(true, std::memory_order_relaxed);
}

ArmedFault::~ArmedFault() {
  std::lock_guard lock(state().mutex);
  faults::armed.store(false, std::memory_order_relaxed);
}

uint64_t ArmedFault::hits() const {
  std::lock_guard lock(state().mutex);
  return state().hits;
}

uint64_t ArmedFault::passed() const {
  std::lock_guard lock(state().mutex);
  return state().passed;
}

std::string ArmedFault::where() const {
  std::lock_guard lock(state().mutex);
  return state().where;
}

}  // namespace ringside
