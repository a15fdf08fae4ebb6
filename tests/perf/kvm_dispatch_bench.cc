// SPDX-License-Identifier: BSD-3-Clause
// What an exit's way through our dispatch costs, beside a bare KVM_RUN loop that ignores it: the same guest writes the
// same register, in pairs of short runs, one after the other, and the median of the pairs' ratios is at most 1.15. Run:
// ringside_perf "[kvm]"
#include <algorithm>
#include <cstdio>

#include "engine/base/clock.h"
#include "engine/vmm/kvm/micro_guest.h"
#include "tests/support/catch.h"
#include "tests/support/kvm.h"

using namespace ringside;
using namespace ringside::vmm;

namespace {

// A register that keeps what it is given.
struct OneRegister final : MmioDevice {
  uint64_t value = 0;
  uint64_t mmio_read(uint64_t, uint8_t, Access&) override { return value; }
  void mmio_write(uint64_t, uint8_t, uint64_t v, Access&) override { value = v; }
  const char* register_name(uint64_t) const override { return "TDT"; }
};

constexpr int kPairs = 101, kExits = 1000;

}  // namespace

TEST_CASE("an exit through our dispatch costs at most 1.15 times a bare KVM_RUN loop", "[perf][kvm]") {
  test::need_kvm();
  const MicroGuest::Code stores{{0x89, 0x03}, 64};
  auto bare = MicroGuest::create(stores, IrqChip::kUser), ours = MicroGuest::create(stores, IrqChip::kUser);
  REQUIRE(bare.ok());
  REQUIRE(ours.ok());
  OneRegister device;
  REQUIRE((*ours)->bus().map(MicroGuest::kRegister, 4096, &device, 0));
  (*ours)->vcpu().exits.set_rate(100'000, tsc_hz());  // as the engine does it when time runs free
  auto run_bare = [&] {
    const uint64_t begin = tsc();
    for (int i = 0; i < kExits; i++) (*bare)->run();
    return double(tsc() - begin) / kExits;
  };
  auto run_ours = [&] {
    const uint64_t begin = tsc();
    for (int i = 0; i < kExits; i++) (*ours)->dispatch();
    return double(tsc() - begin) / kExits;
  };
  run_bare(), run_ours();
  std::vector<double> ratios, costs, dispatched;
  for (int pair = 0; pair < kPairs; pair++) {
    double b, o;
    if (pair % 2)
      o = run_ours(), b = run_bare();
    else
      b = run_bare(), o = run_ours();
    ratios.push_back(o / b), costs.push_back(b), dispatched.push_back(o);
  }
  for (auto* list : {&ratios, &costs, &dispatched}) std::sort(list->begin(), list->end());
  const double ratio = ratios[kPairs / 2];
  std::printf("KVM dispatch: bare %.0f cycles an exit, ours %.0f; ratio of pairs: median %.3f, from %.3f to %.3f\n",
              costs[kPairs / 2], dispatched[kPairs / 2], ratio, ratios.front(), ratios.back());
  CHECK((*ours)->vcpu().exits.total() == uint64_t(kPairs + 1) * kExits);
  CHECK(ratio <= 1.15);
}
