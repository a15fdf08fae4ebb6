// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/records.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "engine/api/confined.h"
#include "engine/base/visible.h"
#include "labs/runner/lab_text.h"

namespace ringside::labs {
namespace {

constexpr std::string_view kTry = "try ", kRefused = "refused: ", kAccepted = "accepted", kAll = ".*";
constexpr const char* kCutOff = "…";

// Where a packet is first seen: behind a wire, at its receive queue, or in a guest.
bool begins(EventKind kind) {
  return kind == EventKind::kWireIn || kind == EventKind::kWireReceive || kind == EventKind::kBuildFrame;
}

// Cleaning its row is no part of its way: it has left by then.
bool is_on_its_way(const EventView& e) {
  const bool moves = e.stop || begins(e.kind) || e.kind == EventKind::kDrop;
  return e.packet && moves && e.kind != EventKind::kDriverCleanRow;
}

// "web.nic0", "s0", "w0" as they are; of the vCPU "web/0" its VM.
std::string place_of(const EventView& e) { return e.who.substr(0, e.who.find('/')); }

}  // namespace

std::optional<std::string> tried(const std::string& line) {
  if (!line.starts_with(kTry)) return {};
  const size_t begin = line.find_first_not_of(' ', kTry.size());
  return begin == line.npos ? std::string() : line.substr(begin);
}

std::string command_in(const std::string& line) { return tried(line).value_or(line); }

std::string cannot_be_tried(const std::string& line) {
  const auto command = tried(line);
  const auto words = words_of(command.value_or(""));
  if (!command) return {};
  if (words.empty() || words[0] == "try") return "`" + line + "` tries nothing.";
  if (words[0] == "run" || words[0] == "step")
    return "`" + words[0] + "` cannot be tried: it is not refused, it takes its time.";
  return {};
}

bool was_refused(const Answer& answer) {
  return answer.ended == Ended::kRefused && !answer.error.environment && !is_confinement(answer.error);
}

std::string tried_name(const Tried& t) { return fmt::format("{}{} {}", kTry, t.line, t.command); }

Value tried_value(const Tried& t) {
  return {ProbeKind::kText, 0,
          t.refused ? std::string(kRefused) + excerpt(visible_line(t.said), 400) : std::string(kAccepted)};
}

std::vector<Tried> tried_in(const Window& window) {
  std::vector<Tried> all;
  for (const auto& [name, value] : window.end) {
    const auto rest = value.kind == ProbeKind::kText ? tried(name) : std::nullopt;
    const size_t blank = rest ? rest->find(' ') : std::string::npos;
    if (blank == std::string::npos) continue;
    Tried t{size_t(std::strtoul(rest->c_str(), nullptr, 10)), rest->substr(blank + 1)};
    if ((t.refused = value.text.starts_with(kRefused))) t.said = value.text.substr(kRefused.size());
    all.push_back(std::move(t));
  }
  std::stable_sort(all.begin(), all.end(), [](const Tried& a, const Tried& b) { return a.line < b.line; });
  return all;
}

std::string tried_text(const Tried& t) { return tried_value(t).text; }

std::optional<Value> packet_path(const Snapshot& s, uint64_t since) {
  if (!s.events.empty() && s.events.back().number < since) since = 0;  // the machine was built anew
  const auto moved = std::find_if(s.events.rbegin(), s.events.rend(), is_on_its_way);
  if (moved == s.events.rend() || moved->number <= since) return {};
  const bool all = s.events.front().number <= since + 1;  // that has happened since is recorded still
  std::string path, last;
  for (const EventView& e : s.events) {
    if (e.packet != moved->packet || !is_on_its_way(e)) continue;
    if (path.empty() && !all && !begins(e.kind)) path = kCutOff;
    const std::string place = place_of(e);
    if (place == last) continue;
    path += (path.empty() ? "" : kArrow) + place;
    last = place;
  }
  return Value{ProbeKind::kText, 0, path, Provenance::kMeasured};
}

std::string state_of(const std::string& thing) { return thing + std::string(kAll); }

bool is_state(const std::string& name) { return name.ends_with(kAll) && name.size() > kAll.size(); }

bool belongs_to(const std::string& probe, const std::string& state) {
  const std::string_view thing = std::string_view(state).substr(0, state.size() - kAll.size());
  if (!is_state(state) || probe.size() <= thing.size() + 1 || !probe.starts_with(thing)) return false;
  const char behind = probe[thing.size()];  // of a VM also its vCPUs: "web/0.exits"
  return (behind == '.' || behind == '/') && !probe.ends_with("_cycles") && !probe.ends_with("_ns");
}

}  // namespace ringside::labs
