// SPDX-License-Identifier: BSD-3-Clause
#include <sys/eventfd.h>
#include <unistd.h>

#include "engine/disassembly/guest_code.h"
#include "engine/guest/baremetal/baremetal_image.h"
#include "engine/spec/boot_info.h"
#include "engine/vmm/kvm/exit_prices.h"
#include "engine/vmm/kvm/micro_guest.h"
#include "tests/support/catch.h"
#include "tests/support/kvm.h"

using namespace ringside;
using namespace ringside::vmm;
using ringside::test::need_kvm;

namespace {

GuestImage real_image() {
  auto image = parse_image(guest::baremetal_image());
  REQUIRE(image.ok());
  return *image;
}

// One vCPU's guest of a few bytes, run as the engine runs it.
struct Rig {
  explicit Rig(std::vector<uint8_t> bytes, IrqChip chip = IrqChip::kUser) : code(std::move(bytes)) {
    memory = std::move(*GuestMemory::create(2 << 20));
    GuestImage image;
    image.bytes = code, image.gpa = image.entry = spec::kImageGpa;
    auto made = KvmVm::create(*memory, bus, image, chip);
    INFO((made ? "" : made.error().text()));
    REQUIRE(made.ok());
    vm = std::move(*made);
    auto one = KvmVcpu::create("rig/0", 0, *vm);
    REQUIRE(one.ok());
    vcpu = std::move(*one);
  }
  // Until the guest is reported as stopped.
  void power_on() { vcpu->power_on(false); }

  std::vector<uint8_t> code;
  std::unique_ptr<GuestMemory> memory;
  MmioBus bus;
  std::unique_ptr<KvmVm> vm;
  std::unique_ptr<KvmVcpu> vcpu;
};

std::vector<ExitRecord> records(KvmVcpu& vcpu) {
  std::vector<ExitRecord> all(64);
  all.resize(vcpu.exits.drain(all.data(), 64));
  return all;
}

}  // namespace

TEST_CASE("the guest's image is one segment with names, between its stacks and its heap", "[kvm]") {
  const GuestImage image = real_image();
  CHECK(image.gpa == spec::kImageGpa);
  CHECK(image.gpa + image.bytes.size() <= spec::kGuestHeapGpa);
  CHECK(image.vectors != 0);
  disassembly::GuestCode code(image);
  CHECK(code.where(image.entry) == "guest_main+0x0");
  CHECK(disassembly::short_name(
            "_ZN8ringside5guest9poll_nicsINS0_7ForwardENS0_15MachinePlatformEEEbT0_RKNS_4spec8BootInfoE") ==
        "poll_nics<Forward>");
  CHECK(disassembly::short_name("guest_main") == "guest_main");
}

TEST_CASE("an image that is none is refused", "[kvm]") {
  const auto whole = guest::baremetal_image();
  CHECK_FALSE(parse_image(whole.first(10)).ok());
  CHECK_FALSE(parse_image(whole.first(200)).ok());
  std::vector<uint8_t> other(whole.begin(), whole.end());
  other[0] = 0;
  CHECK_FALSE(parse_image(other).ok());
  for (size_t at = 0; at < whole.size(); at += 97) {  // whatever a byte says, no access leaves the file
    std::vector<uint8_t> bent(whole.begin(), whole.end());
    bent[at] = uint8_t(bent[at] ^ 0xff);
    (void)parse_image(bent);
  }
}

TEST_CASE("an instruction that ends at the instruction pointer is found by reading forward from its function",
          "[kvm]") {
  const std::vector<uint8_t> bytes{0xbb, 0,    0,    0,    0xe0, 0x89,
                                   0x03, 0x8b, 0x03, 0xee, 0xf4};  // mov ebx; store; load; out; hlt
  GuestImage image;
  image.bytes = bytes, image.gpa = image.entry = 0x1000;
  image.symbols = {{0x1000, bytes.size(), "_Z4testv"}};
  disassembly::GuestCode code(image);
  CHECK(code.of(ExitReason::kMmioWrite, 0x1007).text == "mov dword ptr [rbx], eax");
  CHECK(code.of(ExitReason::kMmioWrite, 0x1007).where == "test+0x5");
  CHECK(code.of(ExitReason::kMmioRead, 0x1007).text == "mov eax, dword ptr [rbx]");
  CHECK(code.of(ExitReason::kPioWrite, 0x100a).text == "out dx, al");
  CHECK(code.of(ExitReason::kPioWrite, 0x1009).text == "out dx, al");  // hosts that let the CPU stand on it
  CHECK(code.of(ExitReason::kHalt, 0x100b).text == "hlt");
  CHECK_FALSE(code.of(ExitReason::kMmioWrite, 0x1003).known());  // in the middle of an instruction
  CHECK_FALSE(code.of(ExitReason::kMmioWrite, 0x9000).known());
  CHECK_FALSE(code.of(ExitReason::kHalt, 0).known());
}

