// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/new_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include "engine/base/fault_injection.h"
#include "engine/base/file_id.h"
#include "engine/base/visible.h"

namespace ringside {
namespace {

std::string folder_of(const std::string& path) {
  const size_t begin = path.rfind('/') + 1;  // without a slash: 0
  return begin ? path.substr(0, begin) : "./";
}

// What it is, of what is no plain file.
const char* kind_of(mode_t mode) {
  return S_ISLNK(mode)    ? "This is a link, and links are not followed."
         : S_ISDIR(mode)  ? "This is a folder."
         : S_ISFIFO(mode) ? "This is a pipe, and no place for a file."
         : S_ISSOCK(mode) ? "This is a socket, and no place for a file."
                          : "This is a device, and no place for a file.";
}

Error cannot_write(const std::string& to, const NewFile::Words& words, const std::string& why) {
  return {"This cannot be written: " + why + ".", words.unchanged, words.remedy, visible_line(to), true};
}

bool is_on_disk(int fd) { return !fault_here("fsync") && fsync(fd) == 0; }

constexpr const char* kJournals[] = {"-journal", "-wal", "-shm", ""};  // the file last, without which they are nobody's

void remove_with_journals(const std::string& path) {
  for (const char* journal : kJournals) unlink((path + journal).c_str());
}

// Each holds a lock on its file while it lives, so what has none is of one who was killed. Only names of our own form,
// and only files of this user.
void remove_left(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> left;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    const size_t begin = sizeof NewFile::kBegin - 1;
    if (name.starts_with(NewFile::kBegin) && name.size() == begin + kUnguessableDigits &&
        name.find_first_not_of("0123456789abcdef", begin) == name.npos)
      left.push_back(folder + name);
  }
  for (const std::string& path : left) {
    const int fd = open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0) continue;
    struct stat info {};
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0)
      remove_with_journals(path);
    close(fd);
  }
}

}  // namespace

Status NewFile::possible(const std::string& to, const Words& words, const MayReplace& may_replace) {
  const auto no = [&](const std::string& what) { return Error{what, words.unchanged, words.remedy, visible_line(to)}; };
  const std::string folder = folder_of(to);
  struct stat info {};
  if (stat(folder.c_str(), &info) != 0 || !S_ISDIR(info.st_mode)) return no("There is no such folder.");
  if (lstat(to.c_str(), &info) == 0) {
    if (!S_ISREG(info.st_mode)) return no(kind_of(info.st_mode));
    if (may_replace)
      if (Status may = may_replace(to); !may) return may;
  } else if (errno != ENOENT) {
    return cannot_write(to, words, std::strerror(errno));
  }
  if (access(folder.c_str(), W_OK | X_OK) != 0) return cannot_write(to, words, std::strerror(errno));
  return {};
}

Result<NewFile> NewFile::beside(const std::string& to, const Words& words, const MayReplace& may_replace) {
  if (Status can = possible(to, words, may_replace); !can) return can.error();
  NewFile file(to, words, may_replace);
  if (Status made = file.make(); !made) return made.error();
  return file;
}

NewFile::NewFile(std::string to, Words words, MayReplace may_replace)
    : to_(std::move(to)), words_(std::move(words)), may_replace_(std::move(may_replace)) {}

NewFile::NewFile(NewFile&& other) noexcept
    : to_(other.to_),
      words_(other.words_),
      may_replace_(other.may_replace_),
      path_(std::exchange(other.path_, {})),
      fd_(std::exchange(other.fd_, -1)) {}

NewFile::~NewFile() {
  if (fd_ >= 0) close(fd_);
  if (!path_.empty()) remove_with_journals(path_);
}

Status NewFile::make() {
  const bool locks = !on_network_file_system(folder_of(to_));  // there, SQLite's locks and this one may be the same
  if (locks) remove_left(folder_of(to_));
  const std::string name = unguessable_name(kBegin);
  if (name.empty()) return cannot_write(to_, words_, std::strerror(errno));
  const std::string path = folder_of(to_) + name;
  fd_ = fault_here("open") ? -1 : open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (fd_ < 0) return cannot_write(to_, words_, std::strerror(errno));
  path_ = path;
  struct stat info {};
  // Between the two, another one may have taken it for one that was left.
  if (locks && (flock(fd_, LOCK_EX) != 0 || fstat(fd_, &info) != 0 || info.st_nlink == 0))
    return cannot_write(to_, words_, "another program took it away; try again");
  return {};
}

Status NewFile::write(const std::string& text) {
  for (size_t done = 0; done < text.size();) {
    const ssize_t n = fault_here("write") ? -1 : ::write(fd_, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return cannot_write(to_, words_, std::strerror(errno));
    done += size_t(n);
  }
  return {};
}

Status NewFile::take_place(bool lasting) {
  if (Status can = possible(to_, words_, may_replace_); !can) return can;
  struct stat old {
  }, own{};
  if (lstat(to_.c_str(), &old) == 0 && fstat(fd_, &own) == 0)
    (void)fchmod(fd_, old.st_mode & own.st_mode & 0777);  // of a file system without rights: nothing to keep
  if ((lasting && !is_on_disk(fd_)) || fault_here("rename") || rename(path_.c_str(), to_.c_str()) != 0)
    return cannot_write(to_, words_, std::strerror(errno));
  path_.clear();
  if (!lasting) return {};
  // A rename is on the disk when its folder is.
  const int folder = open(folder_of(to_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return {};  // one may write in it and not read it
  const bool settled = is_on_disk(folder) || errno == EINVAL;
  const int why = errno;
  close(folder);
  if (settled) return {};
  Error error = cannot_write(to_, words_, std::strerror(why));
  error.unchanged = "It may be there, and be gone after a power cut.";
  return error;
}

}  // namespace ringside
