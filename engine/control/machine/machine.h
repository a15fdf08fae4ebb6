// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "engine/api/snapshot.h"
#include "engine/control/machine/machine_spec.h"
#include "engine/control/machine/switch_totals.h"
#include "engine/control/placement/placer.h"
#include "engine/datapath/packet_pool.h"
#include "engine/datapath/pnic/wire.h"
#include "engine/datapath/port_context.h"
#include "engine/datapath/vswitch/vswitch.h"
#include "engine/devices/nic_device.h"
#include "engine/vmm/guest_memory.h"
#include "engine/vmm/kvm/kvm_doorbells.h"
#include "engine/vmm/kvm/kvm_vm.h"
#include "engine/vmm/mmio_bus.h"
#include "engine/vmm/vcpu.h"

namespace ringside::control {

// A wire with the receive context that serves it. Without a switch it carries nothing.
struct WireUnit {
  std::unique_ptr<datapath::Wire> wire;
  datapath::VSwitch* vswitch = nullptr;
  datapath::SwitchPort* port = nullptr;
  std::unique_ptr<datapath::PortContext> context;
};

struct VmUnit {
  struct Account {
    uint64_t received = 0, sent = 0, errors = 0, out_of_order = 0, interrupts = 0;
  };
  VmSpec spec;
  std::unique_ptr<vmm::GuestMemory> memory;
  vmm::MmioBus bus;
  std::unique_ptr<vmm::KvmVm> kvm;                // null: soft vCPUs
  std::unique_ptr<vmm::KvmDoorbells> doorbells;   // null: each doorbell is an exit to us
  std::vector<std::unique_ptr<vmm::Vcpu>> vcpus;  // at least one; number 0 boots
  std::unique_ptr<devices::NicDevice> nic;
  const devices::NicModelInfo* model = nullptr;
  datapath::VSwitch* vswitch = nullptr;
  datapath::SwitchPort* port = nullptr;
  std::unique_ptr<datapath::PortContext> context;  // transmit context
  Account before;                                  // the guest's own account, of its earlier boots
  VmView earlier;                                  // what those counted whose place it took, as it is shown
  uint64_t boot_exits = 0;
  uint64_t received_at_boot = 0, sent_at_boot = 0;  // the NIC's frames before this boot
  std::string note;                                 // soft instead of KVM, and why
  std::string nic_name() const { return spec.name + ".nic0"; }

  // The vCPU whose context this is, or null.
  vmm::Vcpu* vcpu_of(const Context* one) const;
  bool paused() const { return vcpus[0]->paused(); }
  void set_paused(bool paused);
  void crash(spec::Crash how);  // KVM only
  // Of its rings, those of these names ("web.nic0.rx") are copied row by row from now on, and no other. Any time.
  void watch(const std::set<std::string>& rings);

  spec::GuestControl& control() const;
  const spec::GuestReport& report(size_t vcpu = 0) const;
  // The guest's account, of all its vCPUs: since it booted.
  Account account() const;
  VmUnit() = default;
  VmUnit(VmUnit&&) = delete;
  ~VmUnit();  // in the order in which nobody looks at what is gone
};

// Everything that is plugged together: one host with its wires, switches and VMs. Engine's thread; its contexts must be
// at rest whenever something is added, removed or read as a whole.
class Machine {
 public:
  // `serial` keeps DPDK's names of two machines apart. `contiguous`: a real NIC reads the packets (pci: wire).
  // `workers`: how many may hold packets of the pool in hand. Error: no memory.
  static Result<std::unique_ptr<Machine>> create(uint64_t serial, bool contiguous, uint32_t workers = 1);
  ~Machine();

  // Takes everything out. The packets that are then missing in the pool: 0, or something leaked. Those of a port that
  // another machine has by now are looked for when it goes.
  uint32_t unplug();

  // `aside`: a machine that stands aside while this one is tried. What exists only once and both want, a tap, a socket,
  // a PCI function, goes over to this one with the wire that is built for it, and goes back with unplug(). `aside` must
  // outlive that, or keep_ports(): from then on all is this one's.
  void stand_in_for(Machine& aside) { aside_ = &aside; }
  void keep_ports();
  // It is there to stay: its wires' files take their places (Wire::keep_output). Any time.
  void keep_outputs();

  // Building changes nothing: what was built belongs to the caller, and nobody knows it. Any time. Error: nothing is
  // left.
  Result<std::unique_ptr<WireUnit>> build_wire(const datapath::WireConfig& config);
  // Boots the guest, too.
  Result<std::unique_ptr<VmUnit>> build_vm(const VmSpec& spec, uint64_t peer_mac);

