// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>

#include "labs/runner/lab_text.h"

namespace ringside::labs {

// A path as an author names a lab: a file whose name ends in ".md", or a folder with a lab.md. It need not be there.
bool names_a_text(const std::string& lab);

// Looks after an author's text while he writes. Ask it a few times a second. Editors replace a file as often as they
// write into it, so what counts is which file the name leads to, its length and its time. One thread.
class LabWatch {
 public:
  explicit LabWatch(const std::string& path);  // of a lab.md, or of the folder that has one

  // The text, once, when it is another than the one answered last and has stood still between two looks; the first
  // look answers at once. An error likewise: there is no file, it is none that can be read to its end, or too long.
  std::optional<Result<LabText>> look();

  const std::string& file() const { return file_; }

 private:
  struct Stamp {
    uint64_t device = 0, inode = 0, size = 0;
    int64_t seconds = -1, nanoseconds = 0;  // -1 = no file
    bool operator==(const Stamp&) const = default;
  };
  Stamp stamp() const;

  std::string file_;
  std::optional<Stamp> taken_, seen_;
};

}  // namespace ringside::labs
