// SPDX-License-Identifier: BSD-3-Clause
// cold: ports come and go with a machine, or go over to the next one
#include "engine/datapath/pnic/ethdev.h"

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>

#include <bit>
#include <cstring>

#include "engine/datapath/dpdk_compat.h"
#include "engine/datapath/log_capture.h"

namespace ringside::datapath {
namespace {

// Of real hardware. Virtual devices read and write in a burst what there is; net_tap keeps a buffer for each row, and
// strings together as many as a frame of 9,018 bytes takes.
constexpr uint16_t kDescriptors = 512, kVirtualDescriptors = 16;

// Names must be unique among all that DPDK ever saw in this process, and short.
std::string unique_name(const std::string& prefix) {
  static uint64_t number = 0;
  return prefix + std::to_string(number++);
}

Error refused(const std::string& what, LogCapture& log, int code) {
  std::string words = log.cause();
  // net_af_packet's group of sockets has the number (process XOR interface) modulo 2^16, and it can't be asked for
  // another; the kernel lets one group be on one interface only.
  const bool group = words.find("PACKET_FANOUT") != std::string::npos;
  return {what + ": " + (words.empty() ? std::string(rte_strerror(code < 0 ? -code : code)) : words), kNothingBuilt,
          group ? "Another program reads an interface under the same number, which comes from the number of this "
                  "process: end the program and start it again"
                : ""};
}

}  // namespace

Result<std::unique_ptr<Ethdev>> Ethdev::plug(const std::string& driver, const std::string& arguments,
                                             const PortBuffers& wanted) {
  std::unique_ptr<Ethdev> dev(new Ethdev);
  LogCapture log;
  std::string bus = driver.empty() ? "pci" : "vdev";
  std::string name = driver.empty() ? arguments : unique_name(driver + "_rs");
  if (rte_eth_dev_count_avail() >= RTE_MAX_ETHPORTS)
    return Error{"There are " + std::to_string(RTE_MAX_ETHPORTS) + " DPDK ports already, which is as many as DPDK has.",
                 kNothingBuilt,
                 "Fewer tap, af_packet and pci wires; those of the machine before this one count until it is gone"};
  // 2^n - 1 is what rte_mempool packs best, and a cache holds half as much again as it is called.
  const uint32_t packets = std::bit_ceil(wanted.packets + rte_lcore_count() * wanted.cache * 3 / 2) - 1;
  auto pool = PacketPool::create(unique_name("port_pool"), packets, wanted.contiguous, wanted.room, wanted.cache);
  if (!pool) return pool.error();
  dev->buffers_ = std::move(*pool);
  dev->driver_ = driver, dev->arguments_ = arguments;
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
  if (Status status = dev->start(); !status.ok()) return status.error();
  return dev;
}

bool Ethdev::is(const std::string& driver, const std::string& arguments) const {
  return driver == driver_ && arguments == arguments_;
}

Status Ethdev::start() {
  LogCapture log;
  rte_eth_conf conf{};
  rte_eth_dev_info info{};
  if (int code = dpdk_fault("rte_eth_dev_info_get") ? -rte_errno : rte_eth_dev_info_get(port_, &info); code != 0)
    return refused("Port " + name_ + " does not answer", log, code);
  conf.txmode.offloads = info.tx_offload_capa & RTE_ETH_TX_OFFLOAD_MULTI_SEGS;
  conf.rxmode.offloads = info.rx_offload_capa & RTE_ETH_RX_OFFLOAD_SCATTER;
  uint16_t rx = driver_.empty() ? kDescriptors : kVirtualDescriptors, tx = rx;
  int socket = rte_eth_dev_socket_id(port_);
  unsigned node = socket < 0 ? 0 : unsigned(socket);
  int code = dpdk_fault("rte_eth_dev_configure") ? -rte_errno : rte_eth_dev_configure(port_, 1, 1, &conf);
  if (code == 0) code = rte_eth_dev_adjust_nb_rx_tx_desc(port_, &rx, &tx);
  if (code == 0)
    code = dpdk_fault("rte_eth_rx_queue_setup") ? -rte_errno
                                                : rte_eth_rx_queue_setup(port_, 0, rx, node, nullptr, buffers_->get());
  if (code == 0)
    code = dpdk_fault("rte_eth_tx_queue_setup") ? -rte_errno : rte_eth_tx_queue_setup(port_, 0, tx, node, nullptr);
  if (code == 0) code = dpdk_fault("rte_eth_dev_start") ? -rte_errno : rte_eth_dev_start(port_);
  if (code != 0) return refused("Port " + name_ + " does not start", log, code);
  // A switch's uplink takes frames for every vNIC behind it. Drivers that know no such mode take all anyway.
  rte_eth_promiscuous_enable(port_);
  return {};
}

Status Ethdev::empty() {
  if (!driver_.empty()) return {};
  LogCapture log;
  rte_eth_dev_stop(port_);
  const int code = dpdk_fault("rte_eth_dev_start") ? -rte_errno : rte_eth_dev_start(port_);
  return code == 0 ? Status{} : refused("Port " + name_ + " does not start again", log, code);
}

Ethdev::~Ethdev() {
  LogCapture log;
  if (port_ != 0xffff) {
    rte_eth_promiscuous_disable(port_);
    rte_eth_dev_stop(port_);
    rte_eth_dev_close(port_);
  }
  if (!name_.empty()) rte_eal_hotplug_remove(bus_.c_str(), name_.c_str());
}

uint64_t Ethdev::mac() const {
  rte_ether_addr address{};
  uint64_t mac = 0;
  if (rte_eth_macaddr_get(port_, &address) == 0) std::memcpy(&mac, address.addr_bytes, 6);
  return mac;
}

}  // namespace ringside::datapath
