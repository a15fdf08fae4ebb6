// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/toml_bounds.h"

#include "tests/support/catch.h"

using namespace ringside;

namespace {

std::string times(const std::string& text, size_t n) {
  std::string all;
  for (size_t i = 0; i < n; i++) all += text;
  return all;
}

std::string said(const std::string& text) {
  const auto excess = toml_excess(text);
  return excess ? std::to_string(excess->line) + ": " + excess->what : "";
}

}  // namespace

TEST_CASE("keys of too many parts and lists too deep are found before the parser sees them", "[base]") {
  constexpr size_t kParts = TomlBounds::kMostParts, kNested = TomlBounds::kMostNested;
  CHECK(said("a = 1\n[" + times("z.", 50'000) + "z]\n").starts_with("2: A key has too many parts; 16"));
  CHECK(said(times("z.", 50'000) + "z = 1\n").starts_with("1: A key"));
  CHECK(said("[[a]]\n\"\".'x'." + times("\"y\" . ", kParts) + "z = 1").starts_with("2: A key"));
  CHECK(said("a = { " + times("b.", kParts) + "c = 1 }").starts_with("1: A key"));
  CHECK(said("a = [\n" + times("[\n", kNested) + "1").starts_with("17: Lists"));
  CHECK(said("a = " + times("{ a = ", kNested + 1)).starts_with("1: Lists"));
  CHECK(said(times("z.", kParts - 1) + "z = " + times("[", kNested)).empty());
}

TEST_CASE("what stands in a text or behind a # is neither a key nor a list", "[base]") {
  const std::string dots = times(".", 100), brackets = times("[{", 100);
  for (const std::string& harmless :
       {"a = \"" + dots + brackets + "\\\"" + dots + "\"\n", "a = '" + brackets + "\\'\n# " + brackets + dots + "\n",
        "a = \"\"\"\n" + brackets + "\n\\\"\"\"" + dots + "\"\"\"\"\"\nb = 1\n",
        "a = '''\n" + brackets + "\n''" + dots + "'''\n", "a = [" + times("1.5, 2.5,\n", 200) + "]\n",
        times("[a.b]\nc.d = [ { e = [1] } ]\n", 200), std::string()}) {
    INFO(harmless);
    CHECK(said(harmless).empty());
  }
  // and behind its end they are
  for (const std::string text :
       {"a = \"x\\\\\"\n", "a = '\\'\n", "a = \"\"\"\n\"\"\"\"\"\n", "a = ''''''\n", "a = \"\n"})
    CHECK(said(text + "b = " + brackets).find("Lists") != std::string::npos);
}

TEST_CASE("a text in TOML and its lines have a longest length", "[base]") {
  const std::string long_line(TomlBounds::kMostLineBytes, 'x');
  CHECK(said("a = 1\nb = \"" + long_line + "\"\n").starts_with("2: This line"));
  CHECK(said("a = 1\nb = '''\n" + long_line + "y\n'''\n").starts_with("3: This line"));
  CHECK(said("a = 1 # " + long_line).starts_with("1: This line"));
  CHECK(said("# " + long_line.substr(2) + "\n").empty());
  CHECK(said(times("a = 1\n", TomlBounds::kMostBytes / 6 + 1)).starts_with("1: This has"));
}
