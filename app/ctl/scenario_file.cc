// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/scenario_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <sstream>
#include <utility>

#include "engine/base/assets.h"
#include "engine/base/read_file.h"

namespace ringside::ctl {
namespace fs = std::filesystem;
namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line.substr(0, line.find('#')));
  return {std::istream_iterator<std::string>(in), {}};
}

bool begins_with(const std::vector<std::string>& words, const std::string& verb) {
  const std::vector<std::string> wanted = words_of(verb);
  return words.size() >= wanted.size() && std::equal(wanted.begin(), wanted.end(), words.begin());
}

// Each line for which `change` answers is replaced by its answer.
std::string map_lines(
    const std::string& text, const std::string& verb,
    const std::function<std::string(const std::string& line, std::vector<std::string> words)>& change) {
  std::istringstream in(text);
  std::string result;
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> words = words_of(line);
    result += (begins_with(words, verb) ? change(line, words) : line) + "\n";
  }
  return result;
}

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += (line.empty() ? "" : " ") + word;
  return line;
}

std::string value_after(const std::vector<std::string>& words, const std::string& key) {
  for (const std::string& word : words)
    if (word.starts_with(key + "=")) return word.substr(key.size() + 1);
  return {};
}

}  // namespace

Result<std::string> read_stdin() {
  // Nobody may ever write to it: Ctrl-C ends the waiting, and the program, as it does for any filter.
  return read_all(std::cin, "standard input");
}

Result<Scenario> read_scenario(const std::string& file) {
  if (file == "-") {
    auto text = read_stdin();
    if (!text) return text.error();
    return Scenario{"standard input", "-", std::move(*text)};
  }
  return read_scenario_file(file);
}

std::vector<ScenarioInfo> list_scenarios() {
  std::vector<ScenarioInfo> list;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(asset_path("scenarios"), error)) {
    if (entry.path().extension() != ".scn") continue;
    ScenarioInfo info{entry.path().filename().string(), "", entry.path().string()};
    std::ifstream in(entry.path());
    for (std::string line; info.summary.empty() && std::getline(in, line);) {
      if (!line.starts_with("#") || line.starts_with("# SPDX")) continue;
      info.summary = line.substr(std::min(line.size(), line.find_first_not_of("# ")));
    }
    list.push_back(std::move(info));
  }
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return list;
}

std::string without_run(const std::string& text) {
  return map_lines(text, "run", [](const std::string& line, auto) { return "# " + line; });
}

std::string before_run(const std::string& text, const std::string& lines) {
  bool first = true;
  return map_lines(text, "run",
                   [&](const std::string& line, auto) { return std::exchange(first, false) ? lines + line : line; });
}

std::string for_steps(const std::string& text) {
  bool first = true;
  std::string result = map_lines(text, "run", [&](const std::string& line, const std::vector<std::string>& words) {
    if (!first) return "# " + line;
    first = false;
    const std::string seed = value_after(words, "seed");
    return "run mode=stepped" + (seed.empty() ? "" : " seed=" + seed);
  });
  return first ? result + "run mode=stepped\n" : result;
}

std::string with_key(const std::string& text, const std::string& verb, const std::string& key,
                     const std::string& value) {
  return map_lines(text, verb, [&](const std::string&, std::vector<std::string> words) {
    std::erase_if(words, [&](const std::string& word) { return word.starts_with(key + "="); });
    if (!value.empty()) words.push_back(key + "=" + value);
    return joined(words);
  });
}

std::string with_run_key(const std::string& text, const std::string& key, const std::string& value) {
  return with_key(text, "run", key, value);
}

Error placed(Error error, const Scenario& scenario) {
  bool builds = false;
  for (const char* verb : {"wire add", "vm add"})
    map_lines(scenario.text, verb, [&](const std::string& line, auto) { return builds = true, line; });
  if (error.place.empty() && !error.environment && !builds) error.place = scenario.name;
  return error;
}

RunEnd run_end(const std::string& text) {
  RunEnd end = RunEnd::kNoRun;
  map_lines(text, "run", [&](const std::string& line, const std::vector<std::string>& words) {
    const bool ends = !value_after(words, "until").empty() || !value_after(words, "for").empty();
    end = ends ? RunEnd::kByItself : value_after(words, "mode") == "stepped" ? RunEnd::kWaitsForSteps : RunEnd::kNever;
    return line;
  });
  return end;
}

}  // namespace ringside::ctl
