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

// Markdown for a terminal: **bold** is inked, {key:…} says what does it here.
std::string lab_prose(const Terminal& terminal, const std::string& markdown);
std::string question_text(const Terminal& terminal, const labs::Question& question);
std::string checks_text(const Terminal& terminal, const std::vector<labs::CheckResult>& checks);
nlohmann::ordered_json checks_json(const std::vector<labs::CheckResult>& checks);

// Every watched ring row by row, its registers, and what the lab's counters grew by within the block.
std::string machine_text(const Snapshot& snapshot, const labs::Window* window);

}  // namespace ringside::ctl
