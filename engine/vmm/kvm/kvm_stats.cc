// SPDX-License-Identifier: BSD-3-Clause
#include <unistd.h>

#include <algorithm>

#include "engine/spec/boot_info.h"
#include "engine/vmm/boot_failure.h"
#include "engine/vmm/kvm/kvm_api.h"
#include "engine/vmm/kvm/kvm_vcpu.h"

// What the kernel counts about a vCPU, and what a vCPU says of itself.
namespace ringside::vmm {
namespace {

// The file of KVM_GET_STATS_FD: a header, descriptors, values, each where the header says
// (Documentation/virt/kvm/api.rst, 4.133). Histograms and instantaneous values are left out.
template <class Each>
void each_counter(int fd, Each&& each) {
  kvm_stats_header header{};
  if (fd < 0 || pread(fd, &header, sizeof header, 0) != sizeof header || header.name_size > 256 ||
      header.num_desc > 1024)
    return;
  const size_t stride = sizeof(kvm_stats_desc) + header.name_size;
  std::vector<char> descriptors(stride * header.num_desc);
  if (pread(fd, descriptors.data(), descriptors.size(), header.desc_offset) != ssize_t(descriptors.size())) return;
  uint64_t data[1024];
  const ssize_t bytes = pread(fd, data, sizeof data, header.data_offset);
  for (uint32_t i = 0; i < header.num_desc; i++) {
    kvm_stats_desc desc;
    memcpy(&desc, descriptors.data() + i * stride, sizeof desc);
    if ((desc.flags & KVM_STATS_TYPE_MASK) != KVM_STATS_TYPE_CUMULATIVE || desc.size != 1) continue;
    if (desc.offset % 8 || ssize_t(desc.offset + 8) > bytes) continue;
    const uint64_t value = data[desc.offset / 8];
    const char* name = descriptors.data() + i * stride + sizeof desc;
    each(std::string(name, strnlen(name, header.name_size)), value);
  }
}

}  // namespace

void KvmVcpu::add_kernel_counters(std::vector<KernelCounter>& to) const {
  each_counter(stats_fd_, [&](std::string name, uint64_t value) {
    auto at = std::find_if(to.begin(), to.end(), [&](const KernelCounter& c) { return c.name == name; });
    if (at == to.end())
      to.push_back({std::move(name), value});
    else
      at->value += value;
  });
}

std::vector<Vcpu::KernelCounter> KvmVcpu::all_kernel_counters() const {
  std::vector<KernelCounter> all = kernel_before_;
  add_kernel_counters(all);
  return all;
}

// Without what booting did, as our own totals.
std::vector<Vcpu::KernelCounter> KvmVcpu::kernel_counters() const {
  std::vector<KernelCounter> all = all_kernel_counters();
  for (size_t i = 0; i < std::min(all.size(), kernel_boot_.size()); i++)
    all[i].value -= std::min(all[i].value, kernel_boot_[i].value);
  return all;
}

void KvmVcpu::leave_out_boot(const std::vector<KernelCounter>& before) {
  std::vector<KernelCounter> now = all_kernel_counters();
  kernel_boot_.resize(now.size());
  for (size_t i = 0; i < std::min(now.size(), before.size()); i++)
    kernel_boot_[i].value += now[i].value - before[i].value;
}

std::string KvmVcpu::state() const {
  const Phase now = phase();
  if (now == Phase::kFailed && !fault_.what.empty()) return "stopped: " + fault_.what;
  if (now == Phase::kFailed) {
    const auto* report = reinterpret_cast<const spec::GuestReport*>(vm_.memory().base() + spec::kReportGpa);
    return std::string("failed: ") +
           text_of(spec::BootFailure(shared::load_relaxed(reinterpret_cast<const uint64_t*>(&report->boot_failure))));
  }
  if (now != Phase::kOff && vm_.broken()) return "stopped: another vCPU of its VM failed";
  if (paused()) return "paused";
  return now == Phase::kOff ? "off" : now == Phase::kHalted ? "halted" : "running";
}

}  // namespace ringside::vmm
