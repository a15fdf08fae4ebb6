// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/record_verbs.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "labs/runner/lab_text.h"
#include "labs/runner/records.h"

namespace ringside::labs {
namespace {

constexpr size_t kMostShown = 3;  // differences that are named

Judgement nothing_yet(const std::string& expected, const std::string& why) {
  return {Verdict::kInconclusive, expected, kNothingYet, why};
}

bool mentions(const std::string& text, const std::string& words) {
  const auto same = [](char a, char b) { return std::tolower(uint8_t(a)) == std::tolower(uint8_t(b)); };
  return std::search(text.begin(), text.end(), words.begin(), words.end(), same) != text.end();
}

// The line that a condition means; of several with its words, the one that was tried last.
std::optional<Tried> tried_as(const Condition& c, const Window& window) {
  std::optional<Tried> found;
  for (Tried& t : tried_in(window))
    if (is_called(t.command, c.of) && (c.nth == 0 || t.line == size_t(c.nth))) found = std::move(t);
  return found;
}

std::string joined(const std::vector<std::string>& names, const char* with) {
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : with) + name;
  return all;
}

// What of a thing is frozen at a moment; null = that block was not run.
std::optional<Values> state_at(const std::string& state, const std::string& text, const Evidence& evidence) {
  const auto moment = moment_in(text);
  const Window* window = moment ? evidence.of(moment->block) : nullptr;
  if (!window) return {};
  Values some;
  for (const auto& [name, value] : moment->begin ? window->begin : window->end)
    if (belongs_to(name, state)) some[name] = value;
  return some;
}

std::string text_in(const Values& values, const std::string& name) {
  const auto at = values.find(name);
  return at == values.end() ? "not there" : value_text(at->second);
}

// What op_refused calls `of` is a line that is tried, and only one.
void look_at_refusal(const Lab& lab, const Condition& c, std::vector<std::string>& wrong) {
  if (c.reason.empty()) wrong.push_back("`op_refused` needs `reason = \"…\"`: words of what the machine says");
  const DoBlock* block = lab.block(c.since);
  if (!block) return;
  int found = 0;
  bool there = false;
  for (size_t i = 0; i < block->commands.size(); i++) {
    const auto command = tried(block->commands[i].text);
    const bool called = command && is_called(*command, c.of);
    found += called, there |= called && c.nth == int(i) + 1;
  }
  const std::string line = fmt::format("expected a line `try {} …` in it", c.of);
  if (found == 0)
    wrong.push_back(fmt::format("the step `{}` does not try `{}`; {}", c.since, c.of, line));
  else if (c.nth && !there)
    wrong.push_back(fmt::format("line {} of the step `{}` does not try `{}`; {}", c.nth, c.since, c.of, line));
  else if (!c.nth && found > 1)
    wrong.push_back(
        fmt::format("the step `{}` tries `{}` {} times; expected `line = N` beside it", c.since, c.of, found));
}

void look_at_moments(const Lab& lab, const Condition& c, std::vector<std::string>& wrong) {
  const std::string form = "; expected `at = [\"BLOCK begin\", \"BLOCK end\"]`";
  if (c.at.size() != 2) return wrong.push_back("`state_equal` compares two moments" + form);
  for (const std::string& text : c.at)
    if (const auto moment = moment_in(text); !moment)
      wrong.push_back("`" + text + "` is no moment" + form);
    else if (!lab.block(moment->block))
      wrong.push_back("`" + text + "` names no do-block" + form);
  const auto one = moment_in(c.at[0]), two = moment_in(c.at[1]);
  if (one && two && one->block == two->block && one->begin == two->begin)
    wrong.push_back("these are one moment, which is always like itself" + form);
}

}  // namespace

bool is_about_records(const std::string& verb) {
  return verb == "op_refused" || verb == "path_is" || verb == "state_equal";
}

std::vector<std::string> wrong_with_records(const Lab& lab, const Condition& c) {
  std::vector<std::string> wrong;
  const bool refused = c.verb == "op_refused", path = c.verb == "path_is", state = c.verb == "state_equal";
  const auto belongs = [&](const char* fields, const char* verb) {
    wrong.push_back(fmt::format("{} to `{}`, and not to `{}`", fields, verb, c.verb));
  };
  if (!refused && (!c.reason.empty() || c.nth)) belongs("`reason` and `line` belong", "op_refused");
  if (!path && !c.path.empty()) belongs("`path` belongs", "path_is");
  if (!state && !c.at.empty()) belongs("`at` belongs", "state_equal");
  if (!is_about_records(c.verb)) return wrong;
  if (!state && c.since.empty())
    wrong.push_back("`" + c.verb + "` needs `since = \"BLOCK\"`: the step in which it happens");
  if (refused) look_at_refusal(lab, c, wrong);
  if (path && c.of != kPacketPath) wrong.push_back("`path_is` is about the packet that moved last; expected no `of`");
  if (path && c.path.empty())
    wrong.push_back("`path_is` needs `path = [\"w0\", \"s0\", \"web.nic0\"]`, the places in their order");
  if (state) look_at_moments(lab, c, wrong);
  if (!c.value.empty() || !c.to.empty() || !c.among.empty())
    wrong.push_back("`" + c.verb + "` compares no numbers; expected no `value`, `to` or `among`");
  return wrong;
}

