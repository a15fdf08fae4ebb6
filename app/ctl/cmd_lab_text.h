// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/ctl/terminal.h"
#include "engine/api/snapshot.h"
#include "labs/runner/session.h"

// A lab's pieces as a terminal shows them.
namespace ringside::ctl {

// Markdown for a terminal: **bold** is inked, tables stand in columns, and a person's lines are broken at words.
// `indent`: where its first line begins; the others begin there, too.
std::string lab_prose(const Terminal& terminal, const std::string& markdown, size_t indent = 0);
std::string question_text(const Terminal& terminal, const labs::Question& question);
// To an answer of which nobody here says whether it is right.
std::string stored_text(const labs::Lab& lab, const labs::Question& question);
// What predictions showed that one believed, and what is known now.
std::string beliefs_text(const Terminal& terminal, const labs::LabSession& session);
std::string checks_text(const Terminal& terminal, const std::vector<labs::CheckResult>& checks);
// The predictions whose outcome `shown` (a question, a block, a check) has shown: what was said beside what came.
std::string outcomes_text(const Terminal& terminal, const labs::LabSession& session, const std::string& shown);
// How the answers come to the teacher.
std::string hand_in_text(const labs::LabSession& session);
nlohmann::ordered_json checks_json(const std::vector<labs::CheckResult>& checks);

// Every watched ring row by row, and its registers; lines that are alike are one.
std::string rings_text(const Snapshot& snapshot);
// The rings, prices of exits that were measured, and the lab's counters: what they grew by within the block, and in
// all.
std::string machine_text(const Snapshot& snapshot, const labs::LabSession& session, const labs::Window* window);

}  // namespace ringside::ctl
