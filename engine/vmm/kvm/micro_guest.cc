// SPDX-License-Identifier: BSD-3-Clause
#include "engine/vmm/kvm/micro_guest.h"

#include "engine/spec/boot_info.h"
#include "engine/vmm/kvm/kvm_api.h"

namespace ringside::vmm {
namespace {

void put(std::vector<uint8_t>& to, std::initializer_list<uint8_t> bytes) { to.insert(to.end(), bytes); }
void put32(std::vector<uint8_t>& to, uint32_t value) {
  for (int i = 0; i < 4; i++) to.push_back(uint8_t(value >> 8 * i));
}
void jump(std::vector<uint8_t>& to, size_t target) {
  put(to, {0xe9}), put32(to, uint32_t(int64_t(target) - int64_t(to.size() + 4)));
}

}  // namespace

Result<std::unique_ptr<MicroGuest>> MicroGuest::create(const Code& code, IrqChip chip) {
  std::unique_ptr<MicroGuest> guest(new MicroGuest);
  auto memory = GuestMemory::create(2 << 20);
  if (!memory) return memory.error();
  guest->memory_ = std::move(*memory);
  // Vector stubs, the handler behind them, then the code.
  std::vector<uint8_t>& c = guest->code_;
  const size_t handler = size_t{spec::kVectors} * spec::kVectorStubBytes;
  for (uint32_t v = 0; v < spec::kVectors; v++) {
    jump(c, handler);
    c.resize((v + 1) * spec::kVectorStubBytes, 0x90);
  }
  put(c, {0xee});                  // out dx, al
  if (chip == IrqChip::kKernel) {  // end of interrupt: x2APIC
    put(c, {0xb9, 0x0b, 0x08, 0, 0, 0x31, 0xc0, 0x31, 0xd2, 0x0f, 0x30, 0xba}),
        put32(c, kPort);  // mov ecx, 80b; xor; xor; wrmsr; mov edx
  }
  put(c, {0x48, 0xcf});  // iretq
  const size_t entry = c.size();
  put(c, {0xbb}), put32(c, kRegister);  // mov ebx
  put(c, {0xba}), put32(c, kPort);      // mov edx
  put(c, {0x31, 0xc0});                 // xor eax, eax
  if (code.sti) put(c, {0xfb});
  const size_t begin = c.size();
  for (uint32_t i = 0; i < code.times; i++) c.insert(c.end(), code.body.begin(), code.body.end());
  c.insert(c.end(), code.after.begin(), code.after.end());
  jump(c, begin);

  GuestImage image;
  image.bytes = c, image.gpa = image.vectors = spec::kImageGpa, image.entry = spec::kImageGpa + entry;
  auto vm = KvmVm::create(*guest->memory_, guest->bus_, image, chip);
  if (!vm) return vm.error();
  guest->vm_ = std::move(*vm);
  guest->vm_->load_guest();
  auto vcpu = KvmVcpu::create("micro/0", 0, *guest->vm_);
  if (!vcpu) return vcpu.error();
  guest->vcpu_ = std::move(*vcpu);
  if (!guest->vcpu_->watch(true)) return Error{"It has " + guest->vcpu_->fault()->what + ".", "Nothing was built.", ""};
  return guest;
}

bool MicroGuest::run() {
  // The timer of watch() ticks by CPU time: an instruction that is not through after three ticks never will be.
  for (int ticks = 0; ticks < 3; ticks++) {
    if (ioctl(vcpu_->fd_, KVM_RUN, 0) == 0) return true;
    if (errno != EINTR && errno != EAGAIN) return false;
  }
  return false;
}

void MicroGuest::dispatch() {
  while (vcpu_->enter() == KvmVcpu::Outcome::kKicked && !vm_->broken()) {
  }
}

bool MicroGuest::inject(uint8_t vector) {
  if (!vcpu_->run_->ready_for_interrupt_injection || !vcpu_->run_->if_flag) return false;
  kvm_interrupt interrupt{vector};
  return undisturbed_ioctl(vcpu_->fd_, KVM_INTERRUPT, &interrupt) == 0;
}

void MicroGuest::signal(uint8_t vector) { vcpu_->irqfds_.send(uint16_t(vector - spec::kFirstVector)); }

bool MicroGuest::enable_hypercall_exits() {
  constexpr uint64_t kMapGpaRange = 12;  // KVM_HC_MAP_GPA_RANGE: the one that can be handed over
  if (kvm_ioctl(vm_->fd(), KVM_CHECK_EXTENSION, KVM_CAP_EXIT_HYPERCALL) <= 0) return false;
  kvm_enable_cap cap{};
  cap.cap = KVM_CAP_EXIT_HYPERCALL, cap.args[0] = uint64_t{1} << kMapGpaRange;
  return kvm_ioctl(vm_->fd(), KVM_ENABLE_CAP, &cap) == 0;
}

uint32_t MicroGuest::exit_reason() const { return vcpu_->run_->exit_reason; }

}  // namespace ringside::vmm
