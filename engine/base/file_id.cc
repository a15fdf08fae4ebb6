// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/file_id.h"

#include <sys/random.h>
#include <sys/stat.h>

#include <array>

namespace ringside {

FileId FileId::of(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return {};
  return {uint64_t(info.st_dev), uint64_t(info.st_ino)};
}

FilePlace FilePlace::of(const std::string& path) {
  const size_t begin = path.rfind('/') + 1;  // without a slash: 0
  return {FileId::of(path), FileId::of(begin ? path.substr(0, begin) : "."), path.substr(begin)};
}

std::string unguessable_name() {
  std::array<uint8_t, 12> random{};
  if (getrandom(random.data(), random.size(), 0) != ssize_t(random.size())) return {};
  std::string name = kUnguessable;
  for (uint8_t byte : random) name += "0123456789abcdef"[byte >> 4], name += "0123456789abcdef"[byte & 15];
  return name;
}

}  // namespace ringside
