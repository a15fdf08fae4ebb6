// SPDX-License-Identifier: BSD-3-Clause
// A lab's captures were bounded neither in memory nor in time: each wire that played a file read it anew, 256 MiB each,
// and neither Ctrl-C nor the lab's deadline ended that.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "engine/datapath/pnic/capture.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;
namespace fs = std::filesystem;

namespace {

std::string word(uint32_t value) { return {reinterpret_cast<const char*>(&value), 4}; }

// A folder with files of empty frames, which take no room on the disk.
struct Folder {
  fs::path path = fs::temp_directory_path() / ("ringside_lab_" + std::to_string(getpid()));
  Folder() { fs::create_directory(path); }
  ~Folder() { fs::remove_all(path); }
  void put(const std::string& name, uint64_t mib) const {
    std::ofstream(path / name, std::ios::binary)
        << word(0xa1b2c3d4) + word(0x00040002) + word(0) + word(0) + word(65535) + word(1);
    fs::resize_file(path / name, 24 + (mib << 20));
  }
};

uint64_t resident_mib() {
  uint64_t all = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> all >> resident;
  return resident * uint64_t(sysconf(_SC_PAGESIZE)) >> 20;
}

}  // namespace

TEST_CASE("a lab's captures are bounded together", "[regression]") {
  Folder f;
  f.put("a.pcap", 100), f.put("b.pcap", 100);
  auto engine = make_engine(1);
  const Answer refused = engine->load_from(Origin::elsewhere(f.path.string()), "lab.md",
                                           "wire add name=w0 kind=pcap:a.pcap\nwire add name=w1 kind=pcap:b.pcap\n");
  REQUIRE(refused.ended == Ended::kRefused);
  CHECK(refused.text.find("201 MiB of captures; a lab may have 170") != std::string::npos);
}

TEST_CASE("wires that play one file share it, in a machine and in the next one", "[regression]") {
  Folder f;
  f.put("a.pcap", 16);  // 24 MiB in memory
  auto engine = make_engine(1);
  load(*engine, "wire add name=r0 kind=ring\n");
  const uint64_t before = resident_mib();
  std::string lines;
  for (int i = 0; i < 16; i++)
    lines += "wire add name=w" + std::to_string(i) + " kind=pcap:" + (f.path / "a.pcap").string() + "\n";
  load(*engine, lines);
  CHECK(resident_mib() < before + 200);  // and not 384
  load(*engine, lines);
  CHECK(resident_mib() < before + 200);
  // Another content is another capture.
  f.put("a.pcap", 1);
  load(*engine, "wire add name=w0 kind=pcap:" + (f.path / "a.pcap").string() + "\n");
  CHECK(engine->cut()->wires[0].generator_left == (1u << 16));
}

TEST_CASE("who interrupts ends the reading of a capture, and the old machine comes back", "[regression][sanitize]") {
  Folder f;
  f.put("a.pcap", 160);
  auto engine = make_engine(1);
  load(*engine, "wire add name=r0 kind=ring\n");
  std::atomic<bool> over{false};
  std::thread interrupting([&] {
    while (!over) {
      engine->interrupt();
      std::this_thread::yield();
    }
  });
  const std::string line = "wire add name=w0 kind=pcap:" + (f.path / "a.pcap").string();
  for (const bool scenario : {true, false}) {
    const Answer ended = scenario ? engine->load_scenario("new.scn", line + "\n") : engine->execute(line);
    CHECK(ended.ended == Ended::kStopped);
    // It may be stopped before the reading has begun.
    CHECK((ended.text.find("was not read to its end") != std::string::npos ||
           ended.text.find("Stopped.") != std::string::npos));
    CHECK(engine->cut()->wires.size() == 1);
  }
  over = true;
  interrupting.join();
}

// memcpy(3) takes no null pointer, not even for no bytes: found by fuzzing, seen by UBSan.
TEST_CASE("a capture of nothing but empty frames is played, and the switch drops them as runts",
          "[regression][sanitize][one-thread]") {
  Folder f;
  f.put("empty.pcap", 0);
  fs::resize_file(f.path / "empty.pcap", 24 + 3 * 16);
  auto engine = make_engine(1);
  load(*engine, "wire add name=w0 kind=pcap:" + (f.path / "empty.pcap").string() +
                    "\nswitch add name=s0 uplink=w0\nrun mode=stepped until=idle\n");
  CHECK(engine->cut()->balance.sent == 3);
  CHECK(engine->cut()->balance.dropped == 3);
  CHECK(engine->cut()->balance.holds());
}
