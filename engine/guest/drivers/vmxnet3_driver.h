// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/drivers/vmxnet3_state.h"
#include "engine/guest/memory.h"
#include "engine/guest/workload/workload.h"

namespace ringside::guest {

// VMXNET3's hot path, of one queue pair. No register is read on it, and one written only when the deferred doorbell
// says so: what the device has done is seen in the completion rings, by their generation bits (sheet vmxnet3 §4).
//
// An object of this class lives for one burst. Its members are copies of the state in guest memory, so that the loop
// runs in registers; save() writes them back. All of it is inlined.
//
// Receive rows are refilled as soon as they are taken, and the row itself gives them to the device: no doorbell
// (updateRxProd is 0). Doorbell: packets are counted in txNumDeferred; when they reach txThreshold, which the device
// writes, TXPROD is. Asked after each frame, or once at the end of a burst.
template <Platform P>
class Vmxnet3Driver {
 public:
  struct Status {
    uint64_t q0, q1;  // a receive completion row
  };

  RINGSIDE_GUEST_INLINE Vmxnet3Driver(P& platform, uint32_t nic, uint32_t queue, const Settings& settings)
      : platform_(platform), nic_(nic), queue_(queue), doorbell_per_packet_(settings.doorbell_per_packet) {
    const Vmxnet3State& state = *at<Vmxnet3State>(platform, vmxnet3_state_gpa(nic));
    const Vmxnet3QueueState& s = state.queue[queue];
    bar0_ = state.bar0, mac_ = state.mac, buffer_bytes_ = state.buffer_bytes, max_frame_ = state.max_frame,
    queues_ = state.queues;
    rx_ = at<uint64_t>(platform, s.rx_ring[0] & ~uint64_t{15});
    rx2_ = at<uint64_t>(platform, s.rx_ring[1] & ~uint64_t{15});
    rx_comp_ = at<uint64_t>(platform, s.rx_comp & ~uint64_t{15});
    tx_ = at<uint64_t>(platform, s.tx_ring & ~uint64_t{15});
    tx_comp_ = at<uint64_t>(platform, s.tx_comp & ~uint64_t{15});
    control_ = at<vmxnet3::TxQueueDesc>(platform, s.tx_desc & ~uint64_t{15});
    free_ = at<uint64_t>(platform, s.free_stack & ~uint64_t{7});
    free_count_ = s.free_count;
    rx_rows_ = s.rx_rows[0], rx2_rows_ = s.rx_rows[1], rx_comp_rows_ = s.rx_comp_rows, tx_rows_ = s.tx_rows;
    comp_next_ = s.rx_comp_next, comp_gen_ = s.rx_comp_gen, discarding_ = s.rx_discarding;
    tx_next_ = s.tx_next, tx_gen_ = s.tx_gen, tx_clean_ = s.tx_clean, tx_group_mask_ = s.tx_group_mask;
    tx_comp_next_ = s.tx_comp_next, tx_comp_gen_ = s.tx_comp_gen;
    const uint32_t used = tx_next_ >= tx_clean_ ? tx_next_ - tx_clean_ : tx_next_ + tx_rows_ - tx_clean_;
    tx_free_ = tx_rows_ - 1 - used;
  }

  // False when somebody has scribbled over the state: then the burst is not run.
  RINGSIDE_GUEST_INLINE bool sane() const {
    return vmxnet3::good_rows(rx_rows_) && vmxnet3::good_rows(rx2_rows_) && vmxnet3::good_rows(tx_rows_) &&
           rx_comp_rows_ == rx_rows_ + rx2_rows_ && comp_next_ < rx_comp_rows_ && tx_next_ < tx_rows_ &&
           tx_clean_ < tx_rows_ && tx_comp_next_ < tx_rows_ && tx_group_mask_ < tx_rows_ / 2 && queues_ > queue_ &&
           queues_ <= kVmxnet3Queues && free_count_ <= rx_rows_ + rx2_rows_ + tx_rows_ + kSpareBuffers &&
           buffer_bytes_ >= 2048 && buffer_bytes_ < 16384 && max_frame_ <= vmxnet3::kMaxFrame;
  }
  // What a burst can push onto a full stack, at most: every transmit row, and 32 frames. A whole ring lies behind one
  // pointer.
  static_assert((4 * uint64_t{vmxnet3::kMaxRows} + kSpareBuffers + 32 * kMaxParts) * 8 <= spec::kMemoryTail + 0x2000);
  static_assert(uint64_t{vmxnet3::kMaxRxCompRows} * vmxnet3::kRowBytes <= spec::kMemoryTail);

