// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>

#include <fmt/format.h>

#include "app/ctl/doctor/check.h"

namespace ringside::ctl {
namespace {

constexpr int kNetAdmin = 12, kNetRaw = 13;  // <linux/capability.h>

bool has_capability(const Machine& machine, int number) {
  const uint64_t effective = std::strtoull(machine.field("/proc/self/status", "CapEff").c_str(), nullptr, 16);
  return effective >> number & 1;
}

Finding user() {
  if (geteuid() != 0)
    return {"User", Health::kOk, fmt::format("uid {}", geteuid()),
            "Not root, and that is right: everything but tap, af_packet and pci: wires works.", ""};
  return {"User", Health::kOk, "root", "Root is not needed, except for tap, af_packet and pci: wires and for peers.",
          ""};
}

Finding raw_sockets(const Machine& machine) {
  if (has_capability(machine, kNetRaw))
    return {"af_packet wires", Health::kOk, "CAP_NET_RAW", "A wire can be a real interface: af_packet:IF.", ""};
  return {"af_packet wires", Health::kMissing, "no CAP_NET_RAW",
          "A wire cannot be a real interface; ring, null and pcap wires can.",
          "sudo ringsidectl run ping.scn   # a container: start it with --cap-add NET_RAW"};
}

Finding tap(const Machine& machine) {
  const bool admin = has_capability(machine, kNetAdmin), node = machine.exists("/dev/net/tun");
  if (!node)
    return {"tap wires", Health::kMissing, "/dev/net/tun does not exist",
            "A wire cannot be a tap interface of this machine.",
            "sudo modprobe tun   # a container: start it with --device /dev/net/tun"};
  const int fd = open(machine.path("/dev/net/tun").c_str(), O_RDWR | O_CLOEXEC);
  if (fd >= 0) close(fd);
  if (fd >= 0 && admin)
    return {"tap wires", Health::kOk, "/dev/net/tun opens, CAP_NET_ADMIN",
            "A wire can be a new tap interface: tap:NAME.", ""};
  return {"tap wires", Health::kMissing, admin ? "/dev/net/tun cannot be opened" : "no CAP_NET_ADMIN",
          "A wire cannot make a tap interface; ring, null and pcap wires need no right.",
          "sudo ringsidectl run FILE   # a container: start it with --cap-add NET_ADMIN --device /dev/net/tun"};
}

Finding pci(const Machine& machine) {
  const size_t groups = machine.list("/sys/kernel/iommu_groups").size();
  if (groups == 0)
    return {"pci: wires", Health::kMissing, "no IOMMU groups",
            "No real network card can be given to DPDK safely. Nothing else needs one.",
            "sudo sed -i 's/^GRUB_CMDLINE_LINUX=\"/&intel_iommu=on /' /etc/default/grub && sudo update-grub   # AMD: "
            "amd_iommu=on; then restart"};
  if (!machine.exists("/dev/vfio/vfio"))
    return {"pci: wires", Health::kDegraded, fmt::format("{} IOMMU groups, vfio is not loaded", groups),
            "A real network card or VF can be given to DPDK once vfio is there.",
            "sudo modprobe vfio-pci && dpdk-devbind.py --status-dev net"};
  return {"pci: wires", Health::kOk, fmt::format("{} IOMMU groups, /dev/vfio/vfio", groups),
          "A real network card or VF can be a wire: pci:BDF.", ""};
}

}  // namespace

std::vector<Finding> check_rights(const Machine& machine) {
  return {user(), raw_sockets(machine), tap(machine), pci(machine)};
}

}  // namespace ringside::ctl
