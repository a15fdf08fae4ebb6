// SPDX-License-Identifier: BSD-3-Clause
#include <rte_ether.h>
#include <rte_ip.h>

#include "engine/datapath/pnic/checksum.h"
#include "tests/unit/datapath/pnic/bench.h"

using namespace ringside;
using namespace ringside::test;

namespace {

// Ethernet, IPv4 or IPv6, UDP or TCP, payload of 33 bytes; checksum field as the kernel leaves it to hardware.
net::Packet* partial(rte_mempool* pool, bool v6, bool tcp) {
  uint32_t ip = v6 ? 40 : 20, transport = tcp ? 20 : 8, payload = 33;
  net::Packet* packet = rte_pktmbuf_alloc(pool);
  auto* data = reinterpret_cast<uint8_t*>(rte_pktmbuf_append(packet, uint16_t(14 + ip + transport + payload)));
  for (uint32_t i = 0; i < packet->data_len; i++) data[i] = uint8_t(i * 7);
  data[12] = v6 ? 0x86 : 0x08, data[13] = v6 ? 0xdd : 0;
  uint8_t* l3 = data + 14;
  uint8_t* l4 = l3 + ip;
  uint16_t bytes = uint16_t(transport + payload);
  if (v6) {
    l3[4] = 0, l3[5] = uint8_t(bytes), l3[6] = tcp ? 6 : 17;
  } else {
    l3[0] = 0x45, l3[2] = 0, l3[3] = uint8_t(20 + bytes), l3[6] = 0x40, l3[7] = 0, l3[9] = tcp ? 6 : 17;
  }
  if (!tcp) l4[4] = 0, l4[5] = uint8_t(bytes);
  uint16_t pseudo = v6 ? rte_ipv6_phdr_cksum(reinterpret_cast<rte_ipv6_hdr*>(l3), 0)
                       : rte_ipv4_phdr_cksum(reinterpret_cast<rte_ipv4_hdr*>(l3), 0);
  std::memcpy(l4 + (tcp ? 16 : 6), &pseudo, 2);
  return packet;
}

// The receiver's check: payload, its checksum and the pseudo header sum up to all ones.
bool verified(net::Packet* packet, bool v6) {
  uint8_t* l3 = net::data_of(packet) + 14;
  uint32_t at = v6 ? 40 : 20;
  uint32_t sum = rte_raw_cksum(l3 + at, packet->data_len - 14 - at);
  sum += v6 ? rte_ipv6_phdr_cksum(reinterpret_cast<rte_ipv6_hdr*>(l3), 0)
            : rte_ipv4_phdr_cksum(reinterpret_cast<rte_ipv4_hdr*>(l3), 0);
  return (sum & 0xffff) + (sum >> 16) == 0xffff;
}

}  // namespace

TEST_CASE("checksums left to hardware are completed, and complete ones stay") {
  auto pool = make_pool();
  for (bool v6 : {false, true})
    for (bool tcp : {false, true}) {
      INFO("v6=" << v6 << " tcp=" << tcp);
      net::Packet* packet = partial(pool->get(), v6, tcp);
      CHECK_FALSE(verified(packet, v6));
      CHECK(datapath::complete_checksum(packet));
      CHECK(verified(packet, v6));
      std::vector<uint8_t> before = bytes_of(packet);
      CHECK_FALSE(datapath::complete_checksum(packet));
      CHECK(bytes_of(packet) == before);
      rte_pktmbuf_free(packet);
    }
}

TEST_CASE("checksums of fragments, short and foreign frames are left alone") {
  auto pool = make_pool();
  net::Packet* packet = partial(pool->get(), false, false);
  net::data_of(packet)[20] = 0x20;  // more fragments
  CHECK_FALSE(datapath::complete_checksum(packet));
  rte_pktmbuf_free(packet);
  for (uint16_t length = 14; length < 95; length++)
    for (bool v6 : {false, true}) {
      packet = partial(pool->get(), v6, true);
      rte_pktmbuf_trim(packet, uint16_t(packet->data_len - std::min(length, packet->data_len)));
      bool whole = packet->data_len == (v6 ? 107 : 87);
      if (!whole) CHECK_FALSE(datapath::complete_checksum(packet));
      if (!v6 && packet->data_len >= 34) CHECK(datapath::is_whole(packet) == whole);
      rte_pktmbuf_free(packet);
    }
}
