// SPDX-License-Identifier: BSD-3-Clause
// Frames of real interfaces: tags that the kernel keeps beside the frame, what it leaves undone behind a tag, and
// frames that are longer than an interface takes.
#include <linux/if_packet.h>
#include <net/if.h>
#include <rte_ip.h>
#include <sys/socket.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "tests/support/netns.h"
#include "tests/unit/datapath/pnic/bench.h"

using namespace ringside;
using namespace ringside::test;

namespace {

// Lets Python in the namespace send frames as they are; what arrives at the wire with the type 0x88b5 or as UDP to
// 9999.
struct Seen {
  bool tagged;
  uint16_t tci;
  std::vector<uint8_t> bytes;
};
std::vector<Seen> received(WireBench& bench, const Netns& ns, const std::vector<std::vector<uint8_t>>& frames) {
  const std::string file = std::filesystem::temp_directory_path() / ("ringside_send_" + std::to_string(getpid()));
  std::ofstream script(file);
  script << "import socket\ns = socket.socket(17, 3)\ns.bind((\"" << ns.inner_if << "\", 0))\n";
  for (const auto& frame : frames) {
    script << "s.send(bytes([";
    for (uint8_t byte : frame) script << int(byte) << ",";
    script << "]))\n";
  }
  script.close();
  REQUIRE(ns.run("python3 " + file));
  std::filesystem::remove(file);
  std::vector<Seen> seen;
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);  // only a net below
  while (seen.size() < frames.size() && bench.wire->drops.total() == 0 && std::chrono::steady_clock::now() < end) {
    net::Burst burst = bench.in();
    for (uint32_t i = 0; i < burst.count; i++) {
      net::Packet* packet = burst.packets[i];
      const auto bytes = bytes_of(packet);
      const bool ours = bytes[12] == 0x88 && bytes[13] == 0xb5;
      const bool udp = bytes[12] == 8 && bytes[13] == 0 && bytes[23] == 17 && bytes[36] == 0x27 && bytes[37] == 0x0f;
      if (ours || udp) seen.push_back({net::is_tagged(packet), packet->vlan_tci, bytes});
      rte_pktmbuf_free(packet);
    }
  }
  return seen;
}

std::vector<uint8_t> frame(const std::vector<uint8_t>& behind, size_t size = 60) {
  std::vector<uint8_t> bytes = {2, 0, 0, 0, 0, 0x77, 2, 0, 0, 0, 0, 1};
  bytes.insert(bytes.end(), behind.begin(), behind.end());
  bytes.resize(size);
  return bytes;
}

datapath::WireConfig wire_on(datapath::WireKind kind, const std::string& name) {
  datapath::WireConfig config;
  config.kind = kind, config.target = name;
  return config;
}

}  // namespace

TEST_CASE("af_packet wire: a tag of 0 is a tag, and priorities are kept", "[regression]") {
  Netns ns;
  REQUIRE(ns.made());
  WireBench bench(wire_on(datapath::WireKind::kAfPacket, ns.host_if));
  const auto seen = received(bench, ns,
                             {frame({0x88, 0xb5}), frame({0x81, 0, 0, 0, 0x88, 0xb5}),
                              frame({0x81, 0, 0xa0, 0, 0x88, 0xb5}), frame({0x81, 0, 0xf0, 10, 0x88, 0xb5})});
  REQUIRE(seen.size() == 4);
  CHECK_FALSE(seen[0].tagged);
  const uint16_t tags[] = {0, 0xa000, 0xf00a};
  for (size_t i = 0; i < 3; i++) {
    CHECK(seen[i + 1].tagged);
    CHECK(seen[i + 1].tci == tags[i]);
  }
}

TEST_CASE("af_packet wire: a checksum that was left undone is completed behind a tag, too", "[regression]") {
  Netns ns;
  REQUIRE(ns.made());
  WireBench bench(wire_on(datapath::WireKind::kAfPacket, ns.host_if));
  std::vector<uint8_t> ip = {0x45, 0,  0, 32, 0, 0, 0,    0,    64, 17, 0, 0, 10, 77, 0, 2,
                             10,   77, 0, 1,  4, 0, 0x27, 0x0f, 0,  12, 0, 0, 1,  2,  3, 4};
  auto* header = reinterpret_cast<rte_ipv4_hdr*>(ip.data());
  header->hdr_checksum = rte_ipv4_cksum(header);
  const uint16_t pseudo = rte_ipv4_phdr_cksum(header, 0);
  std::memcpy(ip.data() + 26, &pseudo, 2);
  std::vector<uint8_t> tagged = {0x81, 0, 0, 5, 8, 0};
  tagged.insert(tagged.end(), ip.begin(), ip.end());
  const auto seen = received(bench, ns, {frame(tagged)});
  REQUIRE(seen.size() == 1);
  CHECK(seen[0].tagged);
  const uint32_t sum = rte_raw_cksum(seen[0].bytes.data() + 34, 12) + rte_ipv4_phdr_cksum(header, 0);
  CHECK((sum & 0xffff) + (sum >> 16) == 0xffff);
}

TEST_CASE("tap wire: a frame that is longer than the interface takes is oversize, and the next one leaves",
          "[regression]") {
  if (geteuid() != 0 || access("/dev/net/tun", R_OK | W_OK) != 0) skip("a tap needs root and /dev/net/tun");
  WireBench bench(wire_on(datapath::WireKind::kTap, "rst" + std::to_string(getpid())));
  net::Burst burst;
  burst.clear();
  for (uint32_t size : {60u, 1600u, 1514u}) burst.push(bench.frame(size));
  bench.out(burst);
  CHECK(bench.wire->drops.by_reason[size_t(net::DropReason::kOversize)].value() == 1);
  CHECK(bench.wire->drops.total() == 1);
  CHECK(bench.wire->counters().frames_out.value() == 2);
}

// DPDK numbers its group of sockets by process and interface; two programs can have one number, and it said no more
// than "Failed to attach device on primary process".
TEST_CASE("af_packet wire: a number that another program's sockets have is refused with its cause", "[regression]") {
  Netns ns;
  REQUIRE(ns.made());
  const int other = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(3));  // 3: each protocol
  sockaddr_ll lo{};
  lo.sll_family = AF_PACKET, lo.sll_protocol = htons(3), lo.sll_ifindex = int(if_nametoindex("lo"));
  REQUIRE(bind(other, reinterpret_cast<sockaddr*>(&lo), sizeof lo) == 0);
  const uint32_t number = (uint32_t(getpid()) ^ if_nametoindex(ns.host_if.c_str())) & 0xffff;
  const uint32_t group = number | (PACKET_FANOUT_HASH | PACKET_FANOUT_FLAG_DEFRAG | PACKET_FANOUT_FLAG_ROLLOVER) << 16;
  REQUIRE(setsockopt(other, SOL_PACKET, PACKET_FANOUT, &group, sizeof group) == 0);

  auto config = wire_on(datapath::WireKind::kAfPacket, ns.host_if);
  const auto pool = make_pool();
  config.pool = pool->get(), config.name = "w0";
  const auto refused = datapath::Wire::create(config);
  close(other);
  REQUIRE_FALSE(refused);
  INFO(refused.error().text());
  CHECK(refused.error().text().find("PACKET_FANOUT") != std::string::npos);
  CHECK(refused.error().text().find("start it again") != std::string::npos);
  CHECK(datapath::Wire::create(config));  // and with the other gone it is free
}
