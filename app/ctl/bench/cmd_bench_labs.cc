// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl bench labs: labs that measure, played live again and again, quiet and with one CPU taken by another
// program. How often does each check say what? A solution must never fail, nor a wrong attempt pass what it gets wrong.
#include <array>

#include <fmt/format.h>

#include "app/ctl/bench/taken_core.h"
#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/supervise.h"
#include "app/ctl/terminal.h"
#include "labs/runner/catalog.h"
#include "labs/runner/script.h"

namespace ringside::ctl {
namespace {

constexpr std::array kVerdicts = {labs::Verdict::kPass, labs::Verdict::kFail, labs::Verdict::kInconclusive,
                                  labs::Verdict::kSkipped};

// How often a check of an attempt said what, by Verdict.
struct Tally {
  std::string lab, attempt, check;
  bool taken = false, must_fail = false;
  std::array<int, kVerdicts.size()> times = {};

  int of(labs::Verdict v) const { return times[size_t(v)]; }
  // What it must never say.
  int wrong() const { return of(must_fail ? labs::Verdict::kPass : labs::Verdict::kFail); }
  std::string name() const { return fmt::format("{}.{}.{}.{}", lab, attempt, check, taken ? "taken" : "quiet"); }
};

// Checks whose verdict is made of what was measured.
bool is_timed(const labs::Lab& lab, const std::string& check) {
  const labs::Check* c = lab.check(check);
  const labs::DoBlock* block = c ? lab.block(c->condition.since) : nullptr;
  return block && block->measure;
}

// The attempts that say something about time: the solution, and what gets a timed check wrong.
std::vector<const labs::Attempt*> timed_attempts(const labs::Lab& lab) {
  std::vector<const labs::Attempt*> found;
  for (const labs::Check& check : lab.checks)
    if (is_timed(lab, check.id) && found.empty()) found.push_back(&lab.solution);
  for (const labs::Attempt& wrong : lab.wrong)
    if (is_timed(lab, wrong.fails)) found.push_back(&wrong);
  return found;
}

struct Bench {
  const Options& options;
  Engine& engine;
  std::vector<Tally> tallies;

  Tally& tally(const std::string& lab, const labs::Attempt& attempt, const std::string& check, bool taken) {
    const std::string name = attempt.name.empty() ? "solution" : attempt.name;
    for (Tally& t : tallies)
      if (t.lab == lab && t.attempt == name && t.check == check && t.taken == taken) return t;
    tallies.push_back({lab, name, check, taken, attempt.fails == check});
    return tallies.back();
  }

