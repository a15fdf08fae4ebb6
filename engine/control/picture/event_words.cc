// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/picture/event_words.h"

#include <cstdio>

#include "engine/control/commands/command_table.h"
#include "engine/net/drop_reason.h"

namespace ringside::control {
namespace {

std::string hex(uint64_t value, int digits) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%0*llx", digits, static_cast<unsigned long long>(value));
  return text;
}

// "0400 0040".
std::string grouped_hex(uint32_t value) {
  char text[12];
  std::snprintf(text, sizeof text, "%04x %04x", value >> 16, value & 0xffff);
  return text;
}

std::string bytes(uint32_t n) { return std::to_string(n) + " B"; }

// A queue pair's stream stands in the top byte (spec/boot_info.h); the first one needs no name.
std::string sequence(uint64_t number) {
  const uint64_t stream = number >> spec::kStreamShift;
  return (stream ? ", stream " + std::to_string(stream) : "") + ", sequence " +
         std::to_string(number & ((uint64_t{1} << spec::kStreamShift) - 1));
}

// Who acted, and where it hangs.
struct Actor {
  const VmUnit* vm = nullptr;
  const vmm::Vcpu* vcpu = nullptr;  // it acted itself
  const WireUnit* wire = nullptr;
  const datapath::VSwitch* vswitch = nullptr;
  bool is_nic = false;
};

bool is_nic(const VmUnit& vm, const void* object) {
  return object == vm.nic.get() || object == static_cast<const vmm::MmioDevice*>(vm.nic.get()) ||
         object == static_cast<const net::Port*>(vm.nic.get());
}

Actor find_actor(const Machine& machine, const TimedEvent& timed) {
  const void* object = timed.event.object;
  Actor actor;
  for (const auto& vm : machine.vms()) {
    bool nic = is_nic(*vm, object);
    const vmm::Vcpu* vcpu = vm->vcpu_of(timed.context);
    if (nic || vcpu || timed.context == vm->context.get()) actor.vm = vm.get(), actor.is_nic = nic, actor.vcpu = vcpu;
    if (nic) return actor;
  }
  if (actor.vcpu) return actor;
  // A switch or wire that works in a VM's transmit context is not that VM.
  for (const auto& s : machine.switches())
    if (object == s.get()) return {.vswitch = s.get()};
  for (const auto& unit : machine.wires())
    if (object == unit->wire.get()) return {.wire = unit.get()};
  for (const auto& unit : machine.wires())
    if (timed.context == unit->wire->generator() || timed.context == unit->context.get()) actor.wire = unit.get();
  return actor;
}

std::vector<std::pair<std::string, std::string>> row_fields(const VmUnit& vm, uint8_t ring, uint64_t q0, uint64_t q1) {
  const uint64_t qword[2] = {q0, q1};
  std::vector<std::pair<std::string, std::string>> fields;
  for (const FieldView& f : vm.model->decode_row(RingKind(ring), qword)) fields.emplace_back(f.name, f.value);
  return fields;
}

std::string join(const std::vector<std::pair<std::string, std::string>>& fields) {
  std::string text;
  for (const auto& [name, value] : fields) text += (text.empty() ? "" : ", ") + name + " " + value;
  return text;
}

// The ring of an event, as the device lists it; null: none.
const devices::RingInfo* ring_of(const VmUnit& vm, const StepEvent& e, size_t* place = nullptr) {
  const auto rings = vm.nic->rings();
  for (size_t i = 0; i < rings.size(); i++)
    if (uint8_t(rings[i].kind) == e.ring && rings[i].queue == e.queue) {
      if (place) *place = i;
      return &rings[i];
    }
  return nullptr;
}

std::string model_words(const VmUnit& vm, const StepEvent& e) {
  RingView view;
  if (size_t place = 0; ring_of(vm, e, &place)) vm.nic->inspect_ring(place, nullptr, view);
  return vm.model->event_words(e, view.size);
}

std::string bar_words(const VmUnit& vm, uint64_t offset) {
  for (const devices::BarInfo& bar : vm.nic->bars())
    if (offset - bar.at < bar.size) return "BAR" + std::to_string(bar.number) + " + " + hex(offset - bar.at, 4);
  return hex(offset, 8);
}

void describe_register(const VmUnit& vm, const StepEvent& e, bool write, EventView& view) {
  view.reg = vm.nic->register_name(e.a);
  std::string name = view.reg.empty() ? hex(e.a, 5) : view.reg;
  view.exit = true;
  // The number of a row as people count rows, all else as data sheets write it (visual language, section 10).
  const std::string value = vm.model->holds_row(uint32_t(e.a)) ? std::to_string(e.b) : grouped_hex(uint32_t(e.b));
  view.what = (write ? "write " : "read ") + name + (write ? " ← " : " → ") + value;
  view.detail = std::string(write ? "MMIO write" : "MMIO read") + ", " + bar_words(vm, e.a) + ", " + hex(e.b, 8) +
                ", left the guest";
  for (const FieldView& f : vm.model->decode_register(uint32_t(e.a), uint32_t(e.b)))
    view.fields.emplace_back(f.name, f.value);
}

std::string ports(uint32_t n, const char* kind = "port") {
  return std::to_string(n) + " " + kind + (n == 1 ? "" : "s");
}

// The switch says what it decided (datapath/vswitch/look_up.h); nothing is guessed here.
void describe_lookup(const datapath::VSwitch& vswitch, const StepEvent& e, EventView& view) {
  using Way = datapath::LookUp::Way;
  const uint64_t mac = e.a & 0xffff'ffff'ffff;
  const uint16_t vlan = uint16_t(e.a >> 48);
  const auto report = datapath::LookUpReport::of(e.b);
  view.what = "look up port";
  std::string to;
  if (report.found.way == Way::kMany) {
    to = (net::is_group(mac) ? "a group: flooded to " : "not known: flooded to ") + ports(report.receivers);
  } else if (report.found.way == Way::kNobody) {
    const std::string why(net::name_of(report.found.reason));
    to = report.mirrored ? "nobody (" + why + ")" : "nobody: dropped as " + why;
  } else if (const datapath::SwitchPort* port = vswitch.port(report.found.port)) {
    to = port->uplink ? "the uplink " + port->name : port->name;
  }
  if (report.mirrored) to += ", mirrored to " + ports(report.mirrored, "promiscuous port");
  view.detail = format_mac(mac) + (vlan ? ", VLAN " + std::to_string(vlan) : "") + " → " + to;
}

}  // namespace

