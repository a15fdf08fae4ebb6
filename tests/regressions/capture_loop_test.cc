// SPDX-License-Identifier: BSD-3-Clause
// A capture that is played with a window waits for answers, and its frames have any address: an answer that was lost on
// its way out was nobody's, and the window stayed shut for good.
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

using Mac = std::array<uint8_t, 6>;
constexpr Mac kVm{2, 0, 0, 0, 0, 1}, kPeer{2, 0, 0, 0, 0xaa, 1}, kOther{2, 0, 0, 0, 0, 0x77},
    kAll{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
constexpr uint32_t kFrames = 200;

std::string word(uint32_t value) { return {reinterpret_cast<const char*>(&value), 4}; }

// 200 frames from and to these addresses.
struct Played {
  std::string path = std::filesystem::temp_directory_path() / ("ringside_loop_" + std::to_string(getpid()) + ".pcap");
  Played(const Mac& from, const Mac& to, uint32_t length = 60) {
    std::string text = word(0xa1b2c3d4) + word(0x00040002) + word(0) + word(0) + word(65535) + word(1);
    std::string frame(to.begin(), to.end());
    frame.append(from.begin(), from.end()).append("\x88\xb5");
    frame.resize(length);
    for (uint32_t i = 0; i < kFrames; i++) text += word(1) + word(0) + word(length) + word(length) + frame;
    std::ofstream(path, std::ios::binary) << text;
  }
  ~Played() { std::filesystem::remove(path); }
};

// Plays all of it with a window of four, to a VM that sends back what it gets, and to `more`.
std::shared_ptr<const Snapshot> play(const Played& played, const std::string& nic, const std::string& rules = "",
                                     const std::string& mode = "vss", const std::string& more = "") {
  auto engine = make_engine(1);
  load(*engine, "wire add name=w0 kind=pcap:" + played.path + " window=4\nswitch add name=s0 uplink=w0 mode=" + mode +
                    "\nportgroup add name=g switch=s0 " + rules + "\nvm add name=web switch=s0 portgroup=g nic=" + nic +
                    " workload=forward mac=02:00:00:00:00:01\n" + more + "run mode=stepped until=idle\n");
  const auto s = engine->cut();
  CHECK(probe(*s, "w0.frames_in") == kFrames);
  CHECK(s->balance.holds());
  return s;
}

}  // namespace

TEST_CASE("a capture's window opens again when its answers are forged", "[regression][sanitize]") {
  const auto s = play(Played(kPeer, kOther), "e1000 promiscuous=yes", "promiscuous=accept forged=reject");
  CHECK(probe(*s, "s0.dropped.forged_transmit") == kFrames);
}

TEST_CASE("a capture's window opens again when its answers would go back to where they came from", "[regression]") {
  const auto s = play(Played(kVm, kVm), "e1000");
  CHECK(probe(*s, "s0.dropped.hairpin") == kFrames);
}

TEST_CASE("a capture's window counts one answer of what a guest floods", "[regression]") {
  const auto s = play(Played(kAll, kVm), "vmxnet3", "", "learning",
                      "vm add name=sink nic=e1000 switch=s0 workload=sink\n"
                      "vm add name=deaf nic=vmxnet3 switch=s0 workload=sink rx_ring=32\nvm pause name=deaf\n");
  CHECK(probe(*s, "w0.frames_out") == kFrames);
}
