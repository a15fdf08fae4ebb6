// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/fake_nics.h"

#include <algorithm>

namespace ringside::test {
namespace {

VmView& vm_in(Snapshot& s, const std::string& name) {
  for (VmView& v : s.vms)
    if (v.name == name) return v;
  static VmView none;
  return none;
}

// Rows [from, to) round the ring get a state.
void paint(RingView& r, uint32_t from, uint32_t to, RowState state) {
  for (uint32_t i = from % r.size; i != to % r.size; i = (i + 1) % r.size) r.rows[i].state = state;
}

RingView ring_of(const std::string& vm, const std::string& name, RingKind kind, uint32_t rows, uint32_t seam,
                 RowState rest) {
  RingView r;
  r.name = vm + ".nic0." + name, r.vm = vm, r.nic = "nic0", r.model = "vmxnet3", r.kind = kind,
  r.receive = is_receive(uint8_t(kind));
  r.size = rows, r.base = 0x300000, r.exact = true, r.seam = int(seam), r.generation = 0;
  for (uint32_t i = 0; i < rows; ++i) {
    RowView row;
    row.state = rest, row.generation = i < seam ? 1 : 0;
    row.qword[0] = 0x14a000 + uint64_t(i) * 2048, row.qword[1] = uint64_t(row.generation) << 46 | 60;
    r.rows.push_back(row);
  }
  return r;
}

void count_rows(RingView& r) {
  r.rows_device = r.rows_done = r.rows_driver = r.rows_error = 0;
  for (const RowView& row : r.rows)
    (row.state == RowState::kDriver  ? r.rows_driver
     : row.state == RowState::kDone  ? r.rows_done
     : row.state == RowState::kError ? r.rows_error
                                     : r.rows_device)++;
}

void append(Snapshot& s, RingView r) {
  count_rows(r);
  s.rings.push_back(std::move(r));
}

}  // namespace

void make_vmxnet3(Snapshot& s, const std::string& name, uint32_t rows, int64_t threshold, int64_t deferred) {
  VmView& vm = vm_in(s, name);
  if (vm.nics.empty()) return;
  NicView& nic = vm.nics[0];
  nic.model = "vmxnet3";
  nic.tx_threshold = 32;
  nic.registers = {{0x600, "TXPROD", 41, 0, 12}, {0x800, "RXPROD", 9, 0, 3}, {0x1020, "CMD", 0, 4, 9}};
  std::erase_if(s.rings, [&](const RingView& r) { return r.vm == name; });
  const uint32_t device = rows * 41 / 64, fill = (device + std::min(rows / 5, 12u)) % rows,
                 clean = device - std::min(device, 5u);
  RingView tx = ring_of(name, "tx", RingKind::kTransmit, rows, device, RowState::kDriver);
  paint(tx, clean, device, RowState::kDone), paint(tx, device, fill, RowState::kDevice);
  for (uint32_t i = 0; i < rows; ++i) tx.rows[i].end_of_packet = i % 2 == 1 || i >= device;
  tx.tx_threshold = threshold, tx.tx_deferred = deferred;
  tx.pointers = {{"device next", device, false, true},
                 {"TXPROD", device, true, false},
                 {"fill", fill, true, true},
                 {"clean", clean, true, true}};
  const uint32_t written = rows * 37 / 64;
  RingView done = ring_of(name, "tx.comp", RingKind::kTransmitCompletion, rows, written, RowState::kDevice);
  done.links = {tx.name};
  done.pointers = {{"device writes", written, false, true}, {"read", written - std::min(written, 3u), true, true}};
  for (uint32_t k = 1; k <= 3 && k <= written; ++k)
    done.rows[written - k].state = RowState::kDone,
                        done.rows[written - k].link = int(device - std::min(device, 2 * k - 1));
  RingView rx = ring_of(name, "rx", RingKind::kReceive, rows, rows / 3, RowState::kDevice),
           rx2 = ring_of(name, "rx2", RingKind::kReceive2, rows, 0, RowState::kDevice);
  rx.pointers = {{"device next", rows / 3, false, true}, {"RXPROD", 9, true, false}};
  rx2.pointers = {{"device next", 0, false, true}, {"RXPROD2", 0, true, false}};
  paint(rx, rows / 3 - 4, rows / 3, RowState::kDone);
  RingView in = ring_of(name, "rx.comp", RingKind::kReceiveCompletion, rows, rows / 3, RowState::kDevice);
  in.links = {rx.name, rx2.name};
  in.pointers = {{"device writes", rows / 3, false, true}};
  for (uint32_t k = 1; k <= 4; ++k)
    in.rows[rows / 3 - k].state = k == 3 ? RowState::kError : RowState::kDone,
                       in.rows[rows / 3 - k].link = int(rows / 3 - k);
  for (RingView* r : {&rx, &tx, &rx2, &done, &in}) append(s, *r);
  for (ExitTotal& t : vm.vcpus[0].totals)
    if (t.reg == "TDT") t.reg = "TXPROD";
  for (ExitView& e : s.exits.edit())
    if (e.vcpu == name + "/0" && e.reg == "TDT") e.reg = "TXPROD", e.address = 0xfe000600;
}

void make_kvm(Snapshot& s, const std::string& name, const std::string& irqchip, uint64_t doorbells) {
  VmView& vm = vm_in(s, name);
  s.nested = true;
  for (VcpuView& v : vm.vcpus) {
    v.kind = "kvm", v.cycles_modelled = false, v.exit_cost = 0, v.irqchip = irqchip;
    v.kernel = {{"exits", v.exits + 1200 + doorbells},
                {"mmio_exits", v.exits},
                {"halt_exits", 800},
                {"irq_window_exits", 12},
                {"insn_emulation", v.exits * 3}};
    v.kernel_doorbells = doorbells;
  }
  uint64_t n = 0;
  for (ExitView& e : s.exits.edit()) {
    if (e.vcpu != name + "/0") continue;
    e.rip = 0x200f84 + (n % 7) * 16, e.cost_provenance = Provenance::kMeasured;
    e.instruction = "mov dword ptr [rax + 0x3818], ecx", e.where = "poll_nics<Forward>+0x1a4";
    if (n % 9 == 4) e.reason = "HLT", e.reg.clear(), e.width = 0, e.instruction = "hlt", e.where = "halt+0x2";
    if (n % 9 == 7) e.reason = "MMIO read", e.reg = "ICR";
    if (n % 31 == 30) e.reason = "hypercall", e.reg.clear(), e.width = 0;
    if (n % 29 == 28) e.reason = "interrupt window", e.reg.clear(), e.width = 0;
    ++n;
  }
}

void make_sampled(Snapshot& s, double share) {
  for (VmView& vm : s.vms)
    for (VcpuView& v : vm.vcpus) v.records = uint64_t(double(v.exits) * share), v.records_lost = v.exits - v.records;
  for (size_t i = 0; i < s.exits.size(); ++i)
    if (i % 16 == 15) s.exits.edit()[i].skipped = 900;
}

void make_regime(Snapshot& s, const std::string& name, uint32_t batch, const std::string& driver, uint64_t packets,
                 double each) {
  VmView& vm = vm_in(s, name);
  if (vm.nics.empty()) return;
  vm.batch = batch, vm.driver = driver;
  vm.nics[0].rx.frames = vm.nics[0].tx.frames = vm.guest_received = vm.guest_sent = packets;
  VcpuView& v = vm.vcpus[0];
  v.exits = uint64_t(double(packets) * each);
  v.exit_cycles = v.exits * 1000, v.guest_cycles = packets * 140;
  for (ExitTotal& t : v.totals) t.count = 0, t.cycles = 0;
  v.totals[0].count = v.exits - v.exits / 40, v.totals[0].cycles = v.totals[0].count * 1000;
  v.totals.push_back({"HLT", "", "", v.exits / 40, v.exits / 40 * 600});
  for (ContextView& k : s.contexts)
    if (k.kind == "transmit" && k.name == "tx " + name) k.busy_cycles = packets * 412;
}

}  // namespace ringside::test
