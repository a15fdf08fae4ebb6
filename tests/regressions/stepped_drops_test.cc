// SPDX-License-Identifier: BSD-3-Clause
// A turn that only dropped what it took counted as one that found nothing, and stepped time said "idle" of a wire that
// still had frames.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

void put(std::string& bytes, uint32_t value) { bytes.append(reinterpret_cast<const char*>(&value), 4); }

// A capture of so many frames that are too long to be carried, and good ones behind them.
std::string capture(int oversize, int good) {
  std::string bytes;
  for (uint32_t word : {0xa1b2c3d4u, 2u | 4u << 16, 0u, 0u, 65535u, 1u}) put(bytes, word);
  for (int i = 0; i < oversize + good; i++) {
    const uint32_t length = i < oversize ? 9100 : 60;
    put(bytes, 0), put(bytes, uint32_t(i)), put(bytes, length), put(bytes, length);
    bytes +=
        std::string("\x02\x00\x00\x00\x00\x01\x02\x00\x00\x00\x00\x09\x88\xb5", 14) + std::string(length - 14, 'x');
  }
  return bytes;
}

}  // namespace

TEST_CASE("stepped time goes on behind a burst of frames that are all dropped", "[regression]") {
  const std::string path = std::filesystem::temp_directory_path() / ("ringside_drops_" + std::to_string(getpid()));
  std::ofstream(path, std::ios::binary) << capture(70, 10);
  auto engine = make_engine();
  load(*engine, "wire add name=w0 kind=pcap:" + path +
                    "\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=sink\n"
                    "run mode=stepped until=idle");
  auto s = engine->cut();
  CHECK(probe(*s, "w0.dropped.oversize") == 70);
  CHECK(probe(*s, "web.guest.received") == 10);
  CHECK(s->balance.holds());
  std::filesystem::remove(path);
}
