// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/guest_ring.h"

// Single registers and descriptor bits of the E1000 that did not do what the data sheet says.
namespace ringside::test {
namespace {

namespace e1000 = spec::e1000;
namespace reg = e1000::reg;
namespace txd = e1000::txd;

constexpr uint64_t kOther = 0x0200'0000'0052;

TEST_CASE("e1000 registers: head and tail that are written before the ring's length are kept",
          "[sanitize][one-thread]") {
  GuestE1000 vm;
  vm.init();
  vm.write(reg::kCtrl, vm.read(reg::kCtrl) | e1000::ctrl::kRst);
  const std::pair<uint32_t, uint32_t> indices[] = {{reg::kRdh, 3}, {reg::kRdt, 40}, {reg::kTdh, 5}, {reg::kTdt, 7}};
  for (const auto& [offset, value] : indices) {
    vm.write(offset, value);
    CHECK(vm.read(offset) == value);
  }
  CHECK_FALSE(vm.nic->has_work());  // no ring yet
  vm.write(reg::kRdlen, 64 * 16);
  vm.write(reg::kTdlen, 64 * 16);
  for (const auto& [offset, value] : indices) CHECK(vm.read(offset) == value);
  CHECK(vm.nic->register_misuses() == 0);
  // And the ring works from there: base last, as QEMU's tests and some drivers do it.
  for (uint32_t row = 5; row < 7; row++) {
    const Bytes frame = make_frame(60 + row, kOther, row);
    memcpy(vm.memory->base() + vm.tx_buffer(row), frame.data(), frame.size());
    shared::store_relaxed(vm.tx_row(row), vm.tx_buffer(row));
    shared::store_release(vm.tx_row(row) + 1, frame.size() | txd::kEop | txd::kRs);
  }
  vm.write(reg::kCtrl, vm.read(reg::kCtrl) | e1000::ctrl::kSlu);
  vm.write(reg::kTdbal, uint32_t(GuestE1000::kTxRing));
  vm.write(reg::kTctl, e1000::tctl::kEn);
  CHECK(vm.nic->has_work());
  CHECK(vm.fetch().size() == 2);
  CHECK(vm.read(reg::kTdh) == 7);
  // Beyond the length that comes then: clamped, as ever.
  vm.write(reg::kTdlen, 0);
  vm.write(reg::kTdt, 500);
  vm.write(reg::kTdlen, 8 * 16);
  CHECK(vm.read(reg::kTdt) == 7);
}

TEST_CASE("e1000 registers: a length that makes a ring usable wakes the worker") {
  GuestE1000 vm;
  vm.init();
  vm.write(reg::kTdlen, 0);
  vm.write(reg::kTdt, 2);
  const uint64_t wakes = vm.waker.wakes.load();
  vm.write(reg::kTdlen, 64 * 16);
  CHECK(vm.waker.wakes.load() > wakes);
  CHECK(vm.nic->has_work());
}

TEST_CASE("e1000 registers: a row's old error bits do not survive its write-back", "[sanitize][one-thread]") {
  GuestE1000 vm;
  vm.init();
  const uint64_t stale = txd::kEc | txd::kLc | txd::kTu;
  const uint32_t plain = vm.put(make_frame(80, kOther), txd::kEop | txd::kRs | stale);
  // The thorough way: a group frame, and one over two rows.
  const uint32_t group = vm.put(make_frame(80, net::kBroadcast), txd::kEop | txd::kRs | stale);
  const Bytes frame = make_frame(100, kOther);
  vm.put(Bytes(frame.begin(), frame.begin() + 50), txd::kRs | stale);
  const uint32_t last = vm.put(Bytes(frame.begin() + 50, frame.end()), txd::kEop | txd::kRs | stale);
  vm.ring_tx();
  CHECK(vm.fetch().size() == 3);
  for (uint32_t row : {plain, group, last - 1, last}) {
    INFO("row " << row);
    CHECK((vm.tx_row(row)[1] & txd::kDd));
    CHECK((vm.tx_row(row)[1] & txd::kErrorsMask) == 0);
  }
  vm.put_raw(~uint64_t{0xfff}, 60 | txd::kEop | txd::kRs | stale);  // what really failed says so
  vm.ring_tx();
  vm.fetch();
  CHECK((vm.tx_row(last + 1)[1] & txd::kErrorsMask) == txd::kTu);
}

TEST_CASE("e1000 registers: ICS and IMS know every documented cause") {
  GuestE1000 vm;
  vm.init();
  // SDM 13.4.17: bits 4:0, 7:6 and 16:9; the others are reserved.
  constexpr uint32_t kDocumented = 0x1fedf;
  vm.read(reg::kIcr);
  vm.write(reg::kIms, ~0u);
  CHECK(vm.read(reg::kIms) == kDocumented);
  vm.write(reg::kIcs, ~0u);
  CHECK(vm.lines.pending() != 0);
  CHECK(vm.read(reg::kIcr) == kDocumented);
  CHECK(vm.read(reg::kIcr) == 0);
  vm.write(reg::kImc, 1u << 10);
  CHECK(vm.read(reg::kIms) == (kDocumented & ~(1u << 10)));
}

}  // namespace
}  // namespace ringside::test
