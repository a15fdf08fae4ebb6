// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/netstack/udp.h"
#include "engine/guest/workload/sink.h"

namespace ringside::guest {

// Sends UDP frames until generate_count of them are out, in flows that differ in their source port; what comes in is
// used up and held to the same rules as in a sink. Every frame that is made is sent: it is only made when a transmit
// row and a buffer are free.
class Generate {
 public:
  static constexpr bool kTransmits = false, kGenerates = true;

  template <Platform P>
  Generate(P& platform, const Settings& settings, const NicContext& nic)
      : sink_(platform, settings, nic),
        settings_(settings),
        work_(*at<QueueWork>(platform, spec::queue_work_gpa(nic.queue))) {}

  template <Platform P>
  Verdict receive(P& platform, const NicContext& nic, Frame& frame, Tally& tally) {
    return sink_.receive(platform, nic, frame, tally);
  }

  template <Platform P>
  void end(P& platform, Tally& tally) {
    sink_.end(platform, tally);
  }

  // Builds and sends what is due on this queue pair, `batch` frames at most. Only a VM's first NIC generates, each of
  // its queue pairs its own flows (spec::generate_share); the pace is that of all together. Returns how many.
  template <Platform P, class Driver>
  uint32_t generate(P& platform, Driver& driver, const NicContext& nic, Tally& tally) {
    if (nic.nic != 0) return 0;
    auto* control = at<spec::GuestControl>(platform, spec::kControlGpa);
    const uint32_t flows = spec::clamped(load_relaxed(&control->generate_flows), 1, spec::kMostFlows);
    const uint32_t queue = driver.queue(), queues = driver.queues(), own = spec::flows_of(flows, queues, queue);
    const uint64_t last = spec::generate_share(load_relaxed(&control->generate_count), flows, queues, queue);
    uint64_t sequence = work_.sequence;
    if (sequence >= last) {
      work_.next_send_ns = work_.due_ns = 0;
      tell_due(platform, queues);
      return 0;
    }
    const uint64_t pace = load_relaxed(&control->generate_gap_ns), gap = own_gap(pace, flows, own);
    const uint64_t now = platform.clock();
    // Queue pairs begin one after the other, as their first frames would.
    uint64_t due = work_.next_send_ns ? work_.next_send_ns : now + (queue ? bounded(pace) * queue : 0);
    const uint32_t bytes =
        spec::clamped(load_relaxed(&control->generate_size), ethernet::kLeastFrame, driver.max_frame());
    const uint32_t parts = (bytes + driver.buffer_bytes() - 1) / driver.buffer_bytes();
    uint8_t header[kHeaders];
    put_headers(header, load_relaxed(&control->peer_mac), nic.mac, settings_.ipv4 ? settings_.ipv4 : kSourceIp, bytes);
    const uint64_t stream = uint64_t{queue} << spec::kStreamShift;
    uint32_t flow = queue + queues * uint32_t(sequence % own), built = 0;
    for (; built < settings_.batch && sequence < last && due <= now; built++) {
      if (driver.tx_free() < parts || driver.free_buffers() < parts) break;
      sequence++;
      send(platform, driver, header, bytes, flow, stream | sequence, now);
      flow = flow + queues >= flows ? queue : flow + queues;
      due += gap;
    }
    // Who fell behind catches up a burst at most.
    if (due + kCatchUp * gap < now) due = now - kCatchUp * gap;
    work_.sequence = sequence;
    work_.next_send_ns = gap ? due : 0;
    work_.due_ns = sequence < last && gap ? due : 0;
    tell_due(platform, queues);
    tally.generated += built;
    tally.sent += built;
    tally.sent_bytes += uint64_t{built} * bytes;
    return built;
  }

 private:
  static constexpr uint32_t kHeaders = spec::kPayloadOffset;
  static constexpr uint64_t kCatchUp = 32;
  static constexpr uint64_t kLongestPace = uint64_t{1} << 44;  // 5 hours: times all flows it is still a number
  static constexpr uint16_t kFirstSourcePort = 49152, kDiscardPort = 9;
  // Addresses of the network that RFC 2544 sets aside for benchmarks: 198.18.0.1 and 198.18.0.2.
  static constexpr uint32_t kSourceIp = 0xc6120001, kDestinationIp = 0xc6120002;

  static uint64_t bounded(uint64_t pace) { return pace < kLongestPace ? pace : kLongestPace; }
  // From one frame of this queue pair to the next, when all together keep the pace.
  static uint64_t own_gap(uint64_t pace, uint32_t flows, uint32_t own) {
    return own == flows ? pace : bounded(pace) * flows / own;
  }

  // The vCPU's next frame: the first of those that its queue pairs wait for.
  template <Platform P>
  void tell_due(P& platform, uint32_t queues) {
    uint64_t due = work_.due_ns;
    if (queues > 1)
      for (uint32_t q = vcpu_of(platform); q < queues; q += settings_.vcpus) {
        const uint64_t other = at<QueueWork>(platform, spec::queue_work_gpa(q))->due_ns;
        if (other && (!due || other < due)) due = other;
      }
    store_relaxed(&at<spec::GuestReport>(platform, spec::report_gpa(vcpu_of(platform)))->next_send_ns, due);
  }

  static void put_headers(uint8_t* to, uint64_t destination, uint64_t source, uint32_t source_ip, uint32_t bytes) {
    ethernet::put_header(to, destination, source, ethernet::kIpv4);
    uint8_t* ip = to + ethernet::kHeader;
    ipv4::put_header(ip, uint16_t(bytes - ethernet::kHeader), ipv4::kUdp, source_ip, kDestinationIp);
    udp::put_header(ip + ipv4::kHeader, kFirstSourcePort, kDiscardPort,
                    uint16_t(bytes - ethernet::kHeader - ipv4::kHeader));
  }

  // One frame: headers, flow's port, magic, sequence number, the time stamp's low six bytes, zeros.
  template <Platform P, class Driver>
  void send(P& platform, Driver& driver, const uint8_t* header, uint32_t bytes, uint32_t flow, uint64_t sequence,
            uint64_t now) {
    // region: build-frame
    uint64_t buffer = driver.pop();
    uint8_t* frame = driver.data(buffer);
    __builtin_memcpy(frame, header, kHeaders);
    put16(frame + ethernet::kHeader + ipv4::kHeader + udp::kSourcePort, net16(uint16_t(kFirstSourcePort + flow)));
    uint8_t* payload = frame + spec::kPayloadOffset;
    put32(payload, spec::kPayloadMagic);
    put64(payload + 4, sequence);
    put32(payload + 12, uint32_t(now));
    put16(payload + 16, uint16_t(now >> 32));
    const uint32_t size = driver.buffer_bytes();
    uint32_t here = bytes < size ? bytes : size;
    if (here > ethernet::kLeastFrame) __builtin_memset(frame + ethernet::kLeastFrame, 0, here - ethernet::kLeastFrame);
    note(platform, {.note = Note::kBuildFrame, .nic = uint16_t(driver.nic()), .length = bytes, .a = sequence});
    for (uint32_t left = bytes - here;; left -= here) {
      driver.put_row(buffer, here, left == 0);
      if (left == 0) break;
      buffer = driver.pop();
      here = left < size ? left : size;
      __builtin_memset(driver.data(buffer), 0, here);
    }
    driver.frame_done();
    // endregion: build-frame
  }

  Sink sink_;
  const Settings settings_;
  QueueWork& work_;
};

}  // namespace ringside::guest
