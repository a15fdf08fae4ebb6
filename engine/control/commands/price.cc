// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/engine_core.h"

// What an exit costs here, and in the soft vCPU's model.
namespace ringside::control {
namespace {

Status measure_now(EngineCore& core, uint32_t samples, Ended* short_of) {
  Clockwork::Standstill standstill(core.clockwork());
  auto measured = vmm::measure_exit_prices(samples, [&] { return core.answer_others("`measure exits`"); });
  if (!measured && core.stopped()) *short_of = Ended::kStopped;
  if (!measured) {
    Error error = measured.error();
    error.unchanged = "No price was changed.";
    return error;
  }
  core.prices = std::move(*measured);
  return {};
}

Result<std::string> measure(Session& s, const Args& args) {
  if (s.checking()) return std::string();
  if (Status measured = measure_now(*s.live, uint32_t(args.count("samples", 100'000)), s.short_of); !measured)
    return measured.error();
  const vmm::ExitPrice* write = s.live->prices.find("MMIO write");
  return std::string("ok, ") +
         (write ? "an MMIO write costs " + std::to_string(write->median) + " cycles" : "measured") +
         (s.live->prices.nested ? " (measured, nested)" : " (measured)");
}

// A KVM guest's prices are its own; only soft vCPUs have a model.
void apply(Session& s) {
  for (auto& [name, vm] : s.spec.vms) vm.calibrated = s.spec.calibrated;
  if (!s.live->has_machine()) return;
  for (const auto& unit : s.live->machine().vms()) {
    unit->spec.calibrated = s.spec.calibrated;
    apply_exit_cost(*unit);
  }
}

Result<std::string> calibrate(Session& s, const Args& args) {
  const bool off = args.text("to", "measured") == "set";
  if (s.checking()) return std::string();
  if (off) {
    s.spec.calibrated.reset();
    apply(s);
    return std::string("ok, each exit costs again what exit_cost= says");
  }
  if (s.live->prices.list.empty() || args.has("samples"))
    if (Status measured = measure_now(*s.live, uint32_t(args.count("samples", 10'000)), s.short_of); !measured)
      return measured.error();
  const vmm::ExitPrice *write = s.live->prices.find("MMIO write"), *read = s.live->prices.find("MMIO read"),
                       *halt = s.live->prices.find("HLT");
  if (!write || !read || !halt)
    return Error{"Not all prices could be measured here.", "No price was changed.",
                 "See which: `ringsidectl bench exits`", ""};
  s.spec.calibrated = vmm::ExitCosts{uint32_t(write->median), uint32_t(read->median), uint32_t(halt->median)};
  apply(s);
  return "ok, in cycles: MMIO write " + std::to_string(write->median) + ", MMIO read " + std::to_string(read->median) +
         ", HLT " + std::to_string(halt->median) + (s.live->prices.nested ? " (measured, nested)" : " (measured)") +
         "; a soft vCPU's exits stay modelled. `calibrate to=set` takes it back";
}

}  // namespace

std::vector<CommandRow> price_commands() {
  const KeyRow samples{"samples", ValueKind::kCount, "", "How many of each; measuring takes up to 0.2 ms a sample",
                       "",        {100, 1e7}};
  return {
      {"measure exits",
       "Measures what VM exits cost on this machine, with a guest of a few instructions.",
       "quiesce",
       {samples},
       measure},
      {"calibrate",
       "Puts measured prices of exits into the model of the soft vCPUs, or takes them out again.",
       "live",
       {{"to", ValueKind::kChoice, "measured", "measured on this machine, or as exit_cost= is set", "measured|set"},
        samples},
       calibrate},
  };
}

}  // namespace ringside::control
