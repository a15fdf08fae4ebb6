// SPDX-License-Identifier: BSD-3-Clause
// cold: ports come and go with a machine
#include "engine/datapath/pnic/ethdev.h"

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_eth_ring.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_ring.h>

#include <cstring>

#include "engine/datapath/dpdk_compat.h"
#include "engine/datapath/log_capture.h"

namespace ringside::datapath {
namespace {

constexpr uint16_t kDescriptors = 512;

// Names must be unique among all that DPDK ever saw in this process, and short (a ring's has 28 characters).
std::string unique_name(const std::string& prefix) {
  static uint64_t number = 0;
  return prefix + std::to_string(number++);
}

Error refused(const std::string& what, LogCapture& log, int code) {
  std::string words = log.last_line();
  return {what + ": " + (words.empty() ? std::string(rte_strerror(code < 0 ? -code : code)) : words),
          "Nothing was built.", ""};
}

void free_frames(rte_ring* ring) {
  void* frame;
  while (ring && rte_ring_dequeue(ring, &frame) == 0) rte_pktmbuf_free(static_cast<rte_mbuf*>(frame));
}

}  // namespace

Result<std::unique_ptr<Ethdev>> Ethdev::plug(const std::string& driver, const std::string& arguments,
                                             rte_mempool* pool) {
  std::unique_ptr<Ethdev> dev(new Ethdev);
  LogCapture log;
  std::string bus = driver.empty() ? "pci" : "vdev";
  std::string name = driver.empty() ? arguments : unique_name(driver + "_rs");
  if (rte_eth_dev_count_avail() >= RTE_MAX_ETHPORTS)
    return Error{"There are " + std::to_string(RTE_MAX_ETHPORTS) + " DPDK ports already, which is as many as DPDK has.",
                 "Nothing was built.", "Fewer wires in this machine"};
  if (int code = dpdk_fault("rte_eal_hotplug_add")
                     ? -rte_errno
                     : rte_eal_hotplug_add(bus.c_str(), name.c_str(), driver.empty() ? "" : arguments.c_str());
      code != 0)
    return refused("DPDK cannot make a port " + name, log, code);
  dev->bus_ = bus, dev->name_ = name;
  if (int code = dpdk_fault("rte_eth_dev_get_port_by_name") ? -rte_errno
                                                            : rte_eth_dev_get_port_by_name(name.c_str(), &dev->port_);
      code != 0)
    return refused("No port " + name, log, code);
  if (Status status = dev->start(pool); !status.ok()) return status.error();
  return dev;
}

Result<std::unique_ptr<Ethdev>> Ethdev::plug_rings(uint32_t rows, rte_mempool* pool) {
  std::unique_ptr<Ethdev> dev(new Ethdev);
  LogCapture log;
  std::string name = unique_name("rs");
  // One thread at either end: the generator's worker and the wire's.
  constexpr unsigned kFlags = RING_F_SP_ENQ | RING_F_SC_DEQ | RING_F_EXACT_SZ;
  int socket = int(rte_socket_id());
  dev->in_ = dpdk_fault("rte_ring_create") ? nullptr : rte_ring_create((name + "_in").c_str(), rows, socket, kFlags);
  dev->out_ = dpdk_fault("rte_ring_create") ? nullptr : rte_ring_create((name + "_out").c_str(), rows, socket, kFlags);
  if (!dev->in_ || !dev->out_) return refused("No memory for the rings of a wire", log, rte_errno);
  int port = dpdk_fault("rte_eth_from_rings")
                 ? -1
                 : rte_eth_from_rings(name.c_str(), &dev->in_, 1, &dev->out_, 1, unsigned(socket));
  if (port < 0) return refused("DPDK cannot make a ring port", log, rte_errno);
  dev->bus_ = "vdev", dev->name_ = "net_ring_" + name, dev->port_ = uint16_t(port);
  if (Status status = dev->start(pool); !status.ok()) return status.error();
  return dev;
}

Status Ethdev::start(rte_mempool* pool) {
  LogCapture log;
  rte_eth_conf conf{};
  rte_eth_dev_info info{};
  if (int code = dpdk_fault("rte_eth_dev_info_get") ? -rte_errno : rte_eth_dev_info_get(port_, &info); code != 0)
    return refused("Port " + name_ + " does not answer", log, code);
  conf.txmode.offloads = info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
  conf.rxmode.offloads = info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER;
  uint16_t rx = kDescriptors, tx = kDescriptors;
  int socket = rte_eth_dev_socket_id(port_);
  unsigned node = socket < 0 ? 0 : unsigned(socket);
  int code = dpdk_fault("rte_eth_dev_configure") ? -rte_errno : rte_eth_dev_configure(port_, 1, 1, &conf);
  if (code == 0) code = rte_eth_dev_adjust_nb_rx_tx_desc(port_, &rx, &tx);
  if (code == 0)
    code =
        dpdk_fault("rte_eth_rx_queue_setup") ? -rte_errno : rte_eth_rx_queue_setup(port_, 0, rx, node, nullptr, pool);
  if (code == 0)
    code = dpdk_fault("rte_eth_tx_queue_setup") ? -rte_errno : rte_eth_tx_queue_setup(port_, 0, tx, node, nullptr);
  if (code == 0) code = dpdk_fault("rte_eth_dev_start") ? -rte_errno : rte_eth_dev_start(port_);
  if (code != 0) return refused("Port " + name_ + " does not start", log, code);
  // A switch's uplink takes frames for every vNIC behind it. Drivers that know no such mode take all anyway.
  rte_eth_promiscuous_enable(port_);
  return {};
}

Ethdev::~Ethdev() {
  LogCapture log;
  if (port_ != 0xffff) {
    rte_eth_promiscuous_disable(port_);
    rte_eth_dev_stop(port_);
    if (name_.starts_with("net_null")) {
      // net_null's close forgets its queues' memory; a queue that is configured away is released.
      rte_eth_conf conf{};
      rte_eth_dev_configure(port_, 0, 1, &conf);
      rte_eth_dev_configure(port_, 1, 0, &conf);
    }
    rte_eth_dev_close(port_);
  }
  if (!name_.empty()) rte_eal_hotplug_remove(bus_.c_str(), name_.c_str());
  free_frames(in_);
  free_frames(out_);
  rte_ring_free(in_);
  rte_ring_free(out_);
}

uint64_t Ethdev::mac() const {
  rte_ether_addr address{};
  uint64_t mac = 0;
  if (rte_eth_macaddr_get(port_, &address) == 0) std::memcpy(&mac, address.addr_bytes, 6);
  return mac;
}

}  // namespace ringside::datapath
