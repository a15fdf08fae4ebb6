// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>

// The agreement between the machine builder and the guest program: one page of guest memory at kBootInfoGpa, written by the host before
// boot. It stands where a real machine has firmware tables. Freestanding.
namespace ringside::spec {

inline constexpr uint64_t kBootInfoGpa = 0x1000;
inline constexpr uint64_t kControlGpa = 0x2000;      // GuestControl: words the host may change while the guest runs
inline constexpr uint64_t kReportGpa = 0x3000;       // GuestReport: the guest's own account, read by the host
inline constexpr uint64_t kGuestStateGpa = 0x4000;   // drivers' and workloads' own state
inline constexpr uint64_t kGuestHeapGpa = 0x40000;   // rings, then buffers
// The last part of RAM, left alone by guests: whatever mem(gpa) is asked for, this many bytes behind it are the guest's own memory.
// Room for the largest ring and for the largest list of free buffers.
inline constexpr uint64_t kMemoryTail = 0x20000;
inline constexpr uint32_t kMaxNics = 8;
inline constexpr uint64_t kBootMagic = 0x3120656469736752;  // "Rgside 1"

enum class NicModel : uint32_t { kNone = 0, kE1000 = 1, kVmxnet3 = 2 };
enum class WorkloadKind : uint32_t { kForward = 0, kGenerate = 1, kSink = 2, kEcho = 3 };
enum class DriverMode : uint32_t { kPoll = 0, kInterrupt = 1 };
// Why the driver did not come up.
enum class BootFailure : uint64_t { kNone = 0, kNoBootInfo, kModel, kRingSize, kBufferSize, kMemory, kDevice, kWorkload };
enum class DoorbellMode : uint32_t { kPacket = 0, kBatch = 1 };

struct BootNic {
  NicModel model;
  uint32_t irq_line;
  uint64_t bar0;
  uint32_t rx_rows, tx_rows;      // descriptors, multiples of 8, 8 to 4096
  uint32_t rx_buffer_bytes;       // 2048 unless jumbo
  uint32_t max_frame_bytes;       // without FCS: 1514, or up to 9018 for jumbo
};

struct BootInfo {
  uint64_t magic;
  uint64_t memory_bytes;
  uint32_t nic_count;
  WorkloadKind workload;
  DriverMode driver;
  uint32_t promiscuous;           // the driver sets RCTL.UPE
  uint32_t vcpu_count, reserved;
  BootNic nics[kMaxNics];
};

// Live settings. The host stores, the guest loads relaxed once a poll.
struct GuestControl {
  DoorbellMode doorbell;
  uint32_t batch;                 // frames a poll at most, 1 to 32
  uint32_t refill;                // rows collected before RDT is written: 1 = each row
  uint32_t ipv4;                  // the guest's address for ARP and ICMP, host byte order; 0 = none
  // generate
  uint64_t generate_count;        // frames to send in all; ~0 = without end. Raising it starts the generator
  uint32_t generate_size;         // bytes without FCS
  uint32_t generate_flows;
  uint64_t generate_gap_ns;       // between frames; 0 = as fast as the ring takes them
  uint64_t peer_mac;              // destination, first byte low
};

// The guest's own account: single writer (the guest), read relaxed.
struct GuestReport {
  uint64_t alive;                 // kBootMagic once the driver is up
  uint64_t received, sent;        // frames taken from the receive ring; frames put in the transmit ring
  uint64_t received_bytes, sent_bytes;
  uint64_t generated;             // by workload generate
  uint64_t consumed;              // by workload sink, and echo requests answered plus frames ignored
  uint64_t verify_errors;         // frames whose payload was not what its sequence number says
  uint64_t out_of_order;          // sequence numbers that went back
  uint64_t no_transmit_row;       // frames the guest itself gave up since its transmit ring was full
  uint64_t interrupts;            // taken by the handler
  uint64_t driver_errors;         // receive descriptors with an error bit
  uint64_t arp_replies, icmp_replies;
  uint64_t last_sequence;
  uint64_t next_send_ns;          // generate: clock() at which the next frame is due; 0 = at once, or none is left
  BootFailure boot_failure;       // why alive stayed 0
};

static_assert(sizeof(BootNic) == 32);
static_assert(offsetof(BootInfo, nics) == 40);
static_assert(sizeof(BootInfo) <= 4096 && sizeof(GuestControl) <= 4096 && sizeof(GuestReport) <= 4096);

// Payload of a generated frame, from byte 42 (behind Ethernet, IPv4, UDP) where it fits: magic 4 bytes, sequence number 8 bytes little
// endian (a 60-byte frame has 18 bytes there: magic, sequence, low 6 bytes of the time stamp in ns).
inline constexpr uint32_t kPayloadOffset = 42;
inline constexpr uint32_t kPayloadMagic = 0x30474e52;  // "RNG0"

}  // namespace ringside::spec
