// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/guest/drivers/e1000_state.h"
#include "engine/guest/drivers/free_buffers.h"
#include "engine/guest/memory.h"
#include "engine/guest/workload/workload.h"

// Bringing an E1000 up: sheet e1000 section 4, in its order. Cold.
namespace ringside::guest {

// A full transmit ring is polled for, so that TXDW is not wanted.
inline constexpr uint32_t kE1000WantedCauses =
    e1000::cause::kRxt0 | e1000::cause::kRxdmt0 | e1000::cause::kRxo | e1000::cause::kLsc;

template <Platform P>
class E1000Init {
 public:
  E1000Init(P& platform, const spec::BootInfo& info, uint32_t nic)
      : platform_(platform),
        info_(info),
        nic_(info.nics[nic]),
        state_(*at<E1000State>(platform, e1000_state_gpa(nic))) {}

  // `nics_left`: this one and those that still come share the memory that is left.
  spec::BootFailure run(uint32_t nics_left) {
    using spec::BootFailure;
    if (!good_rows(nic_.rx_rows) || !good_rows(nic_.tx_rows)) return BootFailure::kRingSize;
    if (!good_buffers()) return BootFailure::kBufferSize;
    if (!lay_out(nics_left)) return BootFailure::kMemory;
    if (!reset() || !read_mac()) return BootFailure::kDevice;
    program_filters();
    start_receive();
    start_transmit();
    write(e1000::reg::kCtrl, read(e1000::reg::kCtrl) | e1000::ctrl::kSlu);
    if (info_.driver == spec::DriverMode::kInterrupt) write(e1000::reg::kIms, kE1000WantedCauses);
    return BootFailure::kNone;
  }

 private:
  static constexpr uint32_t kPatience = 1000;  // reads of a register that should change

  uint32_t read(uint32_t offset) { return uint32_t(platform_.mmio_read(nic_.bar0 + offset, 4)); }
  void write(uint32_t offset, uint32_t value) { platform_.mmio_write(nic_.bar0 + offset, 4, value); }

  static bool good_rows(uint32_t rows) { return rows >= kE1000MinRows && rows <= kE1000MaxRows && rows % 8 == 0; }

  bool good_buffers() const {
    const uint32_t bytes = nic_.rx_buffer_bytes;
    if (bytes != 2048 && bytes != 4096 && bytes != 8192 && bytes != 16384) return false;
    return nic_.max_frame_bytes >= e1000::kMinPadded && nic_.max_frame_bytes <= kMaxParts * bytes &&
           nic_.max_frame_bytes <= e1000::kMaxFrame;
  }

  // Rings, free-buffer stack, buffers.
  bool lay_out(uint32_t nics_left) {
    state_ = {};
    state_.bar = nic_.bar0;
    state_.rx_rows = nic_.rx_rows, state_.tx_rows = nic_.tx_rows;
    state_.buffer_bytes = nic_.rx_buffer_bytes, state_.max_frame = nic_.max_frame_bytes;
    state_.tx_group_mask = completion_group_mask(nic_.tx_rows);
    state_.rx_ring = take_heap(platform_, uint64_t{nic_.rx_rows} * e1000::kRowBytes, 4096);
    state_.tx_ring = take_heap(platform_, uint64_t{nic_.tx_rows} * e1000::kRowBytes, 4096);
    if (!state_.rx_ring || !state_.tx_ring) return false;
    FreeStack stack;
    if (!lay_buffers(platform_, nic_.rx_rows + nic_.tx_rows + kE1000SpareBuffers, nic_.rx_rows + kE1000SpareBuffers,
                     nic_.rx_buffer_bytes, nics_left, stack))
      return false;
    state_.free_stack = stack.gpa, state_.free_count = stack.count;
    return true;
  }

  // 1. Reset, wait, mask all causes, forget those that are pending.
  bool reset() {
    write(e1000::reg::kCtrl, e1000::ctrl::kRst);
    for (uint32_t i = 0; read(e1000::reg::kCtrl) & e1000::ctrl::kRst; i++)
      if (i == kPatience) return false;
    write(e1000::reg::kImc, ~uint32_t{0});
    read(e1000::reg::kIcr);
    return true;
  }

