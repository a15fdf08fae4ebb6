// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/lab_command.h"

#include <cstdlib>

#include "labs/runner/lab_text.h"

namespace ringside::desktop {

bool is_lab_command(const std::string& line) {
  return line.rfind("lab", 0) == 0 && (line.size() == 3 || line[3] == ' ');
}

Status apply_lab_command(LabDesk& desk, const std::string& line) {
  std::vector<std::string> words = labs::words_of(line);
  const std::string verb = words.size() > 1 ? words[1] : "";
  const size_t n = words.size();
  const Error unknown{"`" + line + "` is nothing that a lab can be told.", "",
                      "Like this: `lab open 1`, `lab answer p1 device`, `lab do one`, `lab end`, `lab hint o2`, `lab "
                      "mark e2 2`, `lab check`, `lab hand-in`, `lab reset`, `lab leave`",
                      ""};
  if (verb == "open" && n == 3) return desk.open(words[2]), Status{};
  if (verb == "leave" && n == 2) return desk.leave(), Status{};
  if (!desk.picture().lab) return n > 1 ? Error{"No lab is open.", "", "Open one: `lab open 1`", ""} : unknown;
  if (verb == "answer" && n >= 4) {
    std::optional<int> sure;
    if (n == 5 && words[4].rfind("sure=", 0) == 0)
      sure = std::atoi(words[4].c_str() + 5);
    else if (n != 4)
      return unknown;
    return desk.answer(words[2], words[3], sure, 0), Status{};
  }
  if (verb == "mark" && n == 4) return desk.mark(words[2], std::atoi(words[3].c_str())), Status{};
  if (verb == "do" && n == 3) return desk.start(words[2], {}), Status{};
  if (verb == "end" && n == 2) return desk.to_the_end(), Status{};
  if (verb == "hint" && n == 3) return desk.hint(words[2]), Status{};
  if (verb == "check" && n == 2) return desk.check(), Status{};
  if (verb == "hand-in" && (n == 2 || n == 3)) return desk.hand_in(n == 3 ? words[2] : ""), Status{};
  if (verb == "reset" && n == 2) return desk.reset(), Status{};
  return unknown;
}

}  // namespace ringside::desktop
