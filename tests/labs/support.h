// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <set>
#include <string>

#include "labs/runner/lab_text.h"

namespace ringside::test {

// The lab that shows how labs are written: labs/exercises/001_anatomy_of_a_ring. Tests run in the repository's root.
labs::LabText model_lab();

inline bool holds_text(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

// A folder of its own that is removed with the object, and open to all users.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace ringside::test
