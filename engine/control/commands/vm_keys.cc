// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/commands/vm_keys.h"

namespace ringside::control {

std::vector<KeyRow> vm_option_keys() {
  return {
      {"rx_ring",
       ValueKind::kCount,
       "256",
       "Rows of the receive ring: E1000 8 to 4096 in steps of 8, VMXNET3 32 to 4096 in steps of 32",
       "",
       {8, 4096}},
      {"tx_ring", ValueKind::kCount, "256", "Rows of the transmit ring, likewise", "", {8, 4096}},
      {"refill", ValueKind::kCount, "16", "Rows that the driver collects before it writes RDT (E1000)", "", {1, 4095}},
      {"queues", ValueKind::kCount, "1", "Queue pairs (VMXNET3: 1 to 8); vCPU n serves pair n", "", {1, 8}},
      {"tx_threshold",
       ValueKind::kCount,
       "32",
       "VMXNET3: packets that the driver may defer before it rings, while the transmit context is awake",
       "",
       {1, 4096}},
      {"driver", ValueKind::kChoice, "poll", "poll, or wait for interrupts", "poll|interrupt"},
      {"interrupts", ValueKind::kChoice, "msix",
       "VMXNET3: a message a queue, or one line, whose handler asks by a read of ICR: an exit more for each interrupt. "
       "An E1000 has a line only",
       "msix|intx"},
      {"doorbell", ValueKind::kChoice, "packet", "The driver thinks of its doorbell once a packet, or once a batch",
       "packet|batch"},
      {"batch", ValueKind::kCount, "32", "Frames that the guest takes in one poll at most", "", {1, 32}},
      {"workload", ValueKind::kChoice, "forward", "What the guest is for", "forward|generate|sink|echo"},
      {"exit_cost",
       ValueKind::kCount,
       "1000",
       "Cycles that each VM exit takes (soft vCPU: modelled, really spent)",
       "",
       {0, 1e8}},
      {"poll_every", ValueKind::kDuration, "0", "The guest sleeps so long between two polls", "0", {1e-9, 60}},
      {"ip", ValueKind::kIpv4, "", "Address for ARP and ping (workload echo)"},
      {"mac", ValueKind::kMac, "", "Address of the NIC; without it, one is chosen"},
      {"memory", ValueKind::kBytes, "16M", "The guest's memory", "", {16e6, 2048e6}},
      {"promiscuous", ValueKind::kChoice, "no", "The driver asks to see every frame", "yes|no"},
      {"jumbo", ValueKind::kChoice, "no", "Frames up to 9018 bytes", "yes|no"},
      {"peer", ValueKind::kName, "", "Workload generate: the VM to send to"},
      {"count", ValueKind::kCount, "0", "Workload generate: frames to send, or forever", "forever", {0, kMostFrames}},
      {"rate",
       ValueKind::kRate,
       "",
       "Workload generate: frames a second, of all queue pairs together",
       "0",
       {1e-3, 1e10}},
      {"size", ValueKind::kCount, "60", "Workload generate: bytes of a frame", "", {60, 9018}},
      {"flows",
       ValueKind::kCount,
       "1",
       "Workload generate: different UDP source ports; flow n leaves by queue pair n modulo queues",
       "",
       {1, 16384}}};
}

}  // namespace ringside::control
