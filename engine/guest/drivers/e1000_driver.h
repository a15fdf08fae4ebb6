// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/drivers/e1000_state.h"
#include "engine/guest/drivers/free_buffers.h"
#include "engine/guest/memory.h"
#include "engine/guest/workload/workload.h"

namespace ringside::guest {

// The E1000's hot path. No register is read on it: what the device has done is seen in memory, by DD.
//
// An object of this class lives for one burst. Its members are copies of the state in guest memory, so that the loop
// runs in registers; save() writes them back. All of it is inlined: a call that took `this` would force the members
// into memory.
//
// Doorbells. TDT: after each frame, or once at the end of a burst that wrote rows. RDT: as soon as `refill` rows were
// refilled since it was last written, at the end of a burst or in its middle; rows that are left over wait for the
// next. A refill of more than half a ring counts as half a ring, and the device is always left enough rows for the
// longest frame.
//
// Full transmit ring or no free buffer: the driver takes no more frames. They wait in the receive ring, and it is the
// device that drops what finds no row there.
//
// Pointers into guest memory are taken anew for each burst, and are good for kMemoryTail bytes (spec/boot_info.h): for
// a whole ring and the whole stack of free buffers, whose sizes sane() has checked.
template <Platform P>
class E1000Driver {
 public:
  using Status = uint64_t;  // a receive row's second qword

  // The E1000 has one queue pair.
  RINGSIDE_GUEST_INLINE E1000Driver(P& platform, uint32_t nic, uint32_t, const Settings& settings)
      : platform_(platform), nic_(nic), doorbell_per_packet_(settings.doorbell_per_packet) {
    const E1000State& s = *at<E1000State>(platform, e1000_state_gpa(nic));
    bar_ = s.bar, mac_ = s.mac;
    rx_ = at<uint64_t>(platform, s.rx_ring & ~uint64_t{15});
    tx_ = at<uint64_t>(platform, s.tx_ring & ~uint64_t{15});
    free_ = at<uint64_t>(platform, s.free_stack & ~uint64_t{7});
    free_count_ = s.free_count, buffer_bytes_ = s.buffer_bytes, max_frame_ = s.max_frame;
    rx_rows_ = s.rx_rows, rx_next_ = s.rx_next, rx_held_ = s.rx_held, discarding_ = s.rx_discarding;
    tx_rows_ = s.tx_rows, tx_next_ = tx_rung_ = s.tx_next, tx_clean_ = s.tx_clean, tx_group_mask_ = s.tx_group_mask;
    const uint32_t used = tx_next_ >= tx_clean_ ? tx_next_ - tx_clean_ : tx_next_ + tx_rows_ - tx_clean_;
    tx_free_ = tx_rows_ - 1 - used;
    const uint32_t most = rx_rows_ / 2 < rx_rows_ - kMaxParts ? rx_rows_ / 2 : rx_rows_ - kMaxParts;
    refill_ = settings.refill < most ? settings.refill : most;
  }

  // False when somebody has scribbled over the state: then the burst is not run.
  RINGSIDE_GUEST_INLINE bool sane() const {
    return rx_rows_ >= kE1000MinRows && rx_rows_ <= kE1000MaxRows && tx_rows_ >= kE1000MinRows &&
           tx_rows_ <= kE1000MaxRows && rx_next_ < rx_rows_ && tx_next_ < tx_rows_ && tx_clean_ < tx_rows_ &&
           tx_group_mask_ < tx_rows_ / 2 && free_count_ <= rx_rows_ + tx_rows_ + kE1000SpareBuffers &&
           buffer_bytes_ >= 2048 && buffer_bytes_ <= 16384 && max_frame_ <= e1000::kMaxFrame;
  }
  // What a burst can push onto a full stack, at most: every transmit row, and 32 frames.
  static_assert((3 * uint64_t{kE1000MaxRows} + kE1000SpareBuffers + 32 * kMaxParts) * 8 <= spec::kMemoryTail);
  static_assert(uint64_t{kE1000MaxRows} * e1000::kRowBytes <= spec::kMemoryTail);

  RINGSIDE_GUEST_INLINE void save() {
    E1000State& s = *at<E1000State>(platform_, e1000_state_gpa(nic_));
    s.free_count = free_count_, s.rx_held = rx_held_, s.rx_discarding = discarding_;
    s.tx_next = tx_next_;
    store_relaxed(&s.rx_next, rx_next_), store_relaxed(&s.tx_clean, tx_clean_);  // the host looks at these to draw them
  }

  // --- receive

  // What lies in the next row. kOther: several parts, an error, a length that cannot be.
  enum class Row : uint8_t { kEmpty, kFrame, kOther };

