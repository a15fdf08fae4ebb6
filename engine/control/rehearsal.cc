// SPDX-License-Identifier: BSD-3-Clause
#include "engine/api/rehearse.h"

#include "engine/control/commands/confinement.h"

namespace ringside {
namespace {

using control::MachineSpec;

// Applies one form to a copy of the plan. `allowed` says whether the text may say it at all.
Status try_form(const Origin& origin, const std::string& form, MachineSpec& plan, Status& allowed) {
  auto parsed = control::parse_command(form);
  if (!parsed) return parsed.error();
  if (!parsed->row || parsed->row->verb == std::string_view("reset")) return {};
  if (allowed = control::confine(origin, *parsed); !allowed) return allowed;
  control::Session trial{plan, nullptr, nullptr, 0};
  if (auto tried = parsed->row->apply(trial, parsed->args); !tried) return tried.error();
  return allowed = control::confine(origin, plan);
}

Error placed(Error error, const std::string& name, int line) {
  error.place = name + ":" + std::to_string(line);
  error.unchanged = "Nothing of it was run.";
  return error;
}

}  // namespace

Status rehearse(const Origin& origin, const std::string& name, const std::vector<RehearsedLine>& lines) {
  MachineSpec plan;
  for (const RehearsedLine& line : lines) {
    bool done = false;
    for (const std::string& form : line.forms) {
      Status allowed;
      MachineSpec after = plan;
      const Status tried = try_form(origin, form, after, allowed);
      if (!allowed) return placed(allowed.error(), name, line.number);
      if (!tried && line.forms.size() == 1 && !line.may_be_refused) return placed(tried.error(), name, line.number);
      if (tried && !done) plan = std::move(after), done = true;
    }
  }
  return {};
}

}  // namespace ringside
