// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl grade-replay: what `grade` starts for each hand-in, with limits. It answers in JSON.
#include <fmt/format.h>

#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/supervise.h"
#include "engine/api/rehearse.h"
#include "labs/grade/replay.h"

namespace ringside::ctl {
using Json = nlohmann::ordered_json;

int grade_replay(const Options& options, const ReplayArguments& arguments) {
  Json answers = Json::array();
  const auto error = [&](const Error& what) { answers.push_back({{"error", what.what}}); };
  auto all = labs::read_hand_in(arguments.file);
  std::optional<labs::Pack> pack;
  labs::LabSource source = labs::shipped_source();
  if (!arguments.pack.empty()) {
    auto read = labs::read_pack(arguments.pack);
    if (!read) return kScenario;
    pack = std::move(*read), source = labs::pack_source(*pack);
  }
  auto engine = make_engine(options);
  if (!all || !engine) {
    error(all ? engine.error() : all.error());
    return print_json(answers), kEnvironment;
  }
  for (const labs::HandedLab& lab : all->labs) {
    auto text = source(lab);
    if (!text || !*text) continue;
    if (pack) *text = pack->text(*pack->lab(lab.lab), arguments.captures);
    auto done = labs::replay_lab(**engine, *all, lab, **text, rehearse);
    if (!done) {
      error(done.error());
      continue;
    }
    answers.push_back({{"lab", lab.attempt.lab},
                       {"runs", done->runs},
                       {"differs", fmt::format("{}", fmt::join(done->differs, "; "))},
                       {"stopped", done->stopped},
                       {"failed", done->failed},
                       {"cut_short", done->cut_short}});
  }
  print_json(answers);
  return kOk;
}

}  // namespace ringside::ctl
