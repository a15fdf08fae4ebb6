// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/engine_core.h"

namespace ringside::control {
namespace {

// What ESXi's back end does for a packet, and ours does not: so many cycles more in the transmit context.
Result<std::string> backend(Session& s, const Args& args) {
  const uint64_t cycles = args.count("cycles", 0);
  s.spec.backend_cycles = uint32_t(cycles);
  if (s.checking()) return std::string();
  if (Status built = s.live->ensure_machine(); !built) return built.error();
  s.live->machine().set_backend(uint32_t(cycles));
  return cycles ? "ok, each packet that a transmit context takes costs " + std::to_string(cycles) + " cycles more"
                : "ok, a packet costs what our own back end takes";
}

}  // namespace

std::vector<CommandRow> backend_commands() {
  return {{"backend",
           "Sets what the back end spends on a packet, beyond what ours takes: modelled, and really spent in each VM's "
           "transmit context (virtual time while stepping).",
           "live",
           {{"cycles",
             ValueKind::kCount,
             "!",
             "Cycles for each packet; the talk's 1 Mpps a thread is about 2300, 0 is our own back end alone",
             "",
             {0, 1e6}}},
           backend}};
}

}  // namespace ringside::control
