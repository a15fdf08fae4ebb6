// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/netstack/ethernet.h"
#include "engine/guest/netstack/ipv4.h"
#include "engine/guest/workload/workload.h"

namespace ringside::guest {

// Uses frames up. UDP frames are held to the payload that spec/boot_info.h describes: magic, and sequence numbers that
// never go back in their stream. A stream's flows may arrive in several receive queues (RSS), each in its order: each
// queue has its own account.
class Sink {
 public:
  static constexpr bool kTransmits = false, kGenerates = false;

  template <Platform P>
  Sink(P& platform, const Settings&, const NicContext& nic)
      : expected_(at<QueueWork>(platform, spec::queue_work_gpa(nic.queue))->expected_sequence) {}

  // region: sink
  template <Platform P>
  Verdict receive(P& platform, const NicContext& nic, Frame& frame, Tally& tally) {
    uint64_t sequence = 0;
    const uint8_t* bytes = frame.part[0].data;
    if (frame.part[0].bytes >= kSequenceEnd && get16(bytes + ethernet::kType) == net16(ethernet::kIpv4) &&
        bytes[ethernet::kHeader + ipv4::kProtocol] == ipv4::kUdp) {
      sequence = get64(bytes + spec::kPayloadOffset + 4);
      const uint64_t stream = sequence >> spec::kStreamShift;
      if (get32(bytes + spec::kPayloadOffset) == spec::kPayloadMagic && stream < spec::kMaxStreams) [[likely]] {
        if (sequence < expected_[stream])
          tally.out_of_order++;
        else
          expected_[stream] = sequence + 1;
        tally.last_sequence = sequence;
      } else {
        sequence = 0;
        tally.verify_errors++;
      }
    }
    tally.consumed++;
    note(platform, {.note = Note::kConsume, .nic = uint16_t(nic.nic), .length = frame.bytes, .a = sequence});
    return Verdict::kConsume;
  }
  // endregion: sink

  template <Platform P>
  void end(P&, Tally&) {}

 private:
  static constexpr uint32_t kSequenceEnd = spec::kPayloadOffset + 12;

  uint64_t* const expected_;
};

}  // namespace ringside::guest
