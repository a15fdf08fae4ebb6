// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace ringside::vmm {

// Why a guest was stopped, and how it stood: what a reader needs to find the instruction.
struct GuestFault {
  static constexpr std::array<const char*, 18> kNames = {"rax", "rbx", "rcx", "rdx", "rsi", "rdi",
                                                         "rbp", "rsp", "r8",  "r9",  "r10", "r11",
                                                         "r12", "r13", "r14", "r15", "rip", "rflags"};
  std::string what;                // "triple fault", "exception 14 (page fault), error code 0x2"
  std::array<uint64_t, 18> reg{};  // in the order of kNames
  uint64_t cr2 = 0;
  uint64_t rip() const { return reg[16]; }
  std::array<uint8_t, 16> code{};  // from rip on
  uint32_t code_bytes = 0;         // 0: there is no memory
};

}  // namespace ringside::vmm