const VmUnit* vm_of(const Machine& machine, const void* object, const Context* context) {
  for (const auto& vm : machine.vms())
    if (is_nic(*vm, object) || vm->vcpu_of(context)) return vm.get();
  return nullptr;
}

uint8_t event_stop(EventKind kind, uint8_t ring) {
  switch (kind) {
    case EventKind::kBuildFrame: return 1;
    case EventKind::kDriverWriteRow: return 2;
    case EventKind::kInhale: return 3;
    case EventKind::kDeviceReadRow:
    case EventKind::kDeviceWriteBack: return is_receive(ring) ? 6 : 4;
    case EventKind::kDeviceReadBuffer:
    case EventKind::kDeviceSegment: return 4;
    case EventKind::kDeviceWriteBuffer: return 6;
    case EventKind::kLookUp: return 5;
    case EventKind::kInterrupt: return is_receive(ring) ? 7 : 0;
    case EventKind::kDriverTakeRow: return 8;
    case EventKind::kConsume: return 9;
    case EventKind::kWireReceive: return 4;
    case EventKind::kWireOut: return 6;
    default: return 0;
  }
}

EventView describe_event(const Machine& machine, const TimedEvent& timed) {
  const StepEvent& e = timed.event;
  Actor actor = find_actor(machine, timed);
  EventView view;
  view.number = timed.number;
  view.ns = uint64_t(double(timed.begin) * 1e9 / kVirtualHz);
  view.rip = e.rip;
  view.kind = e.kind, view.cycles = timed.cycles, view.packet = e.packet;
  view.stop = event_stop(e.kind, e.ring);
  if (actor.vm) view.vm = actor.vm->spec.name, view.nic = "nic0";
  // An interrupt and a drop belong to a ring, and to no row.
  const bool has_row = e.kind != EventKind::kInterrupt && e.kind != EventKind::kDrop;
  if (actor.vm && e.ring)
    if (const devices::RingInfo* ring = ring_of(*actor.vm, e))
      view.ring = actor.vm->nic_name() + "." + ring->name, view.row = has_row ? int(e.index) : -1;
  view.who = actor.vcpu && !actor.is_nic ? actor.vcpu->name()
             : actor.is_nic              ? actor.vm->nic_name()
             : actor.vswitch             ? actor.vswitch->name()
             : actor.wire                ? actor.wire->wire->config().name
                                         : timed.context->name();
  std::string row = std::to_string(e.index);
  bool receive = is_receive(e.ring);
  switch (e.kind) {
    case EventKind::kBuildFrame: view.what = "build frame", view.detail = bytes(e.length) + sequence(e.a); break;
    case EventKind::kDriverWriteRow:
      view.what = "write descriptor " + row, view.row = int(e.index);
      if (actor.vm) view.fields = row_fields(*actor.vm, e.ring, e.a, e.b), view.detail = join(view.fields);
      break;
    case EventKind::kRegisterWrite:
    case EventKind::kRegisterRead:
      if (actor.vm) {
        // A register access is the guest's doing, whoever's register it is.
        if (actor.vcpu) view.who = actor.vcpu->name();
        describe_register(*actor.vm, e, e.kind == EventKind::kRegisterWrite, view);
      }
      break;
    case EventKind::kInhale:
      view.who = timed.context->name(), view.what = "breath: inhale",
      view.detail = e.a ? std::to_string(e.a) + (e.a == 1 ? " frame" : " frames") : "its queue has work";
      break;
    case EventKind::kDeviceReadRow:
      view.what = (receive ? "take descriptor " : "fetch descriptor ") + row;
      if (actor.vm)
        view.fields = row_fields(*actor.vm, e.ring, e.a, e.b),
        view.detail = "16 B by DMA: " + (receive ? "buffer at " + hex(e.a, 8) : join(view.fields));
      break;
    case EventKind::kDeviceReadBuffer:
      view.what = "copy frame", view.detail = bytes(e.length) + " from " + hex(e.a, 8) + " into an mbuf";
      break;
    case EventKind::kDeviceWriteBuffer:
      view.what = "write frame", view.detail = bytes(e.length) + " by DMA to " + hex(e.a, 8);
      break;
    case EventKind::kDeviceWriteBack: {
      // A completion row is written whole, a descriptor's first qword stays.
      const bool completion =
          RingKind(e.ring) == RingKind::kTransmitCompletion || RingKind(e.ring) == RingKind::kReceiveCompletion;
      view.what = (completion ? "write completion " : "write back descriptor ") + row;
      if (actor.vm)
        view.fields = row_fields(*actor.vm, e.ring, completion ? e.a : 0, e.b), view.detail = model_words(*actor.vm, e);
      break;
    }
    case EventKind::kLookUp:
      if (actor.vswitch) describe_lookup(*actor.vswitch, e, view);
      break;
    case EventKind::kCross: view.what = "cross to another worker", view.detail = std::to_string(e.a) + " frames"; break;
    case EventKind::kInterrupt: {
      auto outcome = InterruptOutcome(e.b);
      view.what = outcome == InterruptOutcome::kRaised   ? "raise interrupt"
                  : outcome == InterruptOutcome::kMasked ? "no interrupt: masked"
                                                         : "hold interrupt back";
      if (actor.vm) view.detail = model_words(*actor.vm, e);
      break;
    }
    case EventKind::kDeviceSegment:
      view.what = "cut segment " + std::to_string(e.a) + " of " + std::to_string(e.b);
      view.detail = bytes(e.length) + ", headers mended, checksums computed";
      break;
    case EventKind::kBackend:
      view.who = timed.context->name(), view.what = "back end works",
      view.detail = std::to_string(e.a) + (e.a == 1 ? " frame" : " frames") + "; modelled: `backend cycles=`";
      break;
    case EventKind::kHalt:
      view.what = "HLT", view.exit = true, view.detail = "waits for an interrupt; left the guest";
      break;
    case EventKind::kWake: view.what = "wake", view.detail = "an interrupt is pending"; break;
    case EventKind::kDriverTakeRow:
      view.what = "take packet from row " + row, view.row = int(e.index);
      view.detail = bytes(e.length);
      if (actor.vm) view.detail += ", " + model_words(*actor.vm, e);
      break;
    case EventKind::kDriverCleanRow:
      view.what = "clean row " + row, view.row = int(e.index);
      if (actor.vm) view.detail = model_words(*actor.vm, e);
      break;
    case EventKind::kConsume: view.what = "count, verify", view.detail = bytes(e.length) + sequence(e.a); break;
    case EventKind::kWireReceive: view.what = "take frame from the receive queue", view.detail = bytes(e.length); break;
    case EventKind::kWireIn: view.what = "frame comes in", view.detail = bytes(e.length) + sequence(e.a); break;
    case EventKind::kWireOut: view.what = "frame goes out", view.detail = bytes(e.length); break;
    case EventKind::kDrop:
      view.what = "drop: " + std::string(net::kDropNames[e.a < size_t(net::DropReason::kCount) ? e.a : 0]),
      view.detail = bytes(e.length);
      break;
    case EventKind::kGuestIdle:
      view.what = "found nothing more", view.exit = true;
      view.detail = std::to_string(e.a) + (e.a == 1 ? " frame" : " frames") + " handled; PIO write, left the guest";
      break;
    case EventKind::kGateWait: view.what = "wait for the queue's gate"; break;
  }
  return view;
}

}  // namespace ringside::control
