// SPDX-License-Identifier: BSD-3-Clause
#include "tests/labs/support.h"

#include <cstdlib>
#include <filesystem>

#include "tests/support/catch.h"

namespace ringside::test {

labs::LabText model_lab() {
  setenv("RINGSIDE_ASSETS", (std::filesystem::current_path() / "assets").c_str(),
         0);  // for a build directory elsewhere
  auto text = labs::read_lab("labs/exercises/001_anatomy_of_a_ring/lab.md");
  REQUIRE(text.ok());
  return *text;
}

TemporaryFolder::TemporaryFolder() {
  setenv("RINGSIDE_ASSETS", (std::filesystem::current_path() / "assets").c_str(), 0);
  path_ = (std::filesystem::temp_directory_path() / "ringside-labs-XXXXXX").string();
  REQUIRE(mkdtemp(path_.data()) != nullptr);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

}  // namespace ringside::test
