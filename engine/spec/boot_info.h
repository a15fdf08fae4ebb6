// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>

// The agreement between the machine builder and the guest program: one page of guest memory at kBootInfoGpa, written by
// the host before boot. It stands where a real machine has firmware tables. Freestanding.
namespace ringside::spec {

inline constexpr uint64_t kBootInfoGpa = 0x1000;
inline constexpr uint64_t kControlGpa = 0x2000;     // GuestControl: words the host may change while the guest runs
inline constexpr uint64_t kReportGpa = 0x3000;      // GuestReport: the guest's own account, read by the host
inline constexpr uint64_t kGuestStateGpa = 0x4000;  // drivers' and workloads' own state
// What a bare-metal guest finds besides, laid there by whoever builds its VM (engine/vmm/kvm); a soft guest has no use
// for it.
inline constexpr uint64_t kMachineGpa = 0xe000;      // MachineWords
inline constexpr uint64_t kPageTablesGpa = 0x10000;  // six pages: the first 4 GiB one to one, in pages of 2 MiB
inline constexpr uint64_t kGdtGpa = 0x16000, kIdtGpa = 0x17000;
inline constexpr uint64_t kStacksGpa = 0x18000, kStackBytes = 0x1000;  // one a vCPU
inline constexpr uint64_t kImageGpa = 0x20000;                         // the guest's code, up to the heap
inline constexpr uint64_t kGuestHeapGpa = 0x40000;                     // rings, then buffers
// The last part of RAM, left alone by guests: whatever mem(gpa) is asked for, this many bytes behind it are the guest's
// own memory. Room for the largest ring and for the largest list of free buffers.
inline constexpr uint64_t kMemoryTail = 0x20000;
inline constexpr uint32_t kMaxNics = 8, kMaxVcpus = 8;
// Each vCPU has a report of its own: nobody shares a word.
inline constexpr uint64_t report_gpa(uint32_t vcpu) { return kReportGpa + 0x100 * (vcpu % kMaxVcpus); }
// Each queue pair has a state of the workload's, which the vCPU that serves it owns. Behind them: the drivers' pages.
inline constexpr uint32_t kMaxQueues = 8;
inline constexpr uint64_t queue_work_gpa(uint32_t queue) {
  return kGuestStateGpa + 0x800 + 0x100 * (queue % kMaxQueues);
}
inline constexpr uint64_t kBootMagic = 0x3120656469736752;  // "Rgside 1"

enum class NicModel : uint32_t { kNone = 0, kE1000 = 1, kVmxnet3 = 2 };
enum class WorkloadKind : uint32_t { kForward = 0, kGenerate = 1, kSink = 2, kEcho = 3 };
enum class DriverMode : uint32_t { kPoll = 0, kInterrupt = 1 };
// Why the driver did not come up.
enum class BootFailure : uint64_t {
  kNone = 0,
  kNoBootInfo,
  kModel,
  kRingSize,
  kBufferSize,
  kMemory,
  kDevice,
  kWorkload
};
enum class DoorbellMode : uint32_t { kPacket = 0, kBatch = 1 };

struct BootNic {
  NicModel model;
  uint32_t irq_line;
  uint64_t bar0;
  uint32_t rx_rows, tx_rows;  // descriptors of each ring, as the model allows
  uint32_t rx_buffer_bytes;   // 2048 unless jumbo
  uint32_t max_frame_bytes;   // without FCS: 1514, or up to 9018 for jumbo
  uint32_t queues;            // queue pairs; vCPU n serves pair n
  uint32_t bars;              // how many there are in bar[]
  uint64_t bar[2];            // those behind BAR0, in the model's order
};

struct BootInfo {
  uint64_t magic;
  uint64_t memory_bytes;
  uint32_t nic_count;
  WorkloadKind workload;
  DriverMode driver;
  uint32_t promiscuous;  // the driver sets RCTL.UPE
  uint32_t vcpu_count, reserved;
  BootNic nics[kMaxNics];
};

// Live settings. The host stores, the guest loads relaxed once a poll.
struct GuestControl {
  DoorbellMode doorbell;
  uint32_t batch;   // frames a poll at most, 1 to 32
  uint32_t refill;  // rows collected before RDT is written: 1 = each row
  uint32_t ipv4;    // the guest's address for ARP and ICMP, host byte order; 0 = none
  // generate
  uint64_t generate_count;   // frames to send in all; ~0 = without end. Raising it starts the generator
  uint32_t generate_size;    // bytes without FCS
  uint32_t generate_flows;   // fewer than queue pairs: the others send nothing
  uint64_t generate_gap_ns;  // between two frames, whichever queue pair sends them; 0 = as fast as the rings take them
  uint64_t peer_mac;         // destination, first byte low
};

// A vCPU's own account, at report_gpa(): single writer, read relaxed. `alive` and boot_failure are vCPU 0's.
struct GuestReport {
  uint64_t alive;           // kBootMagic once the driver is up
  uint64_t received, sent;  // frames taken from the receive ring; frames put in the transmit ring
  uint64_t received_bytes, sent_bytes;
  uint64_t generated;        // by workload generate, on all queue pairs that this vCPU serves
  uint64_t consumed;         // by workload sink, and echo requests answered plus frames ignored
  uint64_t verify_errors;    // frames whose payload was not what its sequence number says
  uint64_t out_of_order;     // sequence numbers that went back in their stream, in one receive queue
  uint64_t no_transmit_row;  // frames the guest itself gave up since its transmit ring was full
  uint64_t interrupts;       // taken by the handler
  uint64_t
      driver_errors;  // receive descriptors with an error bit; events by which a device said that it stopped a queue
  uint64_t arp_replies, icmp_replies;
  uint64_t last_sequence;    // with its stream
  uint64_t next_send_ns;     // generate: clock() at which this vCPU's next frame is due; 0 = at once, or none is left
  BootFailure boot_failure;  // why alive stayed 0
};

// How vCPU 0 of a bare-metal guest breaks when it is told to (command `vm crash`): for lessons, and for the tests of
// who reports it.
enum class Crash : uint32_t { kNone = 0, kSpin, kTripleFault, kJump, kException };

// Between a bare-metal guest and its VMM. The host writes while the vCPUs stand.
struct MachineWords {
  // clock() = base_ns + (TSC - base_tsc) * ns_fraction / 2^32. Fraction 0: the clock stands between two exits (stepped
  // running).
  uint64_t clock_base_ns, clock_base_tsc, clock_ns_fraction;
  uint64_t poll_every_ns;  // free running: from one poll that found nothing to the next
  uint32_t idle_leaves;    // a poll that found nothing writes kIdlePort
  uint32_t writes_eoi;     // there is a local APIC (x2APIC) that wants to hear of an interrupt's end
  Crash crash;
  uint32_t reserved;
  uint64_t polls[kMaxVcpus];  // the guest's: a vCPU's polls so far
};

// Ports of the VMM, a byte wide. Each write is an exit.
inline constexpr uint16_t kBootedPort = 0x500;  // boot is over; AL is no matter
inline constexpr uint16_t kIdlePort = 0x501;    // a poll found nothing
inline constexpr uint16_t kFaultPort = 0x502;   // an exception. AL = vector, RSI = its frame: FaultFrame
inline constexpr uint8_t kFirstVector = 0x20;   // of interrupt line 0; below: exceptions
inline constexpr uint32_t kLines = kMaxNics;    // of a vCPU: one a NIC, whichever of its vectors it was
inline constexpr uint32_t kVectors = 64, kVectorStubBytes = 16;
inline constexpr uint32_t kMessageBase =
    0xfee00000;  // | vCPU << 12: where messages to a vCPU's local APIC are written (SDM vol. 3, 11.11)
static_assert(kFirstVector + kLines <= kVectors);

// What an exception finds on the stack: pushed by the guest's stub, then by the CPU (SDM vol. 3, 6.14.2).
struct FaultFrame {
  uint64_t r15, r14, r13, r12, r11, r10, r9, r8, rbp, rdi, rsi, rdx, rcx, rbx, rax;
  uint64_t vector, error, rip, cs, rflags, rsp, ss;
};

static_assert(sizeof(BootNic) == 56);
static_assert(sizeof(MachineWords) <= 4096 && kStacksGpa + kMaxVcpus * kStackBytes <= kImageGpa);
static_assert(offsetof(BootInfo, nics) == 40);
static_assert(sizeof(BootInfo) <= 4096 && sizeof(GuestControl) <= 4096 && sizeof(GuestReport) <= 0x100);

// Payload of a generated frame, from byte 42 (behind Ethernet, IPv4, UDP) where it fits: magic 4 bytes, sequence number
// 8 bytes little endian (a 60-byte frame has 18 bytes there: magic, sequence, low 6 bytes of the time stamp in ns).
inline constexpr uint32_t kPayloadOffset = 42;
inline constexpr uint32_t kPayloadMagic = 0x30474e52;  // "RNG0"
// Sequence numbers count from 1 in each stream. A queue pair sends one stream, and its number is the sequence's top
// byte: a NIC with one queue pair sends plain numbers.
inline constexpr uint32_t kStreamShift = 56, kMaxStreams = kMaxQueues;

// Which queue pair generates what. Flow f leaves by queue pair f % queues, as a driver's transmit hash would have it: a
// flow never changes its queue. Of all frames, the n-th (from 0) is of flow n % flows. Any numbers will do: those of a
// guest's memory cannot be trusted.
inline constexpr uint32_t kMostFlows = 16384;
constexpr uint32_t clamped(uint32_t value, uint32_t least, uint32_t most) {
  return value < least ? least : value > most ? most : value;
}
// How many of the flows 0 to flows - 1 are this queue pair's.
constexpr uint32_t flows_of(uint32_t flows, uint32_t queues, uint32_t queue) {
  return flows > queue ? (flows - queue - 1) / clamped(queues, 1, kMaxQueues) + 1 : 0;
}
// How many of the first `count` frames are.
constexpr uint64_t generate_share(uint64_t count, uint32_t flows, uint32_t queues, uint32_t queue) {
  if (queues <= 1) return queue ? 0 : count;
  flows = clamped(flows, 1, kMostFlows);
  return count / flows * flows_of(flows, queues, queue) + flows_of(uint32_t(count % flows), queues, queue);
}
// The same of a vCPU: it serves the queue pairs n, n + vCPUs ….
constexpr uint64_t generate_share_of_vcpu(uint64_t count, uint32_t flows, uint32_t queues, uint32_t vcpus,
                                          uint32_t vcpu) {
  uint64_t sum = 0;
  queues = clamped(queues, 1, kMaxQueues), vcpus = clamped(vcpus, 1, kMaxVcpus);
  for (uint32_t queue = vcpu; queue < queues; queue += vcpus) sum += generate_share(count, flows, queues, queue);
  return sum;
}
static_assert(generate_share(10, 3, 2, 0) + generate_share(10, 3, 2, 1) == 10 && generate_share(10, 3, 2, 1) == 3);

}  // namespace ringside::spec
