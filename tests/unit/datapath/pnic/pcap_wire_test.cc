// SPDX-License-Identifier: BSD-3-Clause
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "engine/datapath/pnic/capture.h"
#include "tests/unit/datapath/pnic/bench.h"

using namespace ringside;
using namespace ringside::test;
using datapath::WireConfig;
using datapath::WireKind;

namespace {

constexpr char kCapture[] = "assets/captures/lan.pcap";

WireConfig pcap_config(const std::string& file = kCapture) {
  WireConfig config;
  config.kind = WireKind::kPcap;
  config.target = file;
  return config;
}

// A file in the temporary folder that goes with the test.
struct Scratch {
  std::string path;
  explicit Scratch(const std::string& name, const std::string& content = "")
      : path(std::filesystem::temp_directory_path() / ("ringside_" + std::to_string(getpid()) + name)) {
    std::ofstream(path, std::ios::binary) << content;
  }
  ~Scratch() { std::filesystem::remove(path); }
};

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string word(uint32_t value) { return {reinterpret_cast<const char*>(&value), 4}; }

// A pcap file whose frames have these lengths.
std::string capture_of(const std::vector<uint32_t>& lengths) {
  std::string file = word(0xa1b2c3d4) + word(0x00040002) + word(0) + word(0) + word(65535) + word(1);
  for (uint32_t length : lengths)
    file += word(0) + word(0) + word(length) + word(length) + std::string(length, char(0x11));
  return file;
}

std::string why_not(const WireConfig& given) {
  auto pool = make_pool();
  WireConfig config = given;
  config.name = "w0", config.pool = pool->get();
  auto wire = datapath::Wire::create(config);
  REQUIRE_FALSE(wire.ok());
  CHECK_FALSE(wire.error().unchanged.empty());
  CHECK(pool->in_use() == 0);
  return wire.error().what + "\n" + wire.error().remedy;
}

}  // namespace

TEST_CASE("pcap wire: each frame of the file comes in once, then it is silent") {
  auto info = datapath::Capture::load(kCapture);
  REQUIRE(info.ok());
  WireBench bench(pcap_config());
  CHECK(bench.wire->left() == (*info)->frames().size());
  uint32_t frames = bench.drain();
  CHECK(frames == (*info)->frames().size());
  CHECK(bench.wire->counters().frames_in.value() == (*info)->frames().size());
  CHECK(bench.wire->counters().bytes_in.value() == (*info)->total_bytes());
  CHECK(bench.wire->left() == 0);
  CHECK(bench.wire->timer().at == kNever);
  CHECK_FALSE(bench.wire->has_work());
  CHECK(bench.in().count == 0);
}

TEST_CASE("pcap wire: rate, stop, start") {
  WireConfig config = pcap_config();
  config.rate_pps = 1000;
  WireBench bench(config);
  for (int ms = 0; ms < 20; ms++) {
    bench.turn.now = uint64_t(ms) * 2'600'000;
    CHECK(bench.drain() == 1);
    CHECK(bench.wire->timer().at == uint64_t(ms + 1) * 2'600'000);
  }
  bench.wire->stop();
  bench.after_us(3000);
  CHECK(bench.drain() == 0);
  bench.wire->start();
  CHECK(bench.drain() == 3);
}

TEST_CASE("pcap wire: again and again") {
  WireConfig config = pcap_config();
  config.loop = true;
  WireBench bench(config);
  uint64_t frames = 0;
  for (int i = 0; i < 20; i++) {
    net::Burst burst = bench.in();
    frames += burst.count;
    bench.out(burst);
  }
  CHECK(frames == 640);
  CHECK(bench.wire->left() == ~uint64_t{0});
  CHECK(bench.wire->counters().frames_out.value() == 640);
}

TEST_CASE("pcap wire: what leaves is counted and freed, or written to a file") {
  Scratch out("_out.pcap");
  std::filesystem::remove(out.path);
  WireConfig config = pcap_config();
  config.tx_pcap = out.path;
  uint64_t bytes = 0;
  {
    WireBench bench(config);
    bench.wire->keep_output();
    for (net::Burst burst = bench.in(); burst.count; burst = bench.in()) bench.out(burst);
    bytes = bench.wire->counters().bytes_out.value();
  }
  auto in_info = datapath::Capture::load(kCapture), out_info = datapath::Capture::load(out.path);
  REQUIRE(out_info.ok());
  CHECK((*out_info)->frames().size() == (*in_info)->frames().size());
  CHECK((*out_info)->total_bytes() == bytes);
}

