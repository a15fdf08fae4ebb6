// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/skip.h"

namespace ringside::test {

// A network that only this process sees, without a name: it ends with the process, however that ends. Before the first
// thread is made, since each thread has the network of the one that made it. Skips the test where that is not allowed.
inline void enter_own_network() {
  if (geteuid() != 0) skip("a network of its own needs root");
  if (unshare(CLONE_NEWNET) != 0) skip("this machine lets nobody make network namespaces");
  // The kernel's own discovery would be counted as traffic.
  std::ofstream("/proc/sys/net/ipv6/conf/default/disable_ipv6") << 1;
}

inline void need_tap() {
  if (access("/dev/net/tun", R_OK | W_OK) != 0) skip("a tap needs /dev/net/tun");
}

// Two ends of a cable, both up. Skips the test where there is no `ip`, or no such thing.
inline void make_veth(const std::string& one, const std::string& other) {
  const std::string quiet = " >/dev/null 2>&1";
  if (std::system(("ip link add " + one + " type veth peer name " + other + quiet).c_str()) != 0)
    skip("no veth pairs (or no ip command)");
  REQUIRE(std::system(("ip link set " + one + " up && ip link set " + other + " up").c_str()) == 0);
}

// The world at an interface: frames of the EtherType 0x88b5, which nobody but the test sends.
class WorldEnd {
 public:
  explicit WorldEnd(const std::string& interface) : fd_(socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, htobe(kType))) {
    sockaddr_ll at{};
    at.sll_family = AF_PACKET, at.sll_protocol = htobe(kType);
    at.sll_ifindex = int(if_nametoindex(interface.c_str()));
    REQUIRE(at.sll_ifindex != 0);
    REQUIRE(bind(fd_, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0);
  }
  ~WorldEnd() { close(fd_); }
  WorldEnd(const WorldEnd&) = delete;

  // To the VM with the address 02:00:00:00:00:`last`.
  void send(uint8_t last, uint32_t count = 1) const {
    std::array<uint8_t, 60> frame{2, 0, 0, 0, 0, last, 2, 0, 0, 0, 0xee, 1, uint8_t(kType >> 8), uint8_t(kType)};
    for (uint32_t i = 0; i < count; i++) REQUIRE(::send(fd_, frame.data(), frame.size(), 0) == ssize_t(frame.size()));
  }
  // What came out of the machine since the last look.
  uint32_t take() const {
    std::array<uint8_t, 2048> frame;
    uint32_t count = 0;
    for (;;) {
      sockaddr_ll from{};
      socklen_t size = sizeof from;
      if (recvfrom(fd_, frame.data(), frame.size(), 0, reinterpret_cast<sockaddr*>(&from), &size) <= 0) return count;
      count += from.sll_pkttype != PACKET_OUTGOING;
    }
  }

 private:
  static constexpr uint16_t kType = 0x88b5;
  static uint16_t htobe(uint16_t word) { return uint16_t(word << 8 | word >> 8); }
  int fd_;
};

}  // namespace ringside::test
