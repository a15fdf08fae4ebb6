// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/read_file.h"

#include <filesystem>
#include <fstream>

namespace ringside {
namespace {

constexpr char kUnchanged[] = "Nothing was started.";

}  // namespace

Result<std::string> read_all(std::istream& in, const std::string& place) {
  constexpr size_t kMost = kMostFileMiB << 20, kPiece = 1 << 16;
  std::string text;
  for (;;) {
    const size_t before = text.size();
    text.resize(before + kPiece);
    in.read(text.data() + before, kPiece);
    text.resize(before + size_t(in.gcount()));
    if (text.size() > kMost)
      return Error{"This is longer than " + std::to_string(kMostFileMiB) + " MiB.", kUnchanged,
                   "Is it the file that you meant?", place};
    if (!in) break;
  }
  if (in.bad()) return Error{"Reading failed.", kUnchanged, "", place, true};
  return text;
}

Result<std::string> read_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return Error{"There is no such file.", kUnchanged, "", path};
  if (!std::filesystem::is_regular_file(status))
    return Error{"This is no file that can be read to its end.", kUnchanged,
                 "Expected a plain file, no folder, device or pipe.", path};
  std::ifstream in(path, std::ios::binary);
  if (!in)
    return Error{"This file cannot be read.", kUnchanged, "Look at its owner and rights: ls -l '" + path + "'", path};
  return read_all(in, path);
}

}  // namespace ringside
