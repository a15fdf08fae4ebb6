// SPDX-License-Identifier: BSD-3-Clause
// cold: opened once, before a wire that writes is built
#include "engine/datapath/pnic/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
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

FileId id_of(const struct stat& info) { return {uint64_t(info.st_dev), uint64_t(info.st_ino)}; }

// Of pcap (savefile(5): micro- and nanoseconds, and with longer record heads) in either byte order, and of pcapng.
bool begins_as_capture(const std::array<uint8_t, 4>& begin) {
  uint32_t magic = 0, swapped = 0;
  for (int i = 0; i < 4; i++) magic |= uint32_t{begin[i]} << 8 * i, swapped |= uint32_t{begin[i]} << (24 - 8 * i);
  constexpr uint32_t kPcapng = 0x0a0d0d0a;
  for (uint32_t known : {0xa1b2c3d4u, 0xa1b23c4du, 0xa1b2cd34u})
    if (magic == known || swapped == known) return true;
  return magic == kPcapng;
}

}  // namespace

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
  struct stat info {};
  if (fstat(out.folder_, &info) == 0) out.folder_id_ = id_of(info);
  out.overwrite_ = overwrite;
  if (fstatat(out.folder_, out.name_.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) {
    if (S_ISLNK(info.st_mode))
      return cannot(path, "it is a link, and links are not followed", "The name of a new file");
    if (!S_ISREG(info.st_mode)) return cannot(path, "it is not a regular file", "The name of a new file");
    if (!overwrite) return cannot(path, "it exists already", "Another name, or overwrite=yes");
    if (const std::string why = out.obstacle(); !why.empty()) return cannot(path, why, "The name of a new file");
    out.old_ = id_of(info);
  }
  if (const int why = out.make()) return cannot(path, std::strerror(why), "A folder that exists and is yours");
  if (fstat(out.fd_, &info) == 0) out.id_ = id_of(info);
  return out;
}

// 0, or errno.
int OutputFile::make() {
  if (fault_here("openat")) return errno;
  // Without a name it is gone with the program, however that ends. To name it later takes /proc.
  fd_ = fault_here("O_TMPFILE") || access("/proc/self/fd", X_OK) != 0
            ? -1
            : openat(folder_, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC, 0644);
  if (fd_ >= 0) return 0;
  stand_in_ = unguessable_name();
  if (stand_in_.empty()) return errno;
  fd_ = openat(folder_, stand_in_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (fd_ >= 0) return 0;
  stand_in_.clear();
  return errno;
}

// Why the file that has the name is not replaced; empty: it may be.
std::string OutputFile::obstacle() const {
  const int fd = openat(folder_, name_.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0) return std::strerror(errno);
  struct stat info {};
  std::array<uint8_t, 4> begin{};
  const bool regular = fstat(fd, &info) == 0 && S_ISREG(info.st_mode);
  const bool whole = regular && info.st_size && pread(fd, begin.data(), begin.size(), 0) == ssize_t(begin.size());
  close(fd);
  if (!regular) return "it is not a regular file";
  return info.st_size == 0 || (whole && begins_as_capture(begin)) ? "" : "it is not a capture: it is not replaced";
}

OutputFile& OutputFile::operator=(OutputFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(folder_, other.folder_);
  std::swap(overwrite_, other.overwrite_);
  std::swap(in_place_, other.in_place_);
  std::swap(name_, other.name_);
  std::swap(stand_in_, other.stand_in_);
  std::swap(id_, other.id_);
  std::swap(old_, other.old_);
  std::swap(folder_id_, other.folder_id_);
  return *this;
}

OutputFile::~OutputFile() {
  struct stat now {};
  // Only if the name still means our file.
  if (!stand_in_.empty() && fstatat(folder_, stand_in_.c_str(), &now, AT_SYMLINK_NOFOLLOW) == 0 && id_.is(id_of(now)))
    unlinkat(folder_, stand_in_.c_str(), 0);
  if (fd_ >= 0) close(fd_);
  if (folder_ >= 0) close(folder_);
}

bool OutputFile::is_meant_by(const std::string& path) const {
  const FileId there = FileId::of(path);
  if (there.is(id_)) return true;
  if (in_place_) return false;
  if (there.is(old_)) return true;
  const size_t begin = path.rfind('/') + 1;  // without a slash: 0
  return path.substr(begin) == name_ && FileId::of(begin ? path.substr(0, begin) : ".").is(folder_id_);
}

int OutputFile::take_place() {
  struct stat now {};
  const bool there = fstatat(folder_, name_.c_str(), &now, AT_SYMLINK_NOFOLLOW) == 0;
  if (!there && errno != ENOENT) return errno;
  if (there && (!overwrite_ || !obstacle().empty())) return EEXIST;
  if (const int why = there ? replace() : link_as(name_)) return why;
  // Exchanged, the stand-in's name went with it; linked, there are two.
  if (!stand_in_.empty() && !there) unlinkat(folder_, stand_in_.c_str(), 0);
  stand_in_.clear();
  in_place_ = true;
  return 0;
}

// A further name, and nothing that has it already is harmed. 0, or errno.
int OutputFile::link_as(const std::string& name) const {
  if (fault_here("linkat")) return errno;
  const std::string self = "/proc/self/fd/" + std::to_string(fd_);
  const int done = stand_in_.empty() ? linkat(AT_FDCWD, self.c_str(), folder_, name.c_str(), AT_SYMLINK_FOLLOW)
                                     : linkat(folder_, stand_in_.c_str(), folder_, name.c_str(), 0);
  if (done == 0) return 0;
  // A file system without second names.
  if (stand_in_.empty() || (errno != EPERM && errno != EOPNOTSUPP)) return errno;
  return renameat2(folder_, stand_in_.c_str(), folder_, name.c_str(), RENAME_NOREPLACE) == 0 ? 0 : errno;
}

// In one step: whoever looks finds the old file or this one. 0, or errno.
int OutputFile::replace() const {
  std::string from = stand_in_;
  if (from.empty()) {
    from = unguessable_name();
    if (from.empty()) return errno;
    if (const int why = link_as(from)) return why;
  }
  if (!fault_here("renameat") && renameat(folder_, from.c_str(), folder_, name_.c_str()) == 0) return 0;
  const int why = errno;
  if (stand_in_.empty()) unlinkat(folder_, from.c_str(), 0);
  return why;
}

}  // namespace ringside::datapath
