// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/picture/driver_index.h"

#include <algorithm>
#include <optional>

#include "engine/base/shared.h"
#include "engine/guest/drivers/e1000_state.h"
#include "engine/guest/drivers/vmxnet3_state.h"

namespace ringside::control {
namespace {

std::optional<uint32_t> index_of_page(const VmUnit& vm, const RingView& ring) {
  if (ring.model != "e1000" || ring.size == 0 || shared::load_relaxed(&vm.report().alive) != spec::kBootMagic)
    return {};
  const uint64_t at = guest::e1000_state_gpa(0);
  if (at + sizeof(guest::E1000State) > vm.memory->size()) return {};
  auto* state = reinterpret_cast<guest::E1000State*>(vm.memory->base() + at);
  auto word = [](uint32_t& w) { return std::atomic_ref<uint32_t>(w).load(std::memory_order_relaxed); };
  if (word(ring.receive ? state->rx_rows : state->tx_rows) != ring.size)
    return {};  // the guest has another ring in mind than the device
  const uint32_t index = word(ring.receive ? state->rx_next : state->tx_clean);
  return index < ring.size ? std::optional(index) : std::nullopt;
}

// VMXNET3's driver: where it looks into its completion rings, and up to where its transmit rows are free again.
std::optional<uint32_t> index_of_vmxnet3_page(const VmUnit& vm, const RingView& ring) {
  const uint64_t at = guest::vmxnet3_state_gpa(0);
  if (ring.model != "vmxnet3" || ring.size == 0 || shared::load_relaxed(&vm.report().alive) != spec::kBootMagic ||
      at + sizeof(guest::Vmxnet3State) > vm.memory->size())
    return {};
  auto& queue =
      reinterpret_cast<guest::Vmxnet3State*>(vm.memory->base() + at)->queue[ring.queue % guest::kVmxnet3Queues];
  auto word = [](uint32_t& w) { return std::atomic_ref<uint32_t>(w).load(std::memory_order_relaxed); };
  std::optional<uint32_t> index;
  if (ring.kind == RingKind::kTransmit) index = word(queue.tx_clean);
  if (ring.kind == RingKind::kTransmitCompletion) index = word(queue.tx_comp_next);
  if (ring.kind == RingKind::kReceiveCompletion) index = word(queue.rx_comp_next);
  return index && *index < ring.size ? index : std::nullopt;
}

uint32_t distance(uint32_t from, uint32_t to, uint32_t size) { return to >= from ? to - from : to + size - from; }

void count_again(RingView& ring) {
  ring.rows_driver = ring.rows_device = ring.rows_done = ring.rows_error = 0;
  for (const RowView& row : ring.rows) switch (row.state) {
      case RowState::kDriver: ++ring.rows_driver; break;
      case RowState::kDone: ++ring.rows_done; break;
      case RowState::kError: ++ring.rows_error; break;
      default: ++ring.rows_device;
    }
}

uint32_t waiting_completions(uint32_t next, const RingView& ring) {
  return ring.seam < 0 ? 0 : distance(next, uint32_t(ring.seam), ring.size);
}

std::optional<uint32_t> cleaned_up_to(const VmUnit& vm, uint64_t after, const std::deque<EventView>& events,
                                      const RingView& ring) {
  std::optional<uint32_t> clean = index_of_page(vm, ring);
  if (!clean) return {};
  const EventKind moves = ring.receive ? EventKind::kDriverTakeRow : EventKind::kDriverCleanRow;
  // A poll writes its state page back when it ends: in the middle of one, while stepping, the guest's own notes are
  // newer.
  for (auto e = events.rbegin(); e != events.rend() && e->number > after; ++e)
    if (e->kind == moves && e->ring == ring.name && e->row >= 0) return (uint32_t(e->row) + 1) % ring.size;
  return clean;
}

// Rows that the device is through with and the driver has not cleaned. None too for a live copy that is older than the
// index: the driver is past it.
uint32_t waiting_to_be_cleaned(uint32_t clean, const RingView& ring) {
  const auto head =
      std::find_if(ring.pointers.begin(), ring.pointers.end(), [](const PointerView& p) { return !p.by_driver; });
  if (head == ring.pointers.end()) return 0;
  const uint32_t waiting = distance(clean, head->index, ring.size);
  return waiting > ring.size - ring.rows_device ? 0 : waiting;
}

// In a completion ring, rows from the driver's place up to the device's are done; all others are free to be written.
void settle_completions(uint32_t next, RingView& ring) {
  const uint32_t waiting = waiting_completions(next, ring);
  if (ring.rows.empty()) {
    ring.rows_done = waiting, ring.rows_device = ring.size - waiting, ring.rows_driver = ring.rows_error = 0;
    return;
  }
  for (uint32_t i = 0; i < ring.size; ++i) {
    RowView& row = ring.rows[(next + i) % ring.size];
    if (i >= waiting) row.state = RowState::kDevice, row.link = -1;
  }
  count_again(ring);
}

}  // namespace

bool rows_decide(const VmUnit& vm, uint64_t after, const std::deque<EventView>& events, const RingView& ring) {
  if (std::optional<uint32_t> index = index_of_vmxnet3_page(vm, ring))
    return ring.kind != RingKind::kTransmit && waiting_completions(*index, ring) > 0;
  if (ring.receive) return false;
  const std::optional<uint32_t> clean = cleaned_up_to(vm, after, events, ring);
  return clean && (ring.rows_error > 0 || waiting_to_be_cleaned(*clean, ring) > 0);
}

void add_driver_index(const VmUnit& vm, uint64_t after, const std::deque<EventView>& events, RingView& ring) {
  if (std::optional<uint32_t> index = index_of_vmxnet3_page(vm, ring)) {
    ring.pointers.push_back({ring.kind == RingKind::kTransmit ? "clean" : "driver next", *index, true, true});
    if (ring.kind != RingKind::kTransmit) settle_completions(*index, ring);
    return;
  }
  const std::optional<uint32_t> clean = cleaned_up_to(vm, after, events, ring);
  if (!clean) return;
  if (ring.exact)
    ring.pointers.push_back({"clean", *clean, true, true});  // beside a live copy it would be of another moment
  if (ring.receive) return;  // a received row is the driver's as soon as it has put a new buffer in
  const uint32_t waiting = waiting_to_be_cleaned(*clean, ring);
  if (ring.rows.empty()) {
    const uint32_t gone = ring.rows_done - std::min(ring.rows_done, waiting);
    ring.rows_done -= gone, ring.rows_driver += gone;
    return;
  }
  // RS is asked for once a group: the newest row with DD tells of those before it too
  uint32_t done = 0;
  for (uint32_t i = 0; i < waiting; ++i)
    if (const RowState s = ring.rows[(*clean + i) % ring.size].state; s == RowState::kDone || s == RowState::kError)
      done = i + 1;
  for (uint32_t i = 0; i < ring.size; ++i) {
    RowView& row = ring.rows[(*clean + i) % ring.size];
    if (row.state == RowState::kDevice || row.state == RowState::kAccessed) continue;
    if (i >= done)
      row.state = RowState::kDriver;
    else if (row.state == RowState::kDriver)
      row.state = RowState::kDone;
  }
  count_again(ring);
}

}  // namespace ringside::control
