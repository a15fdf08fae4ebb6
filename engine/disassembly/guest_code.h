// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/vmm/exit.h"
#include "engine/vmm/kvm/guest_image.h"

namespace ringside::disassembly {

// One instruction of a guest, in words.
struct Instruction {
  uint64_t address = 0;
  std::string text;   // "mov dword ptr [rax + 0x3818], ecx"
  std::string where;  // "poll_nics<Forward>+0x1a4"
  bool known() const { return !text.empty(); }
};

// The code of a bare-metal guest and the names in it: which instruction caused an exit. Decoded when somebody asks,
// then remembered. One thread.
class GuestCode {
 public:
  explicit GuestCode(const vmm::GuestImage& image) : bytes_(image.bytes), gpa_(image.gpa), symbols_(image.symbols) {}

  // The instruction behind an exit whose record says `rip`. At a register write, OUT and HLT the CPU stands behind the
  // instruction already (some hosts: at OUT still on it), at a read on it.
  const Instruction& of(vmm::ExitReason reason, uint64_t rip);

  // Decodes what begins at `rip`; what ends there, reading forward from the symbol that `rip` lies in. Unknown: not
  // code of the image.
  Instruction at(uint64_t rip) const;
  Instruction ending_at(uint64_t rip) const;
  // "guest_main+0x2c", or "" outside of all symbols.
  std::string where(uint64_t address) const;

 private:
  const vmm::GuestImage::Symbol* symbol_of(uint64_t address) const;

  std::span<const uint8_t> bytes_;
  uint64_t gpa_;
  std::vector<vmm::GuestImage::Symbol> symbols_;
  std::map<std::pair<vmm::ExitReason, uint64_t>, Instruction> known_;
};

// What stands in `code` at `address`, wherever it came from; unknown: no instruction.
Instruction decode(std::span<const uint8_t> code, uint64_t address);

// A C++ name as a reader wants it: without namespaces of ours, arguments and platform. "poll_nics<Forward>".
std::string short_name(const std::string& symbol);

}  // namespace ringside::disassembly
