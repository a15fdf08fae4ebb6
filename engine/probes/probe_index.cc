// SPDX-License-Identifier: BSD-3-Clause
#include "engine/probes/probe_index.h"

#include <algorithm>
#include <cstdio>
#include <span>

namespace ringside::probes {
namespace {

void index_drops(Walk& walk, const std::vector<DropView>& list, std::span<const std::string_view> always) {
  uint64_t total = 0;
  for (const DropView& d : list)
    total += d.frames,
        walk.counter({"dropped.", d.reason}, d.frames, "frames", {"Frames lost here because: ", d.reason, "."});
  for (std::string_view reason : always)
    if (std::none_of(list.begin(), list.end(), [&](const DropView& d) { return d.reason == reason; }))
      walk.counter({"dropped.", reason}, 0, "frames", {"Frames lost here because: ", reason, "."});
  walk.counter("dropped", total, "frames", "Frames lost here, for whatever reason.");
}

// Listed, whether or not a frame was ever lost for them.
constexpr std::string_view kWireDrops[] = {"wire_full", "not_written", "wire_down"};
constexpr std::string_view kSwitchDrops[] = {"unknown_destination", "vlan_mismatch"};
constexpr std::string_view kReceiveDrops[] = {"no_descriptor",  "rx_disabled", "filtered", "dma_fault",
                                              "bad_descriptor", "oversize",    "link_down"};
constexpr std::string_view kTransmitDrops[] = {"bad_descriptor", "dma_fault", "pool_empty", "oversize", "link_down"};

void index_wire(Walk& walk, const WireView& w) {
  walk.under({w.name, "."});
  walk.text("kind", w.kind, "What the wire is.");
  walk.counter("frames_in", w.frames_in, "frames", "Frames that came in from the wire, towards the VMs.");
  walk.counter("bytes_in", w.bytes_in, "B", "Their bytes, without checksums.");
  walk.counter("frames_out", w.frames_out, "frames", "Frames that the wire took, away from the VMs.");
  walk.counter("bytes_out", w.bytes_out, "B", "Their bytes, without checksums.");
  if (w.digested) {
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(w.digest));
    walk.text("digest", text, "Sum over the frames that came back, time stamps left out: equal frames, equal sums.");
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(w.digest_payload));
    walk.text("digest_payload", text, "The same without the frames' two addresses.");
  }
  walk.counter("generator.sent", w.generator_sent, "frames", "Frames that the generator behind the wire has sent.");
  index_drops(walk, w.drops, kWireDrops);
}

void index_queue(Walk& walk, const VmView& vm, const NicView& nic, bool receive) {
  const QueueView& q = receive ? nic.rx : nic.tx;
  walk.under({vm.name, ".", nic.name, receive ? ".rx." : ".tx."});
  walk.whole("ring_size", q.size, "rows", "Rows of the ring.");
  walk.whole("rows_device", q.rows_device, "rows",
             "Rows that the device owns: from the head up to the tail, without the tail row.");
  walk.whole("rows_done", q.rows_done, "rows",
             receive ? "Rows that are done and wait for the guest." : "Rows that are done and wait to be cleaned.");
  walk.counter(receive ? "accepted" : "fetched", q.frames, "frames",
               receive ? "Frames that the device wrote into the guest's memory."
                       : "Frames that the device took out of the guest's memory.");
  walk.counter("bytes", q.bytes, "B", "Their bytes, without checksums.");
  if (receive)
    index_drops(walk, q.drops, kReceiveDrops);
  else
    index_drops(walk, q.drops, kTransmitDrops);
}

