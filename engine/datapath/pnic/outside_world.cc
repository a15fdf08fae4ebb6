// SPDX-License-Identifier: BSD-3-Clause
// cold: looked at before a wire is built
#include "engine/datapath/pnic/outside_world.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "engine/base/fault_injection.h"
#include "engine/datapath/eal.h"

namespace ringside::datapath {
namespace {

// A descriptor that closes itself.
struct Descriptor {
  int fd;
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
};

Status check_name(const std::string& name) {
  if (!name.empty() && name.size() < IFNAMSIZ && name.find_first_of(",=[]/ \t") == std::string::npos) return {};
  return Error{"\"" + name + "\" is not a name that an interface can have.", kNothingBuilt,
               "At most 15 characters, without space , = / [ ]"};
}

ifreq request(const std::string& name) {
  ifreq r{};
  std::memcpy(r.ifr_name, name.c_str(), name.size());
  return r;
}

std::string interfaces() {
  std::string list;
  if (struct if_nameindex* all = if_nameindex()) {
    for (auto* i = all; i->if_index; i++) list += (list.empty() ? "" : ", ") + std::string(i->if_name);
    if_freenameindex(all);
  }
  return list;
}

std::string this_program() {
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).string();
}

}  // namespace

Result<uint32_t> check_interface(const std::string& name) {
  if (Status bad = check_name(name); !bad.ok()) return bad.error();
  Descriptor inet{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  ifreq r = request(name);
  if (ioctl(inet.fd, SIOCGIFMTU, &r) != 0)
    return Error{"There is no network interface " + name + ".", kNothingBuilt, "Interfaces here: " + interfaces()};
  uint32_t mtu = uint32_t(r.ifr_mtu);
  if (ioctl(inet.fd, SIOCGIFHWADDR, &r) == 0 && r.ifr_hwaddr.sa_family != ARPHRD_ETHER)
    return Error{name + " is not an Ethernet interface.", kNothingBuilt, "A veth pair, a bridge port or a real NIC"};
  r = request(name);
  if (ioctl(inet.fd, SIOCGIFFLAGS, &r) == 0 && !(r.ifr_flags & IFF_UP))
    return Error{"Interface " + name + " is down.", kNothingBuilt, "sudo ip link set " + name + " up"};
  Descriptor packet{fault_here("socket") ? -1 : socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0)};
  if (packet.fd < 0)
    return Error{
        "Reading frames from " + name + " needs the right to do so (CAP_NET_RAW): " + std::strerror(errno) + ".",
        kNothingBuilt, "sudo setcap cap_net_raw,cap_net_admin+ep " + this_program() + ", or start it with sudo"};
  return mtu;
}

Status check_tap(const std::string& name) {
  if (Status bad = check_name(name); !bad.ok()) return bad;
  if (if_nametoindex(name.c_str()) != 0)
    return Error{"There is an interface " + name + " already; a tap wire makes its own.", kNothingBuilt,
                 "tap: with another name"};
  Descriptor tun{fault_here("open") ? -1 : open("/dev/net/tun", O_RDWR | O_CLOEXEC)};
  if (tun.fd < 0)
    return Error{"/dev/net/tun cannot be opened: " + std::string(std::strerror(errno)) + ".", kNothingBuilt,
                 errno == ENOENT ? "sudo modprobe tun" : "Start it with sudo"};
  // Closed again at once, which removes it: only to see whether DPDK will be allowed to.
  ifreq r = request(name);
  r.ifr_flags = IFF_TAP | IFF_NO_PI;
  if (ioctl(tun.fd, TUNSETIFF, &r) != 0)
    return Error{
        "Making the interface " + name + " needs the right to do so (CAP_NET_ADMIN): " + std::strerror(errno) + ".",
        kNothingBuilt, "sudo setcap cap_net_admin+ep " + this_program() + ", or start it with sudo"};
  return {};
}

Status check_pci(const std::string& address) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  fs::path function = fs::path("/sys/bus/pci/devices") / (address.size() == 7 ? "0000:" + address : address);
  if (address.find('/') != std::string::npos || !fs::exists(function, ignored))
    return Error{"There is no PCI function " + address + ".", kNothingBuilt,
                 "lspci -D lists them; an address looks like 0000:03:00.0"};
  std::string driver = fs::read_symlink(function / "driver", ignored).filename().string();
  if (driver != "vfio-pci" && driver != "uio_pci_generic" && driver != "igb_uio" && driver != "mlx5_core" &&
      driver != "mlx4_core")
    return Error{"PCI function " + address + " belongs to " + (driver.empty() ? "no driver" : "the driver " + driver) +
                     ", and not to vfio-pci.",
                 kNothingBuilt, "sudo dpdk-devbind.py -b vfio-pci " + address + " (its network interface goes away)"};
  return {};
}

}  // namespace ringside::datapath
