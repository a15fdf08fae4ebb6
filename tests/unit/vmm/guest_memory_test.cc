// SPDX-License-Identifier: BSD-3-Clause
#include "engine/vmm/guest_memory.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "tests/support/catch.h"

namespace ringside::vmm {
namespace {

// The kernel reads the byte for us, and says so where we would have died.
bool readable(const uint8_t* at) {
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  const bool could = write(ends[1], at, 1) == 1;
  CHECK((could || errno == EFAULT));
  close(ends[0]), close(ends[1]);
  return could;
}

TEST_CASE("guest memory: what lies right before and behind it can be touched by nobody") {
  for (uint64_t bytes : {uint64_t{4096}, uint64_t{16} << 20, (uint64_t{16} << 20) + 4096}) {
    const auto memory = std::move(*GuestMemory::create(bytes));
    CHECK(readable(memory->base()));
    CHECK(readable(memory->base() + bytes - 1));
    CHECK_FALSE(readable(memory->base() - 1));
    CHECK_FALSE(readable(memory->base() + bytes));
    CHECK_FALSE(readable(memory->base() + bytes + (1 << 20)));
  }
}

}  // namespace
}  // namespace ringside::vmm
