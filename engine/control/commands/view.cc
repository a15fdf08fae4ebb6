// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/engine_core.h"
#include "engine/control/machine/plan_names.h"

namespace ringside::control {
namespace {

constexpr size_t kMostMarks = 256;
constexpr double kMostRecords = 1e8;  // a second and vCPU; above, each exit is recorded

// Who looks at a ring goes on looking at what bears its name, whatever is built anew under it: so a watch belongs to
// the plan, and may end when its ring is gone, too.
Result<std::string> watch(Session& s, const Args& args, bool wanted) {
  const std::string& ring = args.text("ring");
  if (wanted || !s.spec.watches.contains(ring))
    if (Status there = one_of(ring_names(s.spec), "ring", ring); !there) return there.error();
  if (wanted)
    s.spec.watches.insert(ring);
  else
    s.spec.watches.erase(ring);
  if (s.checking()) return std::string();
  if (s.live->has_machine())
    for (const auto& vm : s.live->machine().vms()) vm->watch(s.spec.watches);
  return "ok, " + ring + (wanted ? " is copied row by row" : " is no longer copied");
}

Result<std::string> watch_on(Session& s, const Args& args) { return watch(s, args, true); }
Result<std::string> watch_off(Session& s, const Args& args) { return watch(s, args, false); }

Result<std::string> mark(Session& s, const Args& args) {
  s.spec.marks.insert(args.text("name"));
  if (s.spec.marks.size() > kMostMarks)
    return Error{"There are " + std::to_string(kMostMarks) + " marks already, and each keeps every counter.", "",
                 "Give an earlier name again, which moves that mark here.", ""};
  if (s.checking()) return std::string();
  s.live->scene().history.mark(args.text("name"), *s.live->take_cut());
  return "ok, counters are also counted since " + args.text("name");
}

Result<std::string> cut(Session& s, const Args&) {
  if (s.checking()) return std::string();
  auto snapshot = s.live->take_cut();
  const Balance& b = snapshot->balance;
  return "sent " + std::to_string(b.sent) + " + copied " + std::to_string(b.copied) +
         (b.segmented ? " + segmented " + std::to_string(b.segmented) : "") + " = delivered " +
         std::to_string(b.delivered) + " + dropped " + std::to_string(b.dropped) + " + in flight " +
         std::to_string(b.in_flight) + (b.holds() ? "" : ": the balance does not hold");
}

Result<std::string> record(Session& s, const Args& args) {
  const uint64_t most = args.count("most", 100'000);
  s.spec.exit_records = double(most) > kMostRecords ? vmm::ExitLog::kEvery : uint32_t(most);
  if (s.checking()) return std::string();
  // Entering the mode anew tells each vCPU.
  if (Status done = s.live->change_at_rest([] { return Status(); }); !done) return done.error();
  return double(most) > kMostRecords
             ? std::string("ok, each exit is recorded as far as its ring has room; totals are exact in any case")
             : "ok, at most " + std::to_string(most) +
                   " exits a second and vCPU are recorded while time runs free; totals are exact in any case";
}

}  // namespace

std::vector<CommandRow> view_commands() {
  return {
      {"watch",
       "Copies a ring row by row into the picture, also when its VM or the machine is built anew.",
       "live",
       {{"ring", ValueKind::kText, "!", "web.nic0.rx or web.nic0.tx"}},
       watch_on,
       true},
      {"unwatch",
       "Ends a watch.",
       "live",
       {{"ring", ValueKind::kText, "!", "web.nic0.rx or web.nic0.tx"}},
       watch_off,
       true},
      {"mark",
       "From now on every counter is also counted since this moment.",
       "live",
       {{"name", ValueKind::kName, "!", "How the mark is called"}},
       mark},
      {"snapshot cut", "Stops everybody for a moment and counts what is in flight.", "quiesce", {}, cut},
      {"exits record",
       "How many exits are kept as records while time runs free. Totals are always exact, the share that was kept is "
       "shown; stepped, each one is kept.",
       "quiesce",
       {{"most",
         ValueKind::kCount,
         "100k",
         "A second and vCPU, at most; 0 = none, forever = each one",
         "forever",
         {0, kMostRecords}}},
       record},
  };
}

}  // namespace ringside::control
