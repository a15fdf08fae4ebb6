// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>

#include "app/ctl/doctor/check.h"

namespace ringside::ctl {
namespace fs = std::filesystem;

bool Machine::exists(const std::string& absolute) const {
  std::error_code error;
  return fs::exists(path(absolute), error);
}

std::string Machine::text(const std::string& absolute) const {
  std::ifstream in(path(absolute), std::ios::binary);
  std::string all{std::istreambuf_iterator<char>(in), {}};
  while (!all.empty() && (all.back() == '\n' || all.back() == ' ')) all.pop_back();
  return all;
}

int64_t Machine::number(const std::string& absolute, int64_t otherwise) const {
  const std::string all = text(absolute);
  char* end = nullptr;
  const int64_t value = std::strtoll(all.c_str(), &end, 10);
  return end == all.c_str() ? otherwise : value;
}

std::string Machine::field(const std::string& absolute, std::string_view key) const {
  std::istringstream in(text(absolute));
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(key)) continue;
    const size_t colon = line.find(':');
    if (colon == std::string::npos || line.find_first_not_of(" \t", key.size()) != colon) continue;
    const size_t begin = line.find_first_not_of(" \t", colon + 1);
    return begin == std::string::npos ? "" : line.substr(begin);
  }
  return {};
}

bool Machine::flag(std::string_view cpu_flag) const {
  std::istringstream in(field("/proc/cpuinfo", "flags"));
  for (std::string word; in >> word;)
    if (word == cpu_flag) return true;
  return false;
}

std::vector<std::string> Machine::list(const std::string& absolute) const {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path(absolute), error))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace ringside::ctl
