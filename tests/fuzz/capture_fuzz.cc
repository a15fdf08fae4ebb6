// SPDX-License-Identifier: BSD-3-Clause
// Capture files: any bytes, and such as are nearly right (a sound head of either format and byte order, then records
// and blocks with one thing or another that is not). What is read is played to its end.
#include <rte_mbuf.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "engine/datapath/packet_pool.h"
#include "engine/datapath/pnic/capture_player.h"
#include "tests/fuzz/input.h"
#include "tests/support/eal.h"

using namespace ringside;
using fuzz::Input;

namespace {

// Writes numbers in the file's byte order.
struct Made {
  std::string bytes;
  bool big = false;

  void number(uint64_t value, unsigned size) {
    for (unsigned i = 0; i < size; i++) bytes += char(value >> 8 * (big ? size - 1 - i : i));
  }
  void words(std::initializer_list<uint64_t> values) {
    for (uint64_t value : values) number(value, 4);
  }
};

uint32_t length_of(Input& in) {
  constexpr uint32_t kLengths[] = {0, 1, 13, 14, 17, 60, 61, 1514, 2048, 2049, 9018, 9019, 9022, 9023, 65535};
  return in.below(250) ? in.pick(kLengths) : uint32_t(in.nasty(1 << 20));
}

std::string frame(Input& in, uint32_t length) {
  std::string data(length < 70'000 ? length : 64, char(in.byte()));
  if (data.size() > 18 && in.below(2)) data[12] = char(0x81), data[13] = 0;
  return data;
}

void pcap(Made& file, Input& in) {
  constexpr uint64_t kMagics[] = {0xa1b2c3d4, 0xa1b23c4d, 0xa1b2cd34, 0xa1b2c3d5};
  constexpr uint64_t kLinks[] = {1, 1, 1, 1, 0x24000001, 0xf4000001, 113, 0x00010001};
  file.words({in.pick(kMagics)});
  file.number(in.below(50) ? 2 : in.byte(), 2), file.number(4, 2);
  file.words({0, 0, in.below(20) ? 262144 : in.nasty(1 << 20), in.pick(kLinks)});
  while (!in.empty()) {
    const uint32_t length = length_of(in);
    file.words({in.take(4), in.take(4), length, in.below(2) ? length : length_of(in)});
    file.bytes += frame(in, length);
  }
}

void block(Made& file, Input& in, uint32_t kind, const std::string& body) {
  const size_t padded = (body.size() + 3) / 4 * 4;
  const uint64_t length = in.below(250) ? padded + 12 : in.nasty(1 << 20);
  file.words({kind, length});
  file.bytes += body + std::string(padded - body.size(), 0);
  file.words({in.below(250) ? length : in.take(4)});
}

void pcapng(Made& file, Input& in) {
  const auto body = [&](auto fill) {
    Made part{"", file.big};
    fill(part);
    return part.bytes;
  };
  bool first = true;
  do {
    switch (first ? 0 : in.below(8)) {
      case 0:
        block(file, in, 0x0a0d0d0a, body([&](Made& b) {
                b.words({0x1a2b3c4d}), b.number(in.below(100) ? 1 : in.byte(), 2), b.number(0, 2);
                b.words({~0ull, ~0ull});
              }));
        [[fallthrough]];
      case 1:
        block(file, in, 1, body([&](Made& b) {
                b.number(in.below(100) ? 1 : in.take(2), 2), b.number(0, 2),
                    b.words({in.below(100) ? 0 : in.nasty(4096)});
                if (in.below(4) == 0) b.number(9, 2), b.number(1, 2), b.words({in.byte()});  // if_tsresol
              }));
        break;
      case 2: block(file, in, uint32_t(in.take(4)), frame(in, in.byte())); break;
      case 3:
        block(file, in, 3, body([&](Made& b) {
                const uint32_t length = length_of(in);
                b.words({length}), b.bytes += frame(in, length);
              }));
        break;
      default:
        block(file, in, 6, body([&](Made& b) {
                const uint32_t length = length_of(in);
                b.words({in.below(100) ? 0u : in.byte(), in.take(4), in.take(4), length, in.below(2) ? length : 1514});
                b.bytes += frame(in, length);
              }));
    }
    first = false;
  } while (!in.empty());
}

void check(bool right) {
  if (!right) std::abort();
}

void play(std::unique_ptr<const datapath::Capture> capture, const datapath::PacketPool& pool) {
  const auto& frames = capture->frames();
  uint64_t before = 0, total = frames.size();
  for (const auto& one : frames) {
    check(one.oversize || one.length <= datapath::Capture::kLongest + 4);
    check(one.ns >= before);
    before = one.ns;
  }
  datapath::CapturePlayer player(std::move(capture), false);
  Turn turn{.now = 1000};
  for (uint64_t played = 0; played < total;) {
    net::Burst burst;
    burst.clear();
    player.due(turn, net::kBurst);
    const auto now = player.play(burst, uint32_t(std::min<uint64_t>(net::kBurst, total - played)), pool.get());
    check(now.frames > 0 && now.frames == burst.count + now.oversize);
    for (uint32_t i = 0; i < burst.count; i++) check(rte_mbuf_check(burst.packets[i], 1, nullptr) == 0);
    rte_pktmbuf_free_bulk(burst.packets, burst.count);
    played += now.frames;
    turn.now = player.next() == kNever ? turn.now : player.next();
  }
  check(pool.in_use() == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const std::unique_ptr<datapath::PacketPool> pool = test::make_pool(1023);
  Input in(data, size);
  Made file;
  const uint32_t kind = in.below(5);
  file.big = kind & 1;
  if (kind == 4)
    file.bytes.assign(reinterpret_cast<const char*>(data), size);
  else if (kind < 2)
    pcap(file, in);
  else
    pcapng(file, in);
  if (kind != 4 && file.bytes.size() > 24 && size % 4 == 0) file.bytes.resize(file.bytes.size() - size % 23);
  if (file.bytes.empty()) return 0;
  FILE* open = fmemopen(file.bytes.data(), file.bytes.size(), "rb");
  check(open);
  auto capture = datapath::Capture::read(open, "a capture");
  if (capture) return play(std::move(*capture), *pool), 0;
  check(!capture.error().what.empty() && !capture.error().unchanged.empty());
  return 0;
}
