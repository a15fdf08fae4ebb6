// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/engine_core.h"
#include "engine/control/machine/plan_names.h"

// Who runs where: the user's choices, and whether the rest moves by itself.
namespace ringside::control {
namespace {

// The user's choice for a context, or that there is none any more (-1): applied at rest, or taken back.
Status choose(Session& s, const std::string& name, int worker) {
  const auto before = s.spec.placement;
  s.spec.placement.erase(name);
  if (worker >= 0) s.spec.placement[name] = worker;
  if (s.checking()) return {};
  return s.live->change_at_rest([] { return Status(); }, [&] { s.spec.placement = before; });
}

Result<std::string> place(Session& s, const Args& args) {
  const std::string& name = args.text("context");
  const uint64_t worker = args.count("worker", 1);
  if (Status there = one_of(context_names(s.spec), "context", name); !there) return there.error();
  if (s.workers && worker > s.workers)
    return Error{
        "worker=" + args.text("worker") + " is not possible. There " +
            (s.workers == 1 ? "is 1 worker." : "are " + std::to_string(s.workers) + " workers."),
        "",
        "Nearest: `worker=" + std::to_string(s.workers) + "`, or more of them: `--workers " + args.text("worker") + "`",
        ""};
  if (Status done = choose(s, name, int(worker) - 1); !done) return done.error();
  if (s.checking()) return std::string();
  return "ok, " + name + " runs on w" + std::to_string(worker) + ", and nobody else moves it";
}

Result<std::string> release(Session& s, const Args& args) {
  const std::string& name = args.text("context");
  if (Status there = one_of(context_names(s.spec), "context", name); !there) return there.error();
  if (!s.spec.placement.count(name))
    return Error{"Nobody has placed \"" + name + "\".", "",
                 "Place it: `context place context=\"" + name + "\" worker=1`", ""};
  if (Status done = choose(s, name, -1); !done) return done.error();
  if (s.checking()) return std::string();
  return "ok, " + name + " stays where it is; `placement redo` moves it where the plan wants it";
}

Result<std::string> mode(Session& s, const Args& args) {
  s.spec.placement_keep = args.text("mode") == "keep";
  if (s.checking()) return std::string();
  return std::string(s.spec.placement_keep ? "ok, everybody stays where they are"
                                           : "ok, contexts that nobody placed move when a load stays lopsided");
}

Result<std::string> redo(Session& s, const Args&) {
  if (s.checking()) return std::string();
  if (!s.live->has_machine()) return Error{"There is no machine yet.", "", "Load a scenario.", ""};
  Placer& placer = s.live->machine().placer();
  Status done = s.live->change_at_rest(
      [&] {
        placer.redo();
        return Status();
      },
      [&] { placer.redo(false); });
  if (!done) return done.error();
  return std::string("ok, contexts that nobody placed are placed anew");
}

}  // namespace

std::vector<CommandRow> placement_commands() {
  return {
      {"context place",
       "Moves a context to another worker, where it stays.",
       "quiesce",
       {{"context", ValueKind::kText, "!", "Its name: \"tx web.nic0\""},
        {"worker", ValueKind::kCount, "!", "1, 2 …", "", {1, datapath::kMaxWorkers}}},
       place},
      {"context release",
       "Takes back `context place`: the context may be moved again.",
       "quiesce",
       {{"context", ValueKind::kText, "!", "Its name: \"tx web.nic0\""}},
       release},
      {"placement",
       "Whether contexts move by themselves. What was placed by `context place` never does.",
       "live",
       {{"mode", ValueKind::kChoice, "!",
         "auto = placed anew when a worker stays full while another is half idle; keep = only when asked",
         "auto|keep"}},
       mode},
      {"placement redo",
       "Places all contexts anew that nobody placed, by what was measured of them.",
       "quiesce",
       {},
       redo},
  };
}

}  // namespace ringside::control
