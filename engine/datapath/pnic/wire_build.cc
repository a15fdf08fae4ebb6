// SPDX-License-Identifier: BSD-3-Clause
// cold: each kind of wire is built once
#include <net/if.h>
#include <rte_ethdev.h>

#include <cerrno>

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

Wire::Impl::~Impl() { give_back(); }

Status Wire::Impl::plug(const char* driver, const std::string& arguments, const PortBuffers& buffers) {
  auto made = Ethdev::plug(driver, arguments, buffers);
  if (!made) return made.error();
  dev = std::move(*made);
  return {};
}

Status Wire::Impl::build(const WireConfig& config, const std::vector<const Wire*>& others,
                         const std::vector<Wire*>& aside) {
  switch (config.kind) {
    case WireKind::kNull: return {};
    case WireKind::kRing: {
      auto made = WireRings::create(kRingRows);
      if (!made) return made.error();
      rings = std::move(*made);
      return {};
    }
    case WireKind::kPcap: return build_pcap(config, others, aside);
    case WireKind::kTap: return build_tap(config, aside);
    case WireKind::kAfPacket: return build_af_packet(config, aside);
    case WireKind::kPci: return build_pci(config, aside);
  }
  return Error{"This kind of wire does not exist.", kNothingBuilt, ""};
}

Status Wire::Impl::build_tap(const WireConfig& config, const std::vector<Wire*>& aside) {
  const std::string arguments = "iface=" + config.target;
  auto taken = take_over("net_tap", arguments, aside);
  if (!taken) return taken.error();
  if (!*taken) {
    if (Status lacking = check_tap(config.target); !lacking.ok()) return lacking;
    if (Status bad = plug("net_tap", arguments); !bad.ok()) return bad;
    interface = if_nametoindex(config.target.c_str());
  }
  // What the kernel would not take is ours to drop by name: net_tap stops at it, and calls all behind it refused too.
  if (uint16_t mtu = 0; rte_eth_dev_get_mtu(dev->port(), &mtu) == 0) longest_egress = mtu + 14u + 4u;
  return {};
}

Status Wire::Impl::build_pci(const WireConfig& config, const std::vector<Wire*>& aside) {
  auto taken = take_over("", config.target, aside);
  if (!taken) return taken.error();
  if (*taken) return {};
  if (Status lacking = check_pci(config.target); !lacking.ok()) return lacking;
  return plug("", config.target, {.packets = 7168, .cache = 256, .contiguous = true});
}

Status Wire::Impl::build_pcap(const WireConfig& config, const std::vector<const Wire*>& others,
                              const std::vector<Wire*>& aside) {
  // What stood in the hands of those that stand aside is in their files, and these are where they belong.
  for (Wire* wire : aside)
    if (wire->impl_->writer) wire->impl_->writer->settle();
  for (const Wire* other : others)
    if (const auto& theirs = other->impl_->writer; theirs && theirs->writes(config.target))
      return Error{config.target + " is being written by wire " + other->config_.name + ".", kNothingBuilt,
                   "Play it when that wire is gone"};
  // One that is in memory already is played from there.
  std::shared_ptr<const Capture> capture;
  const Capture::Content content = Capture::Content::of(config.target);
  const auto look = [&](const Wire& wire) {
    if (const auto& playing = wire.impl_->player; playing && content.inode && playing->capture()->content() == content)
      capture = playing->capture();
  };
  for (const Wire* wire : others) look(*wire);
  for (const Wire* wire : aside) look(*wire);
  if (!capture) {
    auto loaded = Capture::load(config.target);
    if (!loaded) return loaded.error();
    capture = std::move(*loaded);
  }
  reads = FileId::of(config.target);
  left.store(config.loop ? kEndless : capture->frames().size());
  player = std::make_unique<CapturePlayer>(std::move(capture), config.loop);
  return config.tx_pcap.empty() ? Status{} : open_output(config, others);
}

Status Wire::Impl::open_output(const WireConfig& config, const std::vector<const Wire*>& others) {
  constexpr char kNotTouched[] = "Nothing was built, and the file was not touched.";
  const FileId there = FileId::of(config.tx_pcap);
  if (there.is(reads))
    return Error{"write=" + config.tx_pcap + " is the file that this wire plays.", kNotTouched,
                 "The name of another file"};
  for (const Wire* other : others) {
    const bool written = other->impl_->writer && other->impl_->writer->writes(config.tx_pcap);
    if (written || there.is(other->impl_->reads))
      return Error{"write=" + config.tx_pcap + " is the file that wire " + other->config_.name +
                       (written ? " writes." : " plays."),
                   kNotTouched, "The name of another file"};
  }
  auto file = OutputFile::create(config.tx_pcap, config.overwrite);
  if (!file) return file.error();
  auto made = CaptureWriter::create(std::move(*file));
  if (!made) return made.error();
  writer = std::move(*made);
  return {};
}

Status Wire::Impl::build_af_packet(const WireConfig& config, const std::vector<Wire*>& aside) {
  auto mtu = check_interface(config.target);
  if (!mtu) return mtu.error();
  const bool jumbo = *mtu > kSmallMtu;
  if (*mtu > kJumboMtu)
    return Error{
        "The MTU of " + config.target + " is " + std::to_string(*mtu) + "; frames here have at most 9018 bytes.",
        kNothingBuilt, "sudo ip link set " + config.target + " mtu 9000"};
  const PacketRing& ring = jumbo ? kJumboRing : kSmallRing;
  repairs = true, copies = jumbo;
  longest_egress = std::min(*mtu + 14 + 4, ring.frame - kSlotHeader);
  const std::string arguments = "iface=" + config.target + ",framesz=" + std::to_string(ring.frame) +
                                ",blocksz=" + std::to_string(ring.block) + ",framecnt=" + std::to_string(ring.count);
  auto taken = take_over("net_af_packet", arguments, aside);
  if (!taken) return taken.error();
  if (*taken) return {};
  interface = if_nametoindex(config.target.c_str());
  // net_af_packet receives a frame into one buffer; a long one is copied at once, and nobody but this wire ever holds
  // it.
  return jumbo ? plug("net_af_packet", arguments, {.packets = 256, .room = uint16_t(ring.frame), .cache = 0})
               : plug("net_af_packet", arguments);
}

// A name that went to another index is another interface; a new name of the same index is the same one.
void Wire::Impl::look_at_interface() {
  char name[IF_NAMESIZE];
  if (interface && !down.load() && !if_indextoname(interface, name) && errno == ENXIO) down.store(true);
}

void Wire::Impl::settle(Wire& wire) {
  if (writer) {
    writer->settle();
    count_lost(wire);
  }
  look_at_interface();
  if (wire.config_.kind != WireKind::kAfPacket || !dev) return;
  // net_af_packet takes all frames and counts afterwards those that the kernel would not have; net_tap says so at once.
  rte_eth_stats stats{};
  if (rte_eth_stats_get(port, &stats) != 0 || stats.oerrors <= failed_before) return;
  const uint64_t failed = stats.oerrors - failed_before;
  failed_before = stats.oerrors;
  wire.counters_.frames_out.add(-failed);
  wire.drops.add(net::DropReason::kWireDown, failed);
}

}  // namespace ringside::datapath
