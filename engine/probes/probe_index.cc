// SPDX-License-Identifier: BSD-3-Clause
#include "engine/probes/probe_index.h"

#include <algorithm>
#include <cstdio>

namespace ringside {

const Probe* Snapshot::find(const std::string& name) const {
  auto at = std::lower_bound(probes.begin(), probes.end(), name,
                             [](const Probe& p, const std::string& n) { return p.name < n; });
  return at != probes.end() && at->name == name ? &*at : nullptr;
}

double Snapshot::since(const std::string& name, const std::string& mark) const {
  const Probe* now = find(name);
  if (!now) return 0;
  auto at = marks.find(mark);
  if (now->kind != ProbeKind::kCounter || at == marks.end()) return now->number();
  return now->number() - at->second->value(name);
}

double Mark::value(const std::string& name) const {
  auto at = std::lower_bound(counters.begin(), counters.end(), name,
                             [](const auto& counter, const std::string& n) { return counter.first < n; });
  return at != counters.end() && at->first == name ? at->second : 0;
}

namespace probes {
namespace {

// Collects probes under a prefix.
class Index {
 public:
  explicit Index(std::vector<Probe>& to) : to_(to) {}

  void counter(const std::string& name, uint64_t value, const char* unit, const std::string& what,
               Provenance from = Provenance::kMeasured) {
    to_.push_back({prefix + name, ProbeKind::kCounter, value, unit, what, from});
  }
  void gauge(const std::string& name, double value, const char* unit, const std::string& what,
             Provenance from = Provenance::kMeasured) {
    to_.push_back({prefix + name, ProbeKind::kGauge, value, unit, what, from});
  }
  void whole(const std::string& name, uint64_t value, const char* unit, const std::string& what,
             Provenance from = Provenance::kMeasured) {
    to_.push_back({prefix + name, ProbeKind::kGauge, value, unit, what, from});
  }
  void text(const std::string& name, const std::string& value, const std::string& what) {
    to_.push_back({prefix + name, ProbeKind::kText, value, "", what, Provenance::kMeasured});
  }
  void drops(const std::vector<DropView>& list, const std::vector<std::string>& always) {
    uint64_t total = 0;
    for (const DropView& d : list)
      total += d.frames,
          counter("dropped." + d.reason, d.frames, "frames", "Frames lost here because: " + d.reason + ".");
    for (const std::string& reason : always)
      if (std::none_of(list.begin(), list.end(), [&](const DropView& d) { return d.reason == reason; }))
        counter("dropped." + reason, 0, "frames", "Frames lost here because: " + reason + ".");
    counter("dropped", total, "frames", "Frames lost here, for whatever reason.");
  }

  std::string prefix;

