// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

#include "engine/guest/memory.h"
#include "engine/spec/boot_info.h"

// What a driver and a workload say to each other. A workload is a class with
//
//   static constexpr bool kTransmits;   // it may answer Verdict::kTransmit
//   static constexpr bool kGenerates;   // it makes frames of its own: due() and build(), see generate.h
//   Workload(P&, const Settings&, const NicContext&);                   // a poll begins: loads what it needs from
//   guest memory Verdict receive(P&, const NicContext&, Frame&, Tally&);             // one frame void end(P&, Tally&);
//   // the poll ends: stores it back
//
// The driver is instantiated for each workload, so that the choice is made once a poll and not once a packet.
namespace ringside::guest {

// A frame lies in as many receive buffers as it needs: 9,018 bytes in five of 2,048.
inline constexpr uint32_t kMaxParts = 5;

struct Part {
  uint8_t* data;
  uint32_t bytes;
};
struct Frame {
  uint32_t parts;
  uint32_t bytes;  // of all parts, without FCS
  Part part[kMaxParts];
};

enum class Verdict : uint8_t {
  kConsume,   // used up: the buffers are free again
  kTransmit,  // goes out as it is now, in the same buffers
};

struct NicContext {
  uint32_t nic, queue;
  uint64_t mac;  // first byte low
};

// GuestControl, read once a poll.
struct Settings {
  bool doorbell_per_packet;
  uint32_t batch, refill, ipv4;
  uint32_t vcpus;  // of BootInfo
};

// What one poll adds to GuestReport.
struct Tally {
  uint64_t received = 0, sent = 0, received_bytes = 0, sent_bytes = 0;
  uint64_t generated = 0, consumed = 0, verify_errors = 0, out_of_order = 0, driver_errors = 0;
  uint64_t arp_replies = 0, icmp_replies = 0, last_sequence = 0;
};

// The heap while the guest boots, vCPU 0's: at kGuestStateGpa.
struct HeapState {
  uint64_t next, end;
};

// What workloads keep of a queue pair between two polls, at queue_work_gpa(). Its vCPU's alone.
struct QueueWork {
  uint64_t sequence;      // generate: of the last frame sent, without its stream
  uint64_t next_send_ns;  // generate: clock() at which the next frame is due; 0 = not begun
  uint64_t due_ns;        // the same as far as somebody must wait for it: 0 = at once, or no frame is left
  uint64_t expected_sequence[spec::kMaxStreams];  // of each stream, the least that is in order
};
static_assert(sizeof(QueueWork) <= 0x100 &&
              spec::queue_work_gpa(spec::kMaxQueues - 1) + 0x100 <= spec::kGuestStateGpa + 0x1000);

template <Platform P>
inline Settings load_settings(P& platform) {
  auto* control = at<spec::GuestControl>(platform, spec::kControlGpa);
  uint32_t batch = load_relaxed(&control->batch), refill = load_relaxed(&control->refill);
  if (batch < 1 || batch > 32) batch = batch < 1 ? 1 : 32;
  return {load_relaxed(&control->doorbell) == spec::DoorbellMode::kPacket, batch, refill < 1 ? 1 : refill,
          load_relaxed(&control->ipv4),
          spec::clamped(at<spec::BootInfo>(platform, spec::kBootInfoGpa)->vcpu_count, 1, spec::kMaxVcpus)};
}

// The guest is the only writer of its report; the host reads the words relaxed.
inline void add_relaxed(uint64_t* word, uint64_t n) {
  if (n) store_relaxed(word, load_relaxed(word) + n);
}

template <Platform P>
inline void add_to_report(P& platform, const Tally& tally) {
  auto* report = at<spec::GuestReport>(platform, spec::report_gpa(vcpu_of(platform)));
  add_relaxed(&report->received, tally.received);
  add_relaxed(&report->sent, tally.sent);
  add_relaxed(&report->received_bytes, tally.received_bytes);
  add_relaxed(&report->sent_bytes, tally.sent_bytes);
  add_relaxed(&report->generated, tally.generated);
  add_relaxed(&report->consumed, tally.consumed);
  add_relaxed(&report->verify_errors, tally.verify_errors);
  add_relaxed(&report->out_of_order, tally.out_of_order);
  add_relaxed(&report->driver_errors, tally.driver_errors);
  add_relaxed(&report->arp_replies, tally.arp_replies);
  add_relaxed(&report->icmp_replies, tally.icmp_replies);
  if (tally.last_sequence) store_relaxed(&report->last_sequence, tally.last_sequence);
}

}  // namespace ringside::guest
