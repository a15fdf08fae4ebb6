// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "engine/spec/boot_info.h"

namespace ringside::vmm {

// Why a guest's driver did not come up, in words.
constexpr const char* text_of(spec::BootFailure failure) {
  switch (failure) {
    case spec::BootFailure::kNone: return "its driver did not come up";
    case spec::BootFailure::kNoBootInfo: return "it found no boot page";
    case spec::BootFailure::kModel: return "it has no driver for a NIC of its boot page";
    case spec::BootFailure::kRingSize: return "a ring size is not one that its NIC has";
    case spec::BootFailure::kBufferSize: return "a buffer size or frame size is not possible";
    case spec::BootFailure::kMemory: return "its memory is too small for its rings and buffers";
    case spec::BootFailure::kDevice: return "the NIC did not answer as its datasheet says";
    case spec::BootFailure::kWorkload: return "it does not know its workload";
  }
  return "it scribbled over its report";
}

}  // namespace ringside::vmm