 private:
  std::vector<Probe>& to_;
};

void index_wire(Index& index, const WireView& w) {
  index.prefix = w.name + ".";
  index.text("kind", w.kind, "What the wire is.");
  index.counter("frames_in", w.frames_in, "frames", "Frames that came in from the wire, towards the VMs.");
  index.counter("bytes_in", w.bytes_in, "B", "Their bytes, without checksums.");
  index.counter("frames_out", w.frames_out, "frames", "Frames that the wire took, away from the VMs.");
  index.counter("bytes_out", w.bytes_out, "B", "Their bytes, without checksums.");
  if (w.digested) {
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(w.digest));
    index.text("digest", text, "Sum over the frames that came back, time stamps left out: equal frames, equal sums.");
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(w.digest_payload));
    index.text("digest_payload", text, "The same without the frames' two addresses.");
  }
  index.counter("generator.sent", w.generator_sent, "frames", "Frames that the generator behind the wire has sent.");
  index.drops(w.drops, {"wire_full", "not_written", "wire_down"});
}

void index_queue(Index& index, const std::string& prefix, const QueueView& q, bool receive) {
  index.prefix = prefix;
  index.whole("ring_size", q.size, "rows", "Rows of the ring.");
  index.whole("rows_device", q.rows_device, "rows",
              "Rows that the device owns: from the head up to the tail, without the tail row.");
  index.whole("rows_done", q.rows_done, "rows",
              receive ? "Rows that are done and wait for the guest." : "Rows that are done and wait to be cleaned.");
  index.counter(receive ? "accepted" : "fetched", q.frames, "frames",
                receive ? "Frames that the device wrote into the guest's memory."
                        : "Frames that the device took out of the guest's memory.");
  index.counter("bytes", q.bytes, "B", "Their bytes, without checksums.");
  index.drops(q.drops,
              receive ? std::vector<std::string>{"no_descriptor", "rx_disabled", "filtered", "dma_fault",
                                                 "bad_descriptor", "oversize", "link_down"}
                      : std::vector<std::string>{"bad_descriptor", "dma_fault", "pool_empty", "oversize", "link_down"});
}

void index_vcpu(Index& index, const VcpuView& v) {
  index.prefix = v.name + ".";
  Provenance price = v.cycles_modelled ? Provenance::kModelled : Provenance::kMeasured;
  index.text("kind", v.kind, "Where the guest runs.");
  index.text("state", v.state, "What the vCPU does.");
  index.counter(
      "exits", v.exits, "exits",
      v.kind == "kvm" ? "VM exits that were handled in user space (KVM_RUN returned)." : "VM exits of all kinds.");
  index.counter("exit_cycles", v.exit_cycles, "cycles", "Time outside the guest because of exits.", price);
  index.counter("guest_cycles", v.guest_cycles, "cycles", "Time in the guest, polls that found nothing left out.",
                weakest(price, Provenance::kMeasured));
  index.counter("boot_exits", v.boot_exits, "exits", "VM exits of booting, which are not in the other totals.");
  index.counter("halts", v.halts, "exits", "HLT exits.");
  index.counter("exit_records", v.records, "records", "Exits of which a record was kept.");
  index.counter("exit_records_left_out", v.records_lost, "records",
                "Exits that were counted, and of which no record was kept.");
  index.whole("exit_cost", v.exit_cost, "cycles", "Price of an exit, as set.", price);
  if (!v.irqchip.empty())
    index.text("irqchip", v.irqchip, "Who keeps the interrupt controllers: user space or the kernel.");
  if (v.kind == "kvm")
    index.counter("kernel_doorbells", v.kernel_doorbells, "exits",
                  "Doorbells that the kernel answered by an eventfd: exits that did not come to user space.");
  for (const auto& k : v.kernel)
    index.counter(
        "kernel." + k.name, k.value, "",
        "The kernel's own counter " + k.name + " (KVM_GET_STATS_FD); what it counts differs from host to host.");
  if (!v.fault.what.empty()) {
    index.text("fault", v.fault.what, "Why the guest was stopped.");
    index.text("fault.instruction", v.fault.instruction, "The instruction at which it stands.");
  }
  for (const ExitTotal& t : v.totals) {
    std::string reason = t.reason;
    std::replace(reason.begin(), reason.end(), ' ', '_');
    index.counter("exits." + reason + (t.reg.empty() ? "" : "." + t.reg), t.count, "exits",
                  "Exits by " + t.reason + (t.reg.empty() ? "." : " of " + t.reg + "."));
  }
}

void index_vm(Index& index, const VmView& vm) {
  index.prefix = vm.name + ".";
  index.text("workload", vm.workload, "What the guest is for.");
  index.text("driver", vm.driver, "How the driver learns of work: poll or interrupt.");
  index.text("doorbell", vm.doorbell, "TDT is written once a packet, or once a batch.");
  index.whole("batch", vm.batch, "frames", "Frames that the guest takes in one poll at most.");
  index.gauge("poll_every_us", vm.poll_every_us, "us", "The guest sleeps so long between two polls.");
  index.whole("paused", vm.paused, "", "1: the guest executes nothing.");
  index.counter("guest.received", vm.guest_received, "frames",
                "Frames that the driver took, by the guest's own account.");
  index.counter("guest.sent", vm.guest_sent, "frames",
                "Frames that the driver handed over, by the guest's own account.");
  index.counter("guest.errors", vm.guest_errors, "frames", "Frames that the guest found wrong.");
  index.counter("guest.out_of_order", vm.guest_out_of_order, "frames",
                "Frames that came behind a later one of their stream, in one receive queue.");
  index.counter("guest.interrupts", vm.guest_interrupts, "interrupts", "Interrupts that the guest's handler took.");
  for (const NicView& nic : vm.nics) {
    index.prefix = vm.name + "." + nic.name + ".";
    index.text("model", nic.model, "The NIC's model.");
    index.text("mac", nic.mac, "Its address.");
    index.counter("interrupts", nic.interrupts, "interrupts", "Interrupts that the NIC raised.");
    index.counter("interrupts_moderated", nic.interrupts_moderated, "interrupts",
                  "Interrupts that moderation put off.");
    index.counter("register_misuses", nic.misuses, "accesses",
                  "Register accesses that make no sense: unknown offset, wrong width, a tail beyond the ring.");
    index.counter("offload.checksums", nic.checksums_inserted, "frames",
                  "Frames into which the NIC put a checksum that the guest left to it.");
    index.counter("offload.cut", nic.frames_cut, "frames", "Large frames that the NIC cut into segments (TSO).");
    index.counter("offload.segments", nic.segments, "frames", "Segments that it made of them.");
    for (const RegisterValue& r : nic.registers)
      index.whole("reg." + r.name, r.value, "", "Value of register " + r.name + ".");
    index_queue(index, vm.name + "." + nic.name + ".rx.", nic.rx, true);
    index_queue(index, vm.name + "." + nic.name + ".tx.", nic.tx, false);
  }
  for (const VcpuView& v : vm.vcpus) index_vcpu(index, v);
}

}  // namespace

