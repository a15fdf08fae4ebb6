// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/api/probe.h"
#include "engine/api/view/registers.h"

namespace ringside {

// A drop reason with its total, at the place where it happens. Only reasons that are possible there are listed.
struct DropView {
  std::string reason;  // "no_descriptor"
  uint64_t frames = 0;
};

// What a wire was last told to send of its own (ring, null). That it still does is in WireView::generator_left.
struct SendingView {
  uint64_t count = 0;  // 0: nothing yet; ~0: without end
  bool imix = false;   // else all of `size` bytes
  uint32_t size = 0, flows = 0, vlan = 0;
  double rate = 0;  // frames a second; 0: as fast as the wire takes them
};

// A wire: the world beyond the physical NIC. `in` = towards the VMs.
struct WireView {
  std::string name, kind, detail;  // "w0", "pcap", "lan.pcap, again and again"; of one that sends of its own: empty
  SendingView sending;
  std::string switch_name;
  std::string note;  // what is to be known of its capture: "5 of 5 frames were cut when captured"; mostly empty
  std::string
      fault;  // what leaves is lost from some moment on, and why: a full disk, a deleted interface; empty when well
  uint64_t frames_in = 0, bytes_in = 0, frames_out = 0, bytes_out = 0;
  uint64_t polls = 0, polls_with_work = 0;
  uint64_t generator_sent = 0, generator_left = 0;  // left: still to send; ~0 = without end
  std::vector<uint64_t> sends_to;           // ring, null: the addresses of its own frames, in turn; first byte low
  uint64_t window = 0;                      // 0 = open loop
  bool digested = false;                    // digest=yes: sums over the frames that came back, to compare runs with
  uint64_t digest = 0, digest_payload = 0;  // whole frames; without their two addresses. Time stamps are left out
  std::vector<DropView> drops;
};

struct SwitchView {
  std::string name, mode;  // "vss", "learning"
  std::string uplink;      // wire, may be empty
  std::string reserved;    // link-local group addresses: "drop", "forward"
  uint64_t macs = 0, vlans = 0, flooded = 0, copied = 0, forwarded = 0;
  uint64_t overheard = 0;    // frames that only promiscuous ports got
  uint64_t not_learned = 0;  // learning: frames whose source address found no place in the table
  std::vector<DropView> drops;
};

struct QueueView {
  uint32_t size = 0;  // rows
  uint64_t frames = 0, bytes = 0;
  uint64_t polls = 0, polls_with_work = 0;
  // How far the ring is from losing frames, 0..1, of the rows that the device can own: receive: the share that it does
  // NOT own; transmit: the share it owns.
  double fullness = 0;
  uint32_t rows_device = 0, rows_done = 0;
  std::vector<DropView> drops;
};

struct NicView {
  std::string name, model, mac;  // "nic0", "e1000", "02:00:00:00:00:01"
  std::string switch_name, port_group;
  QueueView rx, tx;                             // all queues together; sizes and rows of queue 0
  std::vector<QueueView> rx_queues, tx_queues;  // one by one, where there are several
  uint32_t tx_threshold = 0;  // deferred doorbell: as set, for an awake transmit context; 0: the model has none
  uint64_t interrupts = 0, interrupts_moderated = 0;
  // Offloads on transmit, work moved to the device: frames with an inserted checksum, frames cut, segments of those.
  uint64_t checksums_inserted = 0, frames_cut = 0, segments = 0;
  uint64_t misuses = 0;  // register accesses that make no sense: unknown offset, wrong width, a tail beyond the ring
  std::vector<RegisterValue> registers;
};

// Exits of one vCPU by reason and register. count is always measured; cycles carries its own provenance (DESIGN section
// 5).
struct ExitTotal {
  std::string reason;    // "MMIO write", "MMIO read", "HLT", "interrupt window"
  std::string nic, reg;  // "nic0", "TDT"; empty where none
  uint64_t count = 0;
  uint64_t cycles = 0;  // time outside the guest
};

struct VcpuView {
  std::string name;   // "web/0"
  std::string kind;   // "soft", "kvm"
  std::string state;  // "running", "halted", "paused", "stopped: …"
  uint64_t exits = 0, exit_cycles = 0, guest_cycles = 0, halts = 0;
  uint64_t boot_exits = 0;                 // of booting; not in the totals
  bool cycles_modelled = true;             // the price of an exit is: on a soft vCPU, and where time was stepped
  uint32_t exit_cost = 0;                  // cycles: what a modelled exit costs
  uint64_t records = 0, records_lost = 0;  // exit records kept and left out by sampling
  std::vector<ExitTotal> totals;           // exits that came to us: to the soft vCPU's platform, or out of KVM_RUN
  // KVM: what the kernel counts by itself, by its own names ("exits", "mmio_exits", …): another total, never to be
  // added to `exits`.
  struct KernelCounter {
    std::string name;
    uint64_t value = 0;
  };
  std::vector<KernelCounter> kernel;
  uint64_t kernel_doorbells =
      0;                // KVM, doorbell_by=ioeventfd: writes that the kernel answered; no records of them. On vCPU 0
  std::string irqchip;  // KVM: "user" or "kernel", who keeps the interrupt controllers
  // Why the guest was stopped. Empty `what`: it was not.
  struct Fault {
    std::string what, instruction, where;
    std::vector<std::pair<std::string, uint64_t>> registers;
  } fault;
};

struct VmView {
  std::string name, workload, driver, doorbell;  // "web", "forward", "poll", "packet"
  std::string note;                              // a fault of the guest, in a sentence; empty when well
  uint32_t batch = 0, refill = 0;
  double poll_every_us = 0;
  bool paused = false;
  uint64_t memory_bytes = 0;
  uint64_t guest_received = 0, guest_sent = 0, guest_errors = 0;  // the guest's own account
  uint64_t guest_out_of_order = 0, guest_interrupts = 0;
  uint64_t sends_to = 0;  // the address that a generating guest sends to, first byte low
  std::vector<NicView> nics;
  std::vector<VcpuView> vcpus;
};

struct ContextView {
  std::string name, kind;  // "uplink w0", "receive"
  uint16_t worker = 0;
  uint64_t busy_cycles = 0, turns = 0, empty_turns = 0, packets = 0;
  uint64_t backend_cycles = 0;  // of them: spent on a modelled back end
  std::string why;              // it is on that worker, in a sentence; empty while time is stepped
  double share = 0;             // of one worker's time that the placement reckons with
  Provenance share_provenance = Provenance::kModelled;  // measured, or taken from a table before anything ran
};

struct WorkerView {
  std::string name;  // "w1"
  int cpu = -1;
  uint64_t breaths = 0, busy_cycles = 0, total_cycles = 0, naps = 0, tick_cycles = 0, tick_max_cycles = 0, ticks = 0;
  uint64_t taken_ns = 0;  // that others had of its CPU though it was ready to run, while the machine ran
  bool stuck = false;
  std::string stuck_in;  // the context that has not finished its turn for over 1 s
};

}  // namespace ringside