  Status once(const labs::LabText& text, int variant, const std::string& attempt_name, bool taken) {
    auto lab = labs::parse_lab(text, variant, 1);
    if (!lab) return lab.error();
    const labs::Attempt* attempt = &lab->solution;
    for (const labs::Attempt& wrong : lab->wrong)
      if (wrong.name == attempt_name) attempt = &wrong;
    auto store = labs::ProgressStore::open({.path = ":memory:"});
    if (!store) return store.error();
    auto session = labs::LabSession::open(engine, **store, text, {.student = "bench", .variant = variant});
    if (!session) return session.error();
    if (Status ready = (*session)->reset(); !ready) return ready;
    std::optional<TakenCore> other;
    if (taken) {
      const auto picture = engine.cut();
      other.emplace(picture->workers.empty() ? 0 : std::max(0, picture->workers[0].cpu));
      if (!other->works()) return Error{"No process can be started that takes a CPU.", "", "See `ulimit -u`", "", true};
    }
    auto played = labs::play(**session, labs::lines_of_attempt(*lab, *attempt), text.file);
    if (!played) return played.error();
    for (const labs::CheckResult& r : played->checks) {
      if (!is_timed(*lab, r.id)) continue;
      Tally& t = tally(lab->id, *attempt, r.id, taken);
      t.times[size_t(r.verdict)]++;
      if (r.verdict == (t.must_fail ? labs::Verdict::kPass : labs::Verdict::kFail))
        note(options.quiet, fmt::format("WRONG: {}, variant {}: {}, expected {}, observed {}. {}", t.name(),
                                        variant + 1, name_of(r.verdict), r.expected, r.observed, r.reason));
    }
    return {};
  }
};

std::string table(const std::vector<Tally>& tallies) {
  std::string text =
      "| lab | attempt | check | CPUs | pass | fail | inconclusive | skipped | wrong |\n"
      "|---|---|---|---|---:|---:|---:|---:|---:|\n";
  for (const Tally& t : tallies)
    text += fmt::format("| {} | {} | {}{} | {} | {} | {} | {} | {} | {} |\n", t.lab, t.attempt, t.check,
                        t.must_fail ? ", must fail" : "", t.taken ? "one taken" : "quiet", t.of(labs::Verdict::kPass),
                        t.of(labs::Verdict::kFail), t.of(labs::Verdict::kInconclusive), t.of(labs::Verdict::kSkipped),
                        t.wrong());
  return text;
}

nlohmann::ordered_json json_of(const std::vector<Tally>& tallies) {
  auto probes = nlohmann::ordered_json::array();
  for (const Tally& t : tallies)
    for (const labs::Verdict v : kVerdicts)
      probes.push_back({{"name", fmt::format("verdicts.{}.{}", t.name(), name_of(v))},
                        {"value", t.of(v)},
                        {"unit", "runs"},
                        {"provenance", "measured"}});
  return probes;
}

// Of what is named, or of all that come with Ringside: those that measure.
Result<std::vector<labs::LabText>> texts_of(std::vector<std::string> names) {
  if (names.empty()) {
    auto shipped = labs::shipped_labs();
    if (!shipped) return shipped.error();
    for (const labs::LabEntry& entry : *shipped) names.push_back(entry.id);
  }
  std::vector<labs::LabText> texts;
  for (const std::string& name : names) {
    auto text = labs::find_lab(name);
    if (!text) return text.error();
    texts.push_back(std::move(*text));
  }
  return texts;
}

}  // namespace

int bench_labs(const Options& options, const BenchLabsArguments& arguments) {
  auto texts = texts_of(arguments.labs);
  if (!texts) return print_error(texts.error()), kUsage;
  auto engine = make_engine(options);
  if (!engine) return print_error(engine.error()), kEnvironment;
  Bench bench{options, **engine, {}};
  for (const labs::LabText& text : *texts) {
    auto variants = labs::count_variants(text);
    if (!variants) return print_error(variants.error()), kScenario;
    auto lab = labs::parse_lab(text, 0, 1);
    if (!lab) return print_error(lab.error()), kScenario;
    for (const labs::Attempt* attempt : timed_attempts(*lab))
      // Quiet and taken in turn: both meet the same minutes of this machine.
      for (int run = 0; run < 2 * arguments.runs; run++) {
        note(options.quiet,
             fmt::format("{}, {}: {} of {}, {}", lab->id, attempt->name.empty() ? "solution" : attempt->name,
                         run / 2 + 1, arguments.runs, run % 2 ? "one CPU taken" : "quiet"));
        if (Status done = bench.once(text, run / 2 % *variants, attempt->name, run % 2); !done)
          return print_error(done.error()), exit_code_of(done.error());
      }
  }
  int wrong = 0;
  for (const Tally& t : bench.tallies) wrong += t.wrong();
  if (options.json)
    print_json({{"schema", kJsonSchema},
                {"probes", json_of(bench.tallies)},
                {"wrong_verdicts", wrong},
                {"events", nlohmann::ordered_json::array()}});
  else
    print(bench.tallies.empty()
              ? "None of these labs measures.\n"
              : table(bench.tallies) +
                    fmt::format("\nMeasured live, {} runs of each. Wrong verdicts: {}.\n", arguments.runs, wrong));
  return wrong ? kNegative : kOk;
}

}  // namespace ringside::ctl
