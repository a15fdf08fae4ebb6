// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "engine/base/clock.h"
#include "engine/devices/e1000/e1000_device.h"
#include "engine/devices/row_counts.h"
#include "engine/net/mac_text.h"

// What an E1000 shows of itself. Words that the device publishes, and rows read from guest memory: nothing here changes
// anything.
namespace ringside::devices {

namespace spec = ringside::spec::e1000;
namespace rxd = spec::rxd;
namespace txd = spec::txd;
using net::DropReason;

namespace {

constexpr DropReason kRxReasons[] = {DropReason::kNoDescriptor,  DropReason::kRxDisabled, DropReason::kFiltered,
                                     DropReason::kBadDescriptor, DropReason::kDmaFault,   DropReason::kOversize,
                                     DropReason::kRunt,          DropReason::kQueueBusy,  DropReason::kLinkDown};
constexpr DropReason kTxReasons[] = {DropReason::kBadDescriptor, DropReason::kDmaFault, DropReason::kPoolEmpty,
                                     DropReason::kOversize,      DropReason::kRunt,     DropReason::kLinkDown,
                                     DropReason::kReset};

template <size_t kCount>
std::vector<DropView> drops_of(const net::DropCounters& counters, const DropReason (&reasons)[kCount]) {
  std::vector<DropView> views;
  views.reserve(kCount);
  for (DropReason reason : reasons)
    views.push_back({std::string(net::name_of(reason)), counters.by_reason[size_t(reason)].value()});
  return views;
}

struct Cursors {
  uint64_t base;
  uint32_t size, head, tail;
  bool device_owns(uint32_t row) const { return head <= tail ? row >= head && row < tail : row >= head || row < tail; }
};

Cursors cursors_of(const E1000Ring& ring) {
  Cursors c{ring.base_shown.load(), ring.rows_shown.load(), ring.head_shown.load(), ring.tail.load()};
  const uint32_t last = c.size ? c.size - 1 : 0;  // a guest may be re-programming it right now
  c.head = std::min(c.head, last);
  c.tail = std::min(c.tail, last);
  return c;
}

RowState state_of(bool receive, bool device, uint64_t word) {
  if (device) return RowState::kDevice;
  if (word == ~uint64_t{0})
    return RowState::kDriver;  // poison: a driver lays it into rows that it has never handed over
  if (!(word & (receive ? rxd::kDd : txd::kDd))) return RowState::kDriver;
  return word & (receive ? rxd::kErrorsMask : txd::kErrorsMask) ? RowState::kError : RowState::kDone;
}

QueueView queue_view(const E1000Ring& ring, const QueueCounters& counters) {
  QueueView view;
  view.size = cursors_of(ring).size;
  view.frames = counters.frames.value();
  view.bytes = counters.bytes.value();
  view.polls = counters.polls.value();
  view.polls_with_work = counters.polls_with_work.value();
  return view;
}

}  // namespace

void E1000Device::inspect(NicView& view) const {
  view.model = model();
  view.mac = net::mac_text(effective_mac());
  view.rx = queue_view(rx_queue_, rx);
  view.rx.drops = drops_of(rx_drops, kRxReasons);
  view.tx = queue_view(tx_queue_, tx);
  view.tx.drops = drops_of(tx_drops, kTxReasons);
  view.interrupts = interrupt_.raised();
  view.interrupts_moderated = interrupt_.moderated();
  view.registers = register_values();
}

void E1000Device::inspect_ring(size_t ring, const RingImage* image, RingView& view) const {
  const bool receive = ring == 0;
  Cursors c = cursors_of(receive ? static_cast<const E1000Ring&>(rx_queue_) : tx_queue_);
  if (image) c = {image->base, std::min(image->size, uint32_t(image->qwords.size() / 2)), image->head, image->tail};
  view.model = model();
  view.receive = receive;
  view.base = c.base;
  view.size = c.size;
  view.row_bytes = spec::kRowBytes;
  view.pointers = {{receive ? "RDH" : "TDH", c.head, false, false}, {receive ? "RDT" : "TDT", c.tail, true, false}};
  RowCounts counts;
  view.rows.clear();
  if (image) view.rows.reserve(c.size);
  for (uint32_t row = 0; row < c.size; row++) {
    uint64_t q[2] = {0, 0};
    if (image)
      q[0] = image->qwords[2 * row], q[1] = image->qwords[2 * row + 1];
    else
      dma_.load64(c.base + spec::kRowBytes * uint64_t{row} + 8, q[1]);
    const RowState state = state_of(receive, c.device_owns(row), q[1]);
    counts.add(state);
    if (!image) continue;
    const bool context = q[1] & txd::kDext && !(q[1] & txd::kDtypMask);  // its bit 24 is not EOP
    const bool shows_eop = receive ? q[1] & rxd::kDd && q[1] & rxd::kEop : q[1] & txd::kEop && !context;
    view.rows.push_back({.state = state,
                         .end_of_packet = shows_eop,
                         .report_status = !receive && q[1] & txd::kRs,
                         .qword = {q[0], q[1]}});
  }
  counts.show(c.size, view);
}

uint32_t E1000Device::copy_rows(size_t ring, uint32_t from, RingImage& image) const {
  const bool receive = ring == 0;
  constexpr uint32_t kMost = 128;
  const Cursors c = cursors_of(receive ? static_cast<const E1000Ring&>(rx_queue_) : tx_queue_);
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
  image.head = std::min(c.head, size ? size - 1 : 0);
  image.tail = std::min(c.tail, size ? size - 1 : 0);
  image.taken = tsc();
  return end;
}

}  // namespace ringside::devices