  RINGSIDE_GUEST_INLINE Row look(uint64_t& status) const {
    status = load_acquire(rx_ + 2 * rx_next_ + 1);
    if (!(status & e1000::rxd::kDd)) return Row::kEmpty;
    constexpr uint64_t kWhole = e1000::rxd::kDd | e1000::rxd::kEop;
    if ((status & (kWhole | kErrors)) != kWhole ||
        length_of(status) - e1000::kMinFrame > buffer_bytes_ - e1000::kMinFrame) [[unlikely]]
      return Row::kOther;
    return Row::kFrame;
  }

  // Takes the next row's buffer and puts a free one in its place. The row is not the device's again before RDT says so.
  // region: take-row
  RINGSIDE_GUEST_INLINE uint64_t take(uint64_t status) {
    uint64_t* row = rx_ + 2 * rx_next_;
    const uint64_t buffer = row[0];
    store_relaxed(row, pop());  // a device may look ahead of its rows
    store_release(&row[1], 0);
    note(platform_, {.note = Note::kTakeRow,
                     .nic = uint16_t(nic_),
                     .ends = bool(status & e1000::rxd::kEop),
                     .row = rx_next_,
                     .length = length_of(status),
                     .a = status});
    rx_next_ = next(rx_next_, rx_rows_);
    if (++rx_held_ >= refill_) give_rows();
    return buffer;
  }
  // endregion: take-row

  // The frame that begins in the next row and goes on in those behind it.
  struct Gathered {
    enum Kind : uint8_t { kIncomplete, kGood, kBad } kind;
    uint32_t rows;
    bool ends;  // the last row has EOP
    uint64_t status[kMaxParts];
  };
  Gathered gather() const {
    Gathered g{Gathered::kGood, 0, false, {}};
    uint32_t bytes = 0;
    for (uint32_t row = rx_next_; !g.ends && g.rows < kMaxParts; row = next(row, rx_rows_)) {
      const uint64_t status = load_acquire(rx_ + 2 * row + 1);
      if (!(status & e1000::rxd::kDd)) return {Gathered::kIncomplete, 0, false, {}};
      g.status[g.rows++] = status;
      g.ends = status & e1000::rxd::kEop;
      bytes += length_of(status);
      if ((status & kErrors) || length_of(status) > buffer_bytes_ || length_of(status) == 0) g.kind = Gathered::kBad;
    }
    if (!g.ends || discarding_ || bytes > max_frame_ + kVlanTag || length_of(g.status[0]) < e1000::kMinFrame)
      g.kind = Gathered::kBad;
    return g;
  }
  // The rest of a frame that has more parts than a frame can have is bad too, up to its EOP.
  bool discarding() const { return discarding_; }
  void set_discarding(bool discarding) { discarding_ = discarding; }

  RINGSIDE_GUEST_INLINE void prefetch(uint32_t ahead) const {
    uint32_t row = rx_next_ + ahead;
    if (row >= rx_rows_) row -= rx_rows_;
    __builtin_prefetch(platform_.mem(rx_[2 * row]));
  }

  // --- buffers

  RINGSIDE_GUEST_INLINE uint32_t free_buffers() const { return free_count_; }
  RINGSIDE_GUEST_INLINE uint64_t pop() { return free_[--free_count_]; }
  RINGSIDE_GUEST_INLINE void push(uint64_t buffer) { free_[free_count_++] = buffer; }
  RINGSIDE_GUEST_INLINE uint8_t* data(uint64_t buffer) const { return platform_.mem(buffer); }

  // --- transmit

  RINGSIDE_GUEST_INLINE uint32_t tx_free() const { return tx_free_; }

  // Writes one row. RS is asked for at the end of the frame in which a completion group ends, so that one look at DD
  // frees a group.
  RINGSIDE_GUEST_INLINE void put_row(uint64_t buffer, uint32_t bytes, bool last) {
    group_ends_ |= (tx_next_ & tx_group_mask_) == tx_group_mask_;
    write_row(buffer, bytes | e1000::txd::kIfcs | (last ? e1000::txd::kEop | (group_ends_ ? e1000::txd::kRs : 0) : 0));
    if (last) group_ends_ = false;
  }
  // The same for a frame in one buffer.
  RINGSIDE_GUEST_INLINE void put_frame(uint64_t buffer, uint32_t bytes) {
    const bool group_ends = (tx_next_ & tx_group_mask_) == tx_group_mask_;
    write_row(buffer, bytes | e1000::txd::kIfcs | e1000::txd::kEop | (group_ends ? e1000::txd::kRs : 0));
  }

