// SPDX-License-Identifier: BSD-3-Clause
// Labs, packs and recordings of somebody who means harm: small files that would take the reader's memory or stack.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include <SQLiteCpp/SQLiteCpp.h>

#include "engine/api/rehearse.h"
#include "labs/pack/install.h"
#include "labs/pack/make_pack.h"
#include "labs/pack/pack_file.h"
#include "labs/pack/reduce.h"
#include "labs/runner/lab_compiler.h"
#include "labs/runner/recording.h"
#include "tests/labs/support.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::labs;
using namespace ringside::test;

namespace {

std::string many(const std::string& text, size_t n) {
  std::string all;
  for (size_t i = 0; i < n; i++) all += text;
  return all;
}

LabText lab_of(const std::string& front, const std::string& body, const std::string& id = "a") {
  return {.file = id + "/lab.md",
          .text = "+++\nid = \"" + id + "\"\ntitle = \"A\"\npromise = \"P.\"\n" + front +
                  "+++\n# A\n```start\nwire add name=w0 kind=ring\n```\n## Do: one\n```do one\nrun "
                  "until=idle\n```\n" +
                  body,
          .hash = "0123456789abcdef"};
}

std::string refused(const LabText& text) {
  auto lab = parse_lab(text, 0, 1);
  return lab ? "" : lab.error().text();
}

// `n` variants of a lab whose one field of `bytes` is used `uses` times.
LabText swelling(size_t n, size_t bytes, size_t uses, const std::string& id = "a") {
  return lab_of(many("[[variant]]\nx = \"" + std::string(bytes, 'v') + "\"\n", n), many("It is {{x}}.\n\n", uses), id);
}

}  // namespace

