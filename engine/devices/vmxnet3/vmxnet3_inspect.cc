// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "engine/base/clock.h"
#include "engine/devices/row_counts.h"
#include "engine/devices/vmxnet3/vmxnet3_device.h"
#include "engine/net/mac_text.h"

// What a VMXNET3 shows of itself. Words that the device publishes, and rows read from guest memory: nothing here
// changes anything.
namespace ringside::devices {

namespace spec = ringside::spec::vmxnet3;

namespace {

struct Cursor {
  uint64_t base;
  uint32_t size, next;
  bool gen;
};

Cursor cursor_of(const Vmxnet3Ring& ring) {
  const uint32_t word = ring.cursor_shown.load();
  Cursor c{ring.base_shown.load(), ring.rows_shown.load(), word & ~Vmxnet3Ring::kGenShown,
           bool(word & Vmxnet3Ring::kGenShown)};
  c.next = std::min(c.next, c.size ? c.size - 1 : 0);  // a guest may be re-programming it right now
  return c;
}

// The generation bit that a row has on the device's round: rows before `next` are one round ahead.
bool gen_at(const Cursor& c, uint32_t row) { return row >= c.next ? c.gen : !c.gen; }

bool gen_bit(RingKind kind, uint64_t word) {
  switch (kind) {
    case RingKind::kTransmit: return word & spec::txd::kGen;
    case RingKind::kTransmitCompletion: return word & spec::txc::kGen;
    case RingKind::kReceiveCompletion: return word & spec::rxc::kGen;
    default: return word & spec::rxd::kGen;
  }
}

// Command rings: a row is the device's when its bit is that of the device's coming round. A completion row carries the
// bit of the round in which it was written: those behind the device's place, on its present round.
RowState state_of(RingKind kind, const Cursor& c, uint32_t row, const uint64_t qword[2]) {
  const bool completion = kind == RingKind::kTransmitCompletion || kind == RingKind::kReceiveCompletion;
  if (!qword[0] && !qword[1] && !completion) return RowState::kDriver;  // never used
  const bool bit = gen_bit(kind, qword[1]);
  switch (kind) {
    case RingKind::kTransmit: return bit == gen_at(c, row) ? RowState::kDevice : RowState::kDriver;
    case RingKind::kReceive:
    case RingKind::kReceive2: return bit == gen_at(c, row) ? RowState::kDevice : RowState::kDone;
    case RingKind::kReceiveCompletion:
      if (qword[1] & spec::rxc::kErr && bit != gen_at(c, row)) return RowState::kError;
      [[fallthrough]];
    default: return row < c.next && bit == c.gen ? RowState::kDone : RowState::kDevice;
  }
}

// Of a ring in guest memory, none of its rows kept: all rings together have many thousands, and are looked at up to 60
// times a second, so that the loop has no branch but its end. Rows outside the memory read as 0.
template <RingKind kKind>
void count_rows(const vmm::DmaSpace& dma, const Cursor& c, RowCounts& counts) {
  const uint64_t bytes = c.size * uint64_t{spec::kRowBytes};
  const bool inside = !(c.base & 7) && bytes <= UINT32_MAX && dma.contains(c.base, bytes);
  const uint8_t* rows = inside ? dma.readable(c.base, uint32_t(bytes)) : nullptr;
  for (uint32_t row = 0; row < c.size; row++) {
    uint64_t q[2] = {0, 0};
    if (rows) [[likely]] {
      const auto* words = reinterpret_cast<const uint64_t*>(rows + spec::kRowBytes * uint64_t{row});
      q[0] = shared::load_acquire(words), q[1] = shared::load_acquire(words + 1);
    } else if (dma.load64(c.base + spec::kRowBytes * uint64_t{row}, q[0])) {
      dma.load64(c.base + spec::kRowBytes * uint64_t{row} + 8, q[1]);
    }
    counts.add(state_of(kKind, c, row, q));
  }
}

RowCounts counts_of(RingKind kind, const vmm::DmaSpace& dma, const Cursor& c) {
  RowCounts counts;
  switch (kind) {
    case RingKind::kTransmit: count_rows<RingKind::kTransmit>(dma, c, counts); break;
    case RingKind::kTransmitCompletion: count_rows<RingKind::kTransmitCompletion>(dma, c, counts); break;
    case RingKind::kReceiveCompletion: count_rows<RingKind::kReceiveCompletion>(dma, c, counts); break;
    default: count_rows<RingKind::kReceive>(dma, c, counts);
  }
  return counts;
}

void fill(QueueView& view, const Vmxnet3QueueCounters& counters) {
  view.frames = counters.frames.value();
  view.bytes = counters.bytes.value();
  view.polls = counters.polls.value();
  view.polls_with_work = counters.polls_with_work.value();
}

std::vector<DropView> drops_of(const net::DropCounters& counters) {
  std::vector<DropView> views;
  for (size_t r = 0; r < size_t(net::DropReason::kCount); r++)
    if (const uint64_t n = counters.by_reason[r].value()) views.push_back({std::string(net::kDropNames[r]), n});
  return views;
}

}  // namespace

void Vmxnet3Device::inspect(NicView& view) const {
  view.model = model();
  view.mac = net::mac_text(effective_mac());
  view.rx_queues.clear(), view.tx_queues.clear();
  view.rx_queues.reserve(config_.queues), view.tx_queues.reserve(config_.queues);
  for (size_t i = 0; i < rings_.size(); i++) {
    const RingInfo& info = rings_[i];
    if (info.kind != RingKind::kReceive && info.kind != RingKind::kTransmit) continue;
    QueueView queue;
    queue.size = cursor_of(ring_at(i)).size;
    if (info.receive())
      fill(queue, rx_queue_[info.queue].counters), queue.drops = drops_of(rx_queue_[info.queue].drops);
    else
      fill(queue, tx_queue_[info.queue].counters), queue.drops = drops_of(tx_queue_[info.queue].drops);
    (info.receive() ? view.rx_queues : view.tx_queues).push_back(std::move(queue));
  }
  view.rx = view.rx_queues[0], view.tx = view.tx_queues[0];
  const auto sum = [](QueueView& to, const QueueCounters& all) {
    to.frames = all.frames.value(), to.bytes = all.bytes.value(), to.polls = all.polls.value(),
    to.polls_with_work = all.polls_with_work.value();
  };
  sum(view.rx, rx), sum(view.tx, tx);
  if (config_.queues == 1) view.rx_queues.clear(), view.tx_queues.clear();
  view.tx_threshold = tx_threshold_.load();
  view.interrupts = interrupt_.raised();
  view.interrupts_moderated = interrupt_.moderated();
  view.registers = register_values();
}

namespace {
const char* device_pointer(RingKind kind) {
  switch (kind) {
    case RingKind::kTransmit:
    case RingKind::kReceive:
    case RingKind::kReceive2: return "device next";
    default: return "device writes";
  }
}
}  // namespace

const Vmxnet3Ring& Vmxnet3Device::ring_at(size_t ring) const {
  const RingInfo& info = rings_[ring];
  switch (info.kind) {
    case RingKind::kTransmit: return tx_queue_[info.queue].ring;
    case RingKind::kTransmitCompletion: return tx_queue_[info.queue].comp;
    case RingKind::kReceiveCompletion: return rx_queue_[info.queue].comp;
    case RingKind::kReceive2: return rx_queue_[info.queue].ring[1];
    default: return rx_queue_[info.queue].ring[0];
  }
}

void Vmxnet3Device::inspect_ring(size_t ring, const RingImage* image, RingView& view) const {
  const RingInfo& info = rings_[ring];
  Cursor c = cursor_of(ring_at(ring));
  if (image)
    c = {image->base, std::min(image->size, uint32_t(image->qwords.size() / 2)), image->head, bool(image->tail)};
  view.model = model();
  view.kind = info.kind, view.queue = info.queue;
  view.receive = info.receive();
  view.base = c.base;
  view.size = c.size;
  view.row_bytes = spec::kRowBytes;
  view.seam = c.size ? int(c.next) : -1;
  view.generation = c.gen;
  view.pointers.clear();
  view.pointers.reserve(3);  // with the driver's place
  view.pointers.push_back({device_pointer(info.kind), c.next, false, true});
  if (info.kind == RingKind::kTransmit) {
    view.pointers.push_back(
        {"TXPROD", std::min(tx_queue_[info.queue].producer.load(), c.size ? c.size - 1 : 0), true, false});
    uint32_t threshold = 0, deferred = 0;
    const uint64_t desc = tx_queue_[info.queue].desc_shown.load();
    if (desc && dma_.load32(desc + offsetof(spec::TxQueueDesc, threshold), threshold) && dma_.load32(desc, deferred))
      view.tx_threshold = threshold, view.tx_deferred = deferred;
  }
  if (info.kind == RingKind::kReceive || info.kind == RingKind::kReceive2)
    view.pointers.push_back(
        {info.kind == RingKind::kReceive ? "RXPROD" : "RXPROD2",
         std::min(rx_queue_[info.queue].producer[info.kind == RingKind::kReceive2].load(), c.size ? c.size - 1 : 0),
         true, false});
  view.links.clear();
  const size_t queue = ring - ring % 5;  // the rings of a queue stand together: rx, tx, rx2, tx.comp, rx.comp
  if (info.kind == RingKind::kTransmitCompletion) view.links = {rings_[queue + 1].name};
  if (info.kind == RingKind::kReceiveCompletion) view.links = {rings_[queue].name, rings_[queue + 2].name};
  view.rows.clear();
  if (!image) return counts_of(info.kind, dma_, c).show(c.size, view);
  view.rows.reserve(c.size);
  RowCounts counts;
  const uint32_t rx_queues = std::max<uint32_t>(1, rx_queues_.load());
  for (uint32_t row = 0; row < c.size; row++) {
    const uint64_t q[2] = {image->qwords[2 * row], image->qwords[2 * row + 1]};
    const RowState state = state_of(info.kind, c, row, q);
    counts.add(state);
    RowView shown{.state = state, .generation = int8_t(gen_bit(info.kind, q[1])), .qword = {q[0], q[1]}};
    switch (info.kind) {
      case RingKind::kTransmit:
        shown.end_of_packet = q[1] & spec::txd::kEop, shown.report_status = q[1] & spec::txd::kCq;
        break;
      case RingKind::kTransmitCompletion:
        shown.link = state == RowState::kDone ? int(q[0] & spec::txc::kIndexMask) : -1;
        break;
      case RingKind::kReceiveCompletion:
        shown.end_of_packet = q[0] & spec::rxc::kEop;
        if (state == RowState::kDone)
          shown.link = int(q[0] & spec::rxc::kIndexMask),
          shown.link_ring = (q[0] >> spec::rxc::kQueueShift & spec::rxc::kQueueMask) >= rx_queues;
        break;
      default: break;
    }
    view.rows.push_back(shown);
  }
  counts.show(c.size, view);
}

uint32_t Vmxnet3Device::copy_rows(size_t ring, uint32_t from, RingImage& image) const {
  constexpr uint32_t kMost = 128;
  const Cursor c = cursor_of(ring_at(ring));
  const uint32_t size = std::min(c.size, uint32_t(image.qwords.size() / 2));
  // A ring that was re-programmed between two calls is copied from its beginning.
  if (from == 0 || from > size || image.base != c.base || image.size != size) {
    from = 0;
    image.base = c.base;
    image.size = size;
  }
  const uint32_t end = std::min(size, from + kMost);
  for (uint32_t row = from; row < end; row++) {
    const uint64_t at = c.base + spec::kRowBytes * uint64_t{row};
    uint64_t* q = &image.qwords[2 * row];
    if (!dma_.load64(at, q[0]) || !dma_.load64(at + 8, q[1])) q[0] = q[1] = 0;
  }
  image.head = c.next;
  image.tail = c.gen;  // the generation bit there
  image.taken = tsc();
  return end;
}

}  // namespace ringside::devices
