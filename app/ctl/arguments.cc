// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/arguments.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace ringside::ctl {
namespace {

struct EalFlag {
  std::string_view name;
  bool takes_value;
};

constexpr std::array kEalFlags = {
    EalFlag{"-l", true},
    EalFlag{"-c", true},
    EalFlag{"-n", true},
    EalFlag{"-m", true},
    EalFlag{"-a", true},
    EalFlag{"-b", true},
    EalFlag{"-d", true},
    EalFlag{"--lcores", true},
    EalFlag{"--vdev", true},
    EalFlag{"--main-lcore", true},
    EalFlag{"--allow", true},
    EalFlag{"--block", true},
    EalFlag{"--file-prefix", true},
    EalFlag{"--socket-mem", true},
    EalFlag{"--huge-dir", true},
    EalFlag{"--log-level", true},
    EalFlag{"--iova-mode", true},
    EalFlag{"--no-huge", false},
    EalFlag{"--no-pci", false},
    EalFlag{"--no-shconf", false},
    EalFlag{"--in-memory", false},
    EalFlag{"--huge-unlink", false},
};

bool is_short(std::string_view name) { return name.size() == 2; }

const EalFlag* eal_flag(std::string_view word) {
  for (const EalFlag& flag : kEalFlags) {
    if (word == flag.name) return &flag;
    // "--vdev=net_null0", "-l0,1"
    if (flag.takes_value && word.size() > flag.name.size() && word.starts_with(flag.name) &&
        (is_short(flag.name) ? word[2] >= '0' && word[2] <= '9' : word[flag.name.size()] == '='))
      return &flag;
  }
  return nullptr;
}

// As one would type it: words with a blank or a character of the shell in quotes.
std::string quoted(const std::string& word) {
  if (!word.empty() && word.find_first_of(" \t\"$&;()<>|*?[]'\\`~#!") == std::string::npos) return word;
  std::string text = "'";
  for (char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += " " + quoted(word);
  return line;
}

}  // namespace

Result<Arguments> split_arguments(const std::vector<std::string>& arguments) {
  Arguments split;
  std::vector<std::string> misplaced;
  const auto end_of_own = std::find(arguments.begin(), arguments.end(), "--");
  for (auto word = arguments.begin(); word != end_of_own; ++word) {
    const EalFlag* flag = eal_flag(*word);
    if (!flag) {
      split.own.push_back(*word);
      continue;
    }
    misplaced.push_back(*word);
    const bool value_follows = flag->takes_value && *word == flag->name && word + 1 != end_of_own;
    if (value_follows) misplaced.push_back(*++word);
  }
  if (end_of_own != arguments.end()) split.eal.assign(end_of_own + 1, arguments.end());
  if (misplaced.empty()) return split;

  split.eal.insert(split.eal.begin(), misplaced.begin(), misplaced.end());
  return Error{"`" + misplaced.front() + "` is an argument of DPDK. Those stand behind `--`.", "Nothing was started.",
               "Type: ringsidectl" + joined(split.own) + " --" + joined(split.eal), ""};
}

}  // namespace ringside::ctl
