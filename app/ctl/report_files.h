// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/base/file_id.h"
#include "engine/base/result.h"

namespace ringside::ctl {

// The texts that a command writes, each to where its option says. `-` and /dev/stdout are standard output; a device or
// a pipe is written to and stays what it is; a plain file is replaced when all texts are on the disk. No database is
// ever replaced, nor what the command reads, nor a text by another one. The command's thread.
class ReportFiles {
 public:
  ReportFiles() = default;
  ReportFiles(const ReportFiles&) = delete;
  ~ReportFiles();

  // What the command reads or keeps; `what` is how an error calls it: "a hand-in that is read".
  void keep(const std::string& path, const std::string& what);
  // `text` is asked for by write(). An empty `to`: the option was not given.
  void add(const std::string& option, const std::string& to, std::function<std::string()> text);

  bool none() const { return reports_.empty(); }
  bool to_stdout() const { return on_stdout_ != 0; }
  // Looks at all places before anything is done, and opens the pipes and devices. Errors name the place.
  Status open();
  Status write();

 private:
  struct Report {
    std::string option, to;
    std::function<std::string()> text;
    FilePlace place;
    int fd = -1;  // of a pipe or device
    bool on_stdout = false;
  };
  Status look_at(Report& report);

  struct Kept {
    FilePlace place;
    std::string what;
  };
  std::vector<Kept> kept_;
  std::vector<Report> reports_;
  int on_stdout_ = 0;
};

}  // namespace ringside::ctl
