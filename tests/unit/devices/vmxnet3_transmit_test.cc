// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/guest_vmxnet3.h"

namespace ringside::test {
namespace {

namespace vmxnet3 = spec::vmxnet3;
namespace txd = vmxnet3::txd;
using net::DropReason;

uint64_t tx_drops_of(const GuestVmxnet3& vm, DropReason reason) {
  return vm.nic->tx_drops.by_reason[size_t(reason)].value();
}

TEST_CASE("vmxnet3 transmit: frames of one row, many rounds of the ring, each completed") {
  GuestVmxnet3 vm;
  vm.init();
  for (uint32_t round = 0; round < 5 * GuestVmxnet3::kRows / 8; round++) {
    std::vector<Bytes> sent;
    for (uint32_t i = 0; i < 8; i++) sent.push_back(make_frame(60 + 7 * i, 0x1234, round * 8 + i)), vm.put(sent.back());
    CHECK(vm.nic->has_work());
    CHECK(vm.fetch() == sent);
    CHECK_FALSE(vm.nic->has_work());
    const auto done = vm.completions();
    REQUIRE(done.size() == 8);
    CHECK(done.back() == (round * 8 + 7) % GuestVmxnet3::kRows);
  }
  CHECK(vm.balanced());
}

TEST_CASE("vmxnet3 transmit: a completion only where CQ asks for one") {
  GuestVmxnet3 vm;
  vm.init();
  for (int i = 0; i < 3; i++) vm.put(make_frame(60, 2), txd::kEop);
  vm.put(make_frame(60, 2));
  CHECK(vm.fetch().size() == 4);
  CHECK(vm.completions() == std::vector<uint32_t>{3});
}

TEST_CASE("vmxnet3 transmit: a frame over several rows is taken whole, and not before its first row is given") {
  GuestVmxnet3 vm;
  vm.init();
  const Bytes frame = make_frame(5000, 0x1234);
  // As a driver does: the first row with the old generation bit, flipped last.
  vm.put(Bytes(frame.begin(), frame.begin() + 2000), 0);
  uint64_t* first = vm.row(0, GuestVmxnet3::kTx, 0) + 1;
  shared::store_release(first, *first ^ txd::kGen);
  vm.put(Bytes(frame.begin() + 2000, frame.begin() + 4000), 0);
  vm.put(Bytes(frame.begin() + 4000, frame.end()));
  CHECK_FALSE(vm.nic->has_work());
  CHECK(vm.fetch().empty());
  shared::store_release(first, *first ^ txd::kGen);
  CHECK(vm.fetch() == std::vector<Bytes>{frame});
  CHECK(vm.completions() == std::vector<uint32_t>{2});
  CHECK(vm.balanced());
}

TEST_CASE("vmxnet3 transmit: a frame whose further rows are not there stops the queue, and ACTIVATE starts it anew") {
  GuestVmxnet3 vm;
  vm.init();
  vm.put(make_frame(60, 2), 0);  // no end, and nothing behind it
  CHECK(vm.fetch().empty());
  CHECK_FALSE(vm.nic->has_work());
  CHECK(vm.tx_desc().status.stopped == 1);
  CHECK(vm.tx_desc().status.error == vmxnet3::kErrorTorn);
  CHECK(vm.read(GuestVmxnet3::kBar1 + vmxnet3::bar1::kEcr) == vmxnet3::ecr::kTqErr);
  vm.init();
  vm.put(make_frame(60, 2));
  CHECK(vm.fetch().size() == 1);
}

TEST_CASE("vmxnet3 transmit: tag, checksum, and what it refuses") {
  GuestVmxnet3 vm;
  vm.init();
  vm.put(make_frame(60, 2), txd::kEop | txd::kTi | uint64_t{0x2007} << txd::kTciShift);
  net::Burst burst;
  vm.nic->ingress_burst(vm.turn, 0, burst);
  REQUIRE(burst.count == 1);
  CHECK(burst.packets[0]->vlan_tci == 0x2007);
  CHECK(burst.packets[0]->pkt_len == 60);
  rte_pktmbuf_free(burst.packets[0]);
  vm.fetched++;

  Bytes sum = make_frame(60, 2);
  sum[40] = sum[41] = 0;
  vm.put(sum, txd::kEop | txd::kOmCsum << txd::kOmShift | uint64_t{34} << txd::kHlenShift |
                  uint64_t{40} << txd::kMsscofShift);
  const auto got = vm.fetch();
  REQUIRE(got.size() == 1);
  uint32_t ones = 0;
  for (size_t i = 34; i < 60; i += 2) ones += uint32_t{got[0][i]} << 8 | got[0][i + 1];
  while (ones >> 16) ones = (ones & 0xffff) + (ones >> 16);
  CHECK(ones == 0xffff);

  vm.put(make_frame(60, net::mac_of_source(3)), txd::kEop | txd::kOmTso << txd::kOmShift);  // to closed loop 3
  vm.put(make_frame(60, 2), txd::kEop | txd::kDtype);
  CHECK(vm.fetch().empty());
  CHECK(tx_drops_of(vm, DropReason::kBadDescriptor) == 2);
  vm.put_raw(GuestVmxnet3::kMemory - 10, 60 | txd::kEop | txd::kCq);
  vm.put_raw(~uint64_t{0}, 60 | txd::kEop);
  vm.put(make_frame(10, net::mac_of_source(3)));
  CHECK(vm.fetch().empty());
  CHECK(vm.nic->tx_drops.lost_of[3].value() == 1);
  CHECK(tx_drops_of(vm, DropReason::kDmaFault) == 2);
  CHECK(tx_drops_of(vm, DropReason::kRunt) == 1);
  CHECK(vm.balanced());
}

// The data ring: headers copied into a row of their own, the rest of the frame in a buffer (sheet §4).
struct DataRingVm : GuestVmxnet3 {
  static constexpr uint64_t kData = 0x40000;
  uint32_t activate(uint64_t at, uint32_t rows, uint16_t row_bytes) {
    init();
    tx_desc().data_ring = at, tx_desc().data_rows = rows, tx_desc().data_row_bytes = row_bytes;
    return get(vmxnet3::cmd::kActivateDev);
  }
};

TEST_CASE(
    "vmxnet3 transmit data ring: headers from its row and the body from a buffer make one frame, many rounds of the "
    "ring") {
  DataRingVm vm;
  for (uint16_t bytes : {0, 128, 256}) {
    REQUIRE(vm.activate(DataRingVm::kData, GuestVmxnet3::kRows, bytes) == 0);
    const uint32_t stride = bytes ? bytes : vmxnet3::kDataRowBytes;
    for (uint32_t i = 0; i < 3 * GuestVmxnet3::kRows; i++) {
      const Bytes frame = make_frame(i % 3 ? 54 + i : 60, 2);
      const uint32_t head = std::min<uint32_t>(uint32_t(frame.size()), i % 2 ? 54 : 60), first = vm.side[0].tx_next;
      const uint64_t data = DataRingVm::kData + stride * uint64_t{first};
      memcpy(vm.memory->base() + data, frame.data(), head);
      if (head == frame.size()) {
        vm.put_raw(data, head | txd::kEop | txd::kCq);
      } else {
        vm.put_raw(data, head);
        const uint64_t body = vm.tx_buffer(0, vm.side[0].tx_next);
        memcpy(vm.memory->base() + body, frame.data() + head, frame.size() - head);
        vm.put_raw(body, (frame.size() - head) | txd::kEop | txd::kCq);
      }
      const auto got = vm.fetch();
      REQUIRE(got.size() == 1);
      REQUIRE(got[0] == frame);
      CHECK(vm.completions().size() == 1);
    }
    CHECK(vm.balanced());
  }
}

TEST_CASE("vmxnet3 transmit data ring: one that makes no sense is refused, and no row of it leads out of memory",
          "[sanitize][one-thread]") {
  DataRingVm vm;
  const uint64_t misuses = vm.nic->register_misuses();
  CHECK(vm.activate(GuestVmxnet3::kMemory - 0x1000, 64, 0) != 0);
  CHECK(vm.activate(~uint64_t{0} - 63, 64, 0) != 0);
  CHECK(vm.activate(DataRingVm::kData + 8, 64, 0) != 0);
  CHECK(vm.activate(DataRingVm::kData, 64, 100) != 0);
  CHECK(vm.activate(DataRingVm::kData, 64, 4096) != 0);
  CHECK(vm.activate(DataRingVm::kData, ~0u, 128) != 0);
  CHECK(vm.nic->register_misuses() == misuses + 6);
  CHECK(vm.activate(~uint64_t{0}, 0, 1) == 0);  // none: nobody looks at the rest
  // The last row ends where memory does: what is longer than it, is fetched from nowhere.
  const uint64_t at = GuestVmxnet3::kMemory - 64 * 128;
  REQUIRE(vm.activate(at, 64, 128) == 0);
  vm.put_raw(at + 63 * 128, 128 | txd::kEop);
  CHECK(vm.fetch().size() == 1);
  for (uint32_t length : {129u, 1500u, 0u}) vm.put_raw(at + 63 * 128, length | txd::kEop);  // 0: 16,384
  vm.put_raw(at + 63 * 128, 60);  // headers, and a body that is not there
  vm.put_raw(GuestVmxnet3::kMemory, 100 | txd::kEop);
  CHECK(vm.fetch().empty());
  CHECK(tx_drops_of(vm, DropReason::kDmaFault) + tx_drops_of(vm, DropReason::kOversize) == 4);
  CHECK(vm.balanced());
}

TEST_CASE("vmxnet3 deferred doorbell: N while awake, 1 before sleep, and one more look after that") {
  GuestVmxnet3 vm;
  vm.init();
  CHECK(vm.tx_desc().threshold == 1);  // nobody has looked yet
  vm.nic->set_tx_threshold(16);
  CHECK(vm.fetch().empty());
  CHECK(vm.tx_desc().threshold == 16);

  const uint64_t woken = vm.waker.wakes;
  // Awake: bursts of N-1 go out in the next turn, with no doorbell.
  for (int turn = 0; turn < 10; turn++) {
    for (int i = 0; i < 15; i++) vm.put(make_frame(60, 2));
    CHECK(vm.fetch().size() == 15);
  }
  CHECK(vm.waker.wakes == woken);

  // Going to sleep: the threshold falls to 1, and what came before the driver could see it is found by the look that
  // follows.
  vm.put(make_frame(60, 2));
  vm.nic->before_sleep();
  CHECK(vm.tx_desc().threshold == 1);
  CHECK(vm.nic->has_work());
  CHECK(vm.fetch().size() == 1);
  CHECK(vm.tx_desc().threshold == 16);

  // Asleep: each packet rings, and the doorbell wakes.
  vm.nic->before_sleep();
  CHECK_FALSE(vm.nic->has_work());
  vm.put(make_frame(60, 2));
  vm.write(vmxnet3::bar0::kTxprod, vm.side[0].tx_next);
  CHECK(vm.waker.wakes == woken + 1);
  CHECK(vm.nic->has_work());
  CHECK(vm.fetch().size() == 1);
  CHECK(vm.balanced());
}

TEST_CASE("vmxnet3 transmit: several queues are served in turn, and none waits for more than a turn") {
  GuestVmxnet3 vm(4);
  vm.init();
  for (int turn = 0; turn < 20; turn++) {
    for (uint16_t q = 0; q < 4; q++)
      for (int i = 0; i < 8; i++) vm.put(make_frame(60, 2, q), txd::kEop | txd::kCq, q);
    CHECK(vm.fetch().size() == 32);
    for (uint16_t q = 0; q < 4; q++) CHECK(vm.completions(q).size() == 8);
  }
  // One queue that never ends does not starve the others.
  for (int i = 0; i < 60; i++) vm.put(make_frame(60, 2, 0));
  vm.put(make_frame(61, 2, 3), txd::kEop | txd::kCq, 3);
  auto first = vm.fetch(), second = vm.fetch();
  first.insert(first.end(), second.begin(), second.end());
  CHECK(first.size() == 61);
  CHECK(vm.balanced());
}

}  // namespace
}  // namespace ringside::test
