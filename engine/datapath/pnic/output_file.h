// SPDX-License-Identifier: BSD-3-Clause
// cold: opened once, before a wire that writes is built
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "engine/base/result.h"

namespace ringside::datapath {

// Which file a name means: two names are one file when device and inode agree. Zeros: none.
struct FileId {
  uint64_t device = 0, inode = 0;
  bool is(const FileId& other) const { return inode != 0 && device == other.device && inode == other.inode; }
  // What `path` means now, links followed; none when nothing is there. Opens nothing.
  static FileId of(const std::string& path);
};

// A new file of ours to write to. A scenario may come from elsewhere: nothing that was there before is written to,
// no link is followed (in no part of the path), and what is not a file is left alone. Engine's thread.
class OutputFile {
 public:
  // Makes the file. One that is there already is an error; with `overwrite` a regular file of that name is taken away
  // first, so that its other names and its readers keep their content.
  static Result<OutputFile> create(const std::string& path, bool overwrite);

  OutputFile() = default;
  OutputFile(OutputFile&& other) noexcept { *this = std::move(other); }
  OutputFile& operator=(OutputFile&& other) noexcept;
  ~OutputFile();

  int fd() const { return fd_; }
  const FileId& id() const { return id_; }
  // Takes the file away again: of a command that failed behind its making, and of a wire that never ran.
  void discard();

 private:
  int fd_ = -1, folder_ = -1;
  std::string name_;  // in the folder
  FileId id_;
};

}  // namespace ringside::datapath
