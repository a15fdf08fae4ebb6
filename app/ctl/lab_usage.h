// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

// What one can type during `lab run`, behind a colon.
namespace ringside::ctl {

extern const char* const kLabHelp;

// What such a line needs behind its verb, told to whoever leaves it out.
struct LabUsage {
  const char *verb, *form, *does;
};
const LabUsage* lab_usage(const std::string& verb);  // null = it is no verb of the lab's

}  // namespace ringside::ctl
