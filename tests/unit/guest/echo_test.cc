// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/catch.h"
#include "tests/unit/guest/fake_nic.h"

// What the echo workload answers, byte for byte. The frames are written out by hand; the checksum here is the
// textbook's.
namespace ringside::test {
namespace {

constexpr uint32_t kIp = 0x0a000002;  // 10.0.0.2; the asker is 10.0.0.1, 52:aa:bb:cc:dd:ee

Bytes hex(const char* text) {
  Bytes bytes;
  for (const char* c = text; *c; c++)
    if (*c != ' ') bytes.push_back(uint8_t(std::stoi(std::string(c, 2), nullptr, 16))), c++;
  return bytes;
}

uint16_t sum_of(const Bytes& b, size_t from, size_t to) {
  uint32_t sum = 0;
  for (size_t i = from; i < to; i += 2) sum += uint32_t(b[i] << 8 | (i + 1 < to ? b[i + 1] : 0));
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return uint16_t(~sum);
}

void put16(Bytes& b, size_t at, uint16_t v) { b[at] = uint8_t(v >> 8), b[at + 1] = uint8_t(v); }

Bytes ping(uint32_t data_bytes, uint8_t type, const char* macs, const char* ips, uint8_t ttl) {
  Bytes f = hex((std::string(macs) + "08004500 0000 1234 4000 ").c_str());
  const Bytes rest = hex((std::string("00 01 0000") + ips).c_str());
  f.insert(f.end(), rest.begin(), rest.end());
  f[22] = ttl;
  put16(f, 16, uint16_t(28 + data_bytes));
  put16(f, 24, sum_of(f, 14, 34));
  const Bytes head = hex("00 00 0000 0007 0009");
  f.insert(f.end(), head.begin(), head.end());
  f[34] = type;
  for (uint32_t i = 0; i < data_bytes; i++) f.push_back(uint8_t(i * 31 + 5));
  put16(f, 36, sum_of(f, 34, f.size()));
  return f;
}
Bytes request(uint32_t data_bytes) {
  return ping(data_bytes, 8, "520203040506 52aabbccddee ", "0a000001 0a000002", 33);
}
Bytes reply(uint32_t data_bytes) {
  Bytes f = ping(data_bytes, 0, "52aabbccddee 520203040506 ", "0a000002 0a000001", 64);
  if (f.size() < 60) f.resize(60);
  return f;
}

struct EchoVm : FakeVm {
  explicit EchoVm(uint32_t max_frame = 1514) : FakeVm(spec::WorkloadKind::kEcho) {
    info().nics[0].max_frame_bytes = max_frame;
    control().ipv4 = kIp;
    boot();
  }
  std::vector<Bytes> answers_to(const Bytes& frame) {
    REQUIRE(nic().deliver(frame));
    turn();
    return nic().transmit();
  }
};

const char* kArpRequest =
    "ffffffffffff 52aabbccddee 0806 0001 0800 06 04 0001 52aabbccddee 0a000001 000000000000 0a000002";
const char* kArpReply =
    "52aabbccddee 520203040506 0806 0001 0800 06 04 0002 520203040506 0a000002 52aabbccddee 0a000001";

TEST_CASE("echo: answers an ARP request, padded to 60 bytes", "[guest][sanitize][one-thread]") {
  EchoVm vm;
  Bytes expected = hex(kArpReply);
  expected.resize(60);
  CHECK(vm.answers_to(hex(kArpRequest)) == std::vector<Bytes>{expected});
  Bytes padded = hex(kArpRequest);
  padded.resize(60);
  CHECK(vm.answers_to(padded) == std::vector<Bytes>{expected});
  CHECK(vm.report().arp_replies == 2);
  CHECK(vm.report().consumed == 2);
}

TEST_CASE("echo: answers pings of every size up to the MTU", "[guest]") {
  EchoVm vm;
  for (uint32_t bytes = 0; bytes <= 1472; bytes += bytes < 64 ? 1 : 29)
    REQUIRE(vm.answers_to(request(bytes)) == std::vector<Bytes>{reply(bytes)});
  REQUIRE(vm.answers_to(request(1472)) == std::vector<Bytes>{reply(1472)});
  CHECK(vm.report().verify_errors == 0);
}

TEST_CASE("echo: answers jumbo pings that lie in several buffers, odd sizes too", "[guest][sanitize][one-thread]") {
  EchoVm vm(9018);
  for (uint32_t bytes : {1473u, 2005u, 2006u, 2007u, 4053u, 4054u, 6001u, 8972u, 8976u})
    CHECK(vm.answers_to(request(bytes)) == std::vector<Bytes>{reply(bytes)});
  CHECK(vm.report().icmp_replies == 9);
}

TEST_CASE("echo: the checksum of a reply is right at its edges", "[guest]") {
  EchoVm vm;
  // All ones, all zeros, and what makes the request's checksum 0xf7ff: there a reply's would be 0xffff or 0x0000.
  for (uint32_t word = 0; word < 0x10000; word += 257) {
    Bytes f = request(2);
    put16(f, 42, uint16_t(word)), put16(f, 36, 0), put16(f, 36, sum_of(f, 34, 44));
    const auto answers = vm.answers_to(f);
    REQUIRE(answers.size() == 1);
    Bytes a = answers[0];
    REQUIRE(sum_of(a, 34, 44) == 0);
  }
}

TEST_CASE("echo: what is not for it is used up", "[guest][sanitize][one-thread]") {
  EchoVm vm;
  std::vector<Bytes> others;
  auto spoil = [&](Bytes f, size_t at, uint8_t value) { f[at] = value, others.push_back(std::move(f)); };
  spoil(hex(kArpRequest), 41, 3);    // who has 10.0.0.3
  spoil(hex(kArpRequest), 21, 2);    // an answer
  spoil(hex(kArpRequest), 0, 0x52);  // to another MAC
  spoil(request(56), 33, 9);         // checksum and destination wrong
  spoil(request(56), 5, 7);          // to another MAC
  spoil(request(56), 34, 0);         // a reply
  spoil(request(56), 60, 0xee);      // ICMP checksum wrong
  spoil(request(56), 17, 200);       // longer than the frame
  spoil(request(56), 14, 0x46);      // options
  spoil(request(56), 23, 17);        // UDP
  others.push_back(hex("520203040506 52aabbccddee 0800"));
  others.push_back(Bytes(60, 0));
  for (const Bytes& frame : others) CHECK(vm.answers_to(frame).empty());
  CHECK(vm.report().consumed == others.size());
  // Fragments, with right checksums.
  Bytes fragment = request(56);
  put16(fragment, 20, 0x2000), put16(fragment, 24, 0), put16(fragment, 24, sum_of(fragment, 14, 34));
  CHECK(vm.answers_to(fragment).empty());
  vm.control().ipv4 = 0;
  CHECK(vm.answers_to(request(56)).empty());
  CHECK(vm.answers_to(hex(kArpRequest)).empty());
}

}  // namespace
}  // namespace ringside::test
