// SPDX-License-Identifier: BSD-3-Clause
// SET_COALESCE and GET_COALESCE (sheet §6): depths with a bounded wait, adaptive, what is refused; and vectors that are
// not there.
#include <cstring>

#include "tests/support/catch.h"
#include "tests/support/guest_vmxnet3.h"

namespace ringside::test {
namespace {

namespace vmxnet3 = spec::vmxnet3;
namespace coalesce = vmxnet3::coalesce;
namespace cmd = vmxnet3::cmd;

// One queue: vector 0 receives, vector 1 tells of transmitted packets, both to vCPU 0: lines 0 and 1. 1 GHz.
struct CoalesceVm : GuestVmxnet3 {
  static constexpr uint64_t kScheme = 0xc000;
  CoalesceVm() {
    init();
    open_vectors();
    write(kMsix + 16, 0xfee00000u), write(kMsix + 16 + 8, 0x21), write(kMsix + 16 + 12, 0), write(kVmxnet3Imr + 8, 0);
  }
  uint32_t command_at(uint32_t command, uint64_t address, uint32_t length = sizeof(vmxnet3::Coalesce)) {
    const vmxnet3::VariableLength where{1, length, address};
    memcpy(area().command_info, &where, sizeof where);
    return get(command);
  }
  uint32_t set(const vmxnet3::Coalesce& wanted) {
    *at<vmxnet3::Coalesce>(kScheme) = wanted;
    return command_at(cmd::kSetCoalesce, kScheme);
  }
  std::vector<uint32_t> told() {
    auto& scheme = *at<vmxnet3::Coalesce>(kScheme + 0x100);
    scheme = {99, {99, 99, 99}};
    CHECK(command_at(cmd::kGetCoalesce, kScheme + 0x100) == 0);
    return {scheme.mode, scheme.value[0], scheme.value[1], scheme.value[2]};
  }
  void receive(int frames) {
    for (int i = 0; i < frames; i++) send({kVmxnet3Frame});
    while (!take().empty()) {
    }
  }
  uint32_t taken() { return lines[0]->take(); }
  void later(uint64_t ns) {
    turn.now += ns;
    nic->service(turn);
  }
  // How long after an interrupt the next one may come: `frames` come at once, 1 us after it.
  uint64_t gap(int frames) {
    const uint64_t begin = turn.now;
    turn.now += 1'000;
    send(std::vector<Bytes>(size_t(frames), kVmxnet3Frame));
    while (!take().empty()) {
    }
    while (!taken() && turn.now < begin + 1'000'000) later(500);
    write(kVmxnet3Imr, 0);
    return (turn.now - begin) / 1000;
  }
};

TEST_CASE(
    "vmxnet3 coalescing: with static depths the interrupt comes when so many packets wait, and the last ones never "
    "wait long") {
  CoalesceVm vm;
  REQUIRE(vm.set({coalesce::kStatic, {64, 4, 8}}) == 0);
  CHECK(vm.told() == std::vector<uint32_t>{coalesce::kStatic, 64, 4, 8});
  for (int round = 0; round < 3; round++) {
    vm.receive(7);
    CHECK(vm.taken() == 0);
    vm.receive(1);
    CHECK(vm.taken() == 1);
    vm.write(kVmxnet3Imr, 0);
    vm.turn.now += 10;
  }
  NicView view;
  vm.nic->inspect(view);
  CHECK(view.interrupts == 3);
  CHECK(view.interrupts_moderated == 3);
  // A burst that brings more than enough is told at once; transmit completions have a depth of their own.
  vm.send(std::vector<Bytes>(20, kVmxnet3Frame));
  CHECK(vm.taken() == 1);
  vm.write(kVmxnet3Imr, 0);
  for (int i = 0; i < 3; i++) vm.put(kVmxnet3Frame);
  vm.fetch();
  CHECK(vm.taken() == 0);
  vm.put(kVmxnet3Frame);
  vm.fetch();
  CHECK(vm.taken() == 2);
  vm.write(kVmxnet3Imr + 8, 0);
  // Two packets and then none: told 100 us after the first.
  vm.receive(1);
  vm.later(60'000);
  vm.receive(1);
  CHECK(vm.taken() == 0);
  const uint64_t due = vm.nic->timer().at;
  CHECK(due == vm.turn.now + 40'000);
  vm.later(39'999);
  CHECK(vm.taken() == 0);
  vm.later(1);
  CHECK(vm.taken() == 1);
  CHECK(vm.nic->timer().at == kNever);
  // What came while the vector was masked has waited already.
  vm.receive(1);
  vm.later(200'000);
  CHECK(vm.taken() == 0);
  vm.write(kVmxnet3Imr, 0);
  vm.later(1);
  CHECK(vm.taken() == 1);
  // A depth of 0 or 1 is each packet; disabled is by level again.
  REQUIRE(vm.set({coalesce::kStatic, {0, 0, 1}}) == 0);
  vm.write(kVmxnet3Imr, 0);
  vm.receive(1);
  CHECK(vm.taken() == 1);
  REQUIRE(vm.set({coalesce::kDisabled, {}}) == 0);
  vm.write(kVmxnet3Imr, 0);
  vm.receive(1);
  CHECK(vm.taken() == 1);
}

TEST_CASE("vmxnet3 coalescing: adaptive widens the gap under load, and closes it again") {
  for (bool by_level : {false, true}) {
    INFO((by_level ? "level 8" : "SET_COALESCE"));
    CoalesceVm vm;
    if (by_level) {
      vm.area().moderation[0] = vmxnet3::kModerationAdaptive;
      vm.command(cmd::kUpdateIml);
    } else {
      REQUIRE(vm.set({coalesce::kAdaptive, {}}) == 0);
      CHECK(vm.told()[0] == coalesce::kAdaptive);
    }
    vm.gap(1);
    CHECK(vm.gap(1) == 1);
    CHECK(vm.gap(32) == 1);  // this interrupt told of 32: a level up
    CHECK(vm.gap(32) == 8);
    CHECK(vm.gap(32) == 16);
    CHECK(vm.gap(32) == 32);
    CHECK(vm.gap(32) == 64);
    CHECK(vm.gap(32) == 64);  // no farther
    CHECK(vm.gap(8) == 64);   // neither many nor few
    CHECK(vm.gap(1) == 64);
    CHECK(vm.gap(1) == 32);
    CHECK(vm.gap(1) == 16);
    CHECK(vm.gap(1) == 8);
    CHECK(vm.gap(1) == 1);
  }
}

TEST_CASE("vmxnet3 coalescing: a device that is activated anew begins at no gap, whatever was before") {
  CoalesceVm vm;
  for (int activation = 0; activation < 2; activation++) {
    if (activation) {
      vm.init();
      vm.open_vectors();
      vm.write(kVmxnet3Imr + 8, 0);
    }
    REQUIRE(vm.set({coalesce::kAdaptive, {}}) == 0);
    CHECK(vm.gap(32) == 1);
    CHECK(vm.gap(32) == 8);
    CHECK(vm.gap(32) == 16);
  }
}

TEST_CASE("vmxnet3 coalescing: a scheme that makes no sense is refused, counted, and changes nothing") {
  CoalesceVm vm;
  REQUIRE(vm.set({coalesce::kRate, {5'000, 0, 0}}) == 0);
  const std::vector<uint32_t> before = vm.told();
  CHECK(before == std::vector<uint32_t>{coalesce::kRate, 5'000, 0, 0});
  const uint64_t misuses = vm.nic->register_misuses();
  CHECK(vm.set({coalesce::kRate, {99}}) != 0);
  CHECK(vm.set({coalesce::kRate, {100'001}}) != 0);
  CHECK(vm.set({coalesce::kStatic, {129, 1, 1}}) != 0);
  CHECK(vm.set({coalesce::kStatic, {1, 129, 1}}) != 0);
  CHECK(vm.set({coalesce::kStatic, {1, 1, ~0u}}) != 0);
  CHECK(vm.set({4, {}}) != 0);
  CHECK(vm.command_at(cmd::kSetCoalesce, CoalesceVm::kScheme, 8) != 0);
  CHECK(vm.command_at(cmd::kSetCoalesce, GuestVmxnet3::kMemory - 8) != 0);
  CHECK(vm.command_at(cmd::kGetCoalesce, ~uint64_t{0} - 4) != 0);
  CHECK(vm.nic->register_misuses() == misuses + 9);
  CHECK(vm.told() == before);
  vm.init();  // a reset forgets it
  CHECK(vm.told() == std::vector<uint32_t>{coalesce::kDisabled, 0, 0, 0});
}

TEST_CASE("vmxnet3 interrupts: a vector beyond numIntrs is not there") {
  GuestVmxnet3 vm;
  vm.init();
  vm.area().vectors = 1;
  vm.rx_desc().vector = 1, vm.tx_desc().vector = 0;
  CHECK(vm.get(cmd::kActivateDev) == 0);
  for (uint32_t vector : {0u, 1u}) {
    vm.write(GuestVmxnet3::kMsix + 16 * vector, 0xfee00000u),
        vm.write(GuestVmxnet3::kMsix + 16 * vector + 8, 0x20 + vector);
    vm.write(GuestVmxnet3::kMsix + 16 * vector + 12, 0), vm.write(kVmxnet3Imr + 8 * vector, 0);
  }
  vm.send({kVmxnet3Frame});
  vm.write(kVmxnet3Imr + 8, 1), vm.write(kVmxnet3Imr + 8, 0);
  CHECK(vm.lines[0]->take() == 0);
  CHECK(vm.take() == kVmxnet3Frame);  // the frame is there for who looks
  vm.put(kVmxnet3Frame);
  vm.fetch();
  CHECK(vm.lines[0]->take() == 1);
}

}  // namespace
}  // namespace ringside::test
