// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/vmxnet3_driver.h"

// A guest that fills its rows as fast as the device takes them: rows of which no frame comes must not hold the worker.
namespace ringside::test {
namespace {

namespace vmxnet3 = spec::vmxnet3;
namespace txd = vmxnet3::txd;
namespace rxd = vmxnet3::rxd;
using net::DropReason;

// Counts the rows that the device reads, and refills each of them at once; so many at most, that a failure ends.
struct Refilling : RecordingSink {
  uint64_t rows = 0;
  template <class Refill>
  explicit Refilling(Refill refill) {
    also = [this, refill](const StepEvent& e) {
      events.clear();
      if (e.kind != EventKind::kDeviceReadRow || rows > 30'000) return;
      rows++;
      refill(e);
    };
  }
};

TEST_CASE("vmxnet3 transmit: bad rows that the guest refills do not hold a burst, on one queue or on several",
          "[sanitize][one-thread]") {
  for (const uint16_t queues : {1, 4}) {
    Vmxnet3Driver vm(queues);
    vm.init();
    const auto bad = [&](uint16_t q) { vm.put_raw(GuestVmxnet3::kMemory, 60 | txd::kEop | txd::kCq, q); };
    Refilling sink([&](const StepEvent& e) { bad(e.queue); });
    for (uint16_t q = 0; q < queues; q++)
      for (uint32_t row = 0; row < GuestVmxnet3::kRows; row++) bad(q);
    vm.turn.sink = &sink;
    CHECK(vm.fetch().empty());
    CHECK(sink.rows <= 320);  // a budget of 256, and a frame's rows more
    CHECK(vm.nic->has_work());
    // The next turns go on, and a good frame behind them gets out.
    vm.turn.sink = nullptr;
    CHECK(vm.sent().empty());
    vm.put(make_frame(60, 2));
    std::vector<SentFrame> sent = vm.sent();
    REQUIRE(sent.size() == 1);
    CHECK(sent[0].data == make_frame(60, 2));
    CHECK(vm.balanced());
  }
}

TEST_CASE("vmxnet3 transmit: rows of too long frames count one by one", "[sanitize][one-thread]") {
  Vmxnet3Driver vm;
  vm.init();
  uint32_t at = 0;
  const auto next = [&] { vm.put_raw(GuestVmxnet3::kBuffers, 60 | (++at % 17 ? 0 : txd::kEop)); };
  Refilling sink([&](const StepEvent&) { next(); });
  for (uint32_t row = 0; row < 51; row++) next();
  vm.turn.sink = &sink;
  CHECK(vm.fetch().empty());
  CHECK(sink.rows <= 320);
  CHECK(vm.balanced());
}

TEST_CASE("vmxnet3 receive: bodies where a frame should begin, refilled by the guest, do not hold a burst",
          "[sanitize][one-thread]") {
  Vmxnet3Driver vm;
  vm.init();
  uint32_t next = 0, gen = 1;
  const auto body = [&] {
    shared::store_release(vm.row(0, GuestVmxnet3::kRx, next) + 1, 2048 | rxd::kBody | (gen ? rxd::kGen : 0));
    if (++next == GuestVmxnet3::kRows) next = 0, gen ^= 1;
  };
  for (uint32_t row = 0; row < GuestVmxnet3::kRows; row++) body();
  Refilling sink([&](const StepEvent&) { body(); });
  vm.turn.sink = &sink;
  vm.send({make_frame(60, GuestVmxnet3::kMac)});
  CHECK(sink.rows <= 128);
  CHECK(vm.nic->rx.frames.value() == 0);
  CHECK(vm.balanced());
}

}  // namespace
}  // namespace ringside::test
