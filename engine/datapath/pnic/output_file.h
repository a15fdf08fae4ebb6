// SPDX-License-Identifier: BSD-3-Clause
// cold: opened once, before a wire that writes is built
#pragma once

#include <sys/types.h>

#include <string>

#include "engine/base/file_id.h"
#include "engine/base/result.h"

namespace ringside::datapath {

// A new file of ours to write to. A scenario may come from elsewhere, and much can fail between its first line and the
// first frame: until take_place() the file has no name (where the file system cannot do that, one that nobody can
// guess), and nothing of what was there before is touched. No link is followed, in no part of the path; what is not a
// file is left alone, and so is a file that is no capture. Made by the engine's thread; one thread at a time.
class OutputFile {
 public:
  // Makes the file, in the folder of `path`. Error: there is a file of that name already; with `overwrite`, one that is
  // no capture, pcap or pcapng, and not empty.
  static Result<OutputFile> create(const std::string& path, bool overwrite);

  OutputFile() = default;
  OutputFile(OutputFile&& other) noexcept { *this = std::move(other); }
  OutputFile& operator=(OutputFile&& other) noexcept;
  ~OutputFile();  // a file that did not take its place is gone

  int fd() const { return fd_; }
  // `path`, links followed, means this file: or, before it has taken its place, that place or what lies there.
  bool is_meant_by(const std::string& path) const;
  // Gives the file its name, or exchanges it for the one that has that name; that one's other names and its readers
  // keep their content. What came there meanwhile is looked at as create() did. 0, or errno: all is as it was.
  int take_place();
  bool in_place() const { return in_place_; }

 private:
  int make();
  std::string obstacle() const;
  int link_as(const std::string& name) const;
  int replace() const;

  int fd_ = -1, folder_ = -1;
  bool overwrite_ = false, in_place_ = false;
  std::string name_;      // in the folder
  std::string stand_in_;  // its name until then; empty: it has none
  FileId id_, old_, folder_id_;
};

}  // namespace ringside::datapath
