// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/guest/hosted/hosted_program.h"
#include "engine/spec/boot_info.h"
#include "engine/spec/e1000.h"
#include "engine/vmm/dma.h"
#include "engine/vmm/soft_vcpu.h"

// An E1000 of a hundred lines, written from the datasheet header and nothing else, for tests of the guest's side.
namespace ringside::test {

namespace e1000 = spec::e1000;
using Bytes = std::vector<uint8_t>;

class FakeNic final : public vmm::MmioDevice {
 public:
  struct AccessLine {
    bool write;
    uint32_t offset, value;
  };
  static constexpr uint64_t kMac = 0x060504030252;  // 52:02:03:04:05:06

  FakeNic(vmm::GuestMemory& memory, vmm::InterruptLines* lines, uint16_t line)
      : dma_(memory), lines_(lines), line_(line) {}

  uint64_t mmio_read(uint64_t offset, uint8_t, vmm::Access&) override {
    uint32_t value = words_[offset / 4];
    if (offset == e1000::reg::kIcr) value = std::exchange(icr, 0), update_line();
    if (offset == e1000::reg::kIms) value = ims;
    if (log_on) log.push_back({false, uint32_t(offset), value});
    return value;
  }
  void mmio_write(uint64_t offset, uint8_t, uint64_t value64, vmm::Access&) override {
    const uint32_t value = uint32_t(value64);
    if (log_on) log.push_back({true, uint32_t(offset), value});
    switch (offset) {
      case e1000::reg::kCtrl: words_[0] = value & ~e1000::ctrl::kRst; break;
      case e1000::reg::kIms: ims |= value, update_line(); break;
      case e1000::reg::kImc: ims &= ~value, update_line(); break;
      case e1000::reg::kEerd:
        words_[offset / 4] =
            e1000::eerd::kDone | uint32_t(uint16_t(kMac >> (16 * (value >> e1000::eerd::kAddressShift)))) << 16;
        break;
      default: words_[offset / 4] = value;
    }
  }
  const char* register_name(uint64_t offset) const override {
    switch (offset) {
      case e1000::reg::kTdt: return "TDT";
      case e1000::reg::kRdt: return "RDT";
      case e1000::reg::kIcr: return "ICR";
      case e1000::reg::kIms: return "IMS";
      case e1000::reg::kImc: return "IMC";
      default: return "other";
    }
  }

  // Puts a frame into the receive ring, in as many rows as it takes. False: no room.
  bool deliver(const Bytes& frame, uint64_t error_bits = 0) {
    const uint32_t size = e1000::receive_buffer_bytes(reg(e1000::reg::kRctl)), rows = reg(e1000::reg::kRdlen) / 16;
    const uint32_t needed = uint32_t((frame.size() + size - 1) / size);
    if ((reg(e1000::reg::kRdt) + rows - rdh()) % rows < needed) return false;
    for (uint32_t at = 0; at < frame.size(); at += size) {
      const uint32_t here = std::min<uint32_t>(size, uint32_t(frame.size()) - at);
      const uint64_t row = rx_row(rdh());
      uint64_t address = 0;
      dma_.load64(row, address);
      if (!dma_.write(address, frame.data() + at, here)) return false;
      dma_.store64_release(row + 8,
                           here | e1000::rxd::kDd | error_bits | (at + here == frame.size() ? e1000::rxd::kEop : 0));
      words_[e1000::reg::kRdh / 4] = (rdh() + 1) % rows;
    }
    raise(e1000::cause::kRxt0);
    return true;
  }

  // Takes what the driver has rung for, at most `most` frames; sets DD where RS is set.
  std::vector<Bytes> transmit(uint32_t most = ~0u) {
    std::vector<Bytes> frames;
    const uint32_t rows = reg(e1000::reg::kTdlen) / 16;
    Bytes frame;
    while (frames.size() < most && reg(e1000::reg::kTdh) != reg(e1000::reg::kTdt)) {
      const uint64_t row = tx_row(reg(e1000::reg::kTdh));
      uint64_t address = 0, command = 0;
      dma_.load64(row, address), dma_.load64(row + 8, command);
      const uint8_t* data = dma_.readable(address, uint32_t(command & 0xffff));
      if (!data) return frames;
      frame.insert(frame.end(), data, data + (command & 0xffff));
      addresses.push_back(address);
      if (command & e1000::txd::kRs) dma_.store64_release(row + 8, command | e1000::txd::kDd), completions++;
      if (command & e1000::txd::kEop) frames.push_back(std::exchange(frame, {}));
      words_[e1000::reg::kTdh / 4] = (reg(e1000::reg::kTdh) + 1) % rows;
    }
    return frames;
  }

