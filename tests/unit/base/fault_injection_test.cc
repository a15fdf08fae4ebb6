// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/fault_injection.h"

#include <filesystem>

#include "engine/vmm/guest_memory.h"
#include "tests/support/catch.h"

namespace ringside {
namespace {

size_t open_files() {
  size_t n = 0;
  for ([[maybe_unused]] const auto& file : std::filesystem::directory_iterator("/proc/self/fd")) n++;
  return n;
}

}  // namespace

TEST_CASE("fault injection: nothing fails that was not asked for") {
  CHECK_FALSE(fault_here("open"));
  {
    ArmedFault fault({.nth = 2, .times = 2, .error = EMFILE});
    errno = 0;
    CHECK_FALSE(fault_here("a"));
    CHECK_FALSE(fault_here("b"));
    CHECK(errno == 0);
    CHECK(fault.where().empty());
    CHECK(fault_here("c"));
    CHECK(errno == EMFILE);
    CHECK(fault_here("d"));
    CHECK_FALSE(fault_here("e"));
    CHECK(fault.hits() == 2);
    CHECK(fault.passed() == 5);
    CHECK(fault.where() == "c");
  }
  CHECK_FALSE(fault_here("c"));
}

TEST_CASE("fault injection: one call by its name") {
  ArmedFault fault({.nth = 1, .only = "mmap"});
  CHECK_FALSE(fault_here("mmap"));
  CHECK_FALSE(fault_here("memfd_create"));
  CHECK(fault_here("mmap"));
  CHECK(fault.passed() == 2);
}

TEST_CASE("a guest's memory that cannot be had leaves nothing behind") {
  const size_t before = open_files();
  uint64_t failed = 0;
  for (;; failed++) {
    ArmedFault fault({.nth = failed});
    auto memory = vmm::GuestMemory::create(1 << 20);
    if (!fault.hit()) {
      CHECK(memory.ok());
      break;
    }
    INFO(fault.where());
    REQUIRE_FALSE(memory.ok());
    CHECK(memory.error().what.find(fault.where()) != std::string::npos);
    CHECK(open_files() == before);
  }
  CHECK(failed == 4);  // memfd_create, ftruncate, the guards, the memory between them
}

}  // namespace ringside
