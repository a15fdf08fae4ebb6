// SPDX-License-Identifier: BSD-3-Clause
// "14.5 Mpps" stood in the summary of three frames that were stepped: virtual time is a list of prices.
#include <fmt/format.h>

#include "app/ctl/dashboard.h"
#include "app/ctl/summary.h"
#include "engine/figures/derived.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

namespace ringside::ctl {

TEST_CASE("ctl: what was stepped has counts and no rates, in every form") {
  auto engine = test::make_engine(1);
  test::load(*engine,
             "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 "
             "workload=forward\nsend to=web count=3 size=60\nrun mode=stepped until=idle\n");
  const auto stepped = engine->cut();
  // Free from here on: the three frames before are in its counts, and in no rate since.
  test::ask(*engine, "send to=web count=100 size=60");
  test::ask(*engine, "run mode=free until=idle");
  const auto both = engine->cut();
  test::ask(*engine, "send to=web count=100 size=60");
  test::ask(*engine, "run until=idle");
  const auto free_since = engine->cut();
  for (const Snapshot* s : {stepped.get(), both.get(), free_since.get()}) {
    for (const figures::Figure& figure : figures::derive(*s)) CHECK_FALSE(figure.name.starts_with("rate."));
    const std::string text = summary_text(*s, Terminal{});
    CHECK(text.find("pps") == std::string::npos);
    CHECK(text.find("b/s") == std::string::npos);
    CHECK(text.find(fmt::format("web received {:>33}", s->vms[0].guest_received)) != std::string::npos);
    CHECK(dashboard_text(*s, *s, Terminal{}).find("pps") == std::string::npos);
  }
  for (const std::string& text :
       {dashboard_text(*stepped, Snapshot{}, Terminal{}), dashboard_line(*stepped, Snapshot{})}) {
    CHECK(text.find("pps") == std::string::npos);
    CHECK(text.find("/s") == std::string::npos);
  }
  CHECK(figures::value_of(figures::derive(*free_since, both.get()), "rate.w0.in") > 0);
  CHECK(dashboard_text(*free_since, *both, Terminal{}).find("pps") != std::string::npos);
}

}  // namespace ringside::ctl
