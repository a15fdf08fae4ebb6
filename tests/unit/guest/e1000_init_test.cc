// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "tests/support/catch.h"
#include "tests/unit/guest/fake_nic.h"

// How the driver brings an E1000 up: sheet e1000 section 4.
namespace ringside::test {
namespace {

using Line = FakeNic::AccessLine;

// Registers in the order of their first access; the filters' many words count once.
std::vector<uint32_t> order_of(const std::vector<Line>& log) {
  std::vector<uint32_t> order;
  for (const Line& line : log)
    if (std::find(order.begin(), order.end(), line.offset) == order.end() &&
        !(line.offset > e1000::reg::kMta && line.offset < e1000::reg::kRal))
      order.push_back(line.offset);
  return order;
}

TEST_CASE("guest e1000: init touches the registers in the sheet's order", "[guest][sanitize][one-thread]") {
  FakeVm vm(spec::WorkloadKind::kForward);
  vm.info().driver = spec::DriverMode::kInterrupt;
  vm.turn();
  namespace r = e1000::reg;
  CHECK(order_of(vm.nic().log) == std::vector<uint32_t>{r::kCtrl, r::kImc,   r::kIcr,   r::kEerd,  r::kRal, r::kRah,
                                                        r::kMta,  r::kRdbal, r::kRdbah, r::kRdlen, r::kRdh, r::kRdt,
                                                        r::kRctl, r::kTdbal, r::kTdbah, r::kTdlen, r::kTdh, r::kTdt,
                                                        r::kTipg, r::kTctl,  r::kIms});
  const std::vector<Line>& log = vm.nic().log;
  CHECK(log.front().value == e1000::ctrl::kRst);
  CHECK(vm.nic().writes_of(r::kMta + 4 * 127) == 1);
  // Rows are given only after receive control says what their buffers are like.
  const auto rctl = std::find_if(log.begin(), log.end(), [](const Line& l) { return l.offset == r::kRctl; });
  const auto tail = std::find_if(rctl, log.end(), [](const Line& l) { return l.offset == r::kRdt; });
  REQUIRE(tail != log.end());
  CHECK(tail->value == 63);
  CHECK(vm.nic().reg(r::kRal) == uint32_t(FakeNic::kMac));
  CHECK(vm.nic().reg(r::kRah) == (uint32_t(FakeNic::kMac >> 32) | e1000::kRahAv));
  CHECK((vm.nic().reg(r::kCtrl) & e1000::ctrl::kSlu) != 0);
  CHECK(vm.report().alive == spec::kBootMagic);
  CHECK(vm.vcpu.state() == "running");
  CHECK(vm.vcpu.exits.total() == log.size());
}

TEST_CASE("guest e1000: transmit rows are poisoned, receive rows have buffers of their own",
          "[guest][sanitize][one-thread]") {
  FakeVm vm(spec::WorkloadKind::kForward, 24, 40);
  vm.boot();
  auto qword = [&](uint64_t gpa) { return *reinterpret_cast<uint64_t*>(vm.memory->base() + gpa); };
  for (uint32_t row = 0; row < 40; row++) CHECK(qword(vm.nic().tx_row(row) + 8) == ~uint64_t{0});
  std::vector<uint64_t> buffers;
  for (uint32_t row = 0; row < 24; row++) {
    buffers.push_back(qword(vm.nic().rx_row(row)));
    CHECK(qword(vm.nic().rx_row(row) + 8) == 0);
    CHECK(buffers.back() % 64 == 0);
  }
  std::sort(buffers.begin(), buffers.end());
  for (size_t i = 1; i < buffers.size(); i++) CHECK(buffers[i] - buffers[i - 1] >= 2048);
}

TEST_CASE("guest e1000: receive control says what the boot page says", "[guest]") {
  struct {
    uint32_t buffer, frame, promiscuous;
  } cases[] = {{2048, 1514, 0}, {2048, 9018, 1}, {4096, 9018, 0}, {8192, 9018, 0}, {16384, 9018, 1}};
  for (const auto& c : cases) {
    FakeVm vm(spec::WorkloadKind::kSink);
    vm.info().nics[0].rx_buffer_bytes = c.buffer, vm.info().nics[0].max_frame_bytes = c.frame,
    vm.info().promiscuous = c.promiscuous;
    vm.boot();
    const uint32_t rctl = vm.nic().reg(e1000::reg::kRctl);
    CHECK(e1000::receive_buffer_bytes(rctl) == c.buffer);
    CHECK(bool(rctl & e1000::rctl::kLpe) == (c.frame > 1514));
    CHECK(bool(rctl & e1000::rctl::kUpe) == (c.promiscuous != 0));
    constexpr uint32_t kAlways = e1000::rctl::kEn | e1000::rctl::kBam | e1000::rctl::kSecrc;  // the driver cuts no FCS
    CHECK((rctl & kAlways) == kAlways);
  }
}

TEST_CASE("guest: a silly boot page leaves the guest dead and says why", "[guest][sanitize][one-thread]") {
  auto why = [](auto&& spoil, uint64_t memory = 16 << 20) {
    FakeVm vm(spec::WorkloadKind::kForward, 64, 64, memory);
    spoil(vm.info());
    CHECK(vm.turn());
    CHECK_FALSE(vm.turn());
    CHECK(vm.report().alive == 0);
    CHECK(vm.vcpu.timer().kind == TimerKind::kNone);
    return vm.vcpu.state();
  };
  CHECK(why([](spec::BootInfo& i) { i.magic++; }) == "failed: it found no boot page");
  CHECK(why([](spec::BootInfo& i) { i.nic_count = 9; }) == "failed: it found no boot page");
  CHECK(why([](spec::BootInfo& i) { i.nics[0].model = spec::NicModel(77); }) ==
        "failed: it has no driver for a NIC of its boot page");
  CHECK(why([](spec::BootInfo& i) { i.workload = spec::WorkloadKind(9); }) == "failed: it does not know its workload");
  for (uint32_t rows : {0u, 4u, 12u, 4104u, ~0u}) {
    CHECK(why([&](spec::BootInfo& i) { i.nics[0].rx_rows = rows; }) ==
          "failed: a ring size is not one that its NIC has");
    CHECK(why([&](spec::BootInfo& i) { i.nics[0].tx_rows = rows; }) ==
          "failed: a ring size is not one that its NIC has");
  }
  CHECK(why([](spec::BootInfo& i) { i.nics[0].rx_buffer_bytes = 1000; }) ==
        "failed: a buffer size or frame size is not possible");
  CHECK(why([](spec::BootInfo& i) { i.nics[0].max_frame_bytes = 20000; }) ==
        "failed: a buffer size or frame size is not possible");
  CHECK(why([](spec::BootInfo& i) { i.nics[0].rx_rows = 4096; }, 1 << 20) ==
        "failed: its memory is too small for its rings and buffers");
  // Nobody answers at that address: all ones, so that the reset never ends.
  CHECK(why([](spec::BootInfo& i) { i.nics[0].bar0 = 0xdead0000; }) ==
        "failed: the NIC did not answer as its datasheet says");
}

TEST_CASE("guest: too little memory for a guest at all is refused", "[guest]") {
  auto memory = std::move(*vmm::GuestMemory::create(256 << 10));
  vmm::MmioBus bus;
  vmm::SoftVcpu vcpu("vm/0", *memory, bus, guest::hosted_program());
  Turn turn;
  CHECK_FALSE(vcpu.turn(turn));
  CHECK(vcpu.state() == "failed: less than 512 KiB of memory");
}

}  // namespace
}  // namespace ringside::test
