// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/assets.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace ringside {
namespace fs = std::filesystem;

std::string asset_path(std::string_view relative) {
  std::error_code error;
  const fs::path exe = fs::read_symlink("/proc/self/exe", error).parent_path();
  std::vector<fs::path> roots = {exe / ".." / "assets", exe / ".." / ".." / "assets",
                                 exe / ".." / "share" / "ringside" / "assets"};
  if (const char* given = std::getenv("RINGSIDE_ASSETS"); given && *given) roots.emplace_back(given);
  for (const fs::path& root : roots) {
    const fs::path path = root / relative;
    if (fs::exists(path, error)) return path.lexically_normal().string();
  }
  return (roots.front() / relative).lexically_normal().string();
}

std::string read_asset(std::string_view relative) {
  std::ifstream file(asset_path(relative), std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace ringside
