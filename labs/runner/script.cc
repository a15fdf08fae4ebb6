// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/script.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "labs/runner/lab_toml.h"
#include "labs/runner/records.h"
#include "labs/runner/values.h"

namespace ringside::labs {
namespace {

// Two lines with the same key say something about the same thing: "answer p4", "do sleep".
std::string key_of(const Line& line) {
  const std::vector<std::string> words = words_of(line.text);
  return words.size() < 2 ? line.text : words[0] + " " + words[1];
}

Error located(Error error, const std::string& file, int line) {
  if (error.place.empty()) error.place = fmt::format("{}:{}", file, line);
  return error;
}

Status play_do(LabSession& session, const std::vector<std::string>& words, const std::string& file, int number,
               const LabSession::Said& said) {
  std::vector<std::string> lines;
  size_t skip = 0, other = 0;
  std::string text;
  for (size_t i = 2; i < words.size(); i++) {
    if (words[i].starts_with("skip="))
      skip = size_t(std::atoi(words[i].c_str() + 5));
    else if (words[i].starts_with("line=") && i + 1 < words.size())
      other = size_t(std::atoi(words[i].c_str() + 5)), text = words[++i];
    else
      return at_line(file, number, "`" + words[i] + "` is not possible here.",
                     "Expected: `do ID`, `do ID skip=N`, or `do ID line=N \"NEW LINE\"`");
  }
  if (const size_t changed = std::max(skip, other)) {
    lines = session.lines_of(words[1]);
    if (changed > lines.size())
      return at_line(file, number, fmt::format("The step `{}` has no line {}.", words[1], changed),
                     fmt::format("Expected a line from 1 to {}", lines.size()));
    if (other) lines[other - 1] = text;
    if (skip) lines.erase(lines.begin() + long(skip) - 1);
  }
  return session.run_block(words[1], lines, said);
}

// Rates, say, are of windows only: a machine that stands has none.
bool was_measured(const Evidence& evidence, const Lab& lab, const std::string& probe) {
  for (const DoBlock& block : lab.blocks)
    if (const Window* window = evidence.of(block.id))
      for (const Sample& sample : window->samples)
        if (sample.values.count(probe)) return true;
  return false;
}

bool is_there(const std::string& name, const Values& values) {
  return values.count(name) ||
         std::any_of(values.begin(), values.end(), [&](const auto& one) { return belongs_to(one.first, name); });
}

// Whether an attempt can be judged here: what is about time, only with windows of its own.
bool can_be_judged(const LabText& text, const Lab& lab, const Attempt& attempt, int variant) {
  const Check* check = lab.check(attempt.fails);
  const DoBlock* block = check ? lab.block(check->condition.since) : nullptr;
  std::error_code error;
  return !block || !block->measure ||
         std::filesystem::is_regular_file(recording_file(text, attempt.name, variant), error);
}

// What was measured for this attempt once, beside the lab; of a wrong attempt that has none of its own, the solution's.
Result<Recording> recorded_for(const LabText& text, const Attempt& attempt, int variant) {
  for (const std::string& name : {attempt.name, std::string("solution")}) {
    const std::string file = recording_file(text, name.empty() ? "solution" : name, variant);
    if (std::error_code error; std::filesystem::is_regular_file(file, error)) return read_recording(file);
  }
  return Recording{};
}

}  // namespace

std::string recording_file(const LabText& text, const std::string& attempt, int variant) {
  return fmt::format("{}/windows/{}-{}.json", text.folder, attempt, variant + 1);
}

Result<Recording> kept_windows(const LabText& text, int variant) {
  const std::string file = recording_file(text, "solution", variant);
  std::error_code error;
  if (text.folder.empty() || !std::filesystem::is_regular_file(file, error)) return Recording{};
  return read_recording(file);
}

std::vector<Line> lines_of_attempt(const Lab& lab, const Attempt& attempt) {
  std::vector<Line> lines;
  std::vector<Line> changes = attempt.lines;
  for (const Line& line : lab.solution.lines) {
    if (line.text.starts_with("expect ") && !attempt.name.empty()) continue;
    auto change =
        std::find_if(changes.begin(), changes.end(), [&](const Line& c) { return key_of(c) == key_of(line); });
    lines.push_back(change == changes.end() ? line : *change);
    if (change != changes.end()) changes.erase(change);
  }
  if (!attempt.name.empty()) lines.insert(lines.end(), changes.begin(), changes.end());
  return lines;
}

Result<ScriptReport> play(LabSession& session, const std::vector<Line>& lines, const std::string& file,
                          const LabSession::Said& said) {
  ScriptReport report;
  for (const Line& line : lines) {
    const std::vector<std::string> words = words_of(line.text);
    if (words.empty() || words[0].starts_with("#")) continue;
    const bool named = words.size() > 1 && (words[0] == "answer" || words[0] == "do");
    const bool known = named && (session.lab().question(words[1]) || session.lab().block(words[1]));
    if (known && is_left_out(session.lab(), words[1])) continue;  // this machine cannot
    if (words[0] == "answer" && words.size() == 3) {
      const Question* q = session.lab().question(words[1]);
      // What nobody can know beforehand: the number that was measured.
      const auto seen = q ? session.observed(*q) : std::nullopt;
      const bool unclear = q && session.may_be_unclear(*q);
      auto reply = session.answer(words[1], unclear                          ? kNotClear
                                            : seen && words[2] == "measured" ? number_text(seen->number)
                                                                             : words[2]);
      if (!reply) return located(reply.error(), file, line.number);
      if (reply->correct && !*reply->correct) report.wrong_answers.push_back(words[1]);
    } else if (words[0] == "do" && words.size() >= 2) {
      if (Status ran = play_do(session, words, file, line.number, said); !ran)
        return located(ran.error(), file, line.number);
    } else if (words[0] == "expect" && words.size() >= 3 && words[1] == "pass") {
      report.expected.assign(words.begin() + 2, words.end());
    } else {
      return at_line(file, line.number, "`" + line.text + "` is not possible here.",
                     "Expected: `answer ID VALUE`, `do ID`, `do ID skip=N` or `expect pass ID …`");
    }
  }
  auto checks = session.check();
  if (!checks) return checks.error();
  report.checks = std::move(*checks);
  return report;
}

Result<std::vector<std::string>> prove(Engine& engine, const LabText& text, int variant, const std::string& only) {
  std::vector<std::string> problems;
  auto lab = parse_lab(text, variant, 1);
  if (!lab) return lab.error();
  const auto say = [&](int line, const std::string& what) {
    problems.push_back(fmt::format("{}:{}: variant {}: {}", text.file, line, variant + 1, what));
  };

  const auto once = [&](const Attempt& attempt) -> Result<ScriptReport> {
    auto store = ProgressStore::open({.path = ":memory:"});
    if (!store) return store.error();
    auto recorded = recorded_for(text, attempt, variant);
    if (!recorded) return recorded.error();
    auto session =
        LabSession::open(engine, **store, text, {.student = "lint", .variant = variant, .recorded = *recorded});
    if (!session) return session.error();
    if (Status ready = (*session)->reset(); !ready) return ready.error();
    const std::set<std::string> wanted = probes_of(*lab);
    const Values before = freeze(*engine.cut(), wanted);
    auto played = play(**session, lines_of_attempt(*lab, attempt), text.file);
    if (!played || !attempt.name.empty()) return played;
    // What is divided by packets is there as soon as there are packets.
    const Values after = freeze(*engine.cut(), wanted);
    for (const std::string& probe : wanted)
      if (probe != kPacketPath && !is_there(probe, before) && !is_there(probe, after) &&
          !was_measured((*session)->evidence(), *lab, probe))
        say(attempt.line,
            "there is no probe `" + probe + "` in this lab's machine; the list: `ringsidectl show probes`");
    return played;
  };

  if (only.empty() || only == "solution") {
    auto solved = once(lab->solution);
    if (!solved) return solved.error();
    for (const std::string& id : solved->wrong_answers)
      say(lab->question(id)->line, "the solution's answer to " + id + " is not what the machine shows");
    for (const CheckResult& r : solved->checks)
      if (r.verdict == Verdict::kFail ||
          (r.verdict == Verdict::kInconclusive && std::count(solved->expected.begin(), solved->expected.end(), r.id)))
        say(lab->check(r.id)->condition.line, fmt::format("the solution does not pass {}: expected {}, observed {}. {}",
                                                          r.id, r.expected, r.observed, r.reason));
  }

  for (const Attempt& attempt : lab->wrong) {
    if (!only.empty() && only != attempt.name) continue;
    if (!can_be_judged(text, *lab, attempt, variant)) continue;
    auto played = once(attempt);
    if (!played) return played.error();
    for (const CheckResult& r : played->checks) {
      if ((r.verdict == Verdict::kFail) == (r.id == attempt.fails)) continue;
      say(attempt.line, r.id == attempt.fails
                            ? fmt::format("the wrong attempt `{}` does not fail {}: it is {}. {}", attempt.name, r.id,
                                          name_of(r.verdict), r.reason)
                            : fmt::format("the wrong attempt `{}` also fails {}: {}", attempt.name, r.id, r.reason));
    }
    const Check* check = lab->check(attempt.fails);
    for (const CheckResult& r : played->checks)
      if (check && r.id == attempt.fails && r.verdict == Verdict::kFail) {
        bool own = r.reason == check->condition.otherwise;
        for (const Condition& need : check->needs) own |= r.reason == need.otherwise;
        if (!own)
          say(attempt.line,
              "the wrong attempt `" + attempt.name + "` fails for another reason than the check's own: " + r.reason);
      }
  }
  return problems;
}

}  // namespace ringside::labs
