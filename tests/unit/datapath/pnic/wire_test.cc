// SPDX-License-Identifier: BSD-3-Clause
#include <rte_ethdev.h>
#include <rte_malloc.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/unit/datapath/pnic/bench.h"

using namespace ringside;
using namespace ringside::test;
using datapath::Wire;
using datapath::WireConfig;
using datapath::WireKind;

namespace {

uint64_t resident_kb() {
  uint64_t all = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * uint64_t(getpagesize()) / 1024;
}

uint64_t dpdk_heap_bytes() {
  rte_malloc_socket_stats stats{};
  rte_malloc_get_socket_stats(0, &stats);
  return stats.heap_allocsz_bytes;
}

size_t open_files() {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) count++;
  return count;
}

Error error_of(WireConfig config, const datapath::PacketPool& pool) {
  config.pool = pool.get();
  auto wire = Wire::create(config);
  REQUIRE_FALSE(wire.ok());
  CHECK_FALSE(wire.error().unchanged.empty());
  CHECK_FALSE(wire.error().remedy.empty());
  return wire.error();
}

WireConfig config_of(WireKind kind, const std::string& target = "") {
  WireConfig config;
  config.name = "w0", config.kind = kind, config.target = target;
  return config;
}

}  // namespace

TEST_CASE("wire kinds as they are written") {
  auto kind = [](const char* text) {
    auto parsed = datapath::parse_wire_kind(text);
    REQUIRE(parsed.ok());
    return datapath::describe(parsed->kind) + "|" + parsed->target;
  };
  CHECK(kind("null") == "null|");
  CHECK(kind("ring") == "ring|");
  CHECK(kind("pcap:a:b.pcap") == "pcap|a:b.pcap");
  CHECK(kind("tap:tap0") == "tap|tap0");
  CHECK(kind("af_packet:veth0") == "af_packet|veth0");
  CHECK(kind("pci:0000:03:00.0") == "pci|0000:03:00.0");
  for (const char* wrong : {"", "pcap", "pcap:", "nul", "null:x", "ring:", "udp:1"}) {
    INFO(wrong);
    bool ok = std::string(wrong) == "ring:";  // nothing behind the colon: nothing is taken
    CHECK(datapath::parse_wire_kind(wrong).ok() == ok);
  }
}

TEST_CASE("a wire that cannot be: the error says what, and that nothing changed, and what to do") {
  auto pool = make_pool();
  uint16_t ports = rte_eth_dev_count_avail();
  WireConfig config = config_of(WireKind::kNull);
  config.frame.size = 59;
  CHECK(error_of(config, *pool).remedy == "Nearest: size=60");
  config.frame.size = 9019;
  CHECK(error_of(config, *pool).remedy == "Nearest: size=9018");
  config.frame = {};
  config.frame.flows = 0;
  CHECK(error_of(config, *pool).remedy == "Nearest: flows=1");
  config.frame = {};
  config.frame.vlan = 4095;
  error_of(config, *pool);
  config.frame = {};
  config.rate_pps = -1;
  error_of(config, *pool);
  CHECK(error_of(config_of(WireKind::kAfPacket, "nosuch0"), *pool).what == "There is no network interface nosuch0.");
  CHECK(error_of(config_of(WireKind::kAfPacket, "a,b"), *pool).what.find("not a name") != std::string::npos);
  CHECK(error_of(config_of(WireKind::kAfPacket, "lo"), *pool).what.find("not an Ethernet interface") !=
        std::string::npos);
  CHECK(error_of(config_of(WireKind::kTap, "lo"), *pool).what.find("already") != std::string::npos);
  CHECK(error_of(config_of(WireKind::kTap, "a_name_that_is_too_long"), *pool).what.find("not a name") !=
        std::string::npos);
  CHECK(error_of(config_of(WireKind::kPci, "0000:ff:1f.7"), *pool).what.find("no PCI function") != std::string::npos);
  CHECK(rte_eth_dev_count_avail() == ports);
  CHECK(pool->in_use() == 0);
}

TEST_CASE("only ring and null wires send by themselves") {
  WireConfig config = config_of(WireKind::kPcap, "assets/captures/lan.pcap");
  WireBench bench(config);
  Status status = bench.wire->send({.frame = {}, .count = 1, .rate_pps = 0});
  REQUIRE_FALSE(status.ok());
  CHECK(status.error().what.find("has no generator") != std::string::npos);
  WireBench null_bench(config_of(WireKind::kNull));
  CHECK_FALSE(null_bench.wire->send({.frame = {}, .count = 0, .rate_pps = 0}).ok());
}

TEST_CASE("inspect tells what a wire is and counted") {
  WireConfig config = config_of(WireKind::kRing);
  config.window = 8;
  WireBench bench(config);
  REQUIRE(bench.wire->send({.frame = {}, .count = 3, .rate_pps = 0}).ok());
  bench.generator()->turn(bench.turn);
  CHECK(bench.drain() == 3);
  WireView view;
  bench.wire->inspect(view);
  CHECK(view.name == "w0");
  CHECK(view.kind == "ring");
  CHECK(view.detail.empty());
  CHECK(view.sending.count == 3);
  CHECK(view.sending.size == 60);
  CHECK(view.frames_in == 3);
  CHECK(view.bytes_in == 180);
  CHECK(view.generator_sent == 3);
  CHECK(view.generator_left == 0);
  CHECK(view.window == 8);
  CHECK(view.drops.size() == 5);
}

TEST_CASE("wires come and go: no port, no file, no memory stays behind") {
  auto pool = make_pool();
  uint64_t kb = 0, heap = 0;
  size_t files = 0;
  uint16_t highest = 0;
  for (int round = 0; round < 220; round++) {
    for (WireKind kind : {WireKind::kNull, WireKind::kRing, WireKind::kPcap}) {
      WireConfig config = config_of(kind, kind == WireKind::kPcap ? "assets/captures/lan.pcap" : "");
      config.loop = round % 2;
      config.pool = pool->get();
      auto wire = Wire::create(config);
      if (!wire) FAIL(wire.error().text());
      uint16_t port = 0;
      RTE_ETH_FOREACH_DEV(port) highest = std::max(highest, port);
      Turn turn{};
      if (Context* generator = (*wire)->generator()) {
        REQUIRE((*wire)->send({.frame = {}, .count = 20, .rate_pps = 0}).ok());
        generator->turn(turn);  // left in the rings: freed with the wire
      }
      net::Burst burst;
      if (kind != WireKind::kRing && (*wire)->ingress_burst(turn, 0, burst)) (*wire)->egress_burst(turn, 0, burst);
    }
    REQUIRE(pool->in_use() == 0);
    if (round == 19) kb = resident_kb(), heap = dpdk_heap_bytes(), files = open_files();
  }
  CHECK(highest == 0);
  CHECK(open_files() == files);
  CHECK(dpdk_heap_bytes() == heap);
  CHECK(resident_kb() < kb + 512);
}

TEST_CASE("ring, null and pcap wires take no port of DPDK, which has 32") {
  auto pool = make_pool();
  std::vector<std::unique_ptr<Wire>> wires;
  for (int i = 0; i < 60; i++) {
    WireConfig config = config_of(i % 3 == 0   ? WireKind::kNull
                                  : i % 3 == 1 ? WireKind::kRing
                                               : WireKind::kPcap,
                                  i % 3 == 2 ? "assets/captures/lan.pcap" : "");
    config.pool = pool->get();
    auto wire = Wire::create(config);
    REQUIRE(wire.ok());
    wires.push_back(std::move(*wire));
  }
  CHECK(rte_eth_dev_count_avail() == 0);
}