  void raise(uint32_t causes) { icr |= causes, update_line(); }
  uint32_t reg(uint32_t offset) const { return words_[offset / 4]; }
  uint32_t rdh() const { return reg(e1000::reg::kRdh); }
  uint64_t rx_row(uint32_t row) const { return reg(e1000::reg::kRdbal) + uint64_t{row} * 16; }
  uint64_t tx_row(uint32_t row) const { return reg(e1000::reg::kTdbal) + uint64_t{row} * 16; }
  uint32_t writes_of(uint32_t offset) const {
    uint32_t n = 0;
    for (const AccessLine& line : log) n += line.write && line.offset == offset;
    return n;
  }

  uint32_t icr = 0, ims = 0, completions = 0;
  bool log_on = true;
  std::vector<AccessLine> log;
  std::vector<uint64_t> addresses;  // of transmitted rows

 private:
  void update_line() {
    if (!lines_) return;
    if (icr & ims)
      lines_->assert_line(line_);
    else
      lines_->clear_line(line_);
  }

  vmm::DmaSpace dma_;
  vmm::InterruptLines* lines_;
  uint16_t line_;
  // Atomic: a test may have the guest and the device in two threads.
  std::vector<std::atomic<uint32_t>> words_ = std::vector<std::atomic<uint32_t>>(e1000::kBar0Bytes / 4);
};

// A soft VM with fake NICs, booted by boot().
struct FakeVm {
  static constexpr uint64_t kBar = 0x80000000;

  explicit FakeVm(spec::WorkloadKind workload, uint32_t rx_rows = 64, uint32_t tx_rows = 64,
                  uint64_t memory_bytes = 16 << 20, uint32_t nics = 1)
      : memory(std::move(*vmm::GuestMemory::create(memory_bytes))),
        vcpu("vm/0", *memory, bus, guest::hosted_program()) {
    for (uint32_t i = 0; i < nics; i++) {
      devices.push_back(std::make_unique<FakeNic>(*memory, &vcpu.interrupts, uint16_t(i)));
      bus.map(kBar + i * 0x100000, e1000::kBar0Bytes, devices.back().get(), uint16_t(i));
      info().nics[i] = {spec::NicModel::kE1000, i, kBar + i * 0x100000, rx_rows, tx_rows, 2048, 1514};
    }
    info().magic = spec::kBootMagic, info().memory_bytes = memory_bytes, info().nic_count = nics,
    info().workload = workload;
    info().vcpu_count = 1;
    control().batch = 32, control().refill = 1, control().generate_size = 60, control().generate_flows = 1;
    vcpu.set_exit_cost(0);
  }

  bool turn() {
    Turn t{.now = now, .hz = 1e9, .sink = sink, .worker = 0};
    now += 1000;
    return vcpu.turn(t);
  }
  void boot() {
    turn();
    nic().log.clear();
  }

  FakeNic& nic(uint32_t i = 0) { return *devices[i]; }
  spec::BootInfo& info() { return *reinterpret_cast<spec::BootInfo*>(memory->base() + spec::kBootInfoGpa); }
  spec::GuestControl& control() { return *reinterpret_cast<spec::GuestControl*>(memory->base() + spec::kControlGpa); }
  spec::GuestReport& report() { return *reinterpret_cast<spec::GuestReport*>(memory->base() + spec::kReportGpa); }

  uint64_t now = 1000;
  StepSink* sink = nullptr;
  std::unique_ptr<vmm::GuestMemory> memory;
  vmm::MmioBus bus;
  vmm::SoftVcpu vcpu;
  std::vector<std::unique_ptr<FakeNic>> devices;
};

}  // namespace ringside::test
