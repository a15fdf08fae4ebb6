// SPDX-License-Identifier: BSD-3-Clause
#include "engine/devices/register_file.h"

#include <algorithm>

namespace ringside::devices {
namespace {

std::string element_name_of(const RegisterRow& row, uint16_t index) {
  std::string name = row.name;
  if (row.count == 1) return name;
  if (row.count <= RegisterMap::kListed) return name.append(std::to_string(index));
  return index == 0 ? name : name.append("[").append(std::to_string(index)).append("]");
}

}  // namespace

RegisterMap::RegisterMap(std::span<const RegisterRow> rows, uint32_t bytes)
    : rows_(rows), bytes_(bytes), slots_(std::make_unique<uint16_t[]>(bytes / 4)) {
  std::fill_n(slots_.get(), bytes / 4, kNone);
  for (const RegisterRow& row : rows)
    for (uint16_t i = 0; i < row.count; i++) {
      slots_[(row.offset + row.stride * i) / 4] = uint16_t(registers_.size());
      registers_.push_back({&row, i, element_name_of(row, i)});
      listed_ += row.count <= kListed || i == 0;
    }
}

std::vector<RegisterInfo> RegisterMap::infos() const {
  std::vector<RegisterInfo> infos;
  for (uint16_t n = 0; n < size(); n++) {
    const RegisterRow& r = row(n);
    const bool listed = r.count <= kListed;
    if (!listed && index(n) != 0) continue;
    RegisterInfo info;
    info.offset = offset(n);
    info.name = element_name(n);
    info.long_name = r.long_name;
    if (!listed) info.long_name.append(" (").append(std::to_string(r.count)).append(" words)");
    info.access = r.access;
    info.section = r.section;
    for (const BitField& f : r.fields) info.fields.push_back({f.name, f.description, f.low, f.width});
    infos.push_back(std::move(info));
  }
  return infos;
}

RegisterFile::RegisterFile(const RegisterMap& map, NicDevice& device)
    : map_(map),
      device_(device),
      values_(std::make_unique<std::atomic<uint32_t>[]>(map.size())),
      counts_(std::make_unique<Counts[]>(map.size())) {
  reset();
}

void RegisterFile::reset() {
  for (uint16_t n = 0; n < map_.size(); n++) values_[n].store(map_.row(n).reset, std::memory_order_relaxed);
}

uint32_t RegisterFile::peek(uint16_t number) const {
  const RegisterRow& row = map_.row(number);
  const uint32_t value =
      row.peek ? row.peek(device_, map_.index(number)) : values_[number].load(std::memory_order_relaxed);
  return value & row.readable;
}

uint32_t RegisterFile::read_register(uint64_t offset, vmm::Access& access) {
  const uint16_t number = map_.find(offset);
  if (number == RegisterMap::kNone) return improper_.add(1), 0;
  counts_[number].reads.add(1);
  const RegisterRow& row = map_.row(number);
  return row.on_read ? row.on_read(device_, map_.index(number), access) & row.readable : peek(number);
}

void RegisterFile::write_register(uint64_t offset, uint32_t value, vmm::Access& access) {
  const uint16_t number = map_.find(offset);
  if (number == RegisterMap::kNone) return improper_.add(1);
  counts_[number].writes.add(1);
  const RegisterRow& row = map_.row(number);
  if (row.writable) {
    const uint32_t old = values_[number].load(std::memory_order_relaxed);
    values_[number].store((old & ~row.writable) | (value & row.writable), std::memory_order_relaxed);
  }
  if (row.on_write) row.on_write(device_, map_.index(number), value, access);
}

uint64_t RegisterFile::read(uint64_t offset, uint8_t width, vmm::Access& access) {
  if (width == 4 && !(offset & 3)) [[likely]]
    return read_register(offset, access);
  improper_.add(1);
  if (width == 8 && !(offset & 7)) {
    const uint64_t low = read_register(offset, access);
    return low | uint64_t{read_register(offset + 4, access)} << 32;
  }
  if ((width == 1 || width == 2) && !(offset & (width - 1u))) {
    const uint32_t whole = read_register(offset & ~uint64_t{3}, access);
    return whole >> (offset & 3) * 8 & (width == 1 ? 0xff : 0xffff);
  }
  return 0;
}

void RegisterFile::write(uint64_t offset, uint8_t width, uint64_t value, vmm::Access& access) {
  if (width == 4 && !(offset & 3)) [[likely]]
    return write_register(offset, uint32_t(value), access);
  improper_.add(1);
  if (width == 8 && !(offset & 7)) {
    write_register(offset, uint32_t(value), access);
    write_register(offset + 4, uint32_t(value >> 32), access);
  }
}

std::vector<RegisterValue> RegisterFile::values() const {
  std::vector<RegisterValue> values;
  values.reserve(map_.listed());
  for (uint16_t n = 0; n < map_.size(); n++) {
    const uint32_t value = peek(n);
    const bool rest_of_array = map_.row(n).count > RegisterMap::kListed && map_.index(n) != 0;
    if (rest_of_array && !value) continue;
    values.push_back(
        {map_.offset(n), map_.element_name(n), value, counts_[n].reads.value(), counts_[n].writes.value()});
  }
  return values;
}

}  // namespace ringside::devices