void index_vcpu(Walk& walk, const VcpuView& v) {
  walk.under({v.name, "."});
  Provenance price = v.cycles_modelled ? Provenance::kModelled : Provenance::kMeasured;
  walk.text("kind", v.kind, "Where the guest runs.");
  walk.text("state", v.state, "What the vCPU does.");
  walk.counter(
      "exits", v.exits, "exits",
      v.kind == "kvm" ? "VM exits that were handled in user space (KVM_RUN returned)." : "VM exits of all kinds.");
  walk.counter("exit_cycles", v.exit_cycles, "cycles", "Time outside the guest because of exits.", price);
  walk.counter("guest_cycles", v.guest_cycles, "cycles", "Time in the guest, polls that found nothing left out.",
               weakest(price, Provenance::kMeasured));
  walk.counter("boot_exits", v.boot_exits, "exits", "VM exits of booting, which are not in the other totals.");
  walk.counter("halts", v.halts, "exits", "HLT exits.");
  walk.counter("exit_records", v.records, "records", "Exits of which a record was kept.");
  walk.counter("exit_records_left_out", v.records_lost, "records",
               "Exits that were counted, and of which no record was kept.");
  walk.whole("exit_cost", v.exit_cost, "cycles", "Price of an exit, as set.", price);
  if (!v.irqchip.empty())
    walk.text("irqchip", v.irqchip, "Who keeps the interrupt controllers: user space or the kernel.");
  if (v.kind == "kvm")
    walk.counter("kernel_doorbells", v.kernel_doorbells, "exits",
                 "Doorbells that the kernel answered by an eventfd: exits that did not come to user space.");
  for (const auto& k : v.kernel)
    walk.counter(
        {"kernel.", k.name}, k.value, "",
        {"The kernel's own counter ", k.name, " (KVM_GET_STATS_FD); what it counts differs from host to host."});
  if (!v.fault.what.empty()) {
    walk.text("fault", v.fault.what, "Why the guest was stopped.");
    walk.text("fault.instruction", v.fault.instruction, "The instruction at which it stands.");
  }
  for (const ExitTotal& t : v.totals) {
    if (t.reg.empty())
      walk.counter({"exits.", t.reason}, t.count, "exits", {"Exits by ", t.reason, "."});
    else
      walk.counter({"exits.", t.reason, ".", t.reg}, t.count, "exits", {"Exits by ", t.reason, " of ", t.reg, "."});
  }
}

void index_vm(Walk& walk, const VmView& vm) {
  walk.under({vm.name, "."});
  walk.text("workload", vm.workload, "What the guest is for.");
  walk.text("driver", vm.driver, "How the driver learns of work: poll or interrupt.");
  walk.text("doorbell", vm.doorbell, "TDT is written once a packet, or once a batch.");
  walk.whole("batch", vm.batch, "frames", "Frames that the guest takes in one poll at most.");
  walk.gauge("poll_every_us", vm.poll_every_us, "us", "The guest sleeps so long between two polls.");
  walk.whole("paused", vm.paused, "", "1: the guest executes nothing.");
  walk.counter("guest.received", vm.guest_received, "frames",
               "Frames that the driver took, by the guest's own account.");
  walk.counter("guest.sent", vm.guest_sent, "frames",
               "Frames that the driver handed over, by the guest's own account.");
  walk.counter("guest.errors", vm.guest_errors, "frames", "Frames that the guest found wrong.");
  walk.counter("guest.out_of_order", vm.guest_out_of_order, "frames",
               "Frames that came behind a later one of their stream, in one receive queue.");
  walk.counter("guest.interrupts", vm.guest_interrupts, "interrupts", "Interrupts that the guest's handler took.");
  for (const NicView& nic : vm.nics) {
    walk.under({vm.name, ".", nic.name, "."});
    walk.text("model", nic.model, "The NIC's model.");
    walk.text("mac", nic.mac, "Its address.");
    walk.counter("interrupts", nic.interrupts, "interrupts", "Interrupts that the NIC raised.");
    walk.counter("interrupts_moderated", nic.interrupts_moderated, "interrupts", "Interrupts that moderation put off.");
    walk.counter("register_misuses", nic.misuses, "accesses",
                 "Register accesses that make no sense: unknown offset, wrong width, a tail beyond the ring.");
    walk.counter("offload.checksums", nic.checksums_inserted, "frames",
                 "Frames into which the NIC put a checksum that the guest left to it.");
    walk.counter("offload.cut", nic.frames_cut, "frames", "Large frames that the NIC cut into segments (TSO).");
    walk.counter("offload.segments", nic.segments, "frames", "Segments that it made of them.");
    for (const RegisterValue& r : nic.registers)
      walk.whole({"reg.", r.name}, r.value, "", {"Value of register ", r.name, "."});
    index_queue(walk, vm, nic, true);
    index_queue(walk, vm, nic, false);
  }
  for (const VcpuView& v : vm.vcpus) index_vcpu(walk, v);
}

