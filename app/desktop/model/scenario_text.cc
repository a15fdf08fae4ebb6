// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/scenario_text.h"

#include <sstream>

namespace ringside::desktop {

std::string waiting_for_steps(const std::string& text) {
  std::string all;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string word, kept, rest;
    words >> word;
    const bool stepped = word == "run" && line.find("mode=stepped") != std::string::npos;
    for (kept = word; stepped && words >> word;)
      if (word.rfind("until=", 0) != 0 && word.rfind("for=", 0) != 0) kept += " " + word;
    all += (stepped ? kept : line) + "\n";
  }
  return all;
}

}  // namespace ringside::desktop
