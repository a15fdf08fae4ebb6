// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/lab_watch.h"

#include <sys/stat.h>

#include <filesystem>

namespace ringside::labs {
namespace fs = std::filesystem;

bool names_a_text(const std::string& lab) {
  std::error_code error;
  return fs::path(lab).extension() == ".md" || fs::exists(fs::path(lab) / "lab.md", error);
}

LabWatch::LabWatch(const std::string& path) : file_(path) {
  std::error_code error;
  if (fs::is_directory(path, error)) file_ = (fs::path(path) / "lab.md").string();
}

LabWatch::Stamp LabWatch::stamp() const {
  struct stat info {};
  if (stat(file_.c_str(), &info) != 0) return {};
  return {uint64_t(info.st_dev), uint64_t(info.st_ino), uint64_t(info.st_size), int64_t(info.st_mtim.tv_sec),
          int64_t(info.st_mtim.tv_nsec)};
}

std::optional<Result<LabText>> LabWatch::look() {
  const Stamp now = stamp();
  const bool first = !taken_, stands = seen_ == now;
  seen_ = now;
  if (!first && (now == *taken_ || !stands)) return {};
  taken_ = now;
  return read_lab(file_);
}

}  // namespace ringside::labs
