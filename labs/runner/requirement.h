// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>

#include "labs/runner/lab.h"

namespace ringside::labs {

// Why this machine cannot do the lab; "" = it can.
std::string missing_requirement(const Requirements& requirements);

// What parts of a lab ask of a machine. A hand-in says what the student's was.
struct LabMachine {
  bool kvm = true;   // /dev/kvm can be opened
  bool bare = true;  // no VM itself, so that what is measured of its exits is its own
};
LabMachine this_machine();
// The same as each run keeps it beside its probes, "kvm=yes bare=no". Nothing where the text is none of these.
inline constexpr const char* kMachineValue = "machine";
std::string machine_text(const LabMachine& machine);
std::optional<LabMachine> machine_in(const std::string& text);
// Why such a machine cannot do a part that requires "kvm" or "bare"; "" = it can.
std::string missing_part(const std::string& requires_what, const LabMachine& machine);

// Steps that the machine cannot do become a sentence that says why, and what they ask leaves the maximum; checks that
// need what there is not are skipped for that reason.
void leave_out(Lab& lab, const LabMachine& machine);
bool is_left_out(const Lab& lab, const std::string& id);  // a question or a do-block: it stands in no step

}  // namespace ringside::labs
