// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "engine/devices/e1000/e1000_registers.h"

namespace ringside::devices {

namespace reg = ringside::spec::e1000::reg;

// Statistics are differences between the device's running totals, which the worker alone writes, and the totals at the
// last reading, which the vCPU alone writes: so that "cleared by reading" costs the data path nothing. SDM 13.7.
uint64_t E1000Registers::total(const E1000Device& d, uint32_t offset) {
  using net::DropReason;
  const auto rx_drop = [&d](DropReason reason) { return d.rx_drops.by_reason[size_t(reason)].value(); };
  const uint64_t received = d.rx.frames.value(), all_sent = d.tx.frames.value(), lost = d.tx_drops.total();
  const uint64_t sent = all_sent > lost ? all_sent - lost : 0;  // the two words may be seen at different moments
  if (offset >= reg::kPrc64 && offset < reg::kPrc64 + 4 * reg::kSizeClasses)
    return d.rx_queue_.tally.by_size[(offset - reg::kPrc64) / 4].value();
  if (offset >= reg::kPtc64 && offset < reg::kPtc64 + 4 * reg::kSizeClasses)
    return d.tx_queue_.tally.by_size[(offset - reg::kPtc64) / 4].value();
  switch (offset) {
    case reg::kMpc: return rx_drop(DropReason::kNoDescriptor) + rx_drop(DropReason::kQueueBusy);
    case reg::kRnbc: return rx_drop(DropReason::kNoDescriptor);
    case reg::kRoc: return rx_drop(DropReason::kOversize);
    case reg::kRuc: return rx_drop(DropReason::kRunt);
    case reg::kGprc: return received;
    case reg::kBprc: return d.rx_queue_.tally.broadcast.value();
    case reg::kMprc: return d.rx_queue_.tally.multicast.value();
    case reg::kGptc: return sent;
    case reg::kBptc: return d.tx_queue_.tally.broadcast.value();
    case reg::kMptc: return d.tx_queue_.tally.multicast.value();
    // Octets are counted on the wire: with the frame check sequence.
    case reg::kGorcl:
    case reg::kTorl: return d.rx.bytes.value() + 4 * received;
    case reg::kGotcl:
    case reg::kTotl: return d.tx.bytes.value() + 4 * sent;
    case reg::kTpr: return received + d.rx_drops.total();
    case reg::kTpt: return sent;
    default: return 0;  // errors of a wire that this device does not have
  }
}

namespace {
// The four 64-bit counters: low word, then high word.
bool is_low(uint32_t o) { return o == reg::kGorcl || o == reg::kGotcl || o == reg::kTorl || o == reg::kTotl; }
bool is_high(uint32_t o) { return o == reg::kGorch || o == reg::kGotch || o == reg::kTorh || o == reg::kToth; }
uint64_t since(uint64_t now, uint64_t then) { return now > then ? now - then : 0; }
uint32_t high_place(uint32_t low) {
  return low == reg::kGorcl ? 0 : low == reg::kGotcl ? 1 : low == reg::kTorl ? 2 : 3;
}
}  // namespace

uint32_t E1000Registers::peek_statistic(const E1000Device& d, uint32_t offset) {
  const uint32_t low = is_high(offset) ? offset - 4 : offset;
  const uint64_t value = since(total(d, low), d.statistics_base_[place(low)].load());
  if (is_low(offset)) return uint32_t(value);
  if (is_high(offset)) return uint32_t(value >> 32);
  return uint32_t(std::min<uint64_t>(value, 0xffffffff));  // sticks at the top
}

uint32_t E1000Registers::read_statistic(E1000Device& d, uint32_t offset) {
  if (is_high(offset)) {
    // Its low half was read before, and latched this one.
    const uint32_t latched = d.statistics_high_[high_place(offset - 4)].load();
    d.statistics_high_[high_place(offset - 4)].store(0);
    return latched;
  }
  const uint64_t now = total(d, offset), value = since(now, d.statistics_base_[place(offset)].load());
  d.statistics_base_[place(offset)].store(now);
  if (is_low(offset)) {
    d.statistics_high_[high_place(offset)].store(uint32_t(value >> 32));
    return uint32_t(value);
  }
  return uint32_t(std::min<uint64_t>(value, 0xffffffff));
}

void E1000Registers::forget_statistics(E1000Device& d) {
  for (uint32_t i = 0; i < d.statistics_base_.size(); i++) d.statistics_base_[i].store(total(d, 0x4000 + 4 * i));
  for (auto& high : d.statistics_high_) high.store(0);
}

}  // namespace ringside::devices
