// SPDX-License-Identifier: BSD-3-Clause
// cold: each kind of wire is built once
#include <fcntl.h>
#include <rte_errno.h>
#include <rte_mbuf.h>
#include <rte_mempool.h>
#include <unistd.h>

#include "engine/datapath/dpdk_compat.h"
#include "engine/datapath/pnic/capture_file.h"
#include "engine/datapath/pnic/outside_world.h"
#include "engine/datapath/pnic/wire_impl.h"

namespace ringside::datapath {
namespace {

// As much as 29 Mpps bring while a worker naps 100 µs.
constexpr uint32_t kRingRows = 4096;

// An AF_PACKET ring: slots of `frame` bytes in blocks that are a multiple of it and of the page (net_af_packet wants
// both).
struct PacketRing {
  uint32_t frame, block, count;
};
constexpr PacketRing kSmallRing{2048, 65536, 1024}, kJumboRing{9216, 36864, 256};
constexpr uint32_t kSlotHeader = 32;  // TPACKET2_HDRLEN - sizeof(sockaddr_ll), spent in each slot
constexpr uint32_t kSmallMtu = 1900;  // what still fits in a small slot, with a tag and the kernel's own alignment
constexpr uint32_t kJumboMtu = 9018 - 14;

}  // namespace

Wire::Impl::~Impl() {
  generator.reset();
  dev.reset();
  if (own_pool) rte_mempool_free(own_pool);
  if (capture_fd >= 0) close(capture_fd);
}

Status Wire::Impl::plug(const char* driver, const std::string& arguments, rte_mempool* pool) {
  auto made = Ethdev::plug(driver, arguments, pool);
  if (!made) return made.error();
  dev = std::move(*made);
  return {};
}

Status Wire::Impl::build(const WireConfig& config) {
  switch (config.kind) {
    case WireKind::kNull:
      // copy=0: the frames' bytes are ours to write (FrameMaker), and nobody reads what leaves.
      return plug("net_null", "size=64,copy=0", config.pool);
    case WireKind::kRing: {
      auto made = Ethdev::plug_rings(kRingRows, config.pool);
      if (!made) return made.error();
      dev = std::move(*made);
      return {};
    }
    case WireKind::kPcap: return build_pcap(config);
    case WireKind::kTap:
      if (Status lacking = check_tap(config.target); !lacking.ok()) return lacking;
      return plug("net_tap", "iface=" + config.target, config.pool);
    case WireKind::kAfPacket: return build_af_packet(config);
    case WireKind::kPci:
      if (Status lacking = check_pci(config.target); !lacking.ok()) return lacking;
      return plug("", config.target, config.pool);
  }
  return Error{"This kind of wire does not exist.", kNothingBuilt, ""};
}

Status Wire::Impl::build_pcap(const WireConfig& config) {
  auto capture = scan_capture(config.target);
  if (!capture) return capture.error();
  if (capture->longest > 9018 + 4)
    return Error{config.target + " has a frame of " + std::to_string(capture->longest) + " bytes.", kNothingBuilt,
                 "At most 9018"};
  if (config.loop && capture->longest > 2048)
    return Error{config.target + " cannot be played again and again: it has frames of more than 2048 bytes.",
                 kNothingBuilt, "`loop=no`"};
  if (config.loop && capture->frames > config.pool->size / 2)
    return Error{config.target + " has " + std::to_string(capture->frames) +
                     " frames, too many to be kept for playing again and again.",
                 kNothingBuilt, "`loop=no`, or a file of at most " + std::to_string(config.pool->size / 2) + " frames"};
  // By descriptor: DPDK's arguments cannot carry each possible name, and the file cannot change between the look and
  // the start.
  capture_fd = fault_here("open") ? -1 : open(config.target.c_str(), O_RDONLY | O_CLOEXEC);
  if (capture_fd < 0) return Error{config.target + " cannot be read any more.", kNothingBuilt, ""};
  std::string arguments = "rx_pcap=/proc/self/fd/" + std::to_string(capture_fd);
  if (config.loop) arguments += ",infinite_rx=1";
  if (!config.tx_pcap.empty()) {
    if (config.tx_pcap.find_first_of(",=[]") != std::string::npos)
      return Error{"DPDK cannot write to a file of this name: " + config.tx_pcap, kNothingBuilt,
                   "A name without , = [ ]"};
    if (int out = fault_here("open") ? -1 : open(config.tx_pcap.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        out >= 0)
      close(out);
    else
      return Error{"The file cannot be written: " + config.tx_pcap, kNothingBuilt, "A folder that exists and is yours"};
    arguments += ",tx_pcap=" + config.tx_pcap;
  }
  left.store(config.loop ? kEndless : capture->frames);
  loses_unpolled = !config.loop;
  return plug("net_pcap", arguments, config.pool);
}

Status Wire::Impl::build_af_packet(const WireConfig& config) {
  auto mtu = check_interface(config.target);
  if (!mtu) return mtu.error();
  bool jumbo = *mtu > kSmallMtu;
  if (*mtu > kJumboMtu)
    return Error{
        "The MTU of " + config.target + " is " + std::to_string(*mtu) + "; frames here have at most 9018 bytes.",
        kNothingBuilt, "sudo ip link set " + config.target + " mtu 9000"};
  const PacketRing& ring = jumbo ? kJumboRing : kSmallRing;
  rte_mempool* pool = config.pool;
  if (jumbo) {
    // net_af_packet receives a frame into one buffer. Nobody but this wire ever holds one of these.
    static uint64_t number = 0;
    own_pool = dpdk_fault("rte_pktmbuf_pool_create")
                   ? nullptr
                   : rte_pktmbuf_pool_create(("rs_jumbo" + std::to_string(number++)).c_str(), 255, 0, 0,
                                             uint16_t(ring.frame + RTE_PKTMBUF_HEADROOM), int(rte_socket_id()));
    if (!own_pool)
      return Error{"No memory for jumbo frames of " + config.target + " (" + rte_strerror(rte_errno) + ").",
                   kNothingBuilt, ""};
    pool = own_pool;
  }
  repairs = true;
  longest_egress = std::min(*mtu + 14 + 4, ring.frame - kSlotHeader);
  return plug("net_af_packet",
              "iface=" + config.target + ",framesz=" + std::to_string(ring.frame) +
                  ",blocksz=" + std::to_string(ring.block) + ",framecnt=" + std::to_string(ring.count),
              pool);
}

}  // namespace ringside::datapath
