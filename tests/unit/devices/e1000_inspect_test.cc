// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/support/guest_ring.h"

namespace ringside::test {
namespace {

namespace e1000 = spec::e1000;
namespace reg = e1000::reg;
namespace txd = e1000::txd;

TEST_CASE("e1000 inspect: whose turn each row is") {
  GuestE1000 vm(16, 16);
  vm.init();
  vm.send(std::vector<Bytes>(5, make_frame(60, GuestE1000::kMac)));
  vm.take();
  RingView rx;
  vm.nic->inspect_ring(0, nullptr, rx);
  CHECK(rx.size == 16);
  CHECK(rx.rows_device == 11);
  CHECK(rx.rows_done == 4);
  CHECK(rx.rows_driver == 1);
  REQUIRE(rx.pointers.size() == 2);
  CHECK(rx.pointers[0].name == "RDH");
  CHECK(rx.pointers[0].index == 5);
  CHECK(rx.pointers[1].name == "RDT");
  CHECK(rx.pointers[1].index == 0);
  CHECK(rx.pointers[1].by_driver);
  CHECK(rx.rows.empty());

  for (int i = 0; i < 3; i++) vm.put(make_frame(60, 2));
  vm.put_raw(~uint64_t{0}, 60 | txd::kEop | txd::kRs);
  vm.ring_tx();
  vm.fetch();
  vm.put(make_frame(60, 2));
  vm.ring_tx();
  devices::RingImage image;
  image.qwords.resize(2 * 4096);
  CHECK(vm.nic->copy_rows(1, 0, image) == 16);
  RingView tx;
  vm.nic->inspect_ring(1, &image, tx);
  CHECK(tx.rows_done == 3);
  CHECK(tx.rows_error == 1);
  CHECK(tx.rows_device == 1);
  REQUIRE(tx.rows.size() == 16);
  CHECK(tx.rows[3].state == RowState::kError);
  CHECK(tx.rows[4].state == RowState::kDevice);
  CHECK(tx.rows[4].end_of_packet);
  CHECK(tx.rows[4].report_status);
  CHECK(tx.rows[4].qword[0] == vm.tx_buffer(4));

  NicView nic;
  vm.nic->inspect(nic);
  CHECK(nic.mac == "52:00:00:00:00:01");
  CHECK(nic.rx.frames == 5);
  CHECK(nic.tx.frames == 4);
  bool found = false;
  for (const DropView& d : nic.tx.drops) found |= d.reason == "dma_fault" && d.frames == 1;
  CHECK(found);
}

TEST_CASE("e1000 inspect: rows are copied 128 at a time, and anew when the ring changes") {
  GuestE1000 vm(512, 8);
  vm.init();
  devices::RingImage image;
  image.qwords.resize(2 * 4096);
  CHECK(vm.nic->copy_rows(0, 0, image) == 128);
  CHECK(vm.nic->copy_rows(0, 128, image) == 256);
  vm.write(reg::kRdlen, 16 * 200);
  CHECK(vm.nic->copy_rows(0, 256, image) == 128);
  CHECK(vm.nic->copy_rows(0, 128, image) == 200);
  CHECK(image.size == 200);
  image.qwords.resize(2 * 64);  // a ring larger than the image shows its beginning
  CHECK(vm.nic->copy_rows(0, 0, image) == 64);
  vm.write(reg::kRdlen, 0);
  CHECK(vm.nic->copy_rows(0, 0, image) == 0);
}

std::string field(const std::vector<FieldView>& fields, const std::string& name, bool meaning = false) {
  for (const FieldView& f : fields)
    if (f.name == name) return meaning ? f.meaning : f.value;
  return "none";
}

TEST_CASE("e1000 inspect: descriptors and registers in words") {
  const devices::NicModelInfo& model = devices::e1000_model();
  const uint64_t tx[2] = {0x14a000, 60 | txd::kEop | txd::kIfcs | txd::kRs};
  const auto t = model.decode_row(RingKind::kTransmit, tx);
  CHECK(field(t, "address") == "0x000000000014a000");
  CHECK(field(t, "length") == "60");
  CHECK(field(t, "CMD") == "EOP IFCS RS");
  CHECK(field(t, "STA", true) == "not reported done");
  const uint64_t rx[2] = {
      0x1000, 60 | e1000::rxd::kDd | e1000::rxd::kEop | e1000::rxd::kVp | e1000::rxd::kRxe | uint64_t{0x6064} << 48};
  const auto r = model.decode_row(RingKind::kReceive, rx);
  CHECK(field(r, "STA") == "DD EOP VP");
  CHECK(field(r, "ERR") == "RXE");
  CHECK(field(r, "special", true) == "VLAN 100, priority 3");
  for (const auto& fields : {t, r}) {
    unsigned bits = 0;
    for (const FieldView& f : fields) bits += f.width;
    CHECK(bits <= 128);
  }
  const auto rctl = model.decode_register(reg::kRctl, e1000::rctl::kEn | e1000::rctl::kBam | 2u << 16);
  CHECK(field(rctl, "EN") == "1");
  CHECK(field(rctl, "BSIZE") == "2");
  CHECK(field(rctl, "UPE") == "0");
  CHECK(model.decode_register(4, 0).empty());
}

// Two rings that were watched since different moments were never in their last rows at once, and a round that ended
// only then had no end: the worker never came to rest.
TEST_CASE("e1000 inspect: a round copies each watched ring once") {
  GuestE1000 vm(512, 512);
  vm.init();
  vm.nic->watch(0, true);
  REQUIRE(vm.nic->publish(true));  // the first piece of several
  vm.nic->watch(1, true);
  int pieces = 1;
  while (pieces < 100 && vm.nic->publish(false)) pieces++;
  CHECK(pieces < 10);
  CHECK_FALSE(vm.nic->publish(false));
  for (const size_t ring : {0, 1}) CHECK(vm.nic->ring_watch(ring).images.newest().size == 512);
  // The next one begins at the first row, whatever the last had left.
  REQUIRE(vm.nic->publish(true));
  REQUIRE(vm.nic->publish(true));
  for (pieces = 1; pieces < 100 && vm.nic->publish(false);) pieces++;
  CHECK(pieces < 10);
}

}  // namespace
}  // namespace ringside::test
