// SPDX-License-Identifier: BSD-3-Clause
#include "engine/disassembly/guest_code.h"

#include <capstone/capstone.h>
#include <cxxabi.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace ringside::disassembly {
namespace {

// Capstone's decoder, opened once.
csh decoder() {
  static const csh handle = [] {
    csh opened = 0;
    return cs_open(CS_ARCH_X86, CS_MODE_64, &opened) == CS_ERR_OK ? opened : csh{0};
  }();
  return handle;
}

struct Decoded {
  uint32_t bytes = 0;
  std::string text;
};

Decoded decode_one(std::span<const uint8_t> code, uint64_t address) {
  cs_insn* found = nullptr;
  if (!decoder() || cs_disasm(decoder(), code.data(), code.size(), address, 1, &found) == 0) return {};
  Decoded one{found->size,
              found->op_str[0] ? std::string(found->mnemonic) + " " + found->op_str : std::string(found->mnemonic)};
  cs_free(found, 1);
  return one;
}

void erase_all(std::string& text, const std::string& part, const std::string& instead = "") {
  for (size_t at; (at = text.find(part)) != std::string::npos;) text.replace(at, part.size(), instead);
}

}  // namespace

Instruction decode(std::span<const uint8_t> code, uint64_t address) {
  return {address, decode_one(code, address).text, ""};
}

std::string short_name(const std::string& symbol) {
  int status = 0;
  const std::unique_ptr<char, void (*)(void*)> plain(abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status),
                                                     std::free);
  std::string name = status == 0 && plain ? plain.get() : symbol;
  // Up to the arguments, and from behind the result's type: blanks and parentheses within <> belong to the name.
  int depth = 0;
  size_t begin = 0;
  for (size_t i = 0; i < name.size(); i++) {
    if (name[i] == '<') depth++;
    if (name[i] == '>') depth--;
    if (depth == 0 && name[i] == ' ' && name.compare(i, 7, " [clone") != 0) begin = i + 1;
    if (depth == 0 && (name[i] == '(' || name.compare(i, 7, " [clone") == 0) &&
        name.compare(i, 11, "(anonymous ") != 0) {
      name.resize(i);
      break;
    }
  }
  name.erase(0, begin);
  for (const char* noise :
       {"ringside::guest::", "ringside::spec::", "(anonymous namespace)::", ", MachinePlatform", "<MachinePlatform>"})
    erase_all(name, noise);
  return name;
}

const vmm::GuestImage::Symbol* GuestCode::symbol_of(uint64_t address) const {
  auto next =
      std::upper_bound(symbols_.begin(), symbols_.end(), address, [](uint64_t a, const auto& s) { return a < s.gpa; });
  return next == symbols_.begin() ? nullptr : &*std::prev(next);
}

std::string GuestCode::where(uint64_t address) const {
  const auto* symbol = symbol_of(address);
  if (!symbol || address - gpa_ >= bytes_.size()) return "";
  return fmt::format("{}+{:#x}", short_name(symbol->name), address - symbol->gpa);
}

Instruction GuestCode::at(uint64_t rip) const {
  if (rip - gpa_ >= bytes_.size()) return {rip, "", ""};
  return {rip, decode_one(bytes_.subspan(rip - gpa_), rip).text, where(rip)};
}

// region: ending-at
Instruction GuestCode::ending_at(uint64_t rip) const {
  const auto* symbol = symbol_of(rip - 1);
  if (!symbol || rip - 1 - gpa_ >= bytes_.size()) return {};
  for (uint64_t address = symbol->gpa; address < rip;) {
    const Decoded one = decode_one(bytes_.subspan(address - gpa_), address);
    if (!one.bytes) return {};
    if (address + one.bytes == rip) return {address, one.text, where(address)};
    address += one.bytes;
  }
  return {};
}
// endregion: ending-at

const Instruction& GuestCode::of(vmm::ExitReason reason, uint64_t rip) {
  auto [at_key, fresh] = known_.try_emplace({reason, rip});
  if (!fresh || !rip) return at_key->second;
  using vmm::ExitReason;
  const bool behind =
      reason == ExitReason::kMmioWrite || reason == ExitReason::kPioWrite || reason == ExitReason::kHalt;
  Instruction found = behind ? ending_at(rip) : at(rip);
  if (reason == ExitReason::kPioWrite && !found.text.starts_with("out")) found = at(rip);
  return at_key->second = found;
}

}  // namespace ringside::disassembly
