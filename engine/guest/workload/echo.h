// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/netstack/arp.h"
#include "engine/guest/netstack/icmp.h"
#include "engine/guest/netstack/ipv4.h"
#include "engine/guest/workload/workload.h"

namespace ringside::guest {

// Answers ARP requests for its address and ICMP echo requests to it, in the buffers in which they came; all other
// frames are used up. Fragments and IPv4 options are not answered.
class Echo {
 public:
  static constexpr bool kTransmits = true, kGenerates = false;

  template <Platform P>
  Echo(P&, const Settings& settings, const NicContext&) : ipv4_(settings.ipv4) {}

  template <Platform P>
  Verdict receive(P& platform, const NicContext& nic, Frame& frame, Tally& tally) {
    tally.consumed++;
    if (ipv4_ && (answer_arp(nic, frame, tally) || answer_ping(nic, frame, tally))) return Verdict::kTransmit;
    note(platform, {.note = Note::kConsume, .nic = uint16_t(nic.nic), .length = frame.bytes});
    return Verdict::kConsume;
  }

  template <Platform P>
  void end(P&, Tally&) {}

 private:
  bool answer_arp(const NicContext& nic, Frame& frame, Tally& tally) const {
    uint8_t* bytes = frame.part[0].data;
    const uint64_t to = ethernet::mac(bytes);
    if (frame.part[0].bytes < ethernet::kHeader + arp::kBytes || ethernet::type(bytes) != ethernet::kArp) return false;
    if ((to != nic.mac && to != ethernet::kBroadcast) || !arp::asks_for(bytes + ethernet::kHeader, ipv4_)) return false;
    arp::answer(bytes + ethernet::kHeader, nic.mac, ipv4_);
    send_back(nic, frame);
    tally.arp_replies++;
    return true;
  }

  bool answer_ping(const NicContext& nic, Frame& frame, Tally& tally) const {
    constexpr uint32_t kIcmpAt = ethernet::kHeader + ipv4::kHeader;
    uint8_t* bytes = frame.part[0].data;
    uint8_t* ip = bytes + ethernet::kHeader;
    if (frame.part[0].bytes < kIcmpAt + icmp::kHeader || ethernet::type(bytes) != ethernet::kIpv4) return false;
    if (ethernet::mac(bytes) != nic.mac || !ipv4::is_whole(ip, frame.bytes - ethernet::kHeader)) return false;
    if (ip[ipv4::kProtocol] != ipv4::kIcmp || get32(ip + ipv4::kDestination) != net32(ipv4_)) return false;
    const uint32_t icmp_bytes = net16(get16(ip + ipv4::kTotalLength)) - ipv4::kHeader;
    uint8_t* message = bytes + kIcmpAt;
    if (icmp_bytes < icmp::kHeader || message[icmp::kType] != icmp::kEchoRequest || message[icmp::kCode] != 0)
      return false;
    if (checksum(frame, kIcmpAt, icmp_bytes) != 0) return false;
    icmp::answer(message);
    ipv4::turn_round(ip);
    send_back(nic, frame);
    tally.icmp_replies++;
    return true;
  }

  // To whom it came from; short frames are made 60 bytes long with zeros, as Ethernet wants them.
  static void send_back(const NicContext& nic, Frame& frame) {
    uint8_t* bytes = frame.part[0].data;
    ethernet::put_mac(bytes + ethernet::kDestination, ethernet::mac(bytes + ethernet::kSource));
    ethernet::put_mac(bytes + ethernet::kSource, nic.mac);
    if (frame.bytes >= ethernet::kLeastFrame) return;
    for (uint32_t i = frame.bytes; i < ethernet::kLeastFrame; i++) bytes[i] = 0;
    frame.bytes = frame.part[0].bytes = ethernet::kLeastFrame;
  }

  uint32_t ipv4_;
};

}  // namespace ringside::guest
