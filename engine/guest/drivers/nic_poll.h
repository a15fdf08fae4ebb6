// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/drivers/free_buffers.h"
#include "engine/guest/memory.h"
#include "engine/guest/workload/workload.h"

// One poll of one queue pair: a driver and a workload, put together. A driver is a class with what e1000_driver.h has:
// look, take, gather, put_frame, put_row, clean, doorbells; the poll is compiled for each driver and each workload, so
// that nothing is chosen in it.
namespace ringside::guest {

inline constexpr uint32_t kPrefetchRows = 4;  // how far ahead of the frame at hand the next ones are fetched

struct Polled {
  uint32_t frames = 0;  // taken from the receive ring
  uint32_t built = 0;   // made by the workload
  bool empty = false;   // no frame is left in the receive ring
};

// Frames in several buffers, and everything odd. Returns what became of the rows at hand; kEmpty also for a frame still
// on its way.
template <class Driver, Platform P, class W>
typename Driver::Row receive_parts(Driver& driver, P& platform, W& workload, const NicContext& nic, Tally& tally) {
  const auto g = driver.gather();
  if (g.kind == Driver::Gathered::kIncomplete) return Driver::Row::kEmpty;
  if (driver.free_buffers() < g.rows || (W::kTransmits && driver.tx_free() < g.rows)) return Driver::Row::kOther;
  const uint32_t first_row = driver.rx_next();
  uint64_t buffer[kMaxParts];
  Frame frame{g.rows, 0, {}};
  for (uint32_t i = 0; i < g.rows; i++) {
    buffer[i] = driver.take(g.status[i]);
    frame.part[i] = {driver.data(buffer[i]), Driver::length_of(g.status[i])};
    frame.bytes += frame.part[i].bytes;
  }
  driver.set_discarding(!g.ends);
  tally.received += g.ends;
  tally.received_bytes += g.kind == Driver::Gathered::kGood ? frame.bytes : 0;
  Verdict verdict = Verdict::kConsume;
  if (g.kind == Driver::Gathered::kBad) {
    tally.driver_errors += g.ends;
    if (g.ends) note(platform, {.note = Note::kConsume, .nic = uint16_t(nic.nic), .length = frame.bytes});
  } else {
    verdict = workload.receive(platform, nic, frame, tally);
  }
  if (W::kTransmits && verdict == Verdict::kTransmit) {
    note(platform, {.note = Note::kForward, .nic = uint16_t(nic.nic), .row = first_row, .a = driver.tx_next()});
    for (uint32_t i = 0; i < frame.parts; i++) driver.put_row(buffer[i], frame.part[i].bytes, i + 1 == frame.parts);
    for (uint32_t i = frame.parts; i < g.rows; i++) driver.push(buffer[i]);
    driver.frame_done();
    tally.sent++;
    tally.sent_bytes += frame.bytes;
  } else {
    for (uint32_t i = 0; i < g.rows; i++) driver.push(buffer[i]);
  }
  return Driver::Row::kFrame;
}

// The burst is over: doorbell, and everything back to guest memory.
template <class Driver, Platform P, class W>
RINGSIDE_GUEST_INLINE void finish_burst(Driver& driver, P& platform, W& workload, Tally& tally) {
  driver.burst_done();
  driver.save();
  workload.end(platform, tally);
  add_to_report(platform, tally);
}

// A burst with frames in several buffers, or with odd ones. A platform of its own, so that the usual burst keeps its in
// registers.
template <template <class> class DriverOf, class W, Platform P>
__attribute__((noinline)) Polled burst_of_parts(P platform, uint32_t nic_index, uint32_t queue, const Settings settings,
                                                uint32_t budget) {
  using Driver = DriverOf<P>;
  Driver driver(platform, nic_index, queue, settings);
  const NicContext nic{nic_index, queue, driver.mac()};
  W workload(platform, settings, nic);
  Tally tally;
  Polled polled;
  if (!driver.sane()) return polled;
  while (polled.frames < budget) {
    const auto row = receive_parts(driver, platform, workload, nic, tally);
    polled.empty = row == Driver::Row::kEmpty;
    if (row != Driver::Row::kFrame) break;
    polled.frames++;
  }
  finish_burst(driver, platform, workload, tally);
  return polled;
}

template <template <class> class DriverOf, class W, Platform P>
RINGSIDE_GUEST_INLINE Polled nic_poll(P& platform, uint32_t nic_index, uint32_t queue, const Settings& settings) {
  using Driver = DriverOf<P>;
  using Row = typename Driver::Row;
  Polled polled;
  Driver driver(platform, nic_index, queue, settings);
  if (!driver.sane()) [[unlikely]]
    return polled;
  const NicContext nic{nic_index, queue, driver.mac()};
  W workload(platform, settings, nic);
  Tally tally;
  driver.clean();

  // Each frame takes a free buffer, and a transmit row if it goes out: so many can be handled before something runs
  // out.
  uint32_t budget = settings.batch < driver.free_buffers() ? settings.batch : driver.free_buffers();
  if (W::kTransmits && driver.tx_free() < budget) budget = driver.tx_free();
  bool odd = driver.discarding();

  // region: nic-poll
  while (polled.frames < budget && !odd) {
    typename Driver::Status status;
    const Row row = driver.look(status);
    if (row != Row::kFrame) [[unlikely]] {
      polled.empty = row == Row::kEmpty;
      odd = !polled.empty;
      break;
    }
    driver.prefetch(kPrefetchRows);
    const uint32_t rx_row = driver.rx_next();
    const uint64_t buffer = driver.take(status);
    Frame frame;
    frame.parts = 1, frame.bytes = Driver::length_of(status);
    frame.part[0] = {driver.data(buffer), frame.bytes};
    tally.received_bytes += frame.bytes;
    polled.frames++;
    if (workload.receive(platform, nic, frame, tally) == Verdict::kTransmit) {
      note(platform, {.note = Note::kForward, .nic = uint16_t(nic_index), .row = rx_row, .a = driver.tx_next()});
      driver.put_frame(buffer, frame.bytes);
      driver.frame_done();
      tally.sent++;
      tally.sent_bytes += frame.bytes;
    } else {
      driver.push(buffer);
    }
  }
  // endregion: nic-poll

  tally.received = polled.frames;
  if constexpr (W::kGenerates) polled.built = workload.generate(platform, driver, nic, tally);
  finish_burst(driver, platform, workload, tally);
  if (odd) [[unlikely]] {
    const Polled more =
        burst_of_parts<DriverOf, W>(platform, nic_index, queue, settings, settings.batch - polled.frames);
    polled.frames += more.frames, polled.empty = more.empty;
  }
  return polled;
}

}  // namespace ringside::guest