void index_probes(Snapshot& s) {
  Index index(s.probes);
  index.prefix = "machine.";
  index.counter("sent", s.balance.sent, "frames",
                "Frames that came in from wires or were taken out of guests' transmit rings.");
  index.counter("copied", s.balance.copied, "frames", "Copies that switches made.");
  index.counter("segmented", s.balance.segmented, "frames",
                "Frames that devices made by cutting large ones: n - 1 of a frame that became n.");
  index.counter("delivered", s.balance.delivered, "frames",
                "Frames that wires took or that were written into guests' receive rings.");
  index.drops(s.drops, {});
  if (s.balance.exact)
    index.whole("in_flight", s.balance.in_flight, "frames",
                "Frames on their way, counted by walking rings and bursts.");
  index.counter("steps", s.steps, "steps", "Events in stepped and paced running.");
  Provenance clock = s.mode == RunMode::kFree ? Provenance::kMeasured : Provenance::kModelled;
  index.counter("time_ns", s.mode == RunMode::kFree ? s.run_ns : s.virtual_ns, "ns",
                "Time that has run: real when free, virtual when stepped or paced.", clock);
  for (const WireView& w : s.wires) index_wire(index, w);
  for (const SwitchView& v : s.switches) {
    index.prefix = v.name + ".";
    index.counter("forwarded", v.forwarded, "frames", "Frames that went to one port.");
    index.counter("flooded", v.flooded, "frames", "Frames that went to all ports of their VLAN.");
    index.counter("copied", v.copied, "frames", "Copies made for floods, and for ports that listen.");
    index.whole("macs", v.macs, "addresses", "Addresses in the table.");
    index.counter("overheard", v.overheard, "frames",
                  "Frames that have no addressee here, and that only ports in promiscuous mode got.");
    if (v.mode == "learning")
      index.counter(
          "not_learned", v.not_learned, "frames",
          "Frames whose source address could not be learned: its place in the table is full, or taken just then.");
    index.drops(v.drops, {"unknown_destination", "vlan_mismatch"});
  }
  for (const VmView& vm : s.vms) index_vm(index, vm);
  for (const ContextView& c : s.contexts) {
    std::string name = c.name;
    std::replace(name.begin(), name.end(), ' ', '_');
    index.prefix = "context." + name + ".";
    index.counter("busy_cycles", c.busy_cycles, "cycles", "Cycles of turns that moved something.", clock);
    index.counter("packets", c.packets, "frames", "Frames that the context took.");
    if (c.kind == "transmit")
      index.counter("backend_cycles", c.backend_cycles, "cycles", "Of its busy cycles: spent on a modelled back end.",
                    Provenance::kModelled);
    index.counter("turns", c.turns, "turns", "Turns.");
    index.counter("empty_turns", c.empty_turns, "turns", "Turns that found nothing.");
  }
  for (const WorkerView& w : s.workers) {
    index.prefix = "worker." + w.name + ".";
    index.counter("breaths", w.breaths, "breaths", "Rounds of the worker's loop.");
    index.counter("busy_cycles", w.busy_cycles, "cycles", "Cycles of turns that moved something.");
    index.counter("total_cycles", w.total_cycles, "cycles", "Cycles in breaths.");
    index.counter("naps", w.naps, "naps", "Times it went to sleep.");
    index.counter("tick_cycles", w.tick_cycles, "cycles", "Cycles spent copying views.");
    index.whole("tick_max_cycles", w.tick_max_cycles, "cycles", "The longest stretch of copying views.");
    index.counter("ticks", w.ticks, "ticks", "Times that views were copied.");
  }
  std::sort(s.probes.begin(), s.probes.end(), [](const Probe& a, const Probe& b) { return a.name < b.name; });
}

}  // namespace probes
}  // namespace ringside
