// SPDX-License-Identifier: BSD-3-Clause
#include "engine/net/loss_book.h"

#include <rte_mbuf.h>

#include <cstring>

#include "tests/support/catch.h"
#include "tests/support/eal.h"

using namespace ringside;
using namespace ringside::test;
using net::DropReason;

namespace {

net::Packet* frame_to(rte_mempool* pool, uint64_t mac) {
  net::Packet* packet = rte_pktmbuf_alloc(pool);
  auto* data = reinterpret_cast<uint8_t*>(rte_pktmbuf_append(packet, 60));
  std::memset(data, 0, 60);
  std::memcpy(data, &mac, 6);
  return packet;
}

}  // namespace

TEST_CASE("whose a frame is: its addresses say so, or the frame itself") {
  auto pool = make_pool();
  net::Packet* packet = frame_to(pool->get(), net::mac_of_source(2));
  CHECK(net::source_of(packet) == 2);  // a fresh buffer has no mark
  net::set_source(packet, 0);          // from outside, whatever its address
  CHECK(net::source_of(packet) == 0);
  net::set_source(packet, 5);
  CHECK(net::source_of(packet) == 5);
  rte_pktmbuf_free(packet);
  packet = frame_to(pool->get(), 0x0200'0000'0002);
  const uint64_t own = net::mac_of_source(4);
  std::memcpy(net::data_of(packet) + 6, &own, 6);
  CHECK(net::source_of(packet) == 4);  // its own frame
  rte_pktmbuf_free(packet);
  for (uint64_t mac : {uint64_t{0x0200'0000'0002}, net::mac_of_source(net::kSources), net::kBroadcast}) {
    packet = frame_to(pool->get(), mac);
    CHECK(net::source_of(packet) == 0);
    packet->data_len = 13;
    CHECK(net::source_of(packet) == 0);
    rte_pktmbuf_free(packet);
  }
}

TEST_CASE("a loss book sums up each source's own losses, keeps those of places that are gone") {
  auto pool = make_pool();
  net::Packet* packet = frame_to(pool->get(), net::mac_of_source(2));
  net::LossBook book;
  net::DropCounters first, second;
  book.add(&first);
  book.add(&second);
  first.add(DropReason::kHairpin, packet);
  second.add(DropReason::kHairpin, packet);
  second.add(DropReason::kHairpin, 100);
  CHECK(book.lost(2) == 2);
  CHECK(book.lost(1) == 0);
  CHECK(second.total() == 101);
  book.remove(&first);
  CHECK(book.lost(2) == 2);
  rte_pktmbuf_free(packet);
}

TEST_CASE("a loop's window: what is under way, with copies and without what was answered or lost") {
  net::LossBook book;
  net::DropCounters drops;
  book.add(&drops);
  net::LoopWindow none, all, window;
  CHECK(none.room(32, 1000, 0) == 32);
  CHECK(none.is_open(1000, 0));
  window.set(8, 2, &book);
  CHECK(window.room(32, 0, 0) == 8);
  CHECK(window.room(2, 3, 0) == 2);
  CHECK(window.room(32, 8, 0) == 0);
  CHECK_FALSE(window.is_open(8, 0));
  drops.lost_of[2].add(3);
  CHECK(window.is_open(8, 0));
  CHECK(window.room(32, 8, 0) == 3);
  book.add_copies(2, 5);  // of one frame six came about
  CHECK(window.room(32, 8, 0) == 0);
  CHECK(window.room(32, 8, 6) == 4);
  CHECK(window.room(32, 8, 20) == 8);  // never more than the window
  all.set(8, 2, nullptr);
  CHECK(all.source() == 0);
  CHECK(all.room(32, 8, 0) == 0);
  CHECK(all.room(32, 8, 1) == 1);
}

TEST_CASE("a place where whatever is dropped was an answer") {
  net::LossBook book;
  net::DropCounters drops;
  drops.add(net::DropReason::kPoolEmpty, 7);  // before
  book.add(&drops, 2);
  drops.add(net::DropReason::kBadDescriptor, 3);
  drops.add_of(2, net::DropReason::kDmaFault);
  drops.add_of(5, net::DropReason::kDmaFault);
  CHECK(book.lost(2) == 5);
  CHECK(book.lost(5) == 1);
  book.remove(&drops);
  CHECK(book.lost(2) == 5);
}

TEST_CASE("the address that a wire sends from") {
  CHECK(net::mac_of_source(1) == 0x0100'ee00'0002);
  CHECK(net::mac_of_source(257) == 0x0101'ee00'0002);
  for (uint32_t n = 1; n <= net::kMostSenders; n++)
    REQUIRE(net::source_at(net::mac_of_source(n)) == (n < net::kSources ? n : 0));
}
