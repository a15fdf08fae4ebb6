// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <string>

namespace ringside {

// Calls that can fail, made to fail by a test: the kernel's and DPDK's, on cold paths. Each asks before it is made:
//
//   const int fd = fault_here("memfd_create") ? -1 : memfd_create(name, flags);
//
// Nothing armed, it is one relaxed load. Never in code that runs per frame or per exit: what is counted there would
// differ from run to run.

// Which of them fail. A test counts by arming one that nothing reaches, or tries nth = 0, 1, 2 … until none was hit.
struct Fault {
  uint64_t nth = 0;       // the calls before it succeed; counted from the arming on, in all threads
  uint64_t times = 1;     // how many fail from there on, without a gap
  std::string only = {};  // counts calls of this name alone; empty: all
  int error = ENOMEM;     // what errno then says
};

namespace faults {
inline constinit std::atomic<bool> armed{false};
bool reached(const char* what);
}  // namespace faults

// True: do not make the call `what`; errno says why it "failed". `what` is the name of the call or request in its
// documentation. Any thread.
inline bool fault_here(const char* what) {
  return faults::armed.load(std::memory_order_relaxed) && faults::reached(what);
}

// Armed while it lives, one at a time. A test's thread makes and destroys it, and commands the engine in between:
// handing over a command is what shows the engine's thread that a fault is armed.
class ArmedFault {
 public:
  explicit ArmedFault(Fault fault = {});
  ~ArmedFault();
  ArmedFault(const ArmedFault&) = delete;
  ArmedFault& operator=(const ArmedFault&) = delete;

  bool hit() const { return hits() != 0; }
  uint64_t hits() const;      // calls that failed
  uint64_t passed() const;    // calls that were counted, those that failed among them
  std::string where() const;  // the name of the first that failed; empty: none did
};

}  // namespace ringside
