// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/datapath/pnic/wire.h"
#include "engine/datapath/vswitch/vswitch.h"
#include "engine/net/packet.h"
#include "engine/spec/boot_info.h"
#include "engine/vmm/vcpu.h"

// What a machine is to be, as plain data. Commands change it first; a command that it refuses has changed nothing.
namespace ringside::control {

struct SwitchSpec {
  std::string name, uplink;
  datapath::SwitchMode mode = datapath::SwitchMode::kVss;
  bool relays_reserved = true;  // link-local group addresses are forwarded like any other group
};

struct PortGroupSpec {
  std::string name, switch_name;
  datapath::PortRules rules;
};

struct NicSpec {
  std::string model = "e1000", switch_name, port_group;
  uint64_t mac = 0;
  uint32_t rx_rows = 256, tx_rows = 256;
  uint32_t queues = 1;         // queue pairs, where the model has several
  uint32_t tx_threshold = 32;  // deferred doorbell, where the model has one
  bool jumbo = false;
  bool intx = false;  // the interrupt line, where the model has messages too
};

// Bytes without the checksum that its driver sends and takes at most.
inline uint32_t longest_frame(const NicSpec& nic) { return nic.jumbo ? 9018 : 1514; }

// Where a guest runs. kKvmOrSoft: soft where this machine has no KVM.
enum class VcpuKind : uint8_t { kSoft, kKvm, kKvmOrSoft };
// Who keeps a KVM guest's interrupt controllers; kAuto: the kernel while time runs free.
enum class IrqChipChoice : uint8_t { kAuto, kUser, kKernel };

struct VmSpec {
  std::string name, peer;
  NicSpec nic;
  spec::WorkloadKind workload = spec::WorkloadKind::kForward;
  spec::DriverMode driver = spec::DriverMode::kPoll;
  spec::DoorbellMode doorbell = spec::DoorbellMode::kPacket;
  uint32_t batch = 32, refill = 16, ipv4 = 0;
  uint64_t memory_bytes = 16 << 20;
  uint32_t exit_cost = 1000;  // cycles: the talk's figure for an EPT violation (reference/exits.md section 1)
  double poll_every_us = 0;
  uint32_t vcpus = 1;
  VcpuKind vcpu = VcpuKind::kSoft;
  bool doorbell_by_eventfd = false;  // a KVM guest's doorbells are answered by the kernel
  IrqChipChoice irqchip = IrqChipChoice::kAuto;
  std::optional<vmm::ExitCosts> calibrated;  // in place of exit_cost, on a soft vCPU
  bool promiscuous = false;
  // workload generate
  uint64_t peer_mac = net::kBroadcast;  // to which it sends while there is no VM of its peer's name
  uint64_t count = 0;
  uint32_t size = 60, flows = 1;
  double rate_pps = 0;
};

// To whom a wire sends: a VM, by the address that it has, or had while it was there.
struct Destination {
  std::string vm;
  uint64_t mac = 0;
};

struct MachineSpec {
  std::map<std::string, datapath::WireConfig> wires;
  std::map<std::string, SwitchSpec> switches;
  std::map<std::string, PortGroupSpec> port_groups;
  std::map<std::string, VmSpec> vms;
  std::map<std::string, std::vector<Destination>> sends;  // by wire: what `send` told it last, used in turn
  std::vector<std::string> vm_order;                      // as added: the one order of every panel
  std::map<std::string, int> placement;                   // context name -> worker from 0, where the user chose one
  bool placement_keep = false;                            // nobody is moved unless the user asks: `placement mode=keep`
  std::set<std::string> watches;  // rings whose rows are copied, by name; one that comes (back) is watched, too
  std::set<std::string> marks;    // names of moments since which counters are counted, too
  uint32_t next_mac = 1;
  uint32_t backend_cycles = 0;      // modelled, for each frame that a transmit context takes
  uint32_t exit_records = 100'000;  // kept a second and vCPU while time runs free, at most; ExitLog::kEvery = each one
  std::optional<vmm::ExitCosts> calibrated;  // for all soft vCPUs: command `calibrate`
};

inline const char* name_of(spec::WorkloadKind kind) {
  constexpr const char* names[] = {"forward", "generate", "sink", "echo"};
  return names[size_t(kind)];
}

}  // namespace ringside::control
