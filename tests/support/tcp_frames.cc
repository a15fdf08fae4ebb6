// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/tcp_frames.h"

#include <algorithm>

#include "tests/support/catch.h"

namespace ringside::test {
namespace {

uint32_t word(const Bytes& b, size_t at) { return uint32_t(b[at] * 256 + b[at + 1]); }
uint32_t number(const Bytes& b, size_t at) { return word(b, at) * 65536 + word(b, at + 2); }
void put(Bytes& b, size_t at, uint32_t value) { b[at] = uint8_t(value / 256), b[at + 1] = uint8_t(value); }

}  // namespace

uint32_t sum_of(const uint8_t* data, size_t bytes, uint32_t start) {
  uint32_t sum = start;
  for (size_t i = 0; i < bytes; i++) {
    sum += i % 2 ? data[i] : data[i] * 256u;
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}

Bytes make_large(const LargeTcp& what) {
  Bytes frame(what.header() + what.payload);
  const Bytes ends = {0x02, 0, 0, 0, 0, 2, 0x02, 0, 0, 0, 0, 9};
  std::copy(ends.begin(), ends.end(), frame.begin());
  put(frame, 12, what.ipv6 ? 0x86dd : 0x0800);
  const size_t ip = 14, tcp = what.tcp_at();
  if (what.ipv6) {
    frame[ip] = 0x60, frame[ip + 6] = 6, frame[ip + 7] = 64;
    for (size_t i = 8; i < 40; i++) frame[ip + i] = uint8_t(0x20 + i);
  } else {
    frame[ip] = uint8_t(0x40 + 5 + what.ip_options / 4), frame[ip + 8] = 64, frame[ip + 9] = 6;
    put(frame, ip + 4, what.id);
    for (size_t i = 12; i < 20; i++) frame[ip + i] = uint8_t(i);
    for (size_t i = 20; i < 20 + what.ip_options; i++) frame[ip + i] = 1;
  }
  put(frame, tcp, 1234), put(frame, tcp + 2, 80);
  put(frame, tcp + 4, what.sequence >> 16), put(frame, tcp + 6, what.sequence & 0xffff);
  frame[tcp + 12] = uint8_t((20 + what.options) / 4 * 16), frame[tcp + 13] = what.flags;
  put(frame, tcp + 14, 0x2000), put(frame, tcp + 16, what.checksum);
  for (size_t i = tcp + 20; i < what.header(); i++) frame[i] = 1;
  for (size_t i = what.header(); i < frame.size(); i++) frame[i] = uint8_t(i * 31 + i / 251);
  return frame;
}

uint16_t pseudo_sum(const LargeTcp& what) {
  const Bytes frame = make_large(what);
  return uint16_t(sum_of(frame.data() + (what.ipv6 ? 22 : 26), what.ipv6 ? 32 : 8, 6));
}

void check_segments(const LargeTcp& what, uint32_t mss, const std::vector<Bytes>& segments) {
  const Bytes large = make_large(what);
  const size_t ip = 14, tcp = what.tcp_at(), header = what.header();
  REQUIRE(segments.size() == (what.payload + mss - 1) / mss);
  Bytes payload;
  for (size_t n = 0; n < segments.size(); n++) {
    const Bytes& s = segments[n];
    INFO("segment " << n << " of " << segments.size() << ", " << s.size() << " bytes");
    const bool first = n == 0, last = n + 1 == segments.size();
    REQUIRE(s.size() > header);
    if (!last) CHECK(s.size() == header + mss);
    CHECK(std::equal(s.begin(), s.begin() + 14, large.begin()));
    uint32_t pseudo = 0;
    if (what.ipv6) {
      CHECK(word(s, ip + 4) == s.size() - ip - 40);
      pseudo = sum_of(&s[ip + 8], 32, 6);
    } else {
      CHECK(word(s, ip + 2) == s.size() - ip);
      CHECK(word(s, ip + 4) == (what.id + n) % 65536);
      CHECK(sum_of(&s[ip], tcp - ip) == 0xffff);
      pseudo = sum_of(&s[ip + 12], 8, 6);
    }
    CHECK(number(s, tcp + 4) == uint32_t(what.sequence + payload.size()));
    constexpr uint32_t kOnLast = 0x09, kOnFirst = 0x80;  // FIN and PSH; CWR
    const uint32_t flags = what.flags & ~(last ? 0 : kOnLast) & ~(first ? 0 : kOnFirst);
    CHECK(uint32_t(s[tcp + 13]) == flags);
    CHECK(std::equal(s.begin() + tcp + 20, s.begin() + header, large.begin() + tcp + 20));
    const uint32_t bytes = uint32_t(s.size() - tcp);
    CHECK(sum_of(&s[tcp], bytes, (pseudo + bytes - 1) % 0xffff + 1) == 0xffff);
    payload.insert(payload.end(), s.begin() + long(header), s.end());
  }
  CHECK(payload == Bytes(large.begin() + long(header), large.end()));
}

}  // namespace ringside::test
