// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/lab_usage.h"

namespace ringside::ctl {

const char* const kLabHelp =
    "  :hint [ID]   the next hint for this question, or for a check\n"
    "  :look        what there is to read, once more: rings and counters, or what was measured\n"
    "  :back        the page before this one again; once more: the one before that\n"
    "  :check       what the checks say now\n"
    "  :explain ID SENTENCE   for a check that was inconclusive three times\n"
    "  :do ID       run a step again\n"
    "  :reset       the machine as the lab has it here; your answers stay\n"
    "  :quit        leave; the next `lab run` goes on here\n"
    "  :COMMAND     any command of Ringside, such as `:vm pause name=web`\n"
    "  A prediction may say how sure you are: `7 sure=1` a guess, 2 fairly, 3 certain.\n";

namespace {

constexpr LabUsage kUsages[] = {
    {"hint", ":hint or :hint ID", "gives the next hint for this question, or for a check."},
    {"back", ":back", "shows the page before this one."},
    {"look", ":look", "shows what there is to read, once more."},
    {"check", ":check", "shows what the checks say now."},
    {"explain", ":explain ID SENTENCE", "is for a check that was inconclusive three times."},
    {"do", ":do ID", "runs a step again."},
    {"reset", ":reset", "puts the machine where the lab has it here; your answers stay."},
    {"quit", ":quit", "leaves; the next `lab run` goes on here."},
};

}  // namespace

const LabUsage* lab_usage(const std::string& verb) {
  for (const LabUsage& usage : kUsages)
    if (verb == usage.verb) return &usage;
  return nullptr;
}

}  // namespace ringside::ctl
