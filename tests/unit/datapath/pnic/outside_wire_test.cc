// SPDX-License-Identifier: BSD-3-Clause
#include <net/if.h>
#include <rte_ether.h>
#include <rte_ip.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>

#include "tests/support/netns.h"
#include "tests/support/patience.h"
#include "tests/unit/datapath/pnic/bench.h"

using namespace ringside;
using namespace ringside::test;
using datapath::WireConfig;
using datapath::WireKind;

namespace {

constexpr uint8_t kMac[6] = {0x02, 0, 0, 0, 0, 0x77};
constexpr uint8_t kIp[4] = {10, 77, 0, 1};

// Answers ARP and ping for 10.77.0.1 in place, as the echo workload will; false: not for us.
bool answer(net::Packet* packet) {
  uint8_t* d = net::data_of(packet);
  if (packet->pkt_len >= 42 && d[12] == 8 && d[13] == 6 && d[21] == 1 && std::memcmp(d + 38, kIp, 4) == 0) {
    std::memcpy(d + 32, d + 22, 10);
    std::memcpy(d + 22, kMac, 6), std::memcpy(d + 28, kIp, 4);
    d[21] = 2;
  } else if (packet->pkt_len >= 42 && d[12] == 8 && d[13] == 0 && d[23] == 1 && d[34] == 8 &&
             std::memcmp(d + 30, kIp, 4) == 0) {
    std::memcpy(d + 30, d + 26, 4), std::memcpy(d + 26, kIp, 4);
    d[34] = 0;
    uint32_t sum = uint32_t(d[36] << 8 | d[37]) + 0x0800;  // RFC 1624: the type lost 8
    sum = (sum & 0xffff) + (sum >> 16);
    d[36] = uint8_t(sum >> 8), d[37] = uint8_t(sum);
  } else {
    return false;
  }
  std::memcpy(d, d + 6, 6), std::memcpy(d + 6, kMac, 6);
  return true;
}

// Serves the wire until `result` is there whole; what the file says.
std::string serve(WireBench& bench, const std::string& result, const std::function<void(net::Packet*)>& look = {}) {
  std::string text;
  const auto whole = [&] { return bool(std::ifstream(result) >> text); };
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(patient(60));
  while (!whole() && std::chrono::steady_clock::now() < end) {
    net::Burst in = bench.in(), out;
    out.clear();
    for (uint32_t i = 0; i < in.count; i++) {
      if (look) look(in.packets[i]);
      if (answer(in.packets[i]))
        out.push(in.packets[i]);
      else
        rte_pktmbuf_free(in.packets[i]);
    }
    if (out.count) bench.out(out);
    if (!in.count) usleep(50);
  }
  std::filesystem::remove(result);
  return text;
}

// "[118,101,…]": a name in a command line without quotes.
std::string bytes_text(const std::string& name) {
  std::string text = "[";
  for (char c : name) text.append(text.size() > 1 ? "," : "").append(std::to_string(int(c)));
  return text + "]";
}

std::string result_file() {
  return std::filesystem::temp_directory_path() / ("ringside_result_" + std::to_string(getpid()));
}

WireConfig outside(WireKind kind, const std::string& target) {
  WireConfig config;
  config.kind = kind, config.target = target;
  return config;
}

}  // namespace

TEST_CASE("af_packet wire: ping from a namespace, 100 of 100") {
  Netns ns;
  REQUIRE(ns.made());
  WireBench bench(outside(WireKind::kAfPacket, ns.host_if));
  CHECK(bench.wire->timer().kind == TimerKind::kPoll);
  CHECK_FALSE(bench.wire->wakes_itself());
  ns.start("ping -q -c 100 -W 60 -i 0.01 10.77.0.1 | grep -q \"100 received\"", result_file());
  CHECK(serve(bench, result_file()) == "0");
  CHECK(bench.wire->counters().frames_in.value() >= 101);
  CHECK(bench.wire->drops.total() == 0);
}

TEST_CASE("af_packet wire: jumbo frames are chains of the machine's buffers") {
  Netns ns(9000);
  REQUIRE(ns.made());
  WireBench bench(outside(WireKind::kAfPacket, ns.host_if));
  uint32_t longest = 0, segments = 0;
  ns.start("ping -q -c 5 -W 60 -i 0.05 -M do -s 8972 10.77.0.1 | grep -q \"5 received\"", result_file());
  CHECK(serve(bench, result_file(), [&](net::Packet* packet) {
          CHECK(rte_mbuf_check(packet, 1, nullptr) == 0);
          CHECK(packet->pool == bench.pool->get());
          longest = std::max(longest, packet->pkt_len);
          segments = std::max<uint32_t>(segments, packet->nb_segs);
        }) == "0");
  CHECK(longest == 9014);
  CHECK(segments == 5);
}

