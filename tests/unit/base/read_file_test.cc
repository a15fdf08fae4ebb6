// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/read_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "engine/base/scenario_file.h"
#include "tests/support/catch.h"

using namespace ringside;

TEST_CASE("a file is read whole, and what is none is never waited for", "[base]") {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("ringside-read-" + std::to_string(getpid()));
  std::filesystem::create_directory(folder);
  const std::string file = folder / "whole.scn", pipe = folder / "pipe";
  const std::string text(100'000, 'x');
  std::ofstream(file) << text;
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  REQUIRE(read_file(file));
  CHECK(*read_file(file) == text);
  REQUIRE(read_scenario_file(file));
  CHECK(read_scenario_file(file)->name == "whole.scn");
  for (const std::string& path : {folder.string(), pipe, std::string("/dev/null")})
    for (const Error& error : {read_file(path).error(), read_scenario_file(path).error()}) {
      CHECK(error.what == "This is no file that can be read to its end.");
      CHECK(error.place == path);
    }
  CHECK(read_file(folder / "none").error().what == "There is no such file.");
  CHECK(read_scenario_file(folder / "none").error().remedy == "The list: ringsidectl show scenarios");
  std::filesystem::remove_all(folder);
}

TEST_CASE("a scenario that comes with Ringside is found by its name, with and without its end", "[base]") {
  for (const char* name : {"first", "first.scn"}) {
    REQUIRE(read_scenario_file(name));
    CHECK(read_scenario_file(name)->name == "first.scn");
  }
}