  RINGSIDE_GUEST_INLINE void save() {
    Vmxnet3QueueState& s = at<Vmxnet3State>(platform_, vmxnet3_state_gpa(nic_))->queue[queue_];
    s.free_count = free_count_, s.rx_comp_gen = comp_gen_, s.rx_discarding = discarding_;
    s.tx_next = tx_next_, s.tx_gen = tx_gen_, s.tx_comp_gen = tx_comp_gen_;
    // The host looks at these to draw them.
    store_relaxed(&s.rx_comp_next, comp_next_), store_relaxed(&s.tx_clean, tx_clean_),
        store_relaxed(&s.tx_comp_next, tx_comp_next_);
  }

  // --- receive

  // What lies in the next completion row. kOther: several parts, an error, something that cannot be.
  enum class Row : uint8_t { kEmpty, kFrame, kOther };

  RINGSIDE_GUEST_INLINE Row look(Status& status) const {
    status.q1 = load_acquire(rx_comp_ + 2 * comp_next_ + 1);
    if (bool(status.q1 & vmxnet3::rxc::kGen) != bool(comp_gen_)) return Row::kEmpty;
    status.q0 = rx_comp_[2 * comp_next_];
    constexpr uint64_t kWhole = vmxnet3::rxc::kSop | vmxnet3::rxc::kEop;
    if ((status.q0 & kWhole) != kWhole || status.q1 & vmxnet3::rxc::kErr ||
        length_of(status) - vmxnet3::kMinFrame > buffer_bytes_ - vmxnet3::kMinFrame) [[unlikely]]
      return Row::kOther;
    return Row::kFrame;
  }

  // Takes the next completion row's buffer and gives a free one to the device in its place: the row's generation bit
  // flips.
  // region: vmxnet3-take-row
  RINGSIDE_GUEST_INLINE uint64_t take(const Status& status) {
    const bool second = (status.q0 >> vmxnet3::rxc::kQueueShift & vmxnet3::rxc::kQueueMask) >= queues_;
    uint32_t index = uint32_t(status.q0 & vmxnet3::rxc::kIndexMask);
    if (index >= (second ? rx2_rows_ : rx_rows_)) [[unlikely]]
      index = 0;  // a device can be wrong
    uint64_t* row = (second ? rx2_ : rx_) + 2 * index;
    const uint64_t buffer = row[0], generation = ~row[1] & vmxnet3::rxd::kGen;
    store_relaxed(row, pop());  // a device may look ahead of its rows
    store_release(&row[1], buffer_bytes_ | (second ? vmxnet3::rxd::kBody : 0) | generation);
    note(platform_, {.note = Note::kTakeRow,
                     .nic = uint16_t(nic_),
                     .queue = uint16_t(queue_),
                     .ring = kReceiveCompletion,
                     .ends = bool(status.q0 & vmxnet3::rxc::kEop),
                     .row = comp_next_,
                     .length = length_of(status),
                     .a = status.q1});
    if (++comp_next_ == rx_comp_rows_) comp_next_ = 0, comp_gen_ ^= 1;
    return buffer;
  }
  // endregion: vmxnet3-take-row

