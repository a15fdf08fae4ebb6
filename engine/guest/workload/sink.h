// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/netstack/ethernet.h"
#include "engine/guest/netstack/ipv4.h"
#include "engine/guest/workload/workload.h"

namespace ringside::guest {

// Uses frames up. UDP frames are held to the payload that spec/boot_info.h describes: magic, and sequence numbers that never go back.
class Sink {
 public:
  static constexpr bool kTransmits = false, kGenerates = false;

  template <Platform P>
  Sink(P& platform, const Settings&, const NicContext&)
      : expected_(at<WorkloadState>(platform, spec::workload_gpa(vcpu_of(platform)))->expected_sequence) {}

  // region: sink
  template <Platform P>
  Verdict receive(P& platform, const NicContext& nic, Frame& frame, Tally& tally) {
    uint64_t sequence = 0;
    const uint8_t* bytes = frame.part[0].data;
    if (frame.part[0].bytes >= kSequenceEnd && get16(bytes + ethernet::kType) == net16(ethernet::kIpv4) &&
        bytes[ethernet::kHeader + ipv4::kProtocol] == ipv4::kUdp) {
      if (get32(bytes + spec::kPayloadOffset) == spec::kPayloadMagic) [[likely]] {
        sequence = get64(bytes + spec::kPayloadOffset + 4);
        if (sequence < expected_)
          tally.out_of_order++;
        else
          expected_ = sequence + 1;
        tally.last_sequence = sequence;
      } else {
        tally.verify_errors++;
      }
    }
    tally.consumed++;
    note(platform, {.note = Note::kConsume, .nic = uint16_t(nic.nic), .length = frame.bytes, .a = sequence});
    return Verdict::kConsume;
  }
  // endregion: sink

  template <Platform P>
  void end(P& platform, Tally&) {
    at<WorkloadState>(platform, spec::workload_gpa(vcpu_of(platform)))->expected_sequence = expected_;
  }

 private:
  static constexpr uint32_t kSequenceEnd = spec::kPayloadOffset + 12;

  uint64_t expected_;
};

}  // namespace ringside::guest
