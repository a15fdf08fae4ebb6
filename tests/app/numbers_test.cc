// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/kit/numbers.h"

#include "tests/support/catch.h"

using namespace ringside::desktop;

TEST_CASE("numbers have three significant digits, a prefix and a thin space", "[numbers]") {
  CHECK(si_text(9.27e6, "pps") == "9.27\u2009Mpps");
  CHECK(si_text(80400, "pps") == "80.4\u2009kpps");
  CHECK(si_text(150000) == "150\u2009k");
  CHECK(si_text(999.6) == "1.00\u2009k");
  CHECK(si_text(999999) == "1.00\u2009M");
  CHECK(si_text(0) == "0");
  CHECK(si_text(42, "B") == "42.0\u2009B");
  CHECK(tick_text(5e6) == "5\u2009M");
  CHECK(tick_text(2.5e6) == "2.5\u2009M");
  CHECK(tick_text(100) == "100");
}

TEST_CASE("no number has more than three decimals", "[numbers]") {
  CHECK(significant(0.0314) == "0.031");
  CHECK(significant(0.26) == "0.260");
  CHECK(significant(1.25) == "1.25");
  CHECK(significant(9.999) == "10.0");
  CHECK(significant(99.97) == "100");
  CHECK(significant(497.2) == "497");
  CHECK(significant(0) == "0");
}

TEST_CASE("a prefix changes at 1000 upwards and at 950 downwards", "[numbers]") {
  SiPrefix prefix;
  CHECK(prefix.update(990) == 0);
  CHECK(prefix.update(1001) == 1);
  CHECK(prefix.update(960) == 1);
  CHECK(prefix.update(949) == 0);
  CHECK(prefix.update(2.3e9) == 3);
  SiPrefix shown;
  CHECK(si(1010, "pps", &shown).unit == "kpps");
  CHECK(si_text(980, "pps", &shown) == "0.980\u2009kpps");
}

TEST_CASE("exact counts are whole and grouped in threes", "[numbers]") {
  CHECK(count(0) == "0");
  CHECK(count(999) == "999");
  CHECK(count(1942) == "1\u2009942");
  CHECK(count(1240000312) == "1\u2009240\u2009000\u2009312");
  CHECK(count(1000, true) == "1 000");
}

TEST_CASE("percent: whole in gauges, one decimal elsewhere, two below 1", "[numbers]") {
  CHECK(percent(0.661) == "66.1\u2009%");
  CHECK(percent(0.0048) == "0.48\u2009%");
  CHECK(percent(0) == "0\u2009%");
  CHECK(gauge_percent(0.14) == "14\u2009%");
  CHECK(gauge_percent(0.005) == "0.5\u2009%");
}

TEST_CASE("hexadecimal, times and signs", "[numbers]") {
  CHECK(hex(0x1000c0, 8) == "0010 00c0");
  CHECK(hex(0x14a000, 16) == "0000 0000 0014 a000");
  CHECK(duration(385e-9) == "385\u2009ns");
  CHECK(duration(40e-6) == "40.0\u2009µs");
  CHECK(run_clock(134318000000ull) == "02:14.318");
  CHECK(virtual_clock(1204318655ull) == "1.204 318 655 s");
  CHECK(signed_text(12000) == "+12.0\u2009k");
  CHECK(signed_text(-3) == "−3.00");
}