TEST_CASE(
    "af_packet wire: checksums that veth left undone are complete, tags are taken off, cut frames dropped by name") {
  Netns ns;
  REQUIRE(ns.made());
  std::string dev = ns.inner_if;
  WireBench bench(outside(WireKind::kAfPacket, ns.host_if));
  REQUIRE(ns.run("ethtool -K " + dev + " tx on tso on gso on"));
  REQUIRE(ns.run("ip neigh add 10.77.0.1 lladdr 02:00:00:00:00:77 dev " + dev));
  // Datagrams through the stack, then tagged frames as they are (not each kernel has VLAN devices).
  ns.start("python3 -c \"import socket,time\ns=socket.socket(2,2)\nr=socket.socket(17,3)\nr.bind((str().join(map(chr," +
               bytes_text(dev) +
               ")),0))\nfor i in range(10): s.sendto(bytes([i]*20), (socket.inet_ntoa(bytes([10,77,0,1])), 9999)); "
               "r.send(bytes([2,0,0,0,0,119,2,0,0,0,0,1,129,0,0,5,8,0,69,0,0,46]+[0]*50)); time.sleep(0.01)\"",
           result_file());
  int udp = 0, right = 0, tagged = 0;
  CHECK(serve(bench, result_file(), [&](net::Packet* packet) {
          uint8_t* d = net::data_of(packet);
          tagged += packet->vlan_tci == 5 && d[12] == 8;
          if (d[12] != 8 || d[13] != 0 || d[23] != 17 || d[36] != 0x27 || d[37] != 0x0f) return;
          auto* ip = reinterpret_cast<rte_ipv4_hdr*>(d + 14);
          uint32_t sum = rte_raw_cksum(d + 34, uint32_t(packet->pkt_len - 34)) + rte_ipv4_phdr_cksum(ip, 0);
          udp++;
          right += (sum & 0xffff) + (sum >> 16) == 0xffff;
        }) == "0");
  CHECK(udp == 10);
  CHECK(right == 10);
  CHECK(tagged == 10);
  // Too long for the interface: a named drop, where net_af_packet would say it was sent.
  net::Burst burst;
  burst.clear();
  burst.push(bench.frame(1600));
  bench.out(burst);
  CHECK(bench.wire->drops.by_reason[size_t(net::DropReason::kOversize)].value() == 1);
}

TEST_CASE("af_packet wire: an interface that is down") {
  Netns ns;
  REQUIRE(ns.made());
  REQUIRE(std::system(("ip link set " + ns.host_if + " down").c_str()) == 0);
  auto pool = make_pool();
  WireConfig config = outside(WireKind::kAfPacket, ns.host_if);
  config.pool = pool->get();
  auto wire = datapath::Wire::create(config);
  REQUIRE_FALSE(wire.ok());
  CHECK(wire.error().remedy == "sudo ip link set " + ns.host_if + " up");
}

TEST_CASE("outside wires without the right to: a clear error each") {
  if (getuid() != 0) skip("needs root to give rights up");
  Netns ns;
  REQUIRE(ns.made());
  need_eal();
  auto pool = make_pool();
  REQUIRE(seteuid(65534) == 0);
  for (WireKind kind : {WireKind::kAfPacket, WireKind::kTap}) {
    WireConfig config = outside(kind, kind == WireKind::kTap ? "rstap_x" : ns.host_if);
    config.pool = pool->get();
    auto wire = datapath::Wire::create(config);
    bool ok = wire.ok();
    std::string what = ok ? "" : wire.error().what + wire.error().remedy;
    CHECK_FALSE(ok);
    CHECK(what.find("CAP_NET") != std::string::npos);
    CHECK(what.find("sudo") != std::string::npos);
  }
  REQUIRE(seteuid(0) == 0);
}

TEST_CASE("tap wire: makes its interface, carries pings, and takes it away") {
  if (getuid() != 0 || !std::filesystem::exists("/dev/net/tun")) skip("a tap wire needs root and /dev/net/tun");
  std::string tap = "rst" + std::to_string(getpid()), ns = "rst" + std::to_string(getpid());
  auto shell = [](const std::string& command) {
    return std::system(("bash -c '" + command + "' >/dev/null 2>&1").c_str()) == 0;
  };
  if (!shell("ip netns add " + ns)) skip("network namespaces are not allowed here");
  struct Removed {
    std::string ns;
    ~Removed() { (void)!std::system(("ip netns del " + ns).c_str()); }
  } removed{ns};
  {
    WireBench bench(outside(WireKind::kTap, tap), 8192);
    REQUIRE(if_nametoindex(tap.c_str()) != 0);
    REQUIRE(shell(". tests/support/netns.sh; ip link set " + tap + " netns " + ns + "; NETNS=" + ns + "; netns_quiet " +
                  tap + " netns_exec; netns_exec ip address add 10.77.0.2/24 dev " + tap + "; netns_exec ip link set " +
                  tap + " up"));
    shell("(ip netns exec " + ns + " ping -q -c 20 -w 20 -i 0.01 10.77.0.1 | grep -q \"20 received\"; echo $? > " +
          result_file() + ") &");
    CHECK(serve(bench, result_file()) == "0");
  }
  CHECK(if_nametoindex(tap.c_str()) == 0);
  CHECK_FALSE(shell("ip -n " + ns + " link show " + tap));
}