TEST_CASE("pcap wire: while no buffer is free its frames wait, and none is lost") {
  std::vector<uint32_t> lengths(200, 60);
  Scratch file("_many.pcap", capture_of(lengths));
  WireBench bench(pcap_config(file.path), 64);
  std::vector<net::Burst> held;
  for (int i = 0; i < 250; i++) held.push_back(bench.in());
  uint64_t frames = 0;
  for (net::Burst& burst : held) frames += burst.count;
  CHECK(frames <= 64);
  CHECK(bench.wire->left() == 200 - frames);
  for (net::Burst& burst : held) bench.out(burst);
  CHECK(bench.drain() == 200 - frames);
  CHECK(bench.wire->counters().frames_in.value() == 200);
  CHECK(bench.wire->left() == 0);
  CHECK(bench.wire->drops.total() == 0);
}

TEST_CASE("pcap wire: jumbo frames come as chains; tags are taken off") {
  std::string tagged = capture_of({64, 9018});
  tagged[24 + 16 + 12] = char(0x81), tagged[24 + 16 + 13] = 0, tagged[24 + 16 + 14] = 0, tagged[24 + 16 + 15] = 42;
  Scratch file("_jumbo.pcap", tagged);
  WireBench bench(pcap_config(file.path));
  net::Burst burst = bench.in();
  REQUIRE(burst.count == 2);
  CHECK(burst.packets[0]->vlan_tci == 42);
  CHECK(burst.packets[0]->pkt_len == 60);
  CHECK(burst.packets[1]->pkt_len == 9018);
  CHECK(burst.packets[1]->nb_segs == 5);
  CHECK(burst.packets[1]->vlan_tci == 0);
  bench.out(burst);
  CHECK(bench.wire->counters().bytes_out.value() == 64 + 9018);
}

TEST_CASE("pcap wire: a file that is missing, broken or of another kind is an error before anything is built") {
  CHECK(why_not(pcap_config("/nowhere/x.pcap")).find("/nowhere/x.pcap") != std::string::npos);
  Scratch text("_text.pcap", "this is no capture at all, but a text");
  CHECK(why_not(pcap_config(text.path)).find("is not a capture file") != std::string::npos);
  Scratch empty("_empty.pcap", "");
  CHECK(why_not(pcap_config(empty.path)).find("is not a capture file") != std::string::npos);
  std::string whole = read_file(kCapture);
  Scratch cut("_cut.pcap", whole.substr(0, whole.size() - 10));
  CHECK(why_not(pcap_config(cut.path)).find("behind frame 101") != std::string::npos);
  Scratch none("_none.pcap", capture_of({}));
  CHECK(why_not(pcap_config(none.path)).find("no frame") != std::string::npos);
  std::string wifi = capture_of({60});
  wifi[20] = 105;
  Scratch radio("_wifi.pcap", wifi);
  CHECK(why_not(pcap_config(radio.path)).find("not captured on Ethernet") != std::string::npos);
}

TEST_CASE("pcap wire: a name that DPDK's arguments could not carry") {
  Scratch file("_a,b=[c] d.pcap", capture_of({60, 60, 60}));
  WireBench bench(pcap_config(file.path));
  CHECK(bench.drain() == 3);
}

TEST_CASE("capture file: pcapng and the other byte order") {
  auto block = [](uint32_t type, const std::string& body) {
    return word(type) + word(uint32_t(body.size() + 12)) + body + word(uint32_t(body.size() + 12));
  };
  std::string ng = block(0x0a0d0d0a, word(0x1a2b3c4d) + word(1) + word(~0u) + word(~0u)) + block(1, word(1) + word(0)) +
                   block(5, word(0) + word(0)) +
                   block(6, word(0) + word(0) + word(0) + word(61) + word(61) + std::string(64, 'x')) +
                   block(6, word(0) + word(0) + word(0) + word(100) + word(100) + std::string(100, 'y'));
  Scratch file("_ng.pcapng", ng);
  auto info = datapath::Capture::load(file.path);
  REQUIRE(info.ok());
  CHECK((*info)->frames().size() == 2);
  CHECK((*info)->total_bytes() == 161);
  WireBench bench(pcap_config(file.path));
  CHECK(bench.drain() == 2);

  std::string big = capture_of({60});
  for (ptrdiff_t at : {0, 16, 20, 24, 28, 32, 36}) std::reverse(big.begin() + at, big.begin() + at + 4);
  for (ptrdiff_t at : {4, 6}) std::reverse(big.begin() + at, big.begin() + at + 2);  // the version's two halves
  Scratch other("_big.pcap", big);
  auto swapped = datapath::Capture::load(other.path);
  REQUIRE(swapped.ok());
  CHECK((*swapped)->frames().size() == 1);
}
