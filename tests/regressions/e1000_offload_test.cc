// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "tests/support/catch.h"
#include "tests/support/e1000_steps.h"
#include "tests/support/tcp_frames.h"

// The E1000's extended transmit descriptors (SDM 3.3.6, 3.3.7, 3.5): contexts, data, checksums, segmentation. The model
// refused them all. What comes out is judged by sums and lengths that the test makes itself.
namespace ringside::test {
namespace {

namespace e1000 = spec::e1000;
namespace reg = e1000::reg;
using net::DropReason;

constexpr uint64_t kOther = 0x0200'0000'0052;

// The context that Linux makes for a large TCP frame.
ContextRow cutting(const LargeTcp& what, uint32_t mss) {
  const uint32_t tcp = what.tcp_at();
  return {.ipcss = 14,
          .ipcso = what.ipv6 ? 0u : 24u,
          .ipcse = what.ipv6 ? 0 : tcp - 1,
          .tucss = tcp,
          .tucso = tcp + 16,
          .paylen = what.payload,
          .hdrlen = what.header(),
          .mss = mss,
          .command = ext::kTse | ext::kTcp | (what.ipv6 ? 0 : ext::kIp)};
}
uint64_t options_of(const LargeTcp& what) { return ext::kTse | ext::kTxsm | (what.ipv6 ? 0 : ext::kIxsm); }

LargeTcp large(bool ipv6, uint32_t payload) {
  LargeTcp what{.ipv6 = ipv6, .payload = payload};
  what.checksum = pseudo_sum(what);
  return what;
}

uint64_t dropped(const GuestE1000& vm, DropReason reason) { return vm.nic->tx_drops.by_reason[size_t(reason)].value(); }

TEST_CASE("e1000 data descriptors: frames leave as with legacy ones", "[sanitize][one-thread]") {
  PlayedE1000 vm;
  vm.init();
  for (uint32_t length = 60; length <= 1514; length += length < 100 ? 1 : 97) {
    const Bytes frame = make_frame(length, length % 3 ? kOther : net::kBroadcast, length);
    const uint32_t row = vm.put_frame(frame, 0, length % 2 ? 2048 : 50);
    vm.ring_tx();
    REQUIRE(vm.fetch() == std::vector<Bytes>{frame});
    CHECK(vm.status(row) == 1);
  }
  CHECK(vm.nic->tx_drops.total() == 0);
  CHECK(vm.balanced());
}

TEST_CASE("e1000 data descriptors: 20 bits of length, and too much of it is oversize", "[sanitize][one-thread]") {
  PlayedE1000 vm;
  vm.init();
  vm.put_raw(vm.tx_buffer(0), ext::kData | ext::kEop | ext::kRs | 0x10040);  // not 0x40
  vm.ring_tx();
  CHECK(vm.fetch().empty());
  CHECK(dropped(vm, DropReason::kOversize) == 1);
  CHECK(vm.status(0) == 9);
}

TEST_CASE("e1000 contexts: checksums go where the context says, until there is another", "[sanitize][one-thread]") {
  PlayedE1000 vm;
  vm.init();
  LargeTcp what = large(false, 200);
  Bytes frame = make_large(what);
  const uint32_t tcp = what.tcp_at(), bytes = uint32_t(frame.size());
  // Without segmentation the driver's pseudo header has the length, too.
  const uint32_t pseudo = sum_of(frame.data() + 26, 8, 6 + bytes - tcp);
  frame[tcp + 16] = uint8_t(pseudo >> 8), frame[tcp + 17] = uint8_t(pseudo);
  frame[16] = uint8_t((bytes - 14) >> 8), frame[17] = uint8_t(bytes - 14);
  frame[24] = frame[25] = 0;
  vm.put_context({.ipcss = 14, .ipcso = 24, .ipcse = tcp - 1, .tucss = tcp, .tucso = tcp + 16, .command = ext::kTcp});
  vm.put_frame(frame, ext::kIxsm | ext::kTxsm);
  vm.put_frame(frame, ext::kTxsm, 33);  // the same context again, and many rows
  vm.put_frame(frame, 0);
  vm.ring_tx();
  const std::vector<Bytes> out = vm.fetch();
  REQUIRE(out.size() == 3);
  CHECK(sum_of(out[0].data() + 14, tcp - 14) == 0xffff);
  for (int i : {0, 1}) {
    CHECK(sum_of(out[i].data() + tcp, bytes - tcp, sum_of(out[i].data() + 26, 8, 6 + bytes - tcp)) == 0xffff);
    Bytes rest = out[i];  // and nothing else is touched
    rest[tcp + 16] = frame[tcp + 16], rest[tcp + 17] = frame[tcp + 17], rest[24] = rest[25] = 0;
    CHECK(rest == frame);
  }
  CHECK(out[1][24] == 0);
  CHECK(out[2] == frame);
  CHECK(vm.nic->offloads.checksums.value() == 2);
  // POPTS counts in a frame's first row.
  vm.put(Bytes(frame.begin(), frame.begin() + 100), ext::kData);
  vm.put(Bytes(frame.begin() + 100, frame.end()), ext::kData | ext::kEop | ext::kTxsm);
  vm.ring_tx();
  CHECK(vm.fetch() == std::vector<Bytes>{frame});
}

TEST_CASE("e1000 segmentation: IPv4 and IPv6, over many rows and bursts", "[sanitize][one-thread]") {
  const bool ipv6 = GENERATE(false, true), stepped = GENERATE(false, true);
  const uint32_t payload = GENERATE(1u, 1448u, 1449u, 30000u, 60000u), mss = GENERATE(536u, 1448u, 9000u);
  PlayedE1000 vm;
  RecordingSink sink;
  sink.also = [&](const StepEvent&) { CHECK(vm.nic->in_hand() <= 200); };
  vm.init();
  if (stepped) vm.turn.sink = &sink;
  const LargeTcp what = large(ipv6, payload);
  const uint32_t segments = (payload + mss - 1) / mss;
  vm.put_context(cutting(what, mss));
  // The header in a row of its own, as DPDK has it, or with the first data, as Linux.
  const uint32_t row = vm.put_frame(make_large(what), options_of(what), payload % 2 ? what.header() : 2048);
  vm.ring_tx();
  std::vector<Bytes> out;
  while (vm.nic->has_work()) {
    const auto some = vm.fetch();
    REQUIRE(some.size() <= net::kBurst);
    out.insert(out.end(), some.begin(), some.end());
    REQUIRE(vm.nic->in_hand() == segments - out.size());
    REQUIRE(vm.balanced());
  }
  CHECK(vm.status(row) == 1);
  // Who steps sees each segment being cut.
  const auto cut = [](const StepEvent& e) { return e.kind == EventKind::kDeviceSegment; };
  CHECK(std::count_if(sink.events.begin(), sink.events.end(), cut) == (stepped ? segments : 0));
  REQUIRE(out.size() == segments);
  check_segments(what, mss, out);
  CHECK(vm.nic->tx.frames.value() == 1);
  CHECK(vm.nic->offloads.cut.value() == 1);
  CHECK(vm.nic->offloads.segmented.value() == segments - 1);
  CHECK(vm.read(reg::kTsctc) == 1);
  CHECK(vm.read(reg::kTsctfc) == 0);
  CHECK(vm.read(reg::kGptc) == segments);
  CHECK(vm.read(reg::kGotcl) == payload + segments * (what.header() + 4));
}

TEST_CASE("e1000 segmentation: each segment has the frame's tag, from the row or from its data",
          "[sanitize][one-thread]") {
  const bool in_row = GENERATE(false, true);
  PlayedE1000 vm;
  vm.init();
  vm.write(reg::kCtrl, vm.read(reg::kCtrl) | e1000::ctrl::kVme);
  const LargeTcp what = large(false, 5000);
  Bytes frame = make_large(what);
  ContextRow context = cutting(what, 1000);
  if (!in_row) {
    frame.insert(frame.begin() + 12, {0x81, 0x00, 0x20, 0x64});
    for (uint32_t* at : {&context.ipcss, &context.ipcso, &context.ipcse, &context.tucss, &context.tucso}) *at += 4;
    context.hdrlen += 4;
  }
  vm.put_context(context);
  vm.put_frame(frame, options_of(what) | (in_row ? ext::kVle | uint64_t{0x2064} << 48 : 0));
  vm.ring_tx();
  net::Burst burst;
  REQUIRE(vm.nic->ingress_burst(vm.turn, 0, burst) == 5);
  std::vector<Bytes> out;
  for (uint32_t i = 0; i < burst.count; i++) {
    CHECK(net::is_tagged(burst.packets[i]));
    CHECK(burst.packets[i]->vlan_tci == 0x2064);
    out.push_back(GuestE1000::content(burst.packets[i]));
    rte_pktmbuf_free(burst.packets[i]);
  }
  check_segments(what, 1000, out);
}

TEST_CASE("e1000 segmentation: what makes no sense is dropped by name, and what follows is sent",
          "[sanitize][one-thread]") {
  PlayedE1000 vm;
  vm.init();
  const LargeTcp what = large(false, 3000);
  const Bytes frame = make_large(what);
  const ContextRow good = cutting(what, 1000);
  struct Case {
    const char* name;
    std::function<void(ContextRow&)> spoil;
    DropReason reason = DropReason::kBadDescriptor;
    uint64_t without = 0;
  };
  const Case cases[] = {
      {"no segment size", [](ContextRow& c) { c.mss = 0; }},
      {"no header", [](ContextRow& c) { c.hdrlen = 0; }},
      {"a header shorter than its parts", [](ContextRow& c) { c.hdrlen = 40, c.paylen += 26; }},
      {"a header beyond the frame", [](ContextRow& c) { c.hdrlen = 255, c.paylen = 0; }},
      {"too little payload", [](ContextRow& c) { c.paylen--; }},
      {"too much payload", [](ContextRow& c) { c.paylen++; }},
      {"more payload than a frame can have", [](ContextRow& c) { c.paylen = 0xfffff; }, DropReason::kOversize},
      {"IP beyond the header", [](ContextRow& c) { c.ipcss = 250; }},
      {"TCP beyond the header", [](ContextRow& c) { c.tucss = 250; }},
      {"the IP checksum beyond the header", [](ContextRow& c) { c.ipcso = 255; }},
      {"the TCP checksum beyond the header", [](ContextRow& c) { c.tucso = 255; }},
      {"a range that ends before it begins", [](ContextRow& c) { c.ipcse = 3; }},
      {"segments longer than a frame", [](ContextRow& c) { c.mss = 0xffff, c.paylen = 60000; }, DropReason::kOversize},
      {"UDP", [](ContextRow& c) { c.command &= ~ext::kTcp; }},
  };
  uint32_t failed = 0;
  for (const Case& c : cases) {
    INFO(c.name);
    ContextRow bad = good;
    c.spoil(bad);
    LargeTcp sized = what;
    if (bad.paylen == 60000) sized.payload = 60000;
    const uint64_t before = dropped(vm, c.reason), total = vm.nic->tx_drops.total();
    vm.put_context(bad);
    const uint32_t row = vm.put_frame(make_large(sized), options_of(what));
    vm.ring_tx();
    CHECK(vm.fetch_all().empty());
    CHECK(dropped(vm, c.reason) == before + 1);
    CHECK(vm.nic->tx_drops.total() == total + 1);
    CHECK(vm.status(row) == 9);
    failed++;
    vm.put_context(good);
    vm.put_frame(frame, options_of(what));
    vm.ring_tx();
    const auto out = vm.fetch_all();
    REQUIRE(out.size() == 3);
    check_segments(what, 1000, out);
  }
  CHECK(vm.read(reg::kTsctfc) == failed);
  CHECK(vm.read(reg::kTsctc) == failed);
  CHECK(vm.balanced());
}

TEST_CASE("e1000 contexts: none yet, none any more, of the other kind, and rows of no kind", "[sanitize][one-thread]") {
  PlayedE1000 vm;
  vm.init();
  const LargeTcp what = large(false, 3000);
  const Bytes frame = make_frame(100, kOther);
  auto lost = [&](const Bytes& data, uint64_t command) {
    const uint64_t before = dropped(vm, DropReason::kBadDescriptor);
    vm.put_frame(data, command);
    vm.ring_tx();
    return vm.fetch_all().empty() && dropped(vm, DropReason::kBadDescriptor) == before + 1;
  };
  CHECK(lost(frame, ext::kTxsm));
  CHECK(lost(make_large(what), options_of(what)));
  vm.put_context(cutting(what, 1000));  // one for cutting is none for checksums, and the other way round
  CHECK(lost(frame, ext::kIxsm));
  vm.put_context({.tucss = 34, .tucso = 50});
  vm.put_frame(frame, ext::kTxsm);
  vm.put_frame(make_large(what), options_of(what));
  vm.ring_tx();
  CHECK(vm.fetch_all().size() == 4);
  vm.put_context({.tucss = 34, .tucso = 99});  // half a place
  CHECK(lost(frame, ext::kTxsm));
  vm.put_context({.tucss = 100, .tucso = 50});  // nothing to sum up
  CHECK(lost(frame, ext::kTxsm));
  vm.init();  // a reset
  CHECK(lost(make_large(what), options_of(what)));
  for (uint64_t type = 2; type < 16; type++) CHECK(lost(frame, type << 20 ^ 1u << 20));
  // Rows of two kinds in one frame.
  vm.put(frame, ext::kData);
  CHECK(lost(frame, 0) == false);
  vm.init();
  const uint64_t before = dropped(vm, DropReason::kBadDescriptor);
  vm.put(frame, 0);
  vm.put(frame, ext::kData | ext::kEop);
  vm.put(frame, ext::kData);
  vm.put(frame, ext::kEop);
  vm.ring_tx();
  CHECK(vm.fetch_all().empty());
  CHECK(dropped(vm, DropReason::kBadDescriptor) == before + 2);
  CHECK(vm.balanced());
}

TEST_CASE("e1000 segmentation: work is bounded, and a reset in the middle loses the rest by name",
          "[sanitize][one-thread]") {
  PlayedE1000 vm;
  vm.init();
  const LargeTcp what = large(false, 60000);
  vm.put_context(cutting(what, 1));
  vm.put_frame(make_large(what), options_of(what));
  vm.ring_tx();
  for (uint32_t sent = 32; sent <= 320; sent += 32) {
    CHECK(vm.fetch().size() == 32);
    CHECK(vm.nic->in_hand() == 60000 - sent);
    CHECK(vm.nic->has_work());
  }
  vm.write(reg::kTctl, 0);  // what has begun is finished; what is in the ring waits
  vm.put_frame(make_frame(80, kOther), 0);
  vm.ring_tx();
  CHECK(vm.fetch().size() == 32);
  vm.write(reg::kCtrl, vm.read(reg::kCtrl) | e1000::ctrl::kRst);
  CHECK(vm.nic->has_work());
  CHECK(vm.fetch().empty());
  CHECK_FALSE(vm.nic->has_work());
  CHECK(dropped(vm, DropReason::kReset) == 60000 - 352);
  CHECK(vm.nic->in_hand() == 0);
  CHECK(vm.balanced());
  vm.init();
  const Bytes frame = make_frame(80, kOther);
  vm.put_frame(frame, 0);
  vm.ring_tx();
  CHECK(vm.fetch() == std::vector<Bytes>{frame});
  vm.nic->reset();
  CHECK(vm.pool->in_use() == 0);
}

TEST_CASE("e1000 segmentation: without packets or without a link the rest is lost by name", "[sanitize][one-thread]") {
  for (bool link : {false, true}) {
    PlayedE1000 vm(8, 64, 128);
    vm.init();
    const LargeTcp what = large(false, 50000);
    vm.put_context(cutting(what, 1000));
    vm.put_frame(make_large(what), options_of(what));
    vm.ring_tx();
    REQUIRE(vm.fetch().size() == 32);
    std::vector<net::Packet*> hoard;
    if (link)
      vm.write(reg::kCtrl, vm.read(reg::kCtrl) & ~e1000::ctrl::kSlu);
    else
      while (net::Packet* packet = rte_pktmbuf_alloc(vm.pool->get())) hoard.push_back(packet);
    const size_t more = vm.fetch_all().size();  // made of the few packets that the device had at hand
    CHECK(more <= (link ? 0 : 17));
    CHECK(dropped(vm, link ? DropReason::kLinkDown : DropReason::kPoolEmpty) == 18 - more);
    CHECK(vm.balanced());
    for (net::Packet* packet : hoard) rte_pktmbuf_free(packet);
  }
}

TEST_CASE("e1000 segmentation: in loopback all segments come back", "[sanitize][one-thread]") {
  PlayedE1000 vm(128);
  vm.may_loop = true;
  vm.init(1u << 6 | e1000::rctl::kUpe);
  const LargeTcp what = large(false, 50000);
  vm.put_context(cutting(what, 1000));
  vm.put_frame(make_large(what), options_of(what));
  vm.ring_tx();
  std::vector<Bytes> back;
  while (vm.nic->has_work()) {
    CHECK(vm.fetch().empty());
    for (Bytes frame = vm.take(); !frame.empty(); frame = vm.take()) back.push_back(frame);
  }
  REQUIRE(back.size() == 50);
  check_segments(what, 1000, back);
  CHECK(vm.balanced());
}

TEST_CASE("e1000 rows in words: contexts and data") {
  auto value = [](const std::vector<FieldView>& fields, const std::string& name) {
    for (const FieldView& f : fields)
      if (f.name == name) return f.value;
    return std::string("none");
  };
  const ContextRow context = cutting(large(false, 3000), 1460);
  const uint64_t first[2] = {context.offsets(), context.word()};
  const auto c = devices::decode_e1000_row(RingKind::kTransmit, first);
  CHECK(value(c, "TUCSS") == "34");
  CHECK(value(c, "IPCSE") == "33");
  CHECK(value(c, "PAYLEN") == "3000");
  CHECK(value(c, "MSS") == "1460");
  CHECK(value(c, "TUCMD") == "TCP IP TSE DEXT");
  const uint64_t second[2] = {0x1000, 0x12345 | ext::kData | ext::kEop | ext::kTse | ext::kTxsm};
  const auto d = devices::decode_e1000_row(RingKind::kTransmit, second);
  CHECK(value(d, "length") == std::to_string(0x12345));
  CHECK(value(d, "CMD") == "EOP TSE DEXT");
  CHECK(value(d, "POPTS") == "TXSM");
}

}  // namespace
}  // namespace ringside::test
