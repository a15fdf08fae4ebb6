// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/answer.h"
#include "engine/api/engine.h"
#include "engine/base/result.h"

namespace ringside::control {

class EngineCore;
struct MachineSpec;

// How a value is written, and what it is checked against before anything is applied.
enum class ValueKind : uint8_t {
  kName,      // letters, digits, _ and -
  kText,      // anything
  kCount,     // 0, 20, 10k, 2M, "forever"
  kRate,      // 1Mpps, 800kpps, 14.88M; frames a second
  kDuration,  // 35us, 2ms, 1.5s
  kBytes,     // 60, 16M
  kMac,       // 02:00:00:00:00:01
  kIpv4,      // 10.77.0.2
  kChoice,    // one of `choices`, separated by |
};

struct KeyRow {
  const char* name;
  ValueKind kind;
  const char* fallback;  // shown in the usage; "" = none, "!" = required
  const char* meaning;
  const char* choices = "";
};

// The keys of one command line, checked against its row.
class Args {
 public:
  bool has(const std::string& key) const { return values_.count(key) != 0; }
  const std::string& text(const std::string& key) const { return values_.at(key); }
  std::string text(const std::string& key, const std::string& otherwise) const {
    return has(key) ? text(key) : otherwise;
  }
  uint64_t count(const std::string& key, uint64_t otherwise) const;
  double number(const std::string& key, double otherwise) const;  // kRate: frames/s, kDuration: seconds
  uint64_t mac(const std::string& key, uint64_t otherwise) const;
  uint32_t ipv4(const std::string& key, uint32_t otherwise) const;
  void set(const std::string& key, const std::string& value) { values_[key] = value; }

 private:
  std::map<std::string, std::string> values_;
};

// What a command works on: always the plan; the live machine too, unless the line is only being checked.
struct Session {
  MachineSpec& spec;
  EngineCore* live = nullptr;
  Ended* short_of = nullptr;  // what the command sets when it was not refused and has yet not reached what it was for
  bool checking() const { return live == nullptr; }
};

// One verb: a row of the table. `live`: applied between two breaths without stopping anyone; `quiesce`: everybody rests
// meanwhile; `rebuild`: a VM starts anew.
// region: command-row
struct CommandRow {
  const char* verb;
  const char* summary;
  const char* applies;
  std::vector<KeyRow> keys;
  Result<std::string> (*apply)(Session& session, const Args& args);
  bool while_busy = false;  // also while a line of a scenario leads to its goal, or a measurement goes on
};
// endregion: command-row

const std::vector<CommandRow>& command_table();
std::vector<CommandInfo> describe_commands();

struct ParsedCommand {
  const CommandRow* row = nullptr;  // null: an empty line or a comment
  Args args;
  std::string text;  // as it goes into the log
};

// Splits, finds the row, checks each key and value. Errors name what was expected and the nearest possible word.
Result<ParsedCommand> parse_command(std::string_view line);

// Value parsing, also used by wires and labs. Nothing = not of that form.
std::optional<double> parse_scaled(std::string_view text, std::string_view unit);
std::optional<uint64_t> parse_mac(std::string_view text);
std::optional<uint32_t> parse_ipv4(std::string_view text);
std::optional<double> parse_seconds(std::string_view text);
std::string format_mac(uint64_t mac);
// The word of `words` that looks most like `word`, or "" when none does.
std::string nearest(const std::string& word, const std::vector<std::string>& words);

// The rows, by noun; one function a file in commands/.
std::vector<CommandRow> wire_commands();
std::vector<CommandRow> switch_commands();
std::vector<CommandRow> vm_commands();
std::vector<CommandRow> vm_life_commands();
std::vector<CommandRow> run_commands();
std::vector<CommandRow> view_commands();
std::vector<CommandRow> backend_commands();
std::vector<CommandRow> price_commands();
std::vector<CommandRow> placement_commands();

}  // namespace ringside::control
