// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/running/fiber.h"

#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/fault_injection.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::control;
using namespace ringside::test;

namespace {

size_t threads() {
  size_t n = 0;
  for ([[maybe_unused]] const auto& task : std::filesystem::directory_iterator("/proc/self/task")) n++;
  return n;
}

std::unique_ptr<Fiber> fiber_of(std::function<void()> main) {
  auto stack = Stack::create();
  REQUIRE(stack.ok());
  return std::make_unique<Fiber>(std::move(*stack), std::move(main));
}

int deep(int n, const std::function<void()>& at_the_bottom) {
  volatile char room[512] = {};
  room[0] = char(n);
  if (n == 0) return at_the_bottom(), 0;
  return deep(n - 1, at_the_bottom) + 1 + (room[0] & 0);
}

}  // namespace

TEST_CASE("fibers take turns, and each finds its stack as it left it", "[control][sanitize][one-thread]") {
  std::string said;
  std::unique_ptr<Fiber> a, b;
  a = fiber_of([&] {
    for (int n = 0;; n++) said += "a" + std::to_string(n), a->leave();
  });
  b = fiber_of([&] {
    for (int n = 10;; n--) said += "b" + std::to_string(n), b->leave();
  });
  a->enter(), b->enter(), b->enter(), a->enter();
  CHECK(said == "a0b10b9a1");
}

TEST_CASE("a fiber is left and entered in the depth of its calls", "[control][sanitize][one-thread]") {
  int depth = 0;
  std::unique_ptr<Fiber> fiber;
  fiber = fiber_of([&] {
    for (;;) depth = deep(200, [&] { fiber->leave(); }), fiber->leave();
  });
  fiber->enter();
  CHECK(depth == 0);
  fiber->enter();
  CHECK(depth == 200);
}

TEST_CASE("what a fiber's code throws is caught in it", "[control][sanitize][one-thread]") {
  std::string caught;
  std::unique_ptr<Fiber> fiber;
  fiber = fiber_of([&] {
    for (;;) {
      try {
        fiber->leave();
        throw std::string("here");
      } catch (const std::string& what) {
        caught += what;
      }
    }
  });
  for (int n = 0; n < 3; n++) fiber->enter();
  CHECK(caught == "herehere");
}

TEST_CASE("a fiber without memory is an error that names the call's reason", "[control]") {
  for (const char* call : {"mmap", "mprotect"}) {
    const ArmedFault fault({.only = call});
    const auto made = Stack::create();
    REQUIRE_FALSE(made.ok());
    CHECK(made.error().environment);
    CHECK(made.error().what == "There is no memory for another stack: Cannot allocate memory.");
  }
}

// A thread a context was a wait for the scheduler at each event: beside two programs that kept the CPUs busy, a step of
// the model lab that takes a second took more than a minute.
TEST_CASE("stepping takes no thread but the engine's", "[control][sanitize]") {
  auto engine = make_engine(1);
  load(*engine,
       "wire add name=w0 kind=ring window=32\nswitch add name=s0 uplink=w0\n"
       "vm add name=web nic=e1000 switch=s0 workload=forward\nvm add name=db nic=vmxnet3 switch=s0 workload=sink\n");
  const size_t before = threads();
  ask(*engine, "run mode=stepped");
  ask(*engine, "send to=web count=5 size=60");
  ask(*engine, "step n=3");
  CHECK(threads() == before);
  ask(*engine, "run until=idle");
  CHECK(threads() == before);
}
