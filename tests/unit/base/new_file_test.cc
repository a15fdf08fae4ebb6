// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/new_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "engine/base/fault_injection.h"
#include "engine/base/file_id.h"
#include "tests/support/catch.h"

using namespace ringside;
namespace fs = std::filesystem;

namespace {

const NewFile::Words kWords{"Nothing was kept.", "Name another: `--to FILE`"};

struct OutputFolder {
  const fs::path path = fs::temp_directory_path() / ("ringside-new-" + std::to_string(getpid()));
  OutputFolder() { fs::create_directory(path); }
  ~OutputFolder() { fs::remove_all(path); }
  std::string operator/(const std::string& name) const { return path / name; }
  void lay(const std::string& name, const std::string& text) const { std::ofstream(path / name) << text; }
  std::string text(const std::string& name) const {
    std::ifstream in(path / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(path)) all.push_back(entry.path().filename());
    std::sort(all.begin(), all.end());
    return all;
  }
};

Status put_there(const std::string& to, const std::string& text) {
  auto file = NewFile::beside(to, kWords);
  if (!file) return file.error();
  if (Status written = file->write(text); !written) return written;
  return file->take_place();
}

mode_t rights_of(const std::string& path) {
  struct stat info {};
  REQUIRE(stat(path.c_str(), &info) == 0);
  return info.st_mode & 0777;
}

}  // namespace

TEST_CASE("a new file takes its place whole, and nobody's file beside it is touched", "[base]") {
  const OutputFolder folder;
  folder.lay("a.csv.new", "mine");
  REQUIRE(put_there(folder / "a.csv", "one"));
  {
    auto file = NewFile::beside(folder / "a.csv", kWords);
    REQUIRE(file);
    REQUIRE(file->write("two"));
    CHECK(folder.text("a.csv") == "one");
    std::ofstream(file->path() + "-journal") << "left";
  }
  CHECK(folder.names() == std::vector<std::string>{"a.csv", "a.csv.new"});
  chmod((folder / "a.csv").c_str(), 0600);
  REQUIRE(put_there(folder / "a.csv", "three"));
  CHECK(folder.text("a.csv") == "three");
  CHECK(rights_of(folder / "a.csv") == 0600);
  CHECK(folder.text("a.csv.new") == "mine");
  CHECK(folder.names() == std::vector<std::string>{"a.csv", "a.csv.new"});
}

TEST_CASE("only a plain file is replaced, and only one that may be", "[base]") {
  const OutputFolder folder;
  folder.lay("kept", "mine");
  fs::create_symlink("kept", folder / "link");
  fs::create_symlink("none", folder / "nowhere");
  fs::create_directory(folder / "folder");
  REQUIRE(mkfifo((folder / "pipe").c_str(), 0600) == 0);
  const auto before = folder.names();
  const std::pair<std::string, std::string> all[] = {
      {"link", "This is a link, and links are not followed."},
      {"nowhere", "This is a link, and links are not followed."},
      {"folder", "This is a folder."},
      {"folder/", "This is a folder."},
      {"pipe", "This is a pipe, and no place for a file."},
      {"none/a.csv", "There is no such folder."},
      {"kept/a.csv", "There is no such folder."},
  };
  for (const auto& [name, what] : all) {
    const Status done = put_there(folder / name, "other");
    REQUIRE(!done);
    CHECK(done.error().what == what);
    CHECK(done.error().place == folder / name);
    CHECK(done.error().unchanged == kWords.unchanged);
    CHECK(done.error().remedy == kWords.remedy);
  }
  CHECK(NewFile::possible("/dev/null", kWords).error().what == "This is a device, and no place for a file.");
  CHECK(NewFile::possible(folder / "a\nb/c", kWords).error().place == folder / "a\\x0ab/c");
  const auto never = [](const std::string&) { return Status{Error{"It is mine."}}; };
  CHECK(NewFile::beside(folder / "kept", kWords, never).error().what == "It is mine.");
  CHECK(NewFile::beside(folder / "fresh", kWords, never).ok());
  // What came there meanwhile is looked at, too.
  auto file = NewFile::beside(folder / "late", kWords, never);
  REQUIRE(file);
  folder.lay("late", "theirs");
  CHECK(file->take_place().error().what == "It is mine.");
  CHECK(folder.text("late") == "theirs");
  CHECK(folder.text("kept") == "mine");
  fs::remove(folder / "late"), fs::remove(file->path());
  CHECK(folder.names() == before);
}

TEST_CASE("what one who was killed left is taken away by the next, and what is in use is not", "[base]") {
  const OutputFolder folder;
  const std::string digits(kUnguessableDigits, 'a'), begin = NewFile::kBegin;
  folder.lay(begin + digits, "left"), folder.lay(begin + digits + "-journal", "left");
  for (const std::string& name : {begin, begin + digits + "a", begin + "Z" + digits.substr(1), ".ringside-" + digits})
    folder.lay(name, "mine");
  folder.lay("mine", "mine");
  fs::create_symlink("mine", folder / (begin + std::string(kUnguessableDigits, 'b')));
  const auto live = NewFile::beside(folder / "b", kWords);
  REQUIRE(live);
  const size_t before = folder.names().size();
  REQUIRE(put_there(folder / "a", "one"));
  CHECK(!fs::exists(folder / (begin + digits)));
  CHECK(!fs::exists(folder / (begin + digits + "-journal")));
  CHECK(fs::exists(live->path()));
  CHECK(folder.names().size() == before + 1);  // and a
  CHECK(folder.text("mine") == "mine");
}

TEST_CASE("whatever fails, the old file is whole and nothing lies beside it", "[base]") {
  const OutputFolder folder;
  folder.lay("a.csv", "old");
  for (const char* call : {"open", "write", "fsync", "rename"}) {
    const ArmedFault fault({.only = call, .error = ENOSPC});
    const Status done = put_there(folder / "a.csv", "new");
    CHECK(fault.hit());
    REQUIRE(!done);
    CHECK(done.error().what == "This cannot be written: No space left on device.");
    CHECK(done.error().environment);
    CHECK(folder.text("a.csv") == "old");
    CHECK(folder.names() == std::vector<std::string>{"a.csv"});
  }
}

TEST_CASE("two names are one place when they lead to one file, there or not", "[base]") {
  const OutputFolder folder;
  folder.lay("a", "");
  fs::create_symlink("a", folder / "link");
  fs::create_hard_link(folder / "a", folder / "second");
  fs::create_directory_symlink(folder.path, folder / "again");
  const FilePlace a = FilePlace::of(folder / "a");
  for (const char* same : {"a", "link", "second", "again/a", "again/link", "./a"})
    CHECK(a.is(FilePlace::of(folder / same)));
  CHECK(!a.is(FilePlace::of(folder / "b")));
  CHECK(FilePlace::of(folder / "b").is(FilePlace::of(folder / "again/b")));
  CHECK(!FilePlace::of(folder / "b").is(FilePlace::of(folder / "c")));
  CHECK(!FilePlace::of("none/b").is(FilePlace::of("none/b")));  // no place at all
}
