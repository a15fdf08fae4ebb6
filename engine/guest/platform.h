// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <concepts>
#include <cstdint>

// The whole world of a guest. Guest code (drivers/, netstack/, workload/) is written against these five functions and
// compiled twice: over a soft vCPU (hosted/) and as a flat image that runs under KVM (baremetal/). It keeps ALL its
// state in guest memory: no globals, no host pointers, no virtual functions; links are guest-physical addresses;
// between two polls the stack is empty (DESIGN section 5).
namespace ringside::guest {

enum class Idle : uint8_t {
  kHalt,  // HLT: wait for an interrupt
  kPoll,  // nothing found; poll again when it pleases
};

// region: platform
template <class P>
concept Platform = requires(P p, uint64_t gpa, uint8_t width, uint64_t value) {
  { p.mem(gpa) } -> std::same_as<uint8_t*>;               // the byte at a guest-physical address
  { p.mmio_read(gpa, width) } -> std::same_as<uint64_t>;  // width: bytes, 1, 2, 4 or 8. Leaves the guest
  p.mmio_write(gpa, width, value);                        // likewise
  p.idle(Idle::kHalt);                                    // leaves the guest; returns after it was woken, or at once
  { p.clock() } -> std::same_as<uint64_t>;                // nanoseconds since boot, monotonic
};
// endregion: platform

// Which vCPU executes: 0 boots and is alone where a platform does not say.
template <class P>
inline uint32_t vcpu_of(P& platform) {
  if constexpr (requires { platform.vcpu(); })
    return platform.vcpu();
  else
    return 0;
}

// What a soft guest additionally tells its platform, so that a student can step through plain memory accesses too: a
// KVM guest's are seen at its next exit. Not a part of the world: note() is compiled away where a platform has none.
enum class Note : uint8_t {
  kBuildFrame,  // a = sequence number, length
  kWriteRow,    // transmit descriptor written. row, a = qword 0, b = qword 1, length
  kTakeRow,     // received frame taken, row refilled. row, a = qword 1 seen, length
  kCleanRow,    // transmit descriptor found done. row
  kConsume,     // frame used up. a = sequence number or 0, length
  kGiveRows,    // the transmit descriptors written so far are the device's now: the doorbell was rung, or a row says so
                // itself
  kForward,  // the frame taken from receive row `row` goes on in transmit row `a`: how a packet is followed through the
             // guest
};
struct NoteArgs {
  Note note;
  uint16_t nic = 0, queue = 0;
  uint8_t ring =
      0;  // kTakeRow: a second receive ring or a completion ring (RingKind of base/event.h); 0 = the usual one
  bool ends = true;  // kTakeRow, kWriteRow: the frame's last row
  uint32_t row = 0, length = 0;
  uint64_t a = 0, b = 0;
};

template <class P>
inline void note(P& platform, const NoteArgs& args) {
  if constexpr (requires { platform.note(args); }) platform.note(args);
}

}  // namespace ringside::guest
