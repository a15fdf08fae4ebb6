// SPDX-License-Identifier: BSD-3-Clause
// Workload echo on each NIC model and each kind of vCPU: ARP and ping come out of a capture, and the right answers go
// into another, byte for byte, whichever way the guest learns of them.
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/skip.h"

using namespace ringside;
using namespace ringside::test;

namespace {

using Frame = std::vector<uint8_t>;
constexpr const char *kGuestMac = "020000000077", *kAskerMac = "52aabbccddee", *kGuestIp = "0a4d0002",
                     *kAskerIp = "0a4d0001";  // 10.77.0.2, .1

Frame hex(const std::string& text) {
  Frame frame;
  for (size_t i = 0; i + 1 < text.size(); i += 2) frame.push_back(uint8_t(std::stoi(text.substr(i, 2), nullptr, 16)));
  return frame;
}

void put_sum(Frame& f, size_t at, size_t from, size_t to) {
  f[at] = f[at + 1] = 0;
  uint32_t sum = 0;
  for (size_t i = from; i < to; i += 2) sum += uint32_t(f[i] << 8 | (i + 1 < to ? f[i + 1] : 0));
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  f[at] = uint8_t(~sum >> 8), f[at + 1] = uint8_t(~sum);
}

Frame arp(bool reply) {
  const std::string head = reply ? std::string(kAskerMac) + kGuestMac : std::string("ffffffffffff") + kAskerMac;
  const std::string body = reply ? std::string("0002") + kGuestMac + kGuestIp + kAskerMac + kAskerIp
                                 : std::string("0001") + kAskerMac + kAskerIp + "000000000000" + kGuestIp;
  Frame f = hex(head + "0806" + "000108000604" + body);
  f.resize(60);
  return f;
}

// `data`: bytes behind the ICMP header.
Frame ping(bool reply, uint32_t data) {
  Frame f =
      hex((reply ? std::string(kAskerMac) + kGuestMac : std::string(kGuestMac) + kAskerMac) + "0800" + "45000000" +
          "12344000" + "40010000" + (reply ? std::string(kGuestIp) + kAskerIp : std::string(kAskerIp) + kGuestIp) +
          (reply ? "0000" : "0800") + "000000070009");
  for (uint32_t i = 0; i < data; i++) f.push_back(uint8_t(i * 31 + 5));
  f[16] = uint8_t((28 + data) >> 8), f[17] = uint8_t(28 + data);
  put_sum(f, 24, 14, 34);
  put_sum(f, 36, 34, f.size());
  if (f.size() < 60) f.resize(60);
  return f;
}

void write_capture(const std::string& path, const std::vector<Frame>& frames) {
  std::ofstream out(path, std::ios::binary);
  const auto word = [&](uint32_t w) { out.write(reinterpret_cast<const char*>(&w), 4); };
  for (uint32_t w : {0xa1b2c3d4u, 0x00040002u, 0u, 0u, 65535u, 1u}) word(w);
  for (const Frame& f : frames) {
    word(0), word(0), word(uint32_t(f.size())), word(uint32_t(f.size()));
    out.write(reinterpret_cast<const char*>(f.data()), long(f.size()));
  }
}

std::vector<Frame> read_capture(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::vector<Frame> frames;
  char header[24];
  in.read(header, 24);
  for (uint32_t record[4]; in.read(reinterpret_cast<char*>(record), 16);) {
    Frame f(record[2]);
    in.read(reinterpret_cast<char*>(f.data()), long(f.size()));
    frames.push_back(f);
  }
  return frames;
}

void echoes(const std::vector<std::string>& vcpus, const std::vector<std::string>& modes) {
  auto engine = make_engine();
  const std::string base = std::filesystem::temp_directory_path() / ("ringside_echo_" + std::to_string(getpid()));
  std::vector<Frame> asked = {arp(false)}, expected = {arp(true)};
  for (uint32_t data : {0u, 1u, 18u, 56u, 1000u, 1472u})
    asked.push_back(ping(false, data)), expected.push_back(ping(true, data));
  // Not for it, or not right: another's address, a checksum that is wrong, an answer instead of a question.
  Frame other = arp(false), wrong = ping(false, 56);
  other[41] ^= 1, wrong[50] ^= 1;
  for (const Frame& f : {other, wrong, ping(true, 8)}) asked.push_back(f);
  std::copy_n(hex(kGuestMac).begin(), 6, asked.back().begin());
  write_capture(base + ".in", asked);
  for (const std::string& model : engine->models())
    for (const std::string& vcpu : vcpus)
      for (const char* driver : {"poll", "interrupt", "interrupt interrupts=intx"})
        for (const std::string& mode : modes) {
          INFO(model << ", " << vcpu << ", " << driver << ", " << mode);
          std::filesystem::remove(base + ".out");
          load(*engine, "wire add name=w0 kind=pcap:" + base + ".in write=" + base +
                            ".out\nswitch add name=s0 uplink=w0\nvm add name=web nic=" + model +
                            " switch=s0 mac=02:00:00:00:00:77 workload=echo ip=10.77.0.2 exit_cost=0 driver=" + driver +
                            " " + vcpu + "\nrun mode=" + mode + "\n");
          ask(*engine, "run until=idle");
          auto s = engine->cut();
          CHECK(s->balance.holds());
          CHECK(s->balance.dropped == 0);
          CHECK(s->vms[0].guest_received == asked.size());
          CHECK(s->vms[0].guest_sent == expected.size());
          CHECK(s->vms[0].guest_errors == 0);
          CHECK((s->vms[0].guest_interrupts > 0) == (std::string(driver) != "poll"));
          load(*engine, "switch add name=s0\n");  // the wire goes, and its file is whole
          const std::vector<Frame> answered = read_capture(base + ".out");
          REQUIRE(answered.size() == expected.size());
          for (size_t i = 0; i < expected.size(); i++) CHECK(answered[i] == expected[i]);
        }
  std::filesystem::remove(base + ".in"), std::filesystem::remove(base + ".out");
}

bool kvm() { return access("/dev/kvm", R_OK | W_OK) == 0; }

}  // namespace

TEST_CASE("conformance: echo answers ARP and ping, on soft vCPUs", "[conformance]") {
  echoes({"vcpu=soft"}, {"free", "stepped"});
}
TEST_CASE("conformance: echo answers ARP and ping, on KVM vCPUs", "[conformance]") {
  if (!kvm()) skip("no /dev/kvm");
  echoes({"vcpu=kvm irqchip=user", "vcpu=kvm irqchip=kernel"}, {"free"});
}
TEST_CASE("conformance: echo answers ARP and ping, on KVM vCPUs, stepped", "[conformance]") {
  if (!kvm()) skip("no /dev/kvm");
  echoes({"vcpu=kvm"}, {"stepped"});
}
