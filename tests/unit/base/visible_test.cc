// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/visible.h"

#include "tests/support/catch.h"

using namespace ringside;

TEST_CASE("what a terminal would obey is written down instead", "[base]") {
  CHECK(visible("plain, µs → 1\n\tnext") == "plain, µs → 1\n\tnext");
  CHECK(visible("\x1b]0;title\x07") == "\\x1b]0;title\\x07");
  CHECK(visible(std::string_view("a\0b", 3)) == "a\\x00b");
  CHECK(visible("\r\x7f") == "\\x0d\\x7f");
  CHECK(visible("\xc2\x9b"
                "31m") == "\\x9b31m");  // CSI as one character
  CHECK(visible("\xe2\x80\xae"
                "txt.exe") == "\\u202etxt.exe");  // right to left
  CHECK(visible("\xff\xc3(") == "\\xff\\xc3(");
  CHECK(visible("\xed\xa0\x80") == "\\xed\\xa0\\x80");  // a surrogate
  CHECK(visible("\xc0\x80") == "\\xc0\\x80");           // overlong
  CHECK(visible("\xe2\x82") == "\\xe2\\x82");           // cut off
  CHECK(visible_line("two\nlines\tand a tab") == "two\\x0alines\\x09and a tab");
}

TEST_CASE("JSON stays JSON when it is made visible", "[base]") {
  CHECK(visible_json("{\n \"a\": \"\xc2\x9b\x7f\xe2\x80\xae\"\n}") == "{\n \"a\": \"\\u009b\\u007f\\u202e\"\n}");
  CHECK(visible_json("\xff") == "\\ufffd");
}

TEST_CASE("an error quotes 200 characters of a text at most, whole ones", "[base]") {
  CHECK(excerpt("short") == "short");
  CHECK(excerpt(std::string(200, 'x')) == std::string(200, 'x'));
  CHECK(excerpt(std::string(201, 'x')) == std::string(200, 'x') + "…");
  CHECK(excerpt("µµµ", 2) == "µµ…");
}