TEST_CASE("real exits of each kind carry the instruction pointer of their instruction", "[kvm]") {
  need_kvm();
  // mov ebx, e0000000; mov eax, [rbx]; mov [rbx], eax; mov edx, 600; out dx, al; ud2 without an IDT
  Rig rig({0xbb, 0, 0, 0, 0xe0, 0x8b, 0x03, 0x89, 0x03, 0xba, 0, 6, 0, 0, 0xee, 0x0f, 0x0b});
  rig.power_on();
  REQUIRE(rig.vcpu->fault());
  auto all = records(*rig.vcpu);
  REQUIRE(all.size() == 3);
  if (!rig.vm->has_sync_regs()) ringside::test::skip("this KVM gives no registers with an exit");
  GuestImage image = rig.vm->image();
  image.symbols = {{spec::kImageGpa, rig.code.size(), "rig"}};
  disassembly::GuestCode code(image);
  CHECK(all[0].reason == ExitReason::kMmioRead);
  CHECK(all[0].value == 0xffffffff);  // nobody answers there
  CHECK(std::string(all[0].reg) == "unmapped");
  CHECK(code.of(all[0].reason, all[0].rip).text == "mov eax, dword ptr [rbx]");
  CHECK(all[1].reason == ExitReason::kMmioWrite);
  CHECK(all[1].value == 0xffffffff);
  CHECK(all[1].address == 0xe0000000);
  CHECK(code.of(all[1].reason, all[1].rip).text == "mov dword ptr [rbx], eax");
  CHECK(all[2].reason == ExitReason::kPioWrite);
  CHECK(code.of(all[2].reason, all[2].rip).text == "out dx, al");
  for (const ExitRecord& r : all) CHECK(r.end >= r.begin);
  const GuestFault& fault = *rig.vcpu->fault();
  CHECK(fault.what == "triple fault");
  CHECK(rig.vcpu->state() == "stopped: triple fault");
}

TEST_CASE("a guest that jumps out of memory, or spins, is stopped", "[kvm]") {
  need_kvm();
  SECTION("out of memory") {
    Rig rig({0xb8, 0, 0, 0, 0xd0, 0xff, 0xe0});  // mov eax, d0000000; jmp rax
    rig.power_on();
    REQUIRE(rig.vcpu->fault());
    CHECK(rig.vcpu->fault()->rip() == 0xd0000000);
    CHECK(rig.vcpu->fault()->code_bytes == 0);
  }
  SECTION("spins") {
    Rig rig({0xeb, 0xfe});  // jmp $
    rig.power_on();
    REQUIRE(rig.vcpu->fault());
    CHECK(rig.vcpu->fault()->what.find("2 s of CPU time") != std::string::npos);
    CHECK(disassembly::decode({rig.vcpu->fault()->code.data(), 2}, spec::kImageGpa).text.starts_with("jmp"));
  }
}

TEST_CASE("no KVM, and something else in its place, are told apart", "[kvm]") {
  auto memory = std::move(*GuestMemory::create(2 << 20));
  MmioBus bus;
  auto none = KvmVm::create(*memory, bus, {}, IrqChip::kUser, "/nowhere/kvm");
  REQUIRE_FALSE(none.ok());
  CHECK(none.error().what == "There is no /nowhere/kvm here, so there are no KVM vCPUs.");
  CHECK(none.error().remedy.find("vcpu=kvm?") != std::string::npos);
  CHECK(none.error().environment);
  auto other = KvmVm::create(*memory, bus, {}, IrqChip::kUser, "/dev/null");
  REQUIRE_FALSE(other.ok());
  CHECK(other.error().what.find("does not speak KVM") != std::string::npos);
}

TEST_CASE("a doorbell by ioeventfd wakes, leaves no exit here, and loses its value", "[kvm]") {
  need_kvm();
  auto guest = MicroGuest::create({{0x89, 0x03}, 8, {0xee}}, IrqChip::kUser);
  REQUIRE(guest.ok());
  const int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  REQUIRE((*guest)->vm().add_doorbell(MicroGuest::kRegister, 4, event).ok());
  REQUIRE((*guest)->run());
  CHECK((*guest)->exit_reason() == 2);  // KVM_EXIT_IO: the eight stores passed unseen
  uint64_t rings = 0;
  REQUIRE(read(event, &rings, sizeof rings) == sizeof rings);
  CHECK(rings == 8);
  (*guest)->vm().remove_doorbell(MicroGuest::kRegister, event);
  REQUIRE((*guest)->run());
  CHECK((*guest)->exit_reason() == 6);  // KVM_EXIT_MMIO again
  close(event);
}

TEST_CASE("exit prices are measured, and p99 is no less than the median", "[kvm]") {
  need_kvm();
  auto prices = measure_exit_prices(200);
  REQUIRE(prices.ok());
  CHECK(prices->list.size() == 8);
  for (const char* name :
       {"MMIO write", "MMIO read", "PIO write", "HLT", "ioeventfd doorbell", "interrupt injection"}) {
    INFO(name);
    const ExitPrice* price = prices->find(name);
    REQUIRE(price);
    CHECK(price->median > 0);
    CHECK(price->p99 >= price->median);
    CHECK(price->samples >= 190);
  }
  CHECK(prices->find("MMIO write")->median > prices->find("ioeventfd doorbell")->median);
}
