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
#include "engine/control/commands/key_row.h"

namespace ringside::control {

class EngineCore;
struct MachineSpec;

// The keys of one command line, checked against its row.
class Args {
 public:
  bool has(const std::string& key) const { return values_.count(key) != 0; }
  const std::string& text(const std::string& key) const { return values_.at(key); }
  std::string text(const std::string& key, const std::string& otherwise) const {
    return has(key) ? text(key) : otherwise;
  }
  uint64_t count(const std::string& key, uint64_t otherwise) const;  // kCount, kBytes; forever = ~0
  double number(const std::string& key, double otherwise) const;     // kRate: frames/s, kDuration: seconds, kNumber
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
  uint32_t workers = 0;       // that the engine has or will have; 0 = not known
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