  // 2. The MAC address: EEPROM words 0 to 2, by EERD in the 8254x layout (sheet section 2).
  bool read_mac() {
    for (uint32_t word = 0; word < 3; word++) {
      write(e1000::reg::kEerd, e1000::eerd::kStart | word << e1000::eerd::kAddressShift);
      uint32_t value = 0, tries = 0;
      while (!((value = read(e1000::reg::kEerd)) & e1000::eerd::kDone))
        if (++tries == kPatience) return false;
      state_.mac |= uint64_t{value >> e1000::eerd::kDataShift} << (16 * word);
    }
    return true;
  }

  // 3. Own address with AV (address valid), an empty multicast table.
  void program_filters() {
    write(e1000::reg::kRal, uint32_t(state_.mac));
    write(e1000::reg::kRah, uint32_t(state_.mac >> 32) | e1000::kRahAv);
    for (uint32_t i = 0; i < e1000::reg::kMtaWords; i++) write(e1000::reg::kMta + 4 * i, 0);
  }

  // Before a ring is handed over, so that a row which the device believes to be there, and which is not, shows at once.
  void poison(uint64_t ring, uint32_t rows) {
    for (uint32_t row = 0; row < rows; row++) {
      auto* qwords = at<uint64_t>(platform_, ring + uint64_t{row} * e1000::kRowBytes);
      qwords[0] = ~uint64_t{0};
      store_release(&qwords[1], ~uint64_t{0});
    }
  }

  // 4. Receive ring: base, length, head and tail, buffers; RCTL; and only then the tail that gives rows to the device.
  void start_receive() {
    poison(state_.rx_ring, nic_.rx_rows);
    write(e1000::reg::kRdbal, uint32_t(state_.rx_ring));
    write(e1000::reg::kRdbah, uint32_t(state_.rx_ring >> 32));
    write(e1000::reg::kRdlen, nic_.rx_rows * e1000::kRowBytes);
    write(e1000::reg::kRdh, 0);
    write(e1000::reg::kRdt, 0);
    for (uint32_t row = 0; row < nic_.rx_rows; row++) {
      auto* qwords = at<uint64_t>(platform_, state_.rx_ring + uint64_t{row} * e1000::kRowBytes);
      qwords[0] = *at<uint64_t>(platform_, state_.free_stack + uint64_t{--state_.free_count} * 8);
      store_release(&qwords[1], 0);
    }
    write(e1000::reg::kRctl, receive_control());
    write(e1000::reg::kRdt, nic_.rx_rows - 1);
  }

  uint32_t receive_control() const {
    uint32_t value = e1000::rctl::kEn | e1000::rctl::kBam | e1000::rctl::kSecrc;
    uint32_t code = 0;  // BSIZE 00 = 2048; with BSEX 01, 10, 11 = 16384, 8192, 4096
    for (uint32_t bytes = 32768; nic_.rx_buffer_bytes != 2048 && bytes != nic_.rx_buffer_bytes; bytes /= 2) code++;
    if (code) value |= e1000::rctl::kBsex | code << e1000::rctl::kBsizeShift;
    if (nic_.max_frame_bytes > kStandardFrame) value |= e1000::rctl::kLpe;
    if (info_.promiscuous) value |= e1000::rctl::kUpe;
    return value;
  }
  static constexpr uint32_t kStandardFrame = 1514;

  // 5. Transmit ring; TIPG; TCTL: enabled, short frames padded.
  void start_transmit() {
    poison(state_.tx_ring, nic_.tx_rows);
    write(e1000::reg::kTdbal, uint32_t(state_.tx_ring));
    write(e1000::reg::kTdbah, uint32_t(state_.tx_ring >> 32));
    write(e1000::reg::kTdlen, nic_.tx_rows * e1000::kRowBytes);
    write(e1000::reg::kTdh, 0);
    write(e1000::reg::kTdt, 0);
    write(e1000::reg::kTipg, e1000::kTipgDefault);
    write(e1000::reg::kTctl,
          e1000::tctl::kEn | e1000::tctl::kPsp | e1000::tctl::kCollisionThreshold | e1000::tctl::kCollisionDistance);
  }

  P& platform_;
  const spec::BootInfo& info_;
  const spec::BootNic nic_;  // a copy: checked once, then used
  E1000State& state_;
};

}  // namespace ringside::guest
