// SPDX-License-Identifier: BSD-3-Clause
#include <cpuid.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>

#include "app/ctl/doctor/check.h"

namespace ringside::ctl {
namespace {

constexpr unsigned long kGetApiVersion =
    _IO(0xAE, 0x00);  // KVM_GET_API_VERSION; <linux/kvm.h> is for engine/vmm/kvm alone
constexpr int kApiVersion = 12;

bool inside_vm(const Machine& machine) { return machine.flag("hypervisor"); }

std::string hypervisor_name() {
  unsigned a = 0, name[4] = {};
  __cpuid(0x40000000, a, name[0], name[1], name[2]);
  std::string text(reinterpret_cast<const char*>(name), 12);
  text.erase(text.find_last_not_of(std::string("\0 ", 2)) + 1);
  return text;
}

Finding device(const Machine& machine) {
  const std::string soft = " Soft vCPUs do the same: exits are counted, their price is modelled.";
  if (!machine.exists("/dev/kvm")) {
    const bool able = machine.flag("vmx") || machine.flag("svm");
    return {"/dev/kvm", Health::kMissing, "does not exist", "No kvm vCPUs here." + soft,
            able ? "sudo modprobe kvm_intel || sudo modprobe kvm_amd   # a container: start it with --device /dev/kvm"
                 : "sudo modprobe kvm_intel || sudo modprobe kvm_amd   # and switch virtualisation on in the firmware "
                   "or the outer hypervisor"};
  }
  const int fd = open(machine.path("/dev/kvm").c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0 && (errno == EACCES || errno == EPERM))
    return {"/dev/kvm", Health::kDegraded, "exists, but you may not open it",
            "It belongs to the group kvm, and you are not in this group." + soft,
            "sudo usermod -aG kvm \"$USER\"   # then log in again"};
  if (fd < 0)
    return {"/dev/kvm", Health::kMissing, fmt::format("cannot be opened: {}", std::strerror(errno)),
            "No kvm vCPUs here." + soft, "sudo modprobe kvm_intel || sudo modprobe kvm_amd"};
  const int version = ioctl(fd, kGetApiVersion, 0);
  close(fd);
  if (version != kApiVersion)
    return {"/dev/kvm", Health::kMissing, fmt::format("speaks version {}", version),
            fmt::format("Version {} is wanted.", kApiVersion) + soft, "uname -r   # a kernel since 2.6.22 speaks it"};
  return {"/dev/kvm", Health::kOk, fmt::format("opens, API version {}", version),
          "kvm vCPUs are possible: exits are real, and their price is measured.", ""};
}

Finding nesting(const Machine& machine) {
  const bool hardware = machine.flag("vmx") || machine.flag("svm");
  if (!inside_vm(machine)) {
    const std::string module = machine.exists("/sys/module/kvm_intel") ? "kvm_intel"
                               : machine.exists("/sys/module/kvm_amd") ? "kvm_amd"
                                                                       : "";
    const std::string nested = module.empty() ? "" : machine.text("/sys/module/" + module + "/parameters/nested");
    return {"Nesting", Health::kOk,
            "this is no VM" + (nested.empty() ? "" : fmt::format(", {}.nested={}", module, nested)),
            "Prices of exits are those of the machine itself.", ""};
  }
  const std::string name = machine.real() ? hypervisor_name() : "";
  const std::string found = fmt::format("inside a VM{}, {} virtualisation", name.empty() ? "" : " (" + name + ")",
                                        hardware ? "with nested hardware" : "without nested hardware");
  const std::string meaning =
      hardware ? "Each exit of a guest goes through two hypervisors: measured prices carry the word nested."
               : "KVM, where it works, interprets the guest (about 1 us an instruction, 9 us an exit): measured prices "
                 "carry the word nested.";
  return {"Nesting", Health::kDegraded, found, meaning,
          hardware ? ""
                   : "sudo modprobe -r kvm_intel && sudo modprobe kvm_intel nested=1   # on the outer host; and give "
                     "this VM the CPU model host"};
}

}  // namespace

std::vector<Finding> check_kvm(const Machine& machine) { return {device(machine), nesting(machine)}; }

}  // namespace ringside::ctl
