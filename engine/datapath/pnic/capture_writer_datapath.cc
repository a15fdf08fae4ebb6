// SPDX-License-Identifier: BSD-3-Clause
#include <rte_mbuf.h>

#include <algorithm>
#include <cstring>

#include "engine/datapath/pnic/capture_writer.h"

namespace ringside::datapath {

void CaptureWriter::copy_in(uint64_t at, const void* from, uint32_t size) {
  const uint32_t begin = uint32_t(at % kRingBytes), first = std::min(size, kRingBytes - begin);
  std::memcpy(ring_.get() + begin, from, first);
  std::memcpy(ring_.get(), static_cast<const uint8_t*>(from) + first, size - first);
}

bool CaptureWriter::put(const net::Packet* packet, uint64_t ns) {
  const uint64_t head = head_.load(std::memory_order_relaxed);
  const uint32_t length = packet->pkt_len;
  uint32_t header[4] = {0, 0, length, length};
  if (broken() || head - tail_.load(std::memory_order_acquire) + sizeof header + length > kRingBytes) return false;
  last_ns_ = std::max(last_ns_, ns);  // the clock's unit changes between free and stepped running
  header[0] = uint32_t(last_ns_ / 1'000'000'000), header[1] = uint32_t(last_ns_ % 1'000'000'000);
  copy_in(head, header, sizeof header);
  uint64_t at = head + sizeof header;
  for (const net::Packet* segment = packet; segment; segment = segment->next) {
    copy_in(at, rte_pktmbuf_mtod(segment, const uint8_t*), segment->data_len);
    at += segment->data_len;
  }
  frames_.add(1);
  bytes_.add(length);
  head_.store(at, std::memory_order_release);
  return true;
}

}  // namespace ringside::datapath