void index_all(Walk& walk, const Snapshot& s) {
  walk.under({"machine."});
  walk.counter("sent", s.balance.sent, "frames",
               "Frames that came in from wires or were taken out of guests' transmit rings.");
  walk.counter("copied", s.balance.copied, "frames", "Copies that switches made.");
  walk.counter("segmented", s.balance.segmented, "frames",
               "Frames that devices made by cutting large ones: n - 1 of a frame that became n.");
  walk.counter("delivered", s.balance.delivered, "frames",
               "Frames that wires took or that were written into guests' receive rings.");
  index_drops(walk, s.drops, {});
  if (s.balance.exact)
    walk.whole("in_flight", s.balance.in_flight, "frames", "Frames on their way, counted by walking rings and bursts.");
  walk.counter("steps", s.steps, "steps", "Events in stepped and paced running.");
  Provenance clock = s.mode == RunMode::kFree ? Provenance::kMeasured : Provenance::kModelled;
  Provenance cycles = s.steps ? Provenance::kModelled : clock;  // the stepper prices each event
  walk.counter("time_ns", s.mode == RunMode::kFree ? s.run_ns : s.virtual_ns, "ns",
               "Time that has run: real when free, virtual when stepped or paced.", clock);
  for (const WireView& w : s.wires) index_wire(walk, w);
  for (const SwitchView& v : s.switches) {
    walk.under({v.name, "."});
    walk.counter("forwarded", v.forwarded, "frames", "Frames that went to one port.");
    walk.counter("flooded", v.flooded, "frames", "Frames that went to all ports of their VLAN.");
    walk.counter("copied", v.copied, "frames", "Copies made for floods, and for ports that listen.");
    walk.whole("macs", v.macs, "addresses", "Addresses in the table.");
    walk.counter("overheard", v.overheard, "frames",
                 "Frames that have no addressee here, and that only ports in promiscuous mode got.");
    if (v.mode == "learning")
      walk.counter(
          "not_learned", v.not_learned, "frames",
          "Frames whose source address could not be learned: its place in the table is full, or taken just then.");
    index_drops(walk, v.drops, kSwitchDrops);
  }
  for (const VmView& vm : s.vms) index_vm(walk, vm);
  for (const ContextView& c : s.contexts) {
    walk.under({"context.", c.name, "."});
    walk.counter("busy_cycles", c.busy_cycles, "cycles", "Cycles of turns that moved something.", cycles);
    walk.counter("packets", c.packets, "frames", "Frames that the context took.");
    if (c.kind == "transmit")
      walk.counter("backend_cycles", c.backend_cycles, "cycles", "Of its busy cycles: spent on a modelled back end.",
                   Provenance::kModelled);
    walk.counter("turns", c.turns, "turns", "Turns.");
    walk.counter("empty_turns", c.empty_turns, "turns", "Turns that found nothing.");
  }
  for (const WorkerView& w : s.workers) {
    walk.under({"worker.", w.name, "."});
    walk.counter("breaths", w.breaths, "breaths", "Rounds of the worker's loop.");
    walk.counter("busy_cycles", w.busy_cycles, "cycles", "Cycles of turns that moved something.");
    walk.counter("total_cycles", w.total_cycles, "cycles", "Cycles in breaths.");
    walk.counter("taken_ns", w.taken_ns, "ns", "Time that others had of its CPU though it was ready to run.");
    walk.counter("naps", w.naps, "naps", "Times it went to sleep.");
    walk.counter("tick_cycles", w.tick_cycles, "cycles", "Cycles spent copying views.");
    walk.whole("tick_max_cycles", w.tick_max_cycles, "cycles", "The longest stretch of copying views.");
    walk.counter("ticks", w.ticks, "ticks", "Times that views were copied.");
  }
}

}  // namespace

void ProbeIndex::index(Snapshot& s) {
  Named& named = named_[s.balance.exact];
  if (named.schema) {
    Walk walk(named, s.probes);
    index_all(walk, s);
    if (walk.fits()) return;
  }
  named = {};
  Walk naming(named, ++version_);
  index_all(naming, s);
  naming.finish();
  s.probes = {};
  Walk walk(named, s.probes);
  index_all(walk, s);
}

}  // namespace ringside::probes