  // The frame that begins in the next completion row and goes on in those behind it.
  struct Gathered {
    enum Kind : uint8_t { kIncomplete, kGood, kBad } kind;
    uint32_t rows;
    bool ends;  // the last row has EOP
    Status status[kMaxParts];
  };
  Gathered gather() const {
    Gathered g{Gathered::kGood, 0, false, {}};
    uint32_t bytes = 0;
    for (uint32_t row = comp_next_, gen = comp_gen_; !g.ends && g.rows < kMaxParts;) {
      Status& status = g.status[g.rows];
      status.q1 = load_acquire(rx_comp_ + 2 * row + 1);
      if (bool(status.q1 & vmxnet3::rxc::kGen) != bool(gen)) return {Gathered::kIncomplete, 0, false, {}};
      status.q0 = rx_comp_[2 * row];
      g.rows++;
      g.ends = status.q0 & vmxnet3::rxc::kEop;
      bytes += length_of(status);
      if (status.q1 & vmxnet3::rxc::kErr || length_of(status) > buffer_bytes_ || length_of(status) == 0)
        g.kind = Gathered::kBad;
      if (++row == rx_comp_rows_) row = 0, gen ^= 1;
    }
    if (!g.ends || discarding_ || bytes > max_frame_ + kVlanTag || length_of(g.status[0]) < vmxnet3::kMinFrame)
      g.kind = Gathered::kBad;
    return g;
  }
  // The rest of a frame that has more parts than a frame can have is bad too, up to its EOP.
  bool discarding() const { return discarding_; }
  void set_discarding(bool discarding) { discarding_ = discarding; }

  // The rows ahead are completed in the order in which they lie in the first ring.
  RINGSIDE_GUEST_INLINE void prefetch(uint32_t ahead) const {
    const uint32_t row = uint32_t(rx_comp_[2 * comp_next_] & vmxnet3::rxc::kIndexMask) + ahead;
    __builtin_prefetch(platform_.mem(rx_[2 * (row < rx_rows_ ? row : 0)]));
  }

  // --- buffers

  RINGSIDE_GUEST_INLINE uint32_t free_buffers() const { return free_count_; }
  RINGSIDE_GUEST_INLINE uint64_t pop() { return free_[--free_count_]; }
  RINGSIDE_GUEST_INLINE void push(uint64_t buffer) { free_[free_count_++] = buffer; }
  RINGSIDE_GUEST_INLINE uint8_t* data(uint64_t buffer) const { return platform_.mem(buffer); }

  // --- transmit

  RINGSIDE_GUEST_INLINE uint32_t tx_free() const { return tx_free_; }

  // A frame in one buffer: the row itself gives it to the device.
  RINGSIDE_GUEST_INLINE void put_frame(uint64_t buffer, uint32_t bytes) {
    const bool group_ends = (tx_next_ & tx_group_mask_) == tx_group_mask_;
    write_row(buffer, bytes | vmxnet3::txd::kEop | (group_ends ? vmxnet3::txd::kCq : 0), true);
    note(platform_, {.note = Note::kGiveRows, .nic = uint16_t(nic_)});
  }
  // One row of several. The first is written with the old generation bit and given away last, so that the device sees
  // all or none.
  RINGSIDE_GUEST_INLINE void put_row(uint64_t buffer, uint32_t bytes, bool last) {
    group_ends_ |= (tx_next_ & tx_group_mask_) == tx_group_mask_;
    const uint64_t command = bytes | (last ? vmxnet3::txd::kEop | (group_ends_ ? vmxnet3::txd::kCq : 0) : 0);
    if (!parts_) first_ = tx_next_;
    if (last) group_ends_ = false;
    const bool alone = last && !parts_;
    parts_ = !last;
    write_row(buffer, command, alone || first_ != tx_next_);
    if (!last) return;
    if (!alone) {
      uint64_t* first = tx_ + 2 * first_ + 1;
      store_release(first, *first ^ vmxnet3::txd::kGen);
    }
    note(platform_, {.note = Note::kGiveRows, .nic = uint16_t(nic_)});
  }

  // A frame is complete: doorbell now, or at the end of the burst.
  RINGSIDE_GUEST_INLINE void frame_done() {
    deferred_++;
    if (doorbell_per_packet_) ring_transmit();
  }
  RINGSIDE_GUEST_INLINE void burst_done() {
    if (deferred_) ring_transmit();
  }

