// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/read_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "engine/base/visible.h"

namespace ringside {
namespace {

constexpr char kUnchanged[] = "Nothing was started.";

constexpr size_t kMost = kMostFileMiB << 20, kPiece = 1 << 16;

Error too_long(const std::string& place) {
  return {"This is longer than " + std::to_string(kMostFileMiB) + " MiB.", kUnchanged, "Is it the file that you meant?",
          place};
}

Error no_plain_file(const std::string& path) {
  return {"This is no file that can be read to its end.", kUnchanged,
          "Expected a plain file, no folder, device or pipe.", path};
}

struct Descriptor {
  const int fd;
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
};

}  // namespace

Result<std::string> read_all(std::istream& in, const std::string& place) {
  std::string text;
  for (;;) {
    const size_t before = text.size();
    text.resize(before + kPiece);
    in.read(text.data() + before, kPiece);
    text.resize(before + size_t(in.gcount()));
    if (text.size() > kMost) return too_long(place);
    if (!in) break;
  }
  if (in.bad()) return Error{"Reading failed.", kUnchanged, "", place, true};
  return text;
}

Result<std::string> read_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) return Error{"There is no such file.", kUnchanged, "", path};
  if (!std::filesystem::is_regular_file(status)) return no_plain_file(path);
  // Some of /proc look like plain files and wait for ever, and what lies here may be a pipe by now.
  const Descriptor file{open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.fd < 0)
    return Error{"This file cannot be read.", kUnchanged,
                 "Look at its owner and rights: ls -l '" + visible_line(path) + "'", path};
  struct stat opened {};
  if (fstat(file.fd, &opened) != 0 || !S_ISREG(opened.st_mode)) return no_plain_file(path);
  std::string text;
  for (;;) {
    const size_t before = text.size();
    text.resize(before + kPiece);
    const ssize_t n = read(file.fd, text.data() + before, kPiece);
    text.resize(before + size_t(n > 0 ? n : 0));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) return no_plain_file(path);
    if (n < 0) return Error{"Reading failed.", kUnchanged, "", path, true};
    if (text.size() > kMost) return too_long(path);
    if (n == 0) return text;
  }
}

}  // namespace ringside
