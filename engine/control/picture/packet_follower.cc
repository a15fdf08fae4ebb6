// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/picture/packet_follower.h"

namespace ringside::control {
namespace {
// A receive row's place: one model's device hands a frame over in a row of its receive ring, another's in a completion
// ring.
uint32_t place_of(const StepEvent& event) {
  return event.index | uint32_t{event.queue} << 16 | uint32_t{event.ring} << 24;
}
constexpr uint32_t kBuiltByGuests = 0xff00'0000;  // wires count below: their own number << 24
}  // namespace

void PacketFollower::annotate(const void* guest, StepEvent& event) {
  Rows& rows = guests_[guest];
  uint32_t& at_hand = rows.at_hand[event.object];
  auto known = [](const std::map<uint32_t, uint32_t>& map, uint32_t row) {
    auto at = map.find(row);
    return at == map.end() ? 0u : at->second;
  };
  switch (event.kind) {
    case EventKind::kDeviceWriteBack:
      if (is_receive(event.ring)) rows.receive[place_of(event)] = event.packet;
      break;
    case EventKind::kDriverTakeRow: {
      uint32_t& id = rows.receive[place_of(event)];
      if (!id) id = fresh();  // it lay there before time was stepped
      event.packet = at_hand = id;
      break;
    }
    case EventKind::kBuildFrame: event.packet = at_hand = fresh(); break;
    case EventKind::kConsume: event.packet = at_hand; break;
    case EventKind::kDriverWriteRow:
      event.packet = rows.transmit[event.index | uint32_t{event.queue} << 16] = at_hand;
      break;
    case EventKind::kDriverCleanRow:
      event.packet = known(rows.transmit, event.index | uint32_t{event.queue} << 16);
      break;
    default: break;
  }
}

uint32_t PacketFollower::number(uint32_t trace_id) {
  constexpr uint32_t kRemembered = 65'536;
  if (trace_id == 0) return 0;
  auto at = numbers_.find(trace_id);
  if (at != numbers_.end()) return at->second;
  if (numbers_.size() >= kRemembered) numbers_.clear();
  return numbers_[trace_id] = ++seen_;
}

uint32_t PacketFollower::frame_in(const void* guest, uint8_t ring, uint32_t row) {
  auto& rows = guests_[guest];
  uint32_t& id = is_receive(ring) ? rows.receive[row | uint32_t{ring} << 24] : rows.transmit[row];
  if (!id) id = fresh();
  return id;
}

uint32_t PacketFollower::fresh() { return kBuiltByGuests | (++built_ & 0xff'ffff); }

}  // namespace ringside::control
