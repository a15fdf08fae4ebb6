// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/guest_vmxnet3.h"

namespace ringside::test {
namespace {

namespace vmxnet3 = spec::vmxnet3;

TEST_CASE("vmxnet3 MSI-X: each queue's message reaches its vCPU as an edge, and masks itself") {
  GuestVmxnet3 vm(2);
  vm.init();
  vm.open_vectors(5);
  vm.send({kVmxnet3Frame});  // no hash: queue 0
  CHECK(vm.lines[0]->pending() == 1u << 5);
  CHECK(vm.lines[1]->pending() == 0);
  CHECK(vm.read(kVmxnet3Imr) == 1);  // automatic mask
  CHECK(vm.lines[0]->take() == 1u << 5);
  CHECK(vm.lines[0]->pending() == 0);
  vm.send({kVmxnet3Frame});
  CHECK(vm.lines[0]->pending() == 0);
  vm.write(kVmxnet3Imr, 0);  // unmasking delivers what came meanwhile
  CHECK(vm.lines[0]->pending() == 1u << 5);
  NicView view;
  vm.nic->inspect(view);
  CHECK(view.interrupts == 2);
}

TEST_CASE("vmxnet3 interrupts: after a power-on reset no vector leads to where the guest before it wanted it") {
  GuestVmxnet3 vm;
  vm.init();
  vm.open_vectors(2);
  vm.command(vmxnet3::cmd::kResetDev);  // a driver's reset: the table is the function's
  CHECK(vm.read(GuestVmxnet3::kMsix) == 0xfee00000u);
  vm.nic->reset();
  CHECK(vm.read(GuestVmxnet3::kMsix) == 0);
  CHECK(vm.read(GuestVmxnet3::kBar1 + vmxnet3::bar1::kCmd) == 0);
  CHECK(vm.read(GuestVmxnet3::kMsix + 12) == 1);
  vm.init();
  vm.write(vmxnet3::bar0::kImr, 0);
  vm.send({make_frame(60, GuestVmxnet3::kMac)});
  CHECK(vm.lines[0]->pending() == 1);  // INTx: no vector has an address
}

TEST_CASE("vmxnet3 MSI-X: a vector masked in the table pends, and unmasking it there delivers") {
  GuestVmxnet3 vm;
  vm.init();
  vm.open_vectors();
  vm.write(GuestVmxnet3::kMsix + 12, 1);
  vm.send({kVmxnet3Frame});
  CHECK(vm.lines[0]->pending() == 0);
  CHECK(vm.read(GuestVmxnet3::kMsix + vmxnet3::msix::kPending) == 1);
  vm.write(GuestVmxnet3::kMsix + 12, 0);
  CHECK(vm.lines[0]->pending() == 1);
  CHECK(vm.read(GuestVmxnet3::kMsix + vmxnet3::msix::kPending) == 0);
}

TEST_CASE("vmxnet3 MSI-X: a message that leads nowhere is lost and counted") {
  GuestVmxnet3 vm;
  vm.init();
  vm.open_vectors();
  vm.write(GuestVmxnet3::kMsix, 0xfee00000u | 7u << 12);  // there is one vCPU
  vm.send({kVmxnet3Frame});
  CHECK(vm.lines[0]->pending() == 0);
  CHECK(vm.nic->msix().lost() == 1);
}

TEST_CASE("vmxnet3 INTx: without an MSI-X address the line goes up, and reading ICR lets it go") {
  GuestVmxnet3 vm;
  vm.init();
  vm.write(kVmxnet3Imr, 0);
  vm.send({kVmxnet3Frame});
  CHECK(vm.lines[0]->pending() == 1);
  CHECK(vm.read(GuestVmxnet3::kBar1 + vmxnet3::bar1::kIcr) == 1);
  CHECK(vm.lines[0]->pending() == 0);
  CHECK(vm.read(GuestVmxnet3::kBar1 + vmxnet3::bar1::kIcr) == 0);
}

TEST_CASE("vmxnet3 interrupts: the guest's one switch for all of them") {
  GuestVmxnet3 vm;
  vm.init();
  vm.open_vectors();
  vm.area().intr_ctrl = vmxnet3::kIntrCtrlDisableAll;
  vm.send({kVmxnet3Frame});
  CHECK(vm.lines[0]->pending() == 0);
  vm.area().intr_ctrl = 0;
  vm.write(kVmxnet3Imr, 0);
  CHECK(vm.lines[0]->pending() == 1);
}

TEST_CASE("vmxnet3 moderation: by rate and by level, and what is postponed is told when its time comes") {
  GuestVmxnet3 vm;
  vm.init();
  vm.open_vectors();
  // 10,000 interrupts a second: 100 us apart at 1 GHz.
  auto* wanted = vm.at<vmxnet3::Coalesce>(0xc000);
  *wanted = {vmxnet3::coalesce::kRate, {10'000}};
  const vmxnet3::VariableLength where{1, sizeof *wanted, 0xc000};
  memcpy(vm.area().command_info, &where, sizeof where);
  CHECK(vm.get(vmxnet3::cmd::kSetCoalesce) == 0);
  vm.send({kVmxnet3Frame});
  CHECK(vm.lines[0]->take() == 1);
  vm.turn.now += 10'000;
  vm.send({kVmxnet3Frame});
  vm.write(kVmxnet3Imr, 0);
  vm.nic->service(vm.turn);
  CHECK(vm.lines[0]->pending() == 0);
  CHECK(vm.nic->timer().at != kNever);
  vm.turn.now += 95'000;
  vm.nic->service(vm.turn);
  CHECK(vm.lines[0]->take() == 1);
  CHECK(vm.nic->timer().at == kNever);
  wanted->value[0] = 5;
  CHECK(vm.get(vmxnet3::cmd::kSetCoalesce) != 0);
  wanted->mode = vmxnet3::coalesce::kDisabled;
  CHECK(vm.get(vmxnet3::cmd::kSetCoalesce) == 0);
  // Level 2 is 16 us here.
  vm.area().moderation[0] = 2;
  vm.command(vmxnet3::cmd::kUpdateIml);
  vm.turn.now += 1'000'000;
  vm.write(kVmxnet3Imr, 0);
  vm.send({kVmxnet3Frame});
  CHECK(vm.lines[0]->take() == 1);
  vm.turn.now += 10'000;
  vm.write(kVmxnet3Imr, 0);
  vm.send({kVmxnet3Frame});
  CHECK(vm.lines[0]->pending() == 0);
  vm.turn.now += 7'000;
  vm.nic->service(vm.turn);
  CHECK(vm.lines[0]->pending() == 1);
}

TEST_CASE("vmxnet3 commands: answers, and activations that make no sense") {
  GuestVmxnet3 vm(2);
  vm.init();
  CHECK(vm.get(vmxnet3::cmd::kGetLink) == (1u | 10'000u << 16));
  CHECK(vm.get(vmxnet3::cmd::kGetPermMacLo) == uint32_t(GuestVmxnet3::kMac));
  CHECK(vm.get(vmxnet3::cmd::kGetDidLo) == 0x07b015ad);
  CHECK((vm.get(vmxnet3::cmd::kGetConfIntr) & 3) == vmxnet3::kIntrMsix);
  const auto fails = [&](auto&& spoil) {
    vm.init();
    spoil();
    const bool failed = vm.get(vmxnet3::cmd::kActivateDev) != 0;
    return failed;
  };
  CHECK(fails([&] { vm.area().magic = 1; }));
  CHECK(fails([&] { vm.area().tx_queues = 3; }));
  CHECK(fails([&] { vm.area().rx_queues = 0; }));
  CHECK(fails([&] { vm.area().queue_descs += 64; }));
  CHECK(fails([&] { vm.tx_desc(1).ring += 16; }));
  CHECK(fails([&] { vm.tx_desc(0).ring_rows = 40; }));
  CHECK(fails([&] { vm.rx_desc(1).ring_rows[1] = 8192; }));
  CHECK(fails([&] { vm.rx_desc(0).comp_ring = GuestVmxnet3::kMemory - 512; }));
  CHECK_FALSE(fails([] {}));
  const uint64_t misuses = vm.nic->register_misuses();
  vm.command(0x12345678);
  CHECK(vm.nic->register_misuses() == misuses + 1);
}

TEST_CASE("vmxnet3 statistics: what GET_STATS and GET_QUEUE_STATUS write into the queue control") {
  GuestVmxnet3 vm;
  vm.init();
  vm.send({kVmxnet3Frame, make_frame(100, net::kBroadcast)});
  vm.put(make_frame(60, 2));
  vm.put(make_frame(70, 3));  // odd: a group address
  vm.put(make_frame(10, 2));
  vm.fetch();
  vm.command(vmxnet3::cmd::kGetStats);
  CHECK(vm.rx_desc().stats.unicast_packets == 1);
  CHECK(vm.rx_desc().stats.unicast_bytes == 60);
  CHECK(vm.rx_desc().stats.broadcast_bytes == 100);
  CHECK(vm.tx_desc().stats.unicast_packets == 1);
  CHECK(vm.tx_desc().stats.multicast_bytes == 70);
  CHECK(vm.tx_desc().stats.discarded == 1);
  vm.command(vmxnet3::cmd::kQuiesceDev);
  vm.command(vmxnet3::cmd::kGetQueueStatus);
  CHECK(vm.rx_desc().status.stopped == 1);
}

TEST_CASE("vmxnet3 inspect: generation bits, the seam, and completions that point into their rings") {
  GuestVmxnet3 vm;
  vm.init();
  vm.send({kVmxnet3Frame, make_frame(5000, GuestVmxnet3::kMac)});
  for (int i = 0; i < 3; i++) vm.put(kVmxnet3Frame);
  vm.fetch();
  vm.put(kVmxnet3Frame);
  const auto look = [&](size_t ring) {
    devices::RingImage image;
    image.qwords.resize(2 * 8192);
    for (uint32_t row = 0; (row = vm.nic->copy_rows(ring, row, image)) < image.size;) {
    }
    RingView view;
    vm.nic->inspect_ring(ring, &image, view);
    return view;
  };
  const auto rings = vm.nic->rings();
  REQUIRE(rings.size() == 5);
  CHECK(rings[0].name == "rx");
  CHECK(rings[3].name == "tx.comp");
  const RingView rx = look(0), tx = look(1), rx2 = look(2), tx_comp = look(3), rx_comp = look(4);
  CHECK(rx.rows_done == 2);
  CHECK(rx2.rows_done == 2);
  CHECK(rx.seam == 2);
  CHECK(rx.rows_device == GuestVmxnet3::kRows - 2);
  CHECK(tx.seam == 3);
  CHECK(tx.generation == 1);
  CHECK(tx.rows_device == 1);
  CHECK(tx.rows[3].generation == 1);
  CHECK(tx.rows[4].generation == 0);
  CHECK(tx.tx_threshold == 32);
  CHECK(tx.tx_deferred == 0);
  CHECK(tx_comp.rows_done == 3);
  CHECK(tx_comp.rows[2].link == 2);
  CHECK(tx_comp.links == std::vector<std::string>{"tx"});
  CHECK(rx_comp.rows[0].link == 0);
  CHECK(rx_comp.rows[0].link_ring == 0);
  CHECK(rx_comp.rows[2].link_ring == 1);
  CHECK(rx_comp.rows[3].end_of_packet);
  CHECK(vm.nic->undelivered() == 4);
  const auto fields = devices::vmxnet3_model().decode_row(RingKind::kReceiveCompletion, rx_comp.rows[0].qword);
  CHECK(fields[0].name == "rxdIdx");
}

}  // namespace
}  // namespace ringside::test
