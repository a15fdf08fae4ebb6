// SPDX-License-Identifier: BSD-3-Clause
// cold: read once, before a pcap wire is built
#pragma once

#include <cstdint>
#include <string>

#include "engine/base/result.h"

namespace ringside::datapath {

struct CaptureInfo {
  uint64_t frames = 0, bytes = 0;
  uint32_t longest = 0;
};

// Walks a capture file (pcap of either byte order and resolution, or pcapng) from end to end: what a pcap wire will
// play, or where and how the file is broken. DPDK's net_pcap (by libpcap) then plays it; it does not tell a broken file
// from its end.
Result<CaptureInfo> scan_capture(const std::string& path);

}  // namespace ringside::datapath