TEST_CASE("a key of thousands of parts is refused with its line, wherever a lab has TOML", "[labs]") {
  const std::string parts = many("z.", 4'000) + "a";
  for (const std::string& line : {parts + " = 1", "[" + parts + "]", "x = { " + parts + " = 1 }"}) {
    CHECK(holds_text(refused(lab_of(line + "\n", "")), "a/lab.md:5: The front matter cannot be read"));
    CHECK(holds_text(refused(lab_of("", "```explain e1\n" + line + "\n```\n")), "a/lab.md:15: explain e1 cannot"));
    CHECK_FALSE(count_variants(lab_of(line + "\n", "")).ok());
  }
  CHECK(holds_text(refused(lab_of("accepts = " + many("[", 300) + many("]", 300) + "\n", "")), "too deep"));
  CHECK(refused(lab_of("", "")).empty());
}

TEST_CASE("a lab, and a line of it, has a longest length before it is read", "[labs]") {
  CHECK(holds_text(refused(lab_of("", std::string(LabBounds::kMostLineBytes + 1, 'x'))), "a/lab.md:14: This line has"));
  CHECK(refused(lab_of("", std::string(LabBounds::kMostLineBytes, 'x'))).empty());
  // 256 variants may stand in one line, as a student's edition has them
  auto wide = reduce_lab(swelling(200, 100, 1), {});
  REQUIRE(wide.ok());
  CHECK(refused({.file = "a/lab.md", .text = *wide, .hash = ""}).empty());
  const LabText long_one = lab_of("", many("- one\n", LabBounds::kMostTextBytes / 6));
  CHECK(holds_text(refused(long_one), "bytes; 262144 at most"));
  CHECK_FALSE(count_variants(long_one).ok());
}

TEST_CASE("what variants fill in is bounded while it is filled in", "[labs]") {
  CHECK(holds_text(refused(lab_of("[[variant]]\nx = \"" + std::string(4'000, 'v') + "\"\n", many("{{x}}", 1'000))),
                   "a/lab.md:16: With the values of variant 1 this line has over 8192 bytes"));
  CHECK(holds_text(refused(swelling(1, 4'000, 500)), "the lab has over 1048576 bytes with the values of variant 1"));
  auto fine = parse_lab(swelling(2, 1'000, 100), 1, 1);
  REQUIRE(fine.ok());
  CHECK(fine->bytes > 100'000);
  CHECK(fine->bytes < 110'000);
}

TEST_CASE("a pack that swells with its variants is made and installed by nobody", "[labs]") {
  TemporaryFolder folder;
  const char* set = std::getenv("XDG_DATA_HOME");
  const std::optional<std::string> before = set ? std::optional<std::string>(set) : std::nullopt;
  setenv("XDG_DATA_HOME", (folder / "data").c_str(), 1);
  std::filesystem::create_directory(folder / "data");
  const LabText bomb = swelling(50, 4'000, 200);  // 40 MB of 200 KB
  CHECK(refused(bomb).empty());
  auto pack = make_pack({.labs = {bomb}, .id = "bomb"}, rehearse);
  REQUIRE(pack.ok());
  Status written = write_pack(*pack, folder / "bomb.rpack");
  REQUIRE_FALSE(written.ok());
  CAPTURE(written.error().text());
  CHECK(holds_text(written.error().text(), "too long: over 33554432 bytes"));
  CHECK(std::distance(std::filesystem::directory_iterator(folder / ""), {}) == 1);  // nothing but the folder `data`

  // one that somebody wrote without asking
  const std::string harmless = folder / "a.rpack";
  auto small = make_pack({.labs = {lab_of("", "")}, .id = "bomb"}, rehearse);
  REQUIRE(small.ok());
  REQUIRE(write_pack(*small, harmless).ok());
  small->labs[0].source = bomb.text;
  {
    SQLite::Database db(harmless, SQLite::OPEN_READWRITE);
    SQLite::Statement source(db, "UPDATE lab SET source = ?");
    source.bind(1, bomb.text), source.exec();
    SQLite::Statement seal(db, "UPDATE pack SET seal = ?");
    seal.bind(1, seal_of(*small)), seal.exec();
  }
  auto installed = install_pack(harmless, false, rehearse);
  REQUIRE_FALSE(installed.ok());
  CHECK(holds_text(installed.error().text(), "too long with the values of their variants"));
  CHECK(installed_packs().empty());
  before ? setenv("XDG_DATA_HOME", before->c_str(), 1) : unsetenv("XDG_DATA_HOME");
}

TEST_CASE("a pack that could not be read again is not written, and the old one stays", "[labs]") {
  TemporaryFolder folder;
  const std::string path = folder / "a.rpack";
  auto pack = make_pack({.labs = {lab_of("", "")}, .id = "p"}, rehearse);
  REQUIRE(pack.ok());
  REQUIRE(write_pack(*pack, path).ok());
  for (size_t i = 0; i <= PackBounds::kMostCaptures; i++)
    pack->captures.push_back({"a", "c" + std::to_string(i) + ".pcap", "x"});
  Status written = write_pack(*pack, path);
  REQUIRE_FALSE(written.ok());
  CHECK(holds_text(written.error().text(), "could not be read again: This pack has more than 512 captures"));
  auto old = read_pack(path);
  REQUIRE(old.ok());
  CHECK(old->captures.empty());
  CHECK(std::distance(std::filesystem::directory_iterator(folder / ""), {}) == 1);
}

TEST_CASE("labs that are too long together are not compiled", "[labs]") {
  TemporaryFolder folder;
  std::vector<LabText> labs;
  for (int i = 0; i < 6; i++) labs.push_back(swelling(16, 4'000, 100, "l" + std::to_string(i)));  // 6.4 MB each
  const std::string to = folder / "labs.db";
  Status built = build_labs(labs, to);
  REQUIRE_FALSE(built.ok());
  CHECK(holds_text(built.error().text(), "too long"));
  CHECK_FALSE(std::filesystem::exists(to));
  labs.resize(4);
  CHECK(build_labs(labs, to).ok());
}

TEST_CASE("a recording that is too deep is refused before it is built", "[labs]") {
  TemporaryFolder folder;
  const std::string file = folder / "solution-1.json";
  const auto said = [&](const std::string& text) {
    std::ofstream(file) << text;
    auto recording = read_recording(file);
    return recording ? "" : recording.error().text();
  };
  CHECK(holds_text(said(many("[", 100'000)), "too deep"));
  CHECK(holds_text(said("{\"schema\": 1, \"blocks\": {\"one\": " + many("{\"a\":", 50) + "1"), "too deep"));
  CHECK(holds_text(said(std::string((16 << 20) + 1, ' ')), "16 MiB are the most"));
  CHECK(said("{\"schema\": 1, \"blocks\": {\"one\": []}}").empty());
}
