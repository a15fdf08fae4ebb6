// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/fake_engine.h"

#include <algorithm>
#include <cmath>

#include "engine/base/clock.h"

namespace ringside::test {
namespace {

constexpr double kHz = 2.6e9;
constexpr const char* kNames[] = {"web", "fw", "db", "cache", "ids", "vpn"};
constexpr double kRates[] = {4.81e6, 1.80e6, 1.62e6, 804e3, 158e3, 79.5e3};
constexpr const char* kWorkloads[] = {"forward", "forward", "forward", "echo", "sink", "forward"};

std::string name_of(int vm) { return size_t(vm) < std::size(kNames) ? kNames[vm] : "vm" + std::to_string(vm); }

struct Flow {
  uint64_t in, out, dropped;
};

Flow flow_of(int vm, double seconds, bool dropping) {
  // a slow swell, so that curves are not dead straight
  const double grown = kRates[size_t(vm) % std::size(kRates)] * (seconds + 0.01 * std::sin(seconds * 1.7));
  const uint64_t in = uint64_t(std::max(0.0, grown));
  const uint64_t dropped = dropping && vm == 0 ? in / 22 : 0;
  const uint64_t kept = in - dropped;
  return {
      kept,
      std::string(kWorkloads[size_t(vm) % std::size(kWorkloads)]) == "sink" ? 0 : kept - std::min<uint64_t>(kept, 12),
      dropped};
}

}  // namespace

FakeEngine::FakeEngine(FakeOptions options) : options_(options) {
  steps_ = options.stepped ? 40 : 0;
  rebuild();
}

void FakeEngine::advance(double seconds) {
  std::lock_guard lock(mutex_);
  if (!options_.running && !options_.stepped) return;
  seconds_ += seconds;
  if (options_.stepped) steps_ += uint64_t(seconds * 1e6);
  rebuild();
}

VmView FakeEngine::make_vm(int i) const {
  const double t = options_.stepped ? 0 : seconds_;
  const Flow f = options_.stepped ? Flow{40, 40, 0} : flow_of(i, t, options_.dropping);
  VmView vm;
  vm.name = name_of(i);
  vm.workload = kWorkloads[size_t(i) % std::size(kWorkloads)];
  vm.driver = "poll", vm.doorbell = "packet", vm.batch = 32, vm.refill = 16;
  vm.memory_bytes = 16 << 20;
  vm.guest_received = f.in, vm.guest_sent = f.out;
  NicView nic;
  nic.name = "nic0", nic.model = "e1000", nic.mac = "02:00:00:00:00:0" + std::to_string(i + 1);
  nic.switch_name = "s0", nic.port_group = "VM Network";
  nic.rx = {options_.rx_rows,
            f.in,
            f.in * 60,
            uint64_t(t * 3e6),
            uint64_t(t * (i < 2 ? 2.6e6 : 0.7e6)),
            options_.dropping && i == 0 ? 0.97 : 0.06,
            0,
            0,
            {}};
  nic.tx = {options_.tx_rows, f.out, f.out * 60, uint64_t(t * 3e6), uint64_t(t * 1.4e6), 0.11, 0, 0, {}};
  nic.rx.drops = {{"no_descriptor", f.dropped}, {"rx_disabled", 0}, {"filtered", 0}};
  nic.tx.drops = {{"bad_descriptor", options_.errors ? 2u : 0u}};
  const uint32_t tail = 13 % options_.tx_rows;
  auto reg = [&](uint32_t offset, const char* name, uint32_t value, uint64_t reads, uint64_t writes) {
    nic.registers.push_back({offset, name, value, reads, writes});
  };
  reg(0x0000, "CTRL", 0x00000041, 1, 2), reg(0x0008, "STATUS", 0x00000083, 3, 0), reg(0x00c0, "ICR", 0, 40, 0),
      reg(0x00d0, "IMS", 0x80, 0, 1);
  reg(0x0100, "RCTL", 0x04008002, 0, 1), reg(0x0400, "TCTL", 0x000400fa, 0, 1);
  reg(0x2800, "RDBAL", 0x00200000, 0, 1), reg(0x2808, "RDLEN", options_.rx_rows * 16, 0, 1),
      reg(0x2810, "RDH", 22 % options_.rx_rows, 0, 1), reg(0x2818, "RDT", 12 % options_.rx_rows, 0, f.in / 16);
  reg(0x3800, "TDBAL", 0x00100000, 0, 1), reg(0x3808, "TDLEN", options_.tx_rows * 16, 0, 1),
      reg(0x3810, "TDH", tail - 1, 0, 1), reg(0x3818, "TDT", tail, 0, f.out);
  vm.nics.push_back(nic);
  VcpuView cpu;
  cpu.name = vm.name + "/0", cpu.kind = "soft", cpu.state = "running", cpu.exit_cost = 1000;
  const uint64_t tdt = f.out, rdt = f.in / 16, ims = f.in / 400;
  cpu.exits = tdt + rdt + ims;
  cpu.exit_cycles = cpu.exits * 1000;
  cpu.guest_cycles = (f.in + f.out) * 131;
  cpu.totals = {{"MMIO write", "nic0", "TDT", tdt, tdt * 1000},
                {"MMIO write", "nic0", "RDT", rdt, rdt * 1000},
                {"MMIO read", "nic0", "ICR", ims, ims * 1000},
                {"HLT", "", "", 0, 0}};
  vm.vcpus.push_back(cpu);
  return vm;
}

RingView FakeEngine::make_ring(const VmView& vm, bool receive) const {
  RingView ring;
  ring.vm = vm.name, ring.nic = "nic0", ring.model = "e1000", ring.receive = receive,
  ring.kind = receive ? RingKind::kReceive : RingKind::kTransmit;
  ring.name = vm.name + ".nic0." + (receive ? "rx" : "tx");
  ring.size = receive ? options_.rx_rows : options_.tx_rows;
  ring.exact = !options_.running || options_.stepped;
  ring.base = receive ? 0x200000 : 0x100000;
  const uint32_t n = ring.size;
  const uint32_t moved = options_.stepped ? 0 : uint32_t(seconds_ * 3);
  // the rows from clean to head are done, from head to tail the device's, the rest the driver's
  const uint32_t head = (n * 22 / 64 + moved) % n, tail = (receive ? head + n - n * 10 / 64 : head + n * 15 / 64) % n,
                 clean = (head + n - n * 6 / 64) % n;
  auto state_of = [&](uint32_t i) {
    if ((i + n - head) % n < (tail + n - head) % n) return RowState::kDevice;
    if ((i + n - clean) % n < (head + n - clean) % n) return RowState::kDone;
    return RowState::kDriver;
  };
  ring.pointers = {{receive ? "RDH" : "TDH", head, false, false},
                   {receive ? "RDT" : "TDT", tail, true, false},
                   {"clean", clean, true, true}};
  const bool watched = std::find(watched_.begin(), watched_.end(), ring.name) != watched_.end();
  for (uint32_t i = 0; i < n; ++i) {
    RowView row;
    row.state = state_of(i);
    if (options_.errors && (i + n - clean) % n == 2) row.state = RowState::kError;
    row.end_of_packet = i % 3 == 2;
    row.report_status = row.state == RowState::kDevice || row.state == RowState::kDone;
    row.qword[0] = 0x14a000 + uint64_t(i) * 2048;
    row.qword[1] = receive ? (row.state == RowState::kDone ? 0x0000000300000000ull | 60 : 0)
                           : 60 | 0x0b000000ull | (row.state == RowState::kDone ? 1ull << 32 : 0);
    (row.state == RowState::kDevice  ? ring.rows_device
     : row.state == RowState::kDone  ? ring.rows_done
     : row.state == RowState::kError ? ring.rows_error
                                     : ring.rows_driver)++;
    if (watched) ring.rows.push_back(row);
  }
  if (options_.stepped && !receive) {
    ring.accessed = int(head);
    if (watched) ring.rows[head].state = RowState::kAccessed;
  }
  ring.age_ns = ring.exact ? 0 : 9000000;
  return ring;
}

void FakeEngine::add_events(Snapshot& s) const {
  struct Row {
    EventKind kind;
    const char *who, *what, *detail;
    uint8_t stop;
    bool exit;
    uint32_t cycles;
  };
  static const Row rows[] = {
      {EventKind::kBuildFrame, "web/0", "build frame", "60 B, sequence 41", 1, false, 96},
      {EventKind::kDriverWriteRow, "web/0", "write descriptor 12", "addr 0x0014 a000, length 60, EOP IFCS RS", 2, false,
       31},
      {EventKind::kRegisterWrite, "web/0", "write TDT ← 13", "MMIO BAR0 + 0x3818, left the guest", 2, true, 1000},
      {EventKind::kInhale, "w0", "breath: inhale", "1 queue marked", 3, false, 18},
      {EventKind::kDeviceReadRow, "web.nic0", "fetch descriptor 12", "16 B by DMA from 0x0010 00c0", 4, false, 44},
      {EventKind::kDeviceReadBuffer, "web.nic0", "copy frame", "60 B from 0x0014 a000 into an mbuf", 4, false, 40},
      {EventKind::kDeviceWriteBack, "web.nic0", "write back DD", "descriptor 12 is done", 4, false, 22},
      {EventKind::kLookUp, "vswitch s0", "look up port", "02:00:00:00:00:02, port w0", 5, false, 30},
      {EventKind::kWireOut, "wire w0", "send on the wire", "60 B", 6, false, 50}};
  constexpr uint64_t n = std::size(rows);
  const uint64_t first = steps_ > 512 ? steps_ - 512 : 0;
  for (uint64_t i = first; i < steps_; ++i) {
    const Row& r = rows[i % n];
    EventView e;
    e.number = i + 1, e.ns = i / n * 700 + (i % n) * 70, e.who = r.who, e.what = r.what, e.detail = r.detail,
    e.kind = r.kind, e.stop = r.stop, e.exit = r.exit;
    e.cycles = r.cycles, e.packet = uint32_t(i / n + 1), e.vm = "web", e.nic = "nic0";
    if (r.kind == EventKind::kDriverWriteRow || r.kind == EventKind::kDeviceReadRow) e.ring = "web.nic0.tx", e.row = 12;
    if (r.exit) e.reg = "TDT";
    s.events.edit().push_back(e);
  }
}

void FakeEngine::add_exits(Snapshot& s) const {
  const uint64_t now = s.tsc;
  for (int i = 0; i < 64; ++i) {
    const uint64_t begin = now - uint64_t(104000 - i * 1600);
    s.exits.edit().push_back(
        {"web/0", "MMIO write", i % 16 == 15 ? "RDT" : "TDT", 0xfe003818, uint64_t(i % 64), 4, begin, begin + 1000});
  }
  for (int v = 1; v < options_.vms; ++v)
    for (int i = 0; i < 3; ++i) {
      const uint64_t begin = now - uint64_t(90000 - i * 30000 - v * 2600);
      s.exits.edit().push_back({name_of(v) + "/0", "MMIO write", "TDT", 0xfe003818, 1, 4, begin, begin + 1000});
    }
}

void FakeEngine::rebuild() {
  auto s = std::make_shared<Snapshot>();
  s->serial = ++serial_;
  s->tsc_hz = kHz;
  s->tsc = uint64_t((100 + seconds_) * kHz);
  s->mode = options_.stepped ? RunMode::kStepped : RunMode::kFree;
  s->state = options_.empty ? RunState::kEmpty : options_.running ? RunState::kRunning : RunState::kPaused;
  s->cut = !options_.running || options_.stepped;
  s->log = log_;
  if (options_.empty) {
    snapshot_ = s;
    return;
  }
  (options_.stepped ? s->virtual_ns : s->run_ns) = options_.stepped ? steps_ * 70 : uint64_t(seconds_ * 1e9);
  s->steps = steps_;
  s->seed = 7, s->scenario = "first.scn";
  WireView wire;
  wire.name = "w0", wire.kind = "ring", wire.detail = "generator, 60 B, 122 flows", wire.switch_name = "s0",
  wire.generator_left = ~uint64_t{0};
  SwitchView vswitch;
  vswitch.name = "s0", vswitch.mode = "vss", vswitch.uplink = "w0", vswitch.macs = uint64_t(options_.vms),
  vswitch.vlans = 1;
  vswitch.drops = {{"unknown_destination", 0}};
  for (int i = 0; i < options_.vms; ++i) {
    s->vms.push_back(make_vm(i));
    const NicView& nic = s->vms.back().nics[0];
    const uint64_t dropped = nic.rx.drops[0].frames;
    wire.frames_in += nic.rx.frames + dropped, wire.frames_out += nic.tx.frames;
    s->balance.sent += nic.rx.frames + dropped + nic.tx.frames, s->balance.delivered += nic.rx.frames + nic.tx.frames,
        s->balance.dropped += dropped;
    s->rings.push_back(make_ring(s->vms.back(), true));
    s->rings.push_back(make_ring(s->vms.back(), false));
    for (auto* q : {&s->vms.back().nics[0].rx, &s->vms.back().nics[0].tx}) {
      const RingView& r = s->rings[s->rings.size() - (q == &s->vms.back().nics[0].rx ? 2 : 1)];
      q->rows_device = r.rows_device, q->rows_done = r.rows_done;
    }
    s->contexts.push_back({s->vms.back().name + "/0", "vcpu", 0, nic.rx.frames * 262, nic.rx.frames / 8,
                           nic.rx.frames / 16, nic.rx.frames});
    s->contexts.push_back({"tx " + s->vms.back().name, "transmit", 0, nic.tx.frames * 96, nic.tx.frames / 8,
                           nic.tx.frames / 16, nic.tx.frames});
  }
  wire.bytes_in = wire.frames_in * 60, wire.bytes_out = wire.frames_out * 60;
  wire.polls = uint64_t(seconds_ * 3e6), wire.polls_with_work = uint64_t(seconds_ * 2.5e6);
  vswitch.forwarded = s->balance.delivered;
  if (s->balance.dropped) s->drops = {{"no_descriptor", s->balance.dropped}};
  s->contexts.push_back(
      {"rx w0", "receive", 0, wire.frames_in * 110, wire.frames_in / 16, wire.frames_in / 32, wire.frames_in});
  s->balance.in_flight = 0, s->balance.exact = s->cut;
  s->wires.push_back(wire);
  s->switches.push_back(vswitch);
  s->workers.push_back({"w0", 1, uint64_t(seconds_ * 3e6), uint64_t(seconds_ * kHz * 0.8), uint64_t(seconds_ * kHz), 0,
                        0, 0, 0, uint64_t(seconds_ * options_.taken * 1e9), false, ""});
  if (options_.stepped)
    add_events(*s);
  else
    add_exits(*s);
  if (options_.adorn) options_.adorn(*s);
  snapshot_ = s;
}

}  // namespace ringside::test