  // Plugging, when everybody rests. What is taken out again is as it was before.
  void plug_wire(std::unique_ptr<WireUnit> wire);
  void unplug_wire(const std::string& name);
  void add_switch(const SwitchSpec& spec);
  void remove_switch(const std::string& name);
  // `rules`: its port group's; `vm` stays the caller's when there is no port for it.
  Status plug_vm(std::unique_ptr<VmUnit>& vm, const datapath::PortRules& rules);
  // The last one that was plugged in, with frames that it may have sent by then.
  std::unique_ptr<VmUnit> unplug_newest_vm();
  // `fresh` takes the place and the port of the VM of its name, and is that one afterwards.
  void exchange_vm(std::unique_ptr<VmUnit>& fresh);
  void remove_vm(VmUnit& vm);
  // A VM that is in no place any more: frames that lie in it are dropped by name, and what it counted stays in the
  // books. `heir`: the one that took its place, and shows what it had counted by then.
  void retire(std::unique_ptr<VmUnit> vm, const VmUnit* heir = nullptr);
  // What a back end spends on each frame in every VM's transmit context, now and later. Modelled. Any time.
  void set_backend(uint32_t cycles);
  // vCPUs with a thread of their own: go; stand. `workers`: CPUs that they keep off, where others are left.
  void start_vcpus(const std::vector<int>& workers);
  void ask_vcpus_rest();
  void wait_vcpus_rest();

  // Which context runs on which of `workers` workers, by the placer's plan and the user's choices; ports and crossings
  // follow. Index = worker. Error: no memory for crossings; the plan is the one before, and nothing can run by it yet.
  Result<std::vector<std::vector<Context*>>> place(uint32_t workers, const Placer::Choices& choices);
  // For stepped running, where there are no workers: everything counts as the first one's. The plan stays as it is.
  void place_on_one();
  Placer& placer() { return placer_; }
  // All contexts, in the fixed order of stepped running. Free: those that workers run, without vCPUs that have a
  // thread.
  std::vector<Context*> contexts(bool stepped) const;
  // Doorbells and interrupts wake whoever owns the context; null: nobody sleeps.
  void bind_wakers(const std::vector<Waker*>& by_worker);

  // The balance of this moment; exact when all contexts stand, then in flight is counted by walking.
  Balance balance(bool exact) const;
  std::map<std::string, uint64_t> drops() const;
  // Those among them that VMs which are gone have counted, and nobody shows in their stead.
  const std::map<std::string, uint64_t>& gone_drops() const { return gone_drops_; }
  uint64_t dropped() const;
  // What a switch has counted, with what it did for VMs that are gone.
  SwitchTotals totals_of(const datapath::VSwitch& vswitch) const;
  // No frame can move and nobody has frames left to send. All contexts stand.
  bool idle() const;
  // Grows whenever a frame moved anywhere. Any time.
  uint64_t moved() const;
  // Sources that the world feeds: they may have work without telling.
  bool fed_by_world() const;
  uint32_t packets_in_use() const;
  uint32_t pool_size() const { return pool_->size(); }

  VmUnit* vm(const std::string& name);
  WireUnit* wire(const std::string& name);
  const std::vector<std::unique_ptr<VmUnit>>& vms() const { return vms_; }
  const std::vector<std::unique_ptr<WireUnit>>& wires() const { return wires_; }
  const std::vector<std::unique_ptr<datapath::VSwitch>>& switches() const { return switches_; }
  datapath::VSwitch* vswitch(const std::string& name);
  const datapath::PacketPool& pool() const { return *pool_; }

 private:
  Machine() = default;
  bool open_crossings();
  void drop_crossings();
  void sum_up_losses(const VmUnit& vm, bool whether);
  std::unique_ptr<VmUnit>& place_of(const std::string& name);
  Status add_vcpus(VmUnit& vm);
  Status add_doorbells(VmUnit& vm);

  uint32_t backend_cycles_ = 0;
  Machine* aside_ = nullptr;
  std::unique_ptr<datapath::PacketPool> pool_;
  net::LossBook losses_;
  std::vector<std::shared_ptr<datapath::PacketPool>> port_pools_;  // of frames that may still lie here when a port goes
  std::vector<std::unique_ptr<datapath::VSwitch>> switches_;
  std::vector<std::unique_ptr<WireUnit>> wires_;
  std::vector<std::unique_ptr<VmUnit>> vms_;
  Placer placer_;
  Balance retired_;  // of VMs that are gone
  std::map<std::string, uint64_t> retired_drops_, gone_drops_;
  std::map<std::string, SwitchTotals> retired_at_;  // by the switch's name
};

// Lays into the guest's memory what it finds at boot (spec/boot_info.h), and boots it.
void boot_vm(VmUnit& vm, uint64_t peer_mac);
// Boots anew as `spec` says, with the same memory, NIC and counters: totals go on.
// Error: nothing was changed.
Status reboot_vm(VmUnit& vm, const VmSpec& spec, uint64_t peer_mac);
// The price of its exits: as set, or as calibrated.
void apply_exit_cost(VmUnit& vm);
// The settings that a running guest takes up.
void write_control(VmUnit& vm, uint64_t peer_mac);

}  // namespace ringside::control
