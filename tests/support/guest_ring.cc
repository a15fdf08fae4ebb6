// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/guest_ring.h"

#include <cstdlib>
#include <cstring>

namespace ringside::test {

namespace e1000 = spec::e1000;
namespace reg = e1000::reg;

Bytes make_frame(uint32_t length, uint64_t destination, uint32_t seed) {
  Bytes frame(length);
  for (uint32_t i = 0; i < length; i++) frame[i] = uint8_t((i * 2654435761u + seed * 40503u) >> 13);
  const uint8_t source_and_type[8] = {0x52, 0, 0, 0, 0, 1, 0x88, 0xb5};
  for (uint32_t i = 0; i < 6 && i < length; i++) frame[i] = uint8_t(destination >> 8 * i);
  for (uint32_t i = 0; i < 8 && 6 + i < length; i++) frame[6 + i] = source_and_type[i];
  return frame;
}

GuestE1000::GuestE1000(uint32_t rx, uint32_t tx, uint32_t packets, bool dirty) : rx_rows(rx), tx_rows(tx) {
  pool = make_pool(packets);
  auto made = vmm::GuestMemory::create(kMemory);
  if (!made) std::abort();
  memory = std::move(*made);
  if (dirty) memory->enable_dirty_bitmap();
  config.name = "vm.nic0";
  config.mac = kMac;
  config.index = 3;
  config.dma = vmm::DmaSpace(*memory);
  config.interrupts = &lines;
  config.pool = pool->get();
  plug();
}

void GuestE1000::plug() {
  nic.reset();
  nic = std::make_unique<devices::E1000Device>(config);
  nic->bind_waker(&waker);
  given = fetched = 0;
  turn = {.now = 1'000'000, .hz = 1e9};
  rx_next = tx_next = 0;
}

GuestE1000::~GuestE1000() = default;

void GuestE1000::init(uint32_t rctl) {
  write(reg::kCtrl, read(reg::kCtrl) | e1000::ctrl::kRst);
  write(reg::kImc, ~0u);
  read(reg::kIcr);
  write(reg::kRal, uint32_t(kMac));
  write(reg::kRah, uint32_t(kMac >> 32) | e1000::kRahAv);
  for (uint32_t i = 0; i < reg::kMtaWords; i++) write(reg::kMta + 4 * i, 0);
  for (uint32_t row = 0; row < rx_rows; row++) {
    shared::store_relaxed(rx_row(row), rx_buffer(row));
    shared::store_relaxed(rx_row(row) + 1, 0);
  }
  write(reg::kRdbal, uint32_t(kRxRing));
  write(reg::kRdbah, 0);
  write(reg::kRdlen, rx_rows * 16);
  write(reg::kRdh, 0);
  write(reg::kRdt, 0);
  write(reg::kRctl, e1000::rctl::kEn | e1000::rctl::kBam | e1000::rctl::kSecrc | rctl);
  write(reg::kRdt, rx_rows - 1);
  write(reg::kTdbal, uint32_t(kTxRing));
  write(reg::kTdbah, 0);
  write(reg::kTdlen, tx_rows * 16);
  write(reg::kTdh, 0);
  write(reg::kTdt, 0);
  write(reg::kTipg, e1000::kTipgDefault);
  write(reg::kTctl,
        e1000::tctl::kEn | e1000::tctl::kPsp | e1000::tctl::kCollisionThreshold | e1000::tctl::kCollisionDistance);
  write(reg::kCtrl, read(reg::kCtrl) | e1000::ctrl::kSlu);
  rx_next = tx_next = 0;
}

uint32_t GuestE1000::put(const Bytes& data, uint64_t command) {
  const uint32_t row = tx_next;
  memcpy(memory->base() + tx_buffer(row), data.data(), data.size());
  put_raw(tx_buffer(row), data.size() | command);
  return row;
}

void GuestE1000::put_raw(uint64_t address, uint64_t value) {
  shared::store_relaxed(tx_row(tx_next), address);
  shared::store_release(tx_row(tx_next) + 1, value);
  tx_next = tx_next + 1 == tx_rows ? 0 : tx_next + 1;
}

Bytes GuestE1000::take() {
  Bytes frame;
  while (done(rx_next)) {
    const uint64_t word = shared::load_acquire(rx_row(rx_next) + 1);
    const uint8_t* from = memory->base() + shared::load_relaxed(rx_row(rx_next));
    frame.insert(frame.end(), from, from + (word & e1000::rxd::kLengthMask));
    shared::store_relaxed(rx_row(rx_next), rx_buffer(rx_next));
    shared::store_release(rx_row(rx_next) + 1, 0);
    write(reg::kRdt, rx_next);
    rx_next = rx_next + 1 == rx_rows ? 0 : rx_next + 1;
    if (word & e1000::rxd::kEop) break;
  }
  return frame;
}

net::Packet* GuestE1000::packet(const Bytes& data, uint32_t segment) { return make_packet(pool->get(), data, segment); }

net::Packet* make_packet(rte_mempool* pool, const Bytes& data, uint32_t segment) {
  net::Packet *first = nullptr, *last = nullptr;
  for (size_t at = 0; at < data.size() || !first; at += segment) {
    net::Packet* part = rte_pktmbuf_alloc(pool);
    if (!part) std::abort();
    const auto n = uint16_t(std::min<size_t>(segment, data.size() - at));
    memcpy(net::data_of(part), data.data() + at, n);
    part->data_len = n;
    part->pkt_len = n;
    if (first)
      first->nb_segs++, first->pkt_len += n, last->next = part;
    else
      first = part;
    last = part;
  }
  return first;
}

void GuestE1000::send(const std::vector<Bytes>& frames) {
  net::Burst burst;
  for (size_t i = 0; i < frames.size(); i++) {
    burst.push(packet(frames[i]));
    given++;
    if (burst.full() || i + 1 == frames.size()) {
      nic->egress_burst(turn, 0, burst);
      if (burst.left()) std::abort();
      burst.clear();
    }
  }
}

void GuestE1000::send(net::Packet* one) {
  net::Burst burst;
  burst.push(one);
  given++;
  nic->egress_burst(turn, 0, burst);
  if (burst.left()) std::abort();
}

std::vector<Bytes> GuestE1000::fetch() {
  net::Burst burst;
  std::vector<Bytes> frames;
  nic->ingress_burst(turn, 0, burst);
  for (uint32_t i = burst.first; i < burst.count; i++) {
    frames.push_back(content(burst.packets[i]));
    rte_pktmbuf_free(burst.packets[i]);
  }
  fetched += frames.size();
  return frames;
}

Bytes GuestE1000::content(const net::Packet* packet) {
  Bytes data;
  for (const net::Packet* s = packet; s; s = s->next) {
    const uint8_t* from = rte_pktmbuf_mtod(s, const uint8_t*);
    data.insert(data.end(), from, from + s->data_len);
  }
  if (data.size() != packet->pkt_len) std::abort();
  return data;
}

bool GuestE1000::balanced() const {
  const uint64_t received = nic->rx.frames.value() + nic->rx_drops.total();
  const uint64_t sent = nic->tx.frames.value() + nic->offloads.segmented.value();
  const uint64_t gone = fetched + nic->tx_drops.total() + nic->in_hand();
  return received + gone == given + sent && (may_loop || sent == gone);
}

}  // namespace ringside::test
