// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/workload/workload.h"

namespace ringside::guest {

// Sends each frame back to where it came from: swaps the MAC addresses in place. The buffer it arrived in is the buffer
// it leaves in.
class Forward {
 public:
  static constexpr bool kTransmits = true, kGenerates = false;

  template <Platform P>
  Forward(P&, const Settings&, const NicContext&) {}

  // region: forward
  template <Platform P>
  Verdict receive(P&, const NicContext&, Frame& frame, Tally&) {
    uint8_t* bytes = frame.part[0].data;
    const uint64_t low = get64(bytes);       // destination, two bytes of the source
    const uint32_t high = get32(bytes + 8);  // the source's other four
    const uint64_t source = low >> 48 | uint64_t{high} << 16;
    put64(bytes, source | low << 48);
    put32(bytes + 8, uint32_t(low >> 16));
    return Verdict::kTransmit;
  }
  // endregion: forward

  template <Platform P>
  void end(P&, Tally&) {}
};

}  // namespace ringside::guest
