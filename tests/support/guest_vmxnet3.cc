// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/guest_vmxnet3.h"

#include <cstdlib>
#include <cstring>

namespace ringside::test {

namespace vmxnet3 = spec::vmxnet3;

GuestVmxnet3::GuestVmxnet3(uint16_t count, uint32_t packets, bool dirty) : queues(count), side(count) {
  pool = make_pool(packets);
  auto made = vmm::GuestMemory::create(kMemory);
  if (!made) std::abort();
  memory = std::move(*made);
  if (dirty) memory->enable_dirty_bitmap();
  config.name = "vm.nic0";
  config.mac = kMac;
  config.index = 0;
  config.dma = vmm::DmaSpace(*memory);
  for (uint16_t i = 0; i < count; i++) {
    lines.push_back(std::make_unique<vmm::InterruptLines>());
    config.vcpus.push_back(lines.back().get());
  }
  config.interrupts = lines[0].get();
  config.queues = count;
  config.pool = pool->get();
  plug();
}

void GuestVmxnet3::plug() {
  nic.reset();
  nic = std::make_unique<devices::Vmxnet3Device>(config);
  nic->bind_waker(&waker);
  given = fetched = 0;
  turn = {.now = 1'000'000, .hz = 1e9};
  for (Queue& queue : side) queue = {};
}

void GuestVmxnet3::init(uint32_t rx_mode, uint64_t features, uint32_t mtu) {
  command(vmxnet3::cmd::kResetDev);
  memset(memory->base() + kShared, 0, kRings - kShared);
  vmxnet3::DriverShared& shared = area();
  shared.magic = vmxnet3::kMagic;
  shared.size = sizeof shared;
  shared.upt_features = features | (queues > 1 ? vmxnet3::feature::kRss : 0);
  shared.queue_descs = kDescs;
  shared.mtu = mtu;
  shared.tx_queues = shared.rx_queues = uint8_t(queues);
  shared.auto_mask = 1, shared.vectors = uint8_t(queues + 1);
  shared.rx_mode = rx_mode;
  shared.rss = {1, sizeof(vmxnet3::RssConf), kRss};
  auto& rss = *at<vmxnet3::RssConf>(kRss);
  rss.hash_type = vmxnet3::rss::kIpv4 | vmxnet3::rss::kTcpIpv4, rss.hash_function = vmxnet3::rss::kToeplitz;
  rss.key_bytes = 40, rss.table_entries = 128;
  for (uint32_t i = 0; i < 40; i++) rss.key[i] = uint8_t(37 * i + 11);
  for (uint32_t i = 0; i < 128; i++) rss.table[i] = uint8_t(i % queues);
  for (uint16_t q = 0; q < queues; q++) {
    for (int which = kTx; which <= kRxComp; which++)
      for (uint32_t i = 0; i < (which == kRxComp ? 2 : 1) * kRows; i++)
        for (uint32_t word = 0; word < 2; word++) shared::store_release(row(q, Which(which), i) + word, 0);
    tx_desc(q).ring = ring_at(q, kTx), tx_desc(q).comp_ring = ring_at(q, kTxComp);
    tx_desc(q).ring_rows = tx_desc(q).comp_rows = kRows;
    tx_desc(q).vector = uint8_t(queues);
    rx_desc(q).ring[0] = ring_at(q, kRx), rx_desc(q).ring[1] = ring_at(q, kRx2),
    rx_desc(q).comp_ring = ring_at(q, kRxComp);
    rx_desc(q).ring_rows[0] = rx_desc(q).ring_rows[1] = kRows, rx_desc(q).comp_rows = 2 * kRows;
    rx_desc(q).vector = uint8_t(q);
    for (uint32_t ring = 0; ring < 2; ring++)
      for (uint32_t i = 0; i < kRows; i++) {
        shared::store_relaxed(row(q, ring ? kRx2 : kRx, i), rx_buffer(q, ring, i));
        shared::store_release(row(q, ring ? kRx2 : kRx, i) + 1,
                              kBuffer | (ring ? vmxnet3::rxd::kBody : 0) | vmxnet3::rxd::kGen);
      }
    side[q] = {};
  }
  write(kBar1 + vmxnet3::bar1::kDsal, uint32_t(kShared));
  write(kBar1 + vmxnet3::bar1::kDsah, 0);
  if (get(vmxnet3::cmd::kActivateDev) != 0 && !disturbed) std::abort();
  command(vmxnet3::cmd::kUpdateRxMode);
}

void GuestVmxnet3::open_vectors(uint16_t line) {
  for (uint16_t q = 0; q < queues; q++) {
    write(kMsix + 16 * q, 0xfee00000u | uint32_t{q} << 12);
    write(kMsix + 16 * q + 4, 0);
    write(kMsix + 16 * q + 8, 0x20u + line);
    write(kMsix + 16 * q + 12, 0);
    write(vmxnet3::bar0::kImr + 8 * q, 0);
  }
}

void GuestVmxnet3::put(const Bytes& data, uint64_t bits, uint16_t q) {
  const uint64_t buffer = tx_buffer(q, side[q].tx_next);
  memcpy(memory->base() + buffer, data.data(), data.size());
  put_raw(buffer, data.size() | bits, q);
}

void GuestVmxnet3::put_raw(uint64_t address, uint64_t bits, uint16_t q) {
  uint64_t* words = row(q, kTx, side[q].tx_next);
  shared::store_relaxed(words, address);
  shared::store_release(words + 1, (bits & ~vmxnet3::txd::kGen) | (side[q].tx_gen ? vmxnet3::txd::kGen : 0));
  if (++side[q].tx_next == kRows) side[q].tx_next = 0, side[q].tx_gen ^= 1;
}

Bytes GuestVmxnet3::take(uint16_t q) {
  Bytes frame;
  Queue& s = side[q];
  for (;;) {
    const uint64_t* comp = row(q, kRxComp, s.rx_comp);
    const uint64_t q1 = shared::load_acquire(comp + 1), q0 = shared::load_relaxed(comp);
    if (bool(q1 & vmxnet3::rxc::kGen) != bool(s.rx_comp_gen)) return frame;
    if (++s.rx_comp == 2 * kRows) s.rx_comp = 0, s.rx_comp_gen ^= 1;
    const bool second = (q0 >> vmxnet3::rxc::kQueueShift & vmxnet3::rxc::kQueueMask) >= queues;
    uint64_t* words = row(q, second ? kRx2 : kRx, uint32_t(q0 & vmxnet3::rxc::kIndexMask));
    const Bytes part = bytes(shared::load_relaxed(words), uint32_t(q1 & vmxnet3::rxc::kLengthMask));
    frame.insert(frame.end(), part.begin(), part.end());
    shared::store_release(words + 1, (words[1] & ~vmxnet3::rxd::kGen) | (~words[1] & vmxnet3::rxd::kGen));
    s.last_q0 = q0, s.last_q1 = q1;
    if (q0 & vmxnet3::rxc::kEop) return frame;
  }
}

std::vector<uint32_t> GuestVmxnet3::completions(uint16_t q) {
  std::vector<uint32_t> rows;
  for (;;) {
    const uint64_t* comp = row(q, kTxComp, side[q].tx_comp);
    if (bool(shared::load_acquire(comp + 1) & vmxnet3::txc::kGen) != bool(side[q].tx_comp_gen)) return rows;
    rows.push_back(uint32_t(shared::load_relaxed(comp) & vmxnet3::txc::kIndexMask));
    if (++side[q].tx_comp == kRows) side[q].tx_comp = 0, side[q].tx_comp_gen ^= 1;
  }
}

void GuestVmxnet3::send(const std::vector<Bytes>& frames) {
  net::Burst burst;
  for (size_t i = 0; i < frames.size(); i++) {
    burst.push(make_packet(pool->get(), frames[i]));
    given++;
    if (!burst.full() && i + 1 != frames.size()) continue;
    nic->egress_burst(turn, 0, burst);
    if (burst.left()) std::abort();
    burst.clear();
  }
}

std::vector<Bytes> GuestVmxnet3::fetch() {
  net::Burst burst;
  std::vector<Bytes> frames;
  nic->ingress_burst(turn, 0, burst);
  for (uint32_t i = burst.first; i < burst.count; i++) {
    frames.push_back(GuestE1000::content(burst.packets[i]));
    rte_pktmbuf_free(burst.packets[i]);
  }
  fetched += frames.size();
  return frames;
}

bool GuestVmxnet3::balanced() const {
  return nic->rx.frames.value() + nic->rx_drops.total() == given &&
         nic->tx.frames.value() + nic->offloads.segmented.value() == fetched + nic->tx_drops.total() + nic->in_hand();
}

}  // namespace ringside::test
