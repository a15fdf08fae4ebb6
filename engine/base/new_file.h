// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>

#include "engine/base/result.h"

namespace ringside {

// A whole file that a command writes, where the user said. Until take_place() it lies beside that place under a name
// that nobody has; what has the place meanwhile is untouched, and a file that took no place is gone, with its journals.
// Only a plain file is ever replaced, and only where `may_replace` finds no reason against it: no device, no pipe and
// no folder; no link is followed in the last part of the path. What one who was killed left there is taken away by the
// next. One thread at a time.
class NewFile {
 public:
  static constexpr char kBegin[] = ".ringside-new-";  // of its name until then
  // The parts of an error that whoever asks knows: "Nothing was handed in.", "Choose another name: `--to FILE`".
  struct Words {
    std::string unchanged, remedy;
  };
  // Looks at the plain file that would be replaced; the error is the reader's, as it is. Empty: any may be.
  using MayReplace = std::function<Status(const std::string& path)>;

  // Whether `to` can be written as things stand. Opens and changes nothing but by `may_replace`. The errors name `to`.
  static Status possible(const std::string& to, const Words& words, const MayReplace& may_replace = {});
  // The same, and makes the file, empty, with the rights that a new one gets.
  static Result<NewFile> beside(const std::string& to, const Words& words, const MayReplace& may_replace = {});

  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();

  const std::string& path() const { return path_; }  // until it takes its place
  Status write(const std::string& text);             // at its end
  // On the disk, and then in its place in one step: whoever looks finds the old file or this one. What is there now is
  // looked at again. Who might not read or write the old file may not do so with this one. Not `lasting`: what is made
  // anew all the time need not outlive a power cut.
  Status take_place(bool lasting = true);

 private:
  NewFile(std::string to, Words words, MayReplace may_replace);
  Status make();

  const std::string to_;
  const Words words_;
  const MayReplace may_replace_;
  std::string path_;
  int fd_ = -1;
};

}  // namespace ringside
