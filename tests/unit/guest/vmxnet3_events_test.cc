// SPDX-License-Identifier: BSD-3-Clause
// Our VMXNET3 driver on the real device model: a transmit queue that the device stops is acknowledged and counted, and
// the guest goes on.
#include "engine/guest/drivers/vmxnet3_state.h"
#include "engine/guest/hosted/hosted_program.h"
#include "tests/support/catch.h"
#include "tests/support/guest_vmxnet3.h"

namespace ringside::test {
namespace {

namespace vmxnet3 = spec::vmxnet3;

struct DriverVm {
  static constexpr uint64_t kBars = 0x8000'0000, kMemory = 16 << 20, kMac = 0x0605040302f2;

  DriverVm(spec::DriverMode mode, bool intx)
      : pool(make_pool(1024)),
        memory(std::move(*vmm::GuestMemory::create(kMemory))),
        vcpu("vm/0", *memory, bus, guest::hosted_program()) {
    devices::NicConfig config;
    config.name = "vm.nic0", config.mac = kMac, config.dma = vmm::DmaSpace(*memory),
    config.interrupts = &vcpu.interrupts;
    config.vcpus = {&vcpu.interrupts}, config.pool = pool->get(), config.intx = intx;
    nic = std::make_unique<devices::Vmxnet3Device>(config);
    auto& info = *at<spec::BootInfo>(spec::kBootInfoGpa);
    info.magic = spec::kBootMagic, info.memory_bytes = kMemory, info.nic_count = 1, info.vcpu_count = 1,
    info.driver = mode, info.workload = spec::WorkloadKind::kForward;
    spec::BootNic& boot = info.nics[0];
    boot = {spec::NicModel::kVmxnet3, 0, kBars, 64, 64, 2048, 1514, 1, 0, {}};
    for (const devices::BarInfo& bar : nic->bars()) {
      const uint64_t gpa = kBars + bar.number * 0x100000;
      REQUIRE(bus.map(gpa, bar.size, nic.get(), 0, bar.at));
      if (bar.number) boot.bar[boot.bars++] = gpa;
    }
    at<spec::GuestControl>(spec::kControlGpa)->batch = 32;
    vcpu.set_exit_cost(0);
    turns();
    REQUIRE(report().alive == spec::kBootMagic);
  }
  template <class T>
  T* at(uint64_t gpa) {
    return reinterpret_cast<T*>(memory->base() + gpa);
  }
  spec::GuestReport& report() { return *at<spec::GuestReport>(spec::kReportGpa); }
  guest::Vmxnet3State& state() { return *at<guest::Vmxnet3State>(guest::vmxnet3_state_gpa(0)); }
  uint32_t ecr() { return uint32_t(nic->mmio_read(devices::Vmxnet3Device::kBar1At + vmxnet3::bar1::kEcr, 4, access)); }

  void turns() {
    for (int i = 0; i < 4; i++) {
      turn.now += 1000;
      vcpu.turn(turn);
    }
  }
  // The device's side: takes what is sent, gives a frame.
  uint32_t fetch() {
    net::Burst burst;
    const uint32_t n = nic->ingress_burst(turn, 0, burst);
    while (burst.left()) rte_pktmbuf_free(burst.packets[burst.first++]);
    return n;
  }
  void send() {
    net::Burst burst;
    burst.push(make_packet(pool->get(), make_frame(60, kMac)));
    nic->egress_burst(turn, 0, burst);
  }
  // Somebody scribbles over the ring: a row that belongs to the device, and is no frame's end.
  void tear() {
    guest::Vmxnet3QueueState& q = state().queue[0];
    auto* row = at<uint64_t>(q.tx_ring + vmxnet3::kRowBytes * uint64_t{q.tx_next});
    row[0] = 0x100000;
    row[1] = 60 | (q.tx_gen ? vmxnet3::txd::kGen : 0);
    CHECK(fetch() == 0);
  }

  std::unique_ptr<datapath::PacketPool> pool;
  std::unique_ptr<vmm::GuestMemory> memory;
  vmm::MmioBus bus;
  vmm::SoftVcpu vcpu;
  std::unique_ptr<devices::Vmxnet3Device> nic;
  vmm::Access access;
  Turn turn{.now = 1'000'000, .hz = 1e9};
};

TEST_CASE("vmxnet3 driver: a stopped queue wakes it, is acknowledged and counted, and it halts again", "[guest]") {
  for (bool intx : {false, true}) {
    INFO((intx ? "INTx" : "MSI-X"));
    DriverVm vm(spec::DriverMode::kInterrupt, intx);
    vm.send();
    vm.turns();
    CHECK(vm.fetch() == 1);
    CHECK(vm.vcpu.state() == "halted");
    vm.tear();
    CHECK(vm.ecr() == vmxnet3::ecr::kTqErr);
    CHECK(vm.vcpu.has_work());
    vm.turns();
    CHECK(vm.ecr() == 0);
    CHECK(vm.report().driver_errors == 1);
    CHECK(vm.vcpu.state() == "halted");
    CHECK_FALSE(vm.vcpu.has_work());
    // It still receives; what it would answer stays in the stopped ring, and once that is full, in the receive ring:
    // nothing hangs.
    const uint64_t received = vm.report().received;
    for (int i = 0; i < 100; i++) {
      vm.send();
      vm.turns();
    }
    CHECK(vm.report().received > received + 50);
    CHECK(vm.report().driver_errors == 1);
    CHECK(vm.vcpu.exits.total() < 1'000);
  }
}

TEST_CASE("vmxnet3 driver: a guest that polls sees the event in memory", "[guest]") {
  DriverVm vm(spec::DriverMode::kPoll, false);
  vm.turns();
  const uint64_t exits = vm.vcpu.exits.total();
  vm.turns();
  CHECK(vm.vcpu.exits.total() == exits);  // looking costs none
  vm.tear();
  vm.turns();
  CHECK(vm.ecr() == 0);
  CHECK(vm.report().driver_errors == 1);
  CHECK(vm.vcpu.exits.total() == exits + 1);
}

}  // namespace
}  // namespace ringside::test
