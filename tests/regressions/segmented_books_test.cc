// SPDX-License-Identifier: BSD-3-Clause
#include "engine/base/clock.h"
#include "engine/control/machine/machine.h"
#include "engine/spec/vmxnet3.h"
#include "tests/support/catch.h"
#include "tests/support/eal.h"
#include "tests/support/tcp_frames.h"

// The machine's books while a NIC cuts frames: a frame is sent once, and the segments beyond the first are `segmented`;
// those that are not yet cut are in flight, and those that go with their VM are dropped by name.
namespace ringside::test {
namespace {

namespace vmxnet3 = spec::vmxnet3;
namespace txd = vmxnet3::txd;

struct Rig {
  static constexpr uint64_t kArea = 0xa00000, kDescs = 0xa01000, kTx = 0xa02000, kComp = 0xa03000, kRx = 0xa04000,
                            kRxComp = 0xa05000, kBuffers = 0xb00000;

  Rig() {
    need_eal();
    static uint64_t serial = 7000;
    auto made = control::Machine::create(serial++, false);
    REQUIRE(made.ok());
    machine = std::move(*made);
    datapath::WireConfig config = *datapath::parse_wire_kind("null");
    config.name = "w0";
    auto wire = machine->build_wire(config);
    REQUIRE(wire.ok());
    machine->plug_wire(std::move(*wire));
    machine->add_switch({"s0", "w0"});
    control::VmSpec spec;
    spec.name = "web", spec.nic.switch_name = "s0", spec.nic.mac = 0x0100'0000'0002, spec.nic.model = "vmxnet3";
    spec.workload = spec::WorkloadKind::kSink;
    auto built = machine->build_vm(spec, 0);
    REQUIRE(built.ok());
    REQUIRE(machine->plug_vm(*built, {}).ok());
    REQUIRE(machine->place(1, {}).ok());
    vm = machine->vm("web");
    activate();
  }

  template <class T>
  T* at(uint64_t gpa) {
    return reinterpret_cast<T*>(vm->memory->base() + gpa);
  }
  uint64_t bar(uint8_t number) {
    for (const devices::BarInfo& info : vm->nic->bars())
      if (info.number == number) return info.at;
    return 0;
  }
  void write(uint64_t offset, uint32_t value) { vm->nic->mmio_write(bar(1) + offset, 4, value, access); }
  // Rings of our own in place of the guest's driver, which never runs here.
  void activate() {
    write(vmxnet3::bar1::kCmd, vmxnet3::cmd::kResetDev);
    memset(at<uint8_t>(kArea), 0, 0x10000);
    auto& area = *at<vmxnet3::DriverShared>(kArea);
    area.magic = vmxnet3::kMagic, area.size = sizeof area, area.queue_descs = kDescs, area.mtu = 1500;
    area.tx_queues = area.rx_queues = 1, area.vectors = 1;
    auto& tx = *at<vmxnet3::TxQueueDesc>(kDescs);
    tx.ring = kTx, tx.comp_ring = kComp, tx.ring_rows = tx.comp_rows = 64;
    auto& rx = *at<vmxnet3::RxQueueDesc>(kDescs + sizeof tx);
    rx.ring[0] = kRx, rx.comp_ring = kRxComp, rx.ring_rows[0] = 64, rx.comp_rows = 128;
    write(vmxnet3::bar1::kDsal, kArea), write(vmxnet3::bar1::kDsah, 0);
    write(vmxnet3::bar1::kCmd, vmxnet3::cmd::kActivateDev);
    REQUIRE(vm->nic->mmio_read(bar(1) + vmxnet3::bar1::kCmd, 4, access) == 0);
  }
  void send(const LargeTcp& what, uint32_t mss) {
    const Bytes frame = make_large(what);
    for (size_t from = 0; from < frame.size(); next++) {
      const size_t n = std::min<size_t>(16'000, frame.size() - from);
      const uint64_t buffer = kBuffers + 0x4000 * uint64_t{next};
      memcpy(at<uint8_t>(buffer), &frame[from], n);
      uint64_t word = n | txd::kGen;
      if (!from)
        word |= txd::kOmTso << txd::kOmShift | uint64_t{what.header()} << txd::kHlenShift |
                uint64_t{mss} << txd::kMsscofShift;
      from += n;
      if (from == frame.size()) word |= txd::kEop | txd::kCq;
      at<uint64_t>(kTx + 16 * next)[0] = buffer;
      shared::store_release(at<uint64_t>(kTx + 16 * next) + 1, word);
    }
  }

  std::unique_ptr<control::Machine> machine;
  control::VmUnit* vm = nullptr;
  vmm::Access access;
  uint32_t next = 0;
};

TEST_CASE("the books hold at every turn while a frame is cut, and when its VM goes in the middle of it",
          "[regression][sanitize][one-thread]") {
  Rig rig;
  const LargeTcp what{.payload = 60'000};
  Turn turn{.now = tsc(), .hz = tsc_hz()};
  rig.send(what, 600);
  rig.send(what, 600);
  REQUIRE(rig.machine->balance(true).holds());
  for (uint32_t done = 32; done < 200; done += 32) {
    rig.vm->context->turn(turn);
    const Balance b = rig.machine->balance(true);
    CHECK(b.holds());
    CHECK(b.sent == (done > 96 ? 2u : 1u));
    CHECK(b.segmented == 99 * b.sent);
    CHECK(b.delivered + b.dropped == done);
    CHECK(b.in_flight == 100 * b.sent - done);
    CHECK_FALSE(rig.machine->idle());
  }
  rig.vm->context->turn(turn);
  CHECK(rig.machine->balance(true).in_flight == 0);
  CHECK(rig.machine->balance(true).holds());
  rig.send(what, 600);
  rig.vm->context->turn(turn);
  CHECK(rig.machine->balance(true).in_flight == 68);
  rig.machine->remove_vm(*rig.vm);
  const Balance b = rig.machine->balance(true);
  CHECK(b.holds());
  CHECK(b.segmented == 3 * 99);
  CHECK(rig.machine->drops()["reset"] == 68);
  CHECK(rig.machine->unplug() == 0);
}

}  // namespace
}  // namespace ringside::test
