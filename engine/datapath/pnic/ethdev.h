// SPDX-License-Identifier: BSD-3-Clause
// cold: ports come and go with a machine
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/result.h"

struct rte_mempool;
struct rte_ring;

namespace ringside::datapath {

// A DPDK port that exists as long as this: hot-added, configured with one queue pair, started; stopped and removed at
// the end, so that its port id and its memory are free again. Engine's thread.
class Ethdev {
 public:
  // A virtual device: driver "net_null" and so on with its arguments, or "" and the address of a PCI function.
  static Result<std::unique_ptr<Ethdev>> plug(const std::string& driver, const std::string& arguments,
                                              rte_mempool* pool);
  // A net_ring port over two rings, which are freed with it: frames in `in` are received by the port, what it sends
  // goes to `out`.
  static Result<std::unique_ptr<Ethdev>> plug_rings(uint32_t rows, rte_mempool* pool);
  ~Ethdev();
  Ethdev(const Ethdev&) = delete;
  Ethdev& operator=(const Ethdev&) = delete;

  uint16_t port() const { return port_; }
  rte_ring* in() const { return in_; }
  rte_ring* out() const { return out_; }
  uint64_t mac() const;

 private:
  Ethdev() = default;
  Status start(rte_mempool* pool);

  std::string bus_, name_;
  uint16_t port_ = 0xffff;
  rte_ring *in_ = nullptr, *out_ = nullptr;
};

}  // namespace ringside::datapath
