// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>

#include "labs/runner/lab.h"
#include "labs/runner/recording.h"

namespace ringside::labs {

// What parts of a lab ask of a machine. A hand-in says what the student's was.
struct LabMachine {
  bool kvm = true;   // /dev/kvm can be opened
  bool bare = true;  // no VM itself, so that what is measured of its exits is its own
  int cores = 0;     // CPUs that may be used; 0 = nobody knows
};
LabMachine this_machine();
// The same as each run keeps it beside its probes, "kvm=yes bare=no cores=2". Nothing where the text is none of these.
inline constexpr const char* kMachineValue = "machine";
std::string machine_text(const LabMachine& machine);
std::optional<LabMachine> machine_in(const std::string& text);

// Why a machine cannot do the lab as a whole; "" = it can. Without one: this machine.
std::string missing_requirement(const Requirements& requirements);
std::string missing_requirement(const Requirements& requirements, const LabMachine& machine);
// Why such a machine cannot do a part that requires "kvm" or "bare"; "" = it can.
std::string missing_part(const std::string& requires_what, const LabMachine& machine);

// What a machine gives of a lab. live: all of it. modelled: soft vCPUs in the place of KVM. recorded: what was measured
// on another machine is shown, and not judged. missing: it can be read, and its checks are skipped.
enum class Offer { kLive, kModelled, kRecorded, kMissing };
const char* name_of(Offer offer);
struct Offered {
  Offer offer = Offer::kLive;
  std::string why;  // a sentence or two
};
// `recorded`: windows of its solution are kept with it.
Offered offered_by(const LabMachine& machine, const Requirements& requirements, bool recorded);

// Whether leave_out() would look at windows that are kept with the lab.
bool wants_recording(const Lab& lab, const LabMachine& machine);

// Steps that the machine cannot do become a sentence that says why, and what they ask leaves the maximum; checks that
// need what there is not are skipped for that reason. A block that cannot be measured here, and of which `kept` has
// windows, stays with its step: those are shown (DoBlock::recorded), and what looks at them is not judged.
void leave_out(Lab& lab, const LabMachine& machine, const Recording& kept = {});
bool is_left_out(const Lab& lab, const std::string& id);  // a question or a do-block: it stands in no step

}  // namespace ringside::labs
