// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>

namespace ringside {

// What can happen at a step point. The order is that of a packet's way; `stop` numbers (DESIGN section 6) are in
// event_stop().
enum class EventKind : uint8_t {
  kBuildFrame,         // 1 guest workload made a frame. a = sequence number, length
  kDriverWriteRow,     // 2 guest driver wrote a transmit descriptor. index = row, a = qword 0, b = qword 1
  kRegisterWrite,      // a vCPU wrote a register: an exit. a = register offset, b = value
  kRegisterRead,       // a vCPU read a register: an exit. a = register offset, b = value
  kInhale,             // 3 a worker's context turns to a port that has work. a = frames taken, 0 = not yet known
  kDeviceReadRow,      // device read a descriptor. index = row, a = qword 0, b = qword 1; transmit: 4, receive: 6
  kDeviceReadBuffer,   // 4 device copied a frame (or part) out of guest memory. index = row, a = address, length
  kDeviceSegment,      // 4 device cut a segment out of a large frame (TSO). a = number, from 1; b = of how many; length
  kDeviceWriteBuffer,  // 6 device copied a frame (or part) into guest memory. index = row, a = address, length
  kDeviceWriteBack,    // device wrote a descriptor back, or a completion row. index = row, a = index, or a completion's
                       // qword 0; b = qword 1 as written; transmit 4, receive 6
  kLookUp,             // 5 switch looked a frame up. a = destination MAC | VLAN << 48, b = LookUpReport::word()
  kCross,              // frame crossed to another worker's ring. a = frames
  kInterrupt,          // 7 an interrupt was raised, postponed, or not wanted. a = the model's causes or vector, b =
                       // InterruptOutcome
  kBackend,            // a transmit context spent the modelled price of a back end. a = frames
  kHalt,               // vCPU executed HLT: an exit
  kWake,               // vCPU left HLT for an interrupt
  kDriverTakeRow,   // 8 guest driver took a received frame and put an empty buffer in its row. index = row, a = qword 1
                    // seen
  kDriverCleanRow,  // guest driver found a transmit descriptor done and freed its buffer. index = row
  kConsume,         // 9 guest workload used a frame up. a = sequence number or 0, length
  kWireIn,          // the generator behind a wire sent a frame. a = sequence number, length
  kWireReceive,     // 4 a frame was taken out of the pNIC's receive queue. a = sequence number where the wire made it,
                    // length
  kWireOut,         // a frame left on a wire. length
  kDrop,            // a frame was dropped. a = DropReason
  kGateWait,        // a vCPU waits for a queue's gate
  kGuestIdle,       // a KVM guest found nothing more and left: an exit. a = frames that it handled since it came
};

enum class InterruptOutcome : uint8_t { kRaised, kMasked, kModerated };

// What a ring of a NIC is, from the guest's side. Odd numbers belong to receiving. A model has one of each kind it
// knows, per queue.
enum class RingKind : uint8_t {
  kNone = 0,
  kReceive = 1,
  kTransmit = 2,
  kReceive2 = 3,
  kTransmitCompletion = 4,
  kReceiveCompletion = 5,
  kCount
};
constexpr bool is_receive(uint8_t ring) { return ring & 1; }

// One thing that happened, as plain data. The stepper turns it into words.
struct StepEvent {
  EventKind kind;
  uint8_t ring = 0;    // a RingKind, 0 = none
  bool ends = true;    // kDriverTakeRow, kDriverWriteRow: the frame's last row
  uint16_t queue = 0;  // of the ring, in a NIC with several
  uint32_t index = 0;  // row
  uint64_t a = 0, b = 0;
  uint32_t length = 0;           // bytes
  uint32_t packet = 0;           // trace id of the frame, 0 = not known
  uint32_t cycles = 0;           // price; 0 = the stepper's table
  uint64_t rip = 0;              // a KVM guest's instruction pointer at an exit, 0 = not known
  const void* object = nullptr;  // the device, switch, wire or vCPU that acts; identity only
};

}  // namespace ringside
