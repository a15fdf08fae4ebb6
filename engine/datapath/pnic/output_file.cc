// SPDX-License-Identifier: BSD-3-Clause
// cold: opened once, before a wire that writes is built
#include "engine/datapath/pnic/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "engine/base/fault_injection.h"

namespace ringside::datapath {
namespace {

constexpr char kNotChanged[] = "Nothing was built, and no file was changed.";

Error cannot(const std::string& path, const std::string& why, const std::string& remedy) {
  return {"The file cannot be written: " + path + " (" + why + ").", kNotChanged, remedy};
}

// Opens the folder in which `path` lies, part by part and through no link. -1: errno says why (ELOOP or ENOTDIR: a
// link).
int open_folder(const std::string& path, std::string& name) {
  constexpr int kFlags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  int folder = open(path.starts_with('/') ? "/" : ".", kFlags);
  size_t from = 0;
  for (size_t slash; folder >= 0 && (slash = path.find('/', from)) != std::string::npos; from = slash + 1) {
    if (slash == from) continue;
    const int next = openat(folder, path.substr(from, slash - from).c_str(), kFlags);
    const int why = errno;
    close(folder);
    folder = next;
    errno = why;
  }
  name = path.substr(from);
  return folder;
}

}  // namespace

FileId FileId::of(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return {};
  return {uint64_t(info.st_dev), uint64_t(info.st_ino)};
}

Result<OutputFile> OutputFile::create(const std::string& path, bool overwrite) {
  OutputFile out;
  out.folder_ = open_folder(path, out.name_);
  if (out.folder_ < 0) {
    if (errno == ELOOP || errno == ENOTDIR)
      return cannot(path, "a part of its path is a link, or no folder", "The path without links: realpath tells it");
    return cannot(path, std::strerror(errno), "A folder that exists and is yours");
  }
  if (out.name_.empty() || out.name_ == "." || out.name_ == "..")
    return cannot(path, "it is a folder", "The name of a new file");
  struct stat old {};
  if (fstatat(out.folder_, out.name_.c_str(), &old, AT_SYMLINK_NOFOLLOW) == 0) {
    if (S_ISLNK(old.st_mode)) return cannot(path, "it is a link, and links are not followed", "The name of a new file");
    if (!S_ISREG(old.st_mode)) return cannot(path, "it is not a regular file", "The name of a new file");
    if (!overwrite) return cannot(path, "it exists already", "Another name, or overwrite=yes");
    if (unlinkat(out.folder_, out.name_.c_str(), 0) != 0)
      return cannot(path, std::strerror(errno), "A folder that is yours");
  }
  out.fd_ = fault_here("openat")
                ? -1
                : openat(out.folder_, out.name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (out.fd_ < 0) return cannot(path, std::strerror(errno), "A folder that exists and is yours");
  struct stat made {};
  if (fstat(out.fd_, &made) == 0) out.id_ = {uint64_t(made.st_dev), uint64_t(made.st_ino)};
  return out;
}

OutputFile& OutputFile::operator=(OutputFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(folder_, other.folder_);
  std::swap(name_, other.name_);
  std::swap(id_, other.id_);
  return *this;
}

OutputFile::~OutputFile() {
  if (fd_ >= 0) close(fd_);
  if (folder_ >= 0) close(folder_);
}

void OutputFile::discard() {
  struct stat now {};
  // Only if the name still means our file.
  if (fd_ >= 0 && fstatat(folder_, name_.c_str(), &now, AT_SYMLINK_NOFOLLOW) == 0 &&
      id_.is({uint64_t(now.st_dev), uint64_t(now.st_ino)}))
    unlinkat(folder_, name_.c_str(), 0);
}

}  // namespace ringside::datapath
