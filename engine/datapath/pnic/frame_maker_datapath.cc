// SPDX-License-Identifier: BSD-3-Clause
#include "engine/datapath/pnic/frame_maker.h"

namespace ringside::datapath {

bool FrameMaker::extend(net::Packet* packet, uint32_t size, rte_mempool* pool) {
  net::Packet* extra[4];  // 9,018 bytes are five segments
  uint32_t count = extra_segments(size);
  if (rte_pktmbuf_alloc_bulk(pool, extra, count) != 0) return false;
  net::Packet* last = packet;
  for (uint32_t i = 0, left = size - kSegmentRoom; i < count; i++, left -= kSegmentRoom) {
    extra[i]->data_len = uint16_t(left < kSegmentRoom ? left : kSegmentRoom);
    last->next = extra[i];
    last = extra[i];
  }
  packet->nb_segs = uint16_t(1 + count);
  return true;
}

void FrameMaker::fill_rest(net::Packet* packet, uint8_t* data, uint32_t size) {
  std::memset(data + kHeaderBytes, 0, (size < kSegmentRoom ? size : kSegmentRoom) - kHeaderBytes);
  for (net::Packet* more = packet->next; more; more = more->next) std::memset(net::data_of(more), 0, more->data_len);
}

}  // namespace ringside::datapath