bool is_called(const std::string& command, const std::string& of) {
  const auto words = words_of(command), wanted = words_of(of);
  return !wanted.empty() && words.size() >= wanted.size() && std::equal(wanted.begin(), wanted.end(), words.begin());
}

std::optional<Moment> moment_in(const std::string& text) {
  const size_t blank = text.rfind(' ');
  if (text.empty()) return {};
  if (blank == text.npos) return Moment{text, false};
  const std::string when = text.substr(blank + 1);
  if (blank == 0 || (when != "begin" && when != "end")) return {};
  return Moment{text.substr(0, blank), when == "begin"};
}

Judgement op_refused(const Condition& c, const Evidence& evidence) {
  const std::string expected = "refused: … " + c.reason + " …";
  const Window* window = evidence.of(c.since);
  if (!window) return nothing_yet(expected, evidence.not_run(c.of, c.since));
  const auto t = tried_as(c, *window);
  if (!t) return {Verdict::kFail, expected, "not tried", c.otherwise};
  const bool holds = t->refused && mentions(t->said, c.reason);
  return {holds ? Verdict::kPass : Verdict::kFail, expected, tried_text(*t), c.otherwise};
}

Judgement path_is(const Condition& c, const Evidence& evidence) {
  const std::string expected = joined(c.path, kArrow);
  const Window* window = evidence.of(c.since);
  if (!window) return nothing_yet(expected, evidence.not_run(c.of, c.since));
  const auto at = window->end.find(c.of);
  if (at == window->end.end())
    return nothing_yet(expected, "No packet was followed in the step `" + c.since +
                                     "`: time has to be stepped, and a packet has to move.");
  const std::string& path = at->second.text;
  if (path == expected) return {Verdict::kPass, expected, path, c.otherwise};
  if (path.starts_with("…"))
    return {Verdict::kInconclusive, expected, path,
            "The packet began so long before the step ended that its beginning is recorded no more. Let fewer packets "
            "move in the step."};
  return {Verdict::kFail, expected, path, c.otherwise};
}

Judgement state_equal(const Condition& c, const Evidence& evidence) {
  const std::string state = state_of(c.of), expected = "the same at " + joined(c.at, " and ");
  std::vector<Values> moments;
  for (const std::string& text : c.at) {
    auto values = state_at(state, text, evidence);
    const auto moment = moment_in(text);
    if (!values) return nothing_yet(expected, evidence.not_run(c.of, moment ? moment->block : text));
    moments.push_back(std::move(*values));
  }
  if (moments.size() != 2) return nothing_yet(expected, "This compares two moments.");
  std::set<std::string> names;
  for (const Values& values : moments)
    for (const auto& [name, value] : values) names.insert(name);
  if (names.empty())
    return {Verdict::kInconclusive, expected, "no " + c.of, "There was no `" + c.of + "` at either of these moments."};
  std::string shown;
  size_t differ = 0;
  for (const std::string& name : names) {
    const std::string one = text_in(moments[0], name), two = text_in(moments[1], name);
    if (one != two && ++differ <= kMostShown)
      shown += fmt::format("{}{} {}, then {}", shown.empty() ? "" : "; ", name, one, two);
  }
  if (differ == 0) return {Verdict::kPass, expected, fmt::format("all {} values the same", names.size()), c.otherwise};
  return {Verdict::kFail, expected,
          fmt::format("{} of {} differ: {}{}", differ, names.size(), shown, differ > kMostShown ? "; …" : ""),
          c.otherwise};
}

Inputs happened(const Condition& c, const Evidence& evidence) {
  const Window* window = evidence.of(c.since);
  if (!window) return {};
  if (const auto at = window->end.find(c.of); at != window->end.end()) return {{c.of, at->second.provenance}};
  const auto t = tried_as(c, *window);
  const auto at = t ? window->end.find(tried_name(*t)) : window->end.end();
  return at == window->end.end() ? Inputs{} : Inputs{{"`" + c.of + "`", at->second.provenance}};
}

Inputs states(const Condition& c, const Evidence& evidence) {
  Inputs inputs;
  for (const std::string& text : c.at)
    for (const auto& [name, value] : state_at(state_of(c.of), text, evidence).value_or(Values{}))
      if (value.kind != ProbeKind::kText) inputs.emplace_back(name, value.provenance);
  return inputs;
}

}  // namespace ringside::labs
