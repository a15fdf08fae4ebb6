// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <bit>

#include "engine/base/bits.h"
#include "engine/base/nearest.h"
#include "engine/control/commands/senders.h"
#include "engine/control/commands/vm_keys.h"
#include "engine/control/commands/vm_target.h"
#include "engine/control/engine_core.h"
#include "engine/control/machine/device_registry.h"
#include "engine/control/picture/views.h"

namespace ringside::control {
namespace {

// How many rows a ring may have is the model's to say: E1000's RDLEN counts 128 bytes, VMXNET3's rings come in steps of
// 32 rows.
Status set_rows(uint32_t& rows, const Args& args, const char* key, const devices::NicModelInfo& model) {
  if (!args.has(key)) return {};
  const uint64_t n = args.count(key, 0), step = model.rows_step, most = model.rows_most;
  if (n >= step && n <= most && n % step == 0) {
    rows = uint32_t(n);
    return {};
  }
  const uint64_t near = std::clamp<uint64_t>((n + step - 1) / step * step, step, most);
  auto text = [](uint64_t value) { return std::to_string(value); };
  return Error{std::string(key) + "=" + args.text(key) + " is not possible for " + model.article + ". Its rings have " +
                   text(step) + ", " + text(2 * step) + ", " + text(3 * step) + " … " + text(most) + " rows.",
               "", "Nearest: `" + std::string(key) + "=" + text(near) + "`", ""};
}

// What the table has checked already.
void take(const Args& args, const char* key, uint32_t& to) { to = uint32_t(args.count(key, to)); }

// The guest's driver sends no frame that is longer, and would cut the size in silence.
Status fits_frame(const VmSpec& vm, const Args& args) {
  const uint32_t most = longest_frame(vm.nic);
  if (vm.size <= most) return {};
  const std::string size = "size=" + std::to_string(vm.size), nearest_size = "`size=" + std::to_string(most) + "`";
  if (args.has("size"))
    return Error{size + " is not possible without jumbo=yes: a frame has " + std::to_string(most) + " bytes at most.",
                 "", "Add `jumbo=yes`. Nearest without: " + nearest_size, ""};
  return Error{
      "jumbo=no is not possible with " + size + ": a frame would have " + std::to_string(most) + " bytes at most.", "",
      "Set the size, too: " + nearest_size, ""};
}

// What can be set both when a VM is added and later. `reboot`: whether something changed that a running guest cannot
// take up.
Status set_options(VmSpec& vm, const Args& args, bool& reboot) {
  NicSpec& nic = vm.nic;
  const devices::NicModelInfo& model = *find_nic_model(nic.model)->info;
  if (args.has("queues") && model.queues_most == 1 && args.count("queues", 1) != 1)
    return Error{"queues=" + args.text("queues") + " is not possible for " + model.article + ". It has one queue pair.",
                 "", "Nearest: `queues=1`", ""};
  for (auto check : {set_rows(nic.rx_rows, args, "rx_ring", model), set_rows(nic.tx_rows, args, "tx_ring", model)})
    if (!check) return check;
  take(args, "queues", nic.queues), take(args, "tx_threshold", nic.tx_threshold), take(args, "refill", vm.refill);
  take(args, "batch", vm.batch), take(args, "exit_cost", vm.exit_cost), take(args, "size", vm.size);
  take(args, "flows", vm.flows), take(args, "vcpus", vm.vcpus);
  if (vm.refill >= nic.rx_rows) {
    if (args.has("refill"))
      return Error{"refill=" + std::to_string(vm.refill) + " is not possible with " + std::to_string(nic.rx_rows) +
                       " rows: the driver would never hand one back.",
                   "", "Nearest: `refill=" + std::to_string(nic.rx_rows - 1) + "`", ""};
    vm.refill = nic.rx_rows / 2;
  }
  if (args.has("workload"))
    for (auto kind : {spec::WorkloadKind::kForward, spec::WorkloadKind::kGenerate, spec::WorkloadKind::kSink,
                      spec::WorkloadKind::kEcho})
      if (args.text("workload") == name_of(kind)) vm.workload = kind;
  if (args.has("interrupts")) {
    nic.intx = args.text("interrupts") == "intx";
    if (!nic.intx && !model.messages)
      return Error{std::string("interrupts=msix is not possible for ") + model.article +
                       ". It has an interrupt line and no messages.",
                   "", "Nearest: `interrupts=intx`", ""};
  }
  if (nic.intx && vm.vcpus > 1)
    return Error{
        "interrupts=intx is not possible with " + std::to_string(vm.vcpus) +
            " vCPUs: the line leads to vCPU 0, and nobody would wake the others.",
        "", "Nearest: `interrupts=msix`, a message for each vCPU; or a VM with `vcpus=1`, which serves all its queues",
        ""};
  if (args.has("driver"))
    vm.driver = args.text("driver") == "poll" ? spec::DriverMode::kPoll : spec::DriverMode::kInterrupt;
  if (args.has("doorbell"))
    vm.doorbell = args.text("doorbell") == "packet" ? spec::DoorbellMode::kPacket : spec::DoorbellMode::kBatch;
  if (args.has("exit_cost")) vm.calibrated.reset();
  if (args.has("promiscuous")) vm.promiscuous = args.text("promiscuous") == "yes";
  if (args.has("jumbo")) nic.jumbo = args.text("jumbo") == "yes";
  if (Status fits = fits_frame(vm, args); !fits) return fits;
  vm.ipv4 = args.ipv4("ip", vm.ipv4);
  if (args.has("mac")) {
    nic.mac = args.mac("mac", nic.mac);
    if (nic.mac & 1)
      return Error{
          "mac=" + args.text("mac") + " is a group address. A NIC has an address of its own: the first byte is even.",
          "", "Nearest: `mac=" + format_mac(nic.mac & ~uint64_t{1}) + "`", ""};
  }
  if (args.has("poll_every")) vm.poll_every_us = parse_seconds(args.text("poll_every")).value_or(0) * 1e6;
  if (args.has("count")) vm.count = args.count("count", 0);
  if (args.has("rate")) vm.rate_pps = args.number("rate", 0);
  if (args.has("peer")) vm.peer = args.text("peer"), vm.peer_mac = net::kBroadcast;
  if (args.has("memory")) {
    const uint64_t bytes = args.count("memory", 0), mib = bytes / 1'000'000;
    if (bytes % 1'000'000 || !is_power_of_two(mib))
      return Error{"memory=" + args.text("memory") + " is not possible. A guest has 16M, 32M, 64M … 2048M.", "",
                   "Nearest: `memory=" + std::to_string(mib < 2048 ? std::bit_ceil(mib) : 2048) + "M`", ""};
    vm.memory_bytes = mib << 20;
  }
  for (const char* key :
       {"rx_ring", "tx_ring", "workload", "driver", "promiscuous", "jumbo", "memory", "mac", "queues", "interrupts"})
    reboot |= args.has(key);
  // Which queue pair sends what follows from it: counted anew, so that `count` stays the sum.
  reboot |= args.has("flows") && nic.queues > 1;
  return {};
}

Result<datapath::PortRules> rules_of(const MachineSpec& spec, const NicSpec& nic) {
  if (nic.port_group.empty()) return datapath::PortRules{};
  auto group = spec.port_groups.find(nic.port_group);
  if (group == spec.port_groups.end() || group->second.switch_name != nic.switch_name)
    return Error{"Switch " + nic.switch_name + " has no port group \"" + nic.port_group + "\".", "",
                 "Add it first: `portgroup add name=" + nic.port_group + " switch=" + nic.switch_name + " vlan=10`",
                 ""};
  return group->second.rules;
}

// Two NICs of one address: a switch would not know where to.
Status own_address(const MachineSpec& spec, const VmSpec& vm, const char* remedy) {
  for (const auto& [name, other] : spec.vms)
    if (name != vm.name && other.nic.mac == vm.nic.mac)
      return Error{"VM " + name + " has the address " + format_mac(vm.nic.mac) + " already.", "", remedy, ""};
  return {};
}

// Locally administered addresses, one after the other: 02:00:00:00:00:01 … A VM may have been given one of them by
// hand.
void choose_address(MachineSpec& spec, VmSpec& vm) {
  constexpr size_t kAddresses = 65536;
  do {
    vm.nic.mac = 0x02 | uint64_t(spec.next_mac >> 8 & 255) << 32 | uint64_t(spec.next_mac & 255) << 40;
    spec.next_mac++;
  } while (!own_address(spec, vm, "") && spec.vms.size() < kAddresses);
}

Result<std::string> add(Session& s, const Args& args) {
  VmSpec vm;
  vm.name = args.text("name");
  if (s.spec.vms.count(vm.name))
    return Error{"There is a VM \"" + vm.name + "\" already.", "", "Change it: `vm set name=" + vm.name + " …`", ""};
  vm.nic.model = args.text("nic");
  if (!find_nic_model(vm.nic.model)) {
    std::vector<std::string> models;
    std::string list;
    for (const auto& model : nic_models())
      models.push_back(model.info->name), list += (list.empty() ? "" : ", ") + models.back();
    std::string near = nearest(vm.nic.model, models);
    return Error{"There is no NIC model \"" + vm.nic.model + "\". Possible: " + list + ".", "",
                 "Nearest: `nic=" + (near.empty() ? models[0] : near) + "`", ""};
  }
  vm.nic.switch_name = args.text("switch"), vm.nic.port_group = args.text("portgroup", "");
  if (!s.spec.switches.count(vm.nic.switch_name))
    return Error{"There is no switch \"" + vm.nic.switch_name + "\".", "",
                 "Add it first: `switch add name=" + vm.nic.switch_name + "`", ""};
  choose_address(s.spec, vm);
  vm.calibrated = s.spec.calibrated;
  if (args.has("vcpu"))
    vm.vcpu = args.text("vcpu") == "soft"  ? VcpuKind::kSoft
              : args.text("vcpu") == "kvm" ? VcpuKind::kKvm
                                           : VcpuKind::kKvmOrSoft;
  if (args.has("irqchip"))
    vm.irqchip = args.text("irqchip") == "user"     ? IrqChipChoice::kUser
                 : args.text("irqchip") == "kernel" ? IrqChipChoice::kKernel
                                                    : IrqChipChoice::kAuto;
  vm.doorbell_by_eventfd = args.text("doorbell_by", "exit") == "ioeventfd";
  if (vm.doorbell_by_eventfd && vm.vcpu == VcpuKind::kSoft)
    return Error{"doorbell_by=ioeventfd is not possible with a soft vCPU: there is no kernel that could answer.", "",
                 "Leave it out, or give the VM a KVM vCPU: `vcpu=kvm`", ""};
  if (const devices::NicModelInfo& model = *find_nic_model(vm.nic.model)->info;
      vm.doorbell_by_eventfd && !model.silent_doorbell)
    return Error{std::string("doorbell_by=ioeventfd is not possible for ") + model.article +
                     ": an eventfd loses the value that was written, and " + model.doorbell +
                     " is all that says how far the ring is filled.",
                 "", "Leave it out: `doorbell_by=exit`", ""};
  bool reboot = false;
  if (Status set = set_options(vm, args, reboot); !set) return set.error();
  if (Status own = own_address(s.spec, vm, "Leave `mac=` out, and one is chosen."); !own) return own.error();
  auto rules = rules_of(s.spec, vm.nic);
  if (!rules) return rules.error();
  const MachineSpec before = s.spec;
  s.spec.vms[vm.name] = vm;
  note_address(s.spec, vm);  // who sends to it may have been told so before it was there
  s.spec.vm_order.push_back(vm.name);
  if (s.checking()) return std::string();
  EngineCore& core = *s.live;
  if (Status built = core.ensure_machine(); !built) return built.error();
  Machine& machine = core.machine();
  auto built = machine.build_vm(vm, peer_of(s.spec, vm));
  if (!built) return built.error();
  (*built)->watch(s.spec.watches);
  const std::string note = (*built)->note;
  const size_t contexts = 1 + (*built)->vcpus.size();
  const auto plug = [&]() -> Status {
    if (Status plugged = machine.plug_vm(*built, *rules); !plugged) return plugged;
    tell_senders_to(vm.name, machine, s.spec);
    return {};
  };
  const auto unplug = [&] {
    s.spec = before;
    machine.retire(machine.unplug_newest_vm());  // with what it may have sent by then
    tell_senders_to(vm.name, machine, s.spec);
  };
  if (Status done = core.change_at_rest(plug, unplug, contexts); !done) return done.error();
  return with_missing_peer("ok, VM " + vm.name + " boots" + (note.empty() ? "" : ". " + note), s.spec, vm);
}

// What a running guest takes up at its next poll.
std::string tell_guest(Session& s, VmUnit& vm, const VmSpec& changed) {
  EngineCore& core = *s.live;
  vm.spec = changed;
  vm.nic->set_tx_threshold(changed.nic.tx_threshold);
  write_control(vm, peer_of(s.spec, changed));
  core.clockwork().tell_poll_interval(vm);
  core.clockwork().stir();
  return with_missing_peer("ok, takes hold at the guest's next poll", s.spec, changed);
}

// Another memory, address or kind of interrupt is another machine, which is built first and then takes the old one's
// place.
// What `old` has counted is shown as counted by `fresh`, which takes its place; the books of the machine keep it where
// it was (Machine::retire). When everybody rests.
void carry_counts(VmUnit& old, VmUnit& fresh) {
  fresh.earlier = vm_view(old);
  for (size_t i = 0; i < fresh.vcpus.size() && i < old.vcpus.size(); i++) {
    const Context& from = *old.vcpus[i]->stepped();
    Context& to = *fresh.vcpus[i]->stepped();
    to.turns.add(from.turns.value());
    to.empty_turns.add(from.empty_turns.value());
    to.busy_cycles.add(from.busy_cycles.value());
    to.packets.add(from.packets.value());
  }
}

// `before`: the plan without the change.
Status exchange(Session& s, VmUnit& vm, const VmSpec& changed, const MachineSpec& before) {
  EngineCore& core = *s.live;
  Machine& machine = core.machine();
  auto other = machine.build_vm(changed, peer_of(s.spec, changed));
  if (!other) return other.error();
  (*other)->watch(s.spec.watches);
  (*other)->set_paused(vm.paused());
  const auto swap = [&]() -> Status {
    carry_counts(vm, **other);
    machine.exchange_vm(*other);
    tell_senders_to(changed.name, machine, s.spec);
    return {};
  };
  const auto swap_back = [&] {
    s.spec = before;
    machine.exchange_vm(*other);
    tell_senders_to(changed.name, machine, s.spec);
    (*other)->earlier = {};             // `vm` shows that itself again
    machine.retire(std::move(*other));  // with what it may have sent by then
  };
  if (Status done = core.change_at_rest(swap, swap_back, 1 + (*other)->vcpus.size()); !done) return done;
  Clockwork::Standstill standstill(core.clockwork());
  machine.retire(std::move(*other), machine.vm(changed.name));
  return {};
}

Result<std::string> set(Session& s, const Args& args) {
  auto found = target_of(s, args);
  if (!found) return found.error();
  VmSpec changed = found->plan;
  bool reboot = false;
  if (Status set = set_options(changed, args, reboot); !set) return set.error();
  if (Status own = own_address(s.spec, changed, "Take another one, or leave `mac=` out."); !own) return own.error();
  const MachineSpec before = s.spec;
  found->plan = changed;
  note_address(s.spec, changed);
  if (s.checking()) return std::string();
  VmUnit& vm = *found->unit;
  if (!reboot) return tell_guest(s, vm, changed);
  Status booted;
  // What the kernel may refuse is asked for before anything of the old guest is given up.
  if (args.has("memory") || args.has("mac") || args.has("queues") || args.has("interrupts") || vm.kvm)
    booted = exchange(s, vm, changed, before);
  else
    booted = s.live->change_at_rest([&] { return reboot_vm(vm, changed, peer_of(s.spec, changed)); });
  if (!booted) return booted.error();
  return "ok, VM " + changed.name + " boots anew";
}

Result<std::string> remove(Session& s, const Args& args) {
  auto found = target_of(s, args);
  if (!found) return found.error();
  const std::string name = args.text("name");
  note_departure(s.spec, found->plan);
  s.spec.vms.erase(name);
  std::erase(s.spec.vm_order, name);
  if (s.checking()) return std::string();
  const auto take_out = [&]() -> Status {
    s.live->machine().remove_vm(*found->unit);
    return {};
  };
  if (Status done = s.live->change_at_rest(take_out); !done) return done.error();
  return "ok, VM " + name + " is gone; what it counted stays in the balance";
}

std::vector<KeyRow> with(std::vector<KeyRow> first) {
  for (KeyRow& key : vm_option_keys()) first.push_back(key);
  return first;
}

}  // namespace

std::vector<CommandRow> vm_commands() {
  KeyRow name{"name", ValueKind::kName, "!", "The VM"};
  return {
      {"vm add", "Adds a VM with a NIC and boots its guest.", "quiesce",
       with({name,
             {"nic", ValueKind::kName, "!", "The NIC's model: e1000 or vmxnet3"},
             {"switch", ValueKind::kName, "!", "The switch that it is plugged into"},
             {"portgroup", ValueKind::kName, "", "Its port group"},
             {"vcpu", ValueKind::kChoice, "soft",
              "Where the guest runs: kvm has real exits; kvm? is soft where there is no KVM", "soft|kvm|kvm?"},
             {"irqchip", ValueKind::kChoice, "auto",
              "KVM: who keeps the interrupt controllers; auto: the kernel while time runs free", "auto|user|kernel"},
             {"doorbell_by", ValueKind::kChoice, "exit",
              "KVM: a doorbell is an exit to us, or an ioeventfd: an exit that the kernel answers", "exit|ioeventfd"},
             {"vcpus",
              ValueKind::kCount,
              "1",
              "How many vCPUs it has, 1 to 8; an E1000 keeps one busy",
              "",
              {1, spec::kMaxVcpus}}}),
       add},
      {"vm set",
       "Changes a VM. Rings, driver, workload, memory and, with several queues, flows boot the guest anew; the rest "
       "takes hold at once.",
       "rebuild", with({name}), set},
      {"vm remove", "Takes a VM out.", "quiesce", {name}, remove},
  };
}

}  // namespace ringside::control