  // A frame is complete: doorbell now, or at the end of the burst.
  RINGSIDE_GUEST_INLINE void frame_done() {
    if (doorbell_per_packet_) ring_transmit();
  }
  RINGSIDE_GUEST_INLINE void burst_done() {
    if (tx_next_ != tx_rung_) ring_transmit();
  }

  // Frees the buffers of groups that the device has done with. Looks at the row that carries RS, and at no other.
  RINGSIDE_GUEST_INLINE void clean() {
    for (uint32_t used = tx_rows_ - 1 - tx_free_; used;) {
      uint32_t end = tx_clean_ | tx_group_mask_;
      if (end >= tx_rows_) end = tx_group_mask_;  // the last group of a ring goes on at its begin
      uint32_t count = (end >= tx_clean_ ? end - tx_clean_ : end + tx_rows_ - tx_clean_) + 1;
      if (count > used) return;
      uint64_t command = load_acquire(tx_ + 2 * end + 1);
      while (!(command & e1000::txd::kEop)) {  // in the middle of a frame of several parts: RS is in its last row
        if (count++ == used) return;
        end = next(end, tx_rows_);
        command = load_acquire(tx_ + 2 * end + 1);
      }
      if (!(command & e1000::txd::kDd)) return;
      for (uint32_t i = 0; i < count; i++) {
        push(tx_[2 * tx_clean_]);
        note(platform_, {.note = Note::kCleanRow, .nic = uint16_t(nic_), .row = tx_clean_});
        tx_clean_ = next(tx_clean_, tx_rows_);
      }
      used -= count;
      tx_free_ += count;
    }
  }

  static constexpr uint32_t queue() { return 0; }
  static constexpr uint32_t queues() { return 1; }
  RINGSIDE_GUEST_INLINE uint64_t mac() const { return mac_; }
  RINGSIDE_GUEST_INLINE uint32_t nic() const { return nic_; }
  RINGSIDE_GUEST_INLINE uint32_t rx_next() const { return rx_next_; }
  RINGSIDE_GUEST_INLINE uint32_t tx_next() const { return tx_next_; }
  RINGSIDE_GUEST_INLINE uint32_t buffer_bytes() const { return buffer_bytes_; }
  RINGSIDE_GUEST_INLINE uint32_t max_frame() const { return max_frame_; }
  static uint32_t length_of(uint64_t status) { return uint32_t(status & e1000::rxd::kLengthMask); }

 private:
  // A wrong checksum (TCPE, IPE) is no error of the frame; it is for the network stack to judge.
  static constexpr uint64_t kErrors = e1000::rxd::kErrorsMask & ~(e1000::rxd::kTcpe | e1000::rxd::kIpe);
  static constexpr uint32_t kVlanTag = 4;

  RINGSIDE_GUEST_INLINE static uint32_t next(uint32_t index, uint32_t rows) {
    return index + 1 == rows ? 0 : index + 1;
  }

  // region: write-row
  RINGSIDE_GUEST_INLINE void write_row(uint64_t buffer, uint64_t command) {
    uint64_t* row = tx_ + 2 * tx_next_;
    store_relaxed(row, buffer);
    store_release(&row[1], command);
    note(platform_, {.note = Note::kWriteRow,
                     .nic = uint16_t(nic_),
                     .ends = bool(command & e1000::txd::kEop),
                     .row = tx_next_,
                     .length = uint32_t(command & e1000::txd::kLengthMask),
                     .a = buffer,
                     .b = command});
    tx_next_ = next(tx_next_, tx_rows_);
    tx_free_--;
  }
  // endregion: write-row

  // RDT names the first row that is not the device's: the one before the next to be looked at stays empty, so that a
  // full ring and an empty one differ (sheet section 4).
  RINGSIDE_GUEST_INLINE void give_rows() {
    platform_.mmio_write(bar_ + e1000::reg::kRdt, 4, rx_next_ ? rx_next_ - 1 : rx_rows_ - 1);
    rx_held_ = 0;
  }
  // region: ring-transmit
  RINGSIDE_GUEST_INLINE void ring_transmit() {
    platform_.mmio_write(bar_ + e1000::reg::kTdt, 4, tx_next_);
    note(platform_, {.note = Note::kGiveRows, .nic = uint16_t(nic_)});
    tx_rung_ = tx_next_;
  }
  // endregion: ring-transmit

  P& platform_;
  const uint32_t nic_;
  const bool doorbell_per_packet_;
  bool group_ends_ = false;
  uint64_t bar_, mac_, *rx_, *tx_, *free_;
  uint32_t free_count_, buffer_bytes_, max_frame_;
  uint32_t rx_rows_, rx_next_, rx_held_, refill_, discarding_;
  uint32_t tx_rows_, tx_next_, tx_clean_, tx_group_mask_, tx_rung_, tx_free_;
};

}  // namespace ringside::guest