  // Frees the buffers of packets that the device has done with: completions tell the last row of each group.
  RINGSIDE_GUEST_INLINE void clean() {
    for (;;) {
      const uint64_t* comp = tx_comp_ + 2 * tx_comp_next_;
      if (bool(load_acquire(comp + 1) & vmxnet3::txc::kGen) != bool(tx_comp_gen_)) return;
      const uint32_t last = uint32_t(comp[0] & vmxnet3::txc::kIndexMask);
      const uint32_t used = tx_rows_ - 1 - tx_free_;
      uint32_t count = (last >= tx_clean_ ? last - tx_clean_ : last + tx_rows_ - tx_clean_) + 1;
      if (last >= tx_rows_ || count > used) count = 0;  // a device can be wrong
      for (uint32_t i = 0; i < count; i++) {
        push(tx_[2 * tx_clean_]);
        note(platform_, {.note = Note::kCleanRow, .nic = uint16_t(nic_), .queue = uint16_t(queue_), .row = tx_clean_});
        if (++tx_clean_ == tx_rows_) tx_clean_ = 0;
      }
      tx_free_ += count;
      if (++tx_comp_next_ == tx_rows_) tx_comp_next_ = 0, tx_comp_gen_ ^= 1;
    }
  }

  RINGSIDE_GUEST_INLINE uint64_t mac() const { return mac_; }
  RINGSIDE_GUEST_INLINE uint32_t nic() const { return nic_; }
  RINGSIDE_GUEST_INLINE uint32_t queue() const { return queue_; }
  RINGSIDE_GUEST_INLINE uint32_t queues() const { return queues_; }
  RINGSIDE_GUEST_INLINE uint32_t rx_next() const { return comp_next_; }
  RINGSIDE_GUEST_INLINE uint32_t tx_next() const { return tx_next_; }
  RINGSIDE_GUEST_INLINE uint32_t buffer_bytes() const { return buffer_bytes_; }
  RINGSIDE_GUEST_INLINE uint32_t max_frame() const { return max_frame_; }
  static uint32_t length_of(const Status& status) { return uint32_t(status.q1 & vmxnet3::rxc::kLengthMask); }

 private:
  static constexpr uint32_t kVlanTag = 4;
  static constexpr uint8_t kReceiveCompletion = 5;  // RingKind of base/event.h

  RINGSIDE_GUEST_INLINE void write_row(uint64_t buffer, uint64_t command, bool give) {
    uint64_t* row = tx_ + 2 * tx_next_;
    store_relaxed(row, buffer);
    const uint64_t word = command | (bool(tx_gen_) == give ? vmxnet3::txd::kGen : 0);
    store_release(&row[1], word);
    note(platform_, {.note = Note::kWriteRow,
                     .nic = uint16_t(nic_),
                     .queue = uint16_t(queue_),
                     .ends = bool(command & vmxnet3::txd::kEop),
                     .row = tx_next_,
                     .length = uint32_t(command & vmxnet3::txd::kLengthMask),
                     .a = buffer,
                     .b = word});
    if (++tx_next_ == tx_rows_) tx_next_ = 0, tx_gen_ ^= 1;
    tx_free_--;
  }

  // The row was written before the threshold is read, and the device writes the threshold before it looks at the row
  // for the last time: sequentially consistent on both sides, or a packet would be left behind (DESIGN section 7, rule
  // 3).
  // region: deferred-doorbell
  RINGSIDE_GUEST_INLINE void ring_transmit() {
    const uint32_t deferred = load_relaxed(&control_->num_deferred) + deferred_;
    deferred_ = 0;
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (deferred < load_relaxed(&control_->threshold)) return store_relaxed(&control_->num_deferred, deferred);
    store_relaxed(&control_->num_deferred, uint32_t{0});
    platform_.mmio_write(bar0_ + vmxnet3::bar0::kTxprod + vmxnet3::bar0::kStride * queue_, 4, tx_next_);
  }
  // endregion: deferred-doorbell

  P& platform_;
  const uint32_t nic_, queue_;
  const bool doorbell_per_packet_;
  bool group_ends_ = false, parts_ = false;
  uint64_t bar0_, mac_, *rx_, *rx2_, *rx_comp_, *tx_, *tx_comp_, *free_;
  vmxnet3::TxQueueDesc* control_;
  uint32_t free_count_, buffer_bytes_, max_frame_, queues_;
  uint32_t rx_rows_, rx2_rows_, rx_comp_rows_, comp_next_, comp_gen_, discarding_;
  uint32_t tx_rows_, tx_next_, tx_gen_, tx_clean_, tx_group_mask_, tx_comp_next_, tx_comp_gen_, tx_free_;
  uint32_t first_ = 0, deferred_ = 0;
};

}  // namespace ringside::guest
