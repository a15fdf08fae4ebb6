// SPDX-License-Identifier: BSD-3-Clause
// cold: ports come and go with a machine, or go over to the next one
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/datapath/packet_pool.h"

namespace ringside::datapath {

// What a port receives into.
struct PortBuffers {
  uint32_t packets = 896;   // in flight at most; what workers keep in their caches comes on top
  uint16_t room = 2048;     // bytes of a frame that one takes
  uint32_t cache = 32;      // see PacketPool
  bool contiguous = false;  // hardware writes into them
};

// A DPDK port that exists as long as this: hot-added, configured with one queue pair, started; stopped and removed at
// the end, so that its port id and its memory are free again. It brings the buffers that it receives into, and so may
// go from one machine to another at any cut, which changes nothing about it and cannot fail. Engine's thread.
class Ethdev {
 public:
  // A virtual device: driver "net_tap" and so on with its arguments, or "" and the address of a PCI function.
  static Result<std::unique_ptr<Ethdev>> plug(const std::string& driver, const std::string& arguments,
                                              const PortBuffers& buffers = {});
  ~Ethdev();
  Ethdev(const Ethdev&) = delete;
  Ethdev& operator=(const Ethdev&) = delete;

  // What plug() would give for these.
  bool is(const std::string& driver, const std::string& arguments) const;
  uint16_t port() const { return port_; }
  // Whoever may have frames of this port in hand when it goes keeps these until they are back.
  const std::shared_ptr<PacketPool>& buffers() const { return buffers_; }
  // Frames that hardware still has in its rings, to be sent, go back to their pools. Virtual devices keep none. Error:
  // the hardware did not start again, and the port is dead until this succeeds.
  Status empty();
  uint64_t mac() const;

 private:
  Ethdev() = default;
  Status start();

  std::shared_ptr<PacketPool> buffers_;
  std::string driver_, arguments_, bus_, name_;
  uint16_t port_ = 0xffff;
};

}  // namespace ringside::datapath
