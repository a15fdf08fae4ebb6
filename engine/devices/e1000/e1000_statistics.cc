// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "engine/devices/e1000/e1000_registers.h"

namespace ringside::devices {

namespace reg = ringside::spec::e1000::reg;

// Statistics are differences between the device's running totals, which the worker alone writes, and the totals at the
// last reading, which the vCPU alone writes: so that "cleared by reading" costs the data path nothing. SDM 13.7.
// All are of the wire: a frame's tag and its FCS count, wherever they are.
uint64_t E1000Registers::total(const E1000Device& d, uint32_t offset) {
  using net::DropReason;
  const E1000RxQueue& rx = d.rx_queue_;
  const E1000TxQueue& tx = d.tx_queue_;
  const auto rx_drop = [&d](DropReason reason) { return d.rx_drops.by_reason[size_t(reason)].value(); };
  const uint64_t received = d.rx.frames.value();
  uint64_t sent = 0;  // what left: of a frame that was cut, each segment
  for (const Counter& frames : tx.tally.by_size) sent += frames.value();
  const auto octets = [](const QueueCounters& queue, const E1000Tally& tally, uint64_t frames) {
    return queue.bytes.value() + kTagBytes * tally.tagged.value() + kFcsBytes * frames;
  };
  if (offset >= reg::kPrc64 && offset < reg::kPrc64 + 4 * reg::kSizeClasses)
    return rx.tally.by_size[(offset - reg::kPrc64) / 4].value();
  if (offset >= reg::kPtc64 && offset < reg::kPtc64 + 4 * reg::kSizeClasses)
    return tx.tally.by_size[(offset - reg::kPtc64) / 4].value();
  switch (offset) {
    case reg::kMpc: return rx_drop(DropReason::kNoDescriptor) + rx_drop(DropReason::kQueueBusy);
    case reg::kRnbc: return rx_drop(DropReason::kNoDescriptor);
    case reg::kRoc: return rx_drop(DropReason::kOversize);
    case reg::kRuc: return rx_drop(DropReason::kRunt);
    case reg::kRlec: return rx_drop(DropReason::kOversize) + rx_drop(DropReason::kRunt);
    case reg::kGprc: return received;
    case reg::kBprc: return rx.tally.broadcast.value();
    case reg::kMprc: return rx.tally.multicast.value();
    case reg::kGptc: return sent;
    case reg::kBptc: return tx.tally.broadcast.value();
    case reg::kMptc: return tx.tally.multicast.value();
    case reg::kGorcl: return octets(d.rx, rx.tally, received);
    // All that came in while the receiver was on, wanted or not, whole or lost.
    case reg::kTorl: return octets(d.rx, rx.tally, received) + rx.lost_octets.value();
    case reg::kTpr: return received + rx.lost_frames.value();
    case reg::kGotcl:
    case reg::kTotl: return octets(d.tx, tx.tally, sent);
    case reg::kTpt: return sent;
    case reg::kTsctc: return d.offloads.cut.value();
    case reg::kTsctfc: return tx.uncut.value();
    default: return 0;  // errors of a wire, and management packets, that this device does not have
  }
}

namespace {
// The four 64-bit counters: low word, then high word.
bool is_low(uint32_t o) { return o == reg::kGorcl || o == reg::kGotcl || o == reg::kTorl || o == reg::kTotl; }
bool is_high(uint32_t o) { return o == reg::kGorch || o == reg::kGotch || o == reg::kTorh || o == reg::kToth; }
uint64_t since(uint64_t now, uint64_t then) { return now > then ? now - then : 0; }

uint32_t shown(uint32_t offset, uint64_t value) {
  if (is_low(offset)) return uint32_t(value);
  if (is_high(offset)) return uint32_t(value >> 32);
  return uint32_t(std::min<uint64_t>(value, 0xffffffff));  // sticks at the top
}
}  // namespace

uint32_t E1000Registers::peek_statistic(const E1000Device& d, uint32_t offset) {
  const uint32_t low = is_high(offset) ? offset - 4 : offset;
  return shown(offset, since(total(d, low), d.statistics_base_[place(low)].load()));
}

// A 64-bit counter is reset when its high word is read: reading the low one first changes nothing (SDM 13.7.20).
uint32_t E1000Registers::read_statistic(E1000Device& d, uint32_t offset) {
  if (is_low(offset)) return peek_statistic(d, offset);
  const uint32_t low = is_high(offset) ? offset - 4 : offset;
  const uint64_t now = total(d, low), value = since(now, d.statistics_base_[place(low)].load());
  d.statistics_base_[place(low)].store(now);
  return shown(offset, value);
}

void E1000Registers::forget_statistics(E1000Device& d) {
  for (uint32_t i = 0; i < d.statistics_base_.size(); i++) d.statistics_base_[i].store(total(d, 0x4000 + 4 * i));
}

}  // namespace ringside::devices
