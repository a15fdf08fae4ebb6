// SPDX-License-Identifier: BSD-3-Clause
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/patience.h"

using namespace ringside;
using namespace ringside::test;

namespace {

// What is written to stderr while this lives.
class Stderr {
 public:
  Stderr() : file_(std::tmpfile()), before_(dup(2)) { dup2(fileno(file_), 2); }
  ~Stderr() { dup2(before_, 2), close(before_), std::fclose(file_); }
  std::string text() const {
    std::string said(1 << 16, '\0');
    const ssize_t bytes = pread(fileno(file_), said.data(), said.size(), 0);
    said.resize(bytes > 0 ? size_t(bytes) : 0);
    return said;
  }

 private:
  std::FILE* file_;
  int before_;
};

}  // namespace

// A guest can hold its worker for as long as it likes to pay: 32 doorbells of 10^8 cycles are over a second on any
// machine of today.
TEST_CASE("a worker that does not finish a breath in a second is reported with its context's name", "[scenario]") {
  auto engine = make_engine(1);
  std::string said;
  bool stuck = false;
  {
    Stderr err;
    load(*engine,
         "wire add name=w0 kind=null\nswitch add name=s0 uplink=w0\n"
         "vm add name=web nic=e1000 switch=s0 doorbell=packet batch=32 exit_cost=100000000\nsend to=web "
         "count=forever\nrun mode=free\n");
    stuck = eventually([&] {
      const auto s = engine->snapshot();
      return s->workers.at(0).stuck && s->workers.at(0).stuck_in == "web/0";
    });
    CHECK(engine->cut()->balance.holds());  // the cut waits for the breath
    said = err.text();
  }
  CHECK(stuck);
  CHECK(said.find("worker w1 has not finished a breath for 1 s: it is in web/0.") != std::string::npos);

  ask(*engine, "pause");
  ask(*engine, "vm set name=web exit_cost=0");
  ask(*engine, "run for=20ms mode=free");
  CHECK_FALSE(engine->cut()->workers.at(0).stuck);
}
