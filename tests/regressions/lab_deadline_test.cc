// SPDX-License-Identifier: BSD-3-Clause
// A lab of somebody else's may wait for what never comes: the line is ended, and the step is not counted.
#include "labs/runner/session.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;

namespace {

constexpr const char* kLab = R"(+++
id = "endless"
title = "Endless"
promise = "Nothing."
minutes = 1
requires = { cores = 1, kvm = "no", mem_mb = 64 }
+++

# Endless

```start
wire add name=w0 kind=ring
switch add name=s0 uplink=w0
vm add name=web nic=e1000 switch=s0 workload=sink
run mode=stepped seed=1
```

## Do: one

```do one
send to=web count=forever rate=1kpps
run until=idle
```
)";

}  // namespace

TEST_CASE("a lab's line that waits for what never comes is ended, and the step is not counted", "[regressions]") {
  auto engine = test::make_engine();
  test::load(*engine, "wire add name=w0 kind=null\n");  // what DPDK takes to start is no line's
  auto store = labs::ProgressStore::open({.path = ":memory:"});
  REQUIRE(store.ok());
  auto session =
      labs::LabSession::open(*engine, **store, {"endless.md", kLab, "0"}, {.student = "a", .line_seconds = 1});
  REQUIRE(session.ok());
  const Status ran = (*session)->run_block("one");
  REQUIRE_FALSE(ran);
  CHECK(ran.error().what.find("ended after 1 s") != std::string::npos);
  CHECK(ran.error().place == "endless.md:22");
  CHECK_FALSE((*session)->ran("one"));
}
