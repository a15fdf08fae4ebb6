// SPDX-License-Identifier: BSD-3-Clause
// The switch: random ports, port groups, modes and frames of every kind. Each input runs on two switches, of which one
// has two ports more that only listen. Whatever comes, each frame has one place; nobody sees a frame of another VLAN,
// or its own; tags are what they should be; who is known is reached; and the listeners change no drop.
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "engine/datapath/packet_pool.h"
#include "engine/datapath/vswitch/vswitch.h"
#include "tests/fuzz/frames.h"

using namespace ringside;
using namespace ringside::fuzz;
using datapath::SwitchMode;
using net::DropReason;
using net::Packet;

namespace {

constexpr uint32_t kPortsAtMost = 100;  // more than the bursts of a context
constexpr int kNoTag = -1;

int tag_of(const Packet* packet) { return net::is_tagged(packet) ? packet->vlan_tci : kNoTag; }

struct Rig;

// What was sent, by the number that the frame bears.
struct Sent {
  uint32_t from = 0;
  uint64_t to = 0, digest = 0;
  int came = kNoTag, carried = kNoTag;  // tags
  uint16_t vlan = 0;
  bool admitted = false;
  uint64_t by = 0;
  std::vector<uint32_t> reached;  // numbers of ports
};

struct Place : net::Port {
  Place(Rig& r, uint32_t n, bool stays) : rig(r), number(n), bystander(stays) {}
  uint32_t ingress_burst(Turn&, uint16_t, net::Burst&) override { return 0; }
  void egress_burst(Turn& turn, uint16_t, net::Burst& burst) override;
  uint64_t effective_mac() const override { return effective; }
  net::ReceiveMode receive_mode() const override { return mode; }

  Rig& rig;
  const uint32_t number;
  const bool bystander;
  uint64_t mac = 0, effective = 0;
  net::ReceiveMode mode = net::ReceiveMode::kOwn;
  datapath::SwitchPort* at = nullptr;
  uint32_t latest = 0;  // number of the frame that it was given last
};

struct Rig : StepSink {
  Rig(rte_mempool* packets, SwitchMode mode, bool relays_reserved, bool residents, bool bystanders, bool hears_all)
      : pool(packets), vswitch("s0", mode, relays_reserved) {
    turn.now = uint64_t(1000 * kVirtualHz);
    // So that a flood finds somebody in every VLAN, with bystanders and without.
    if (residents) stay(datapath::kTrunk, false);
    // One of them hears every frame; without it, some are dropped beside the other.
    if (bystanders) stay(10, true);
    if (bystanders && hears_all) stay(datapath::kTrunk, true);
  }
  void stay(uint16_t vlan, bool listens) {
    Place& place = *all.emplace_back(std::make_unique<Place>(*this, 0, true));
    place.mac = place.effective = 0x0600'0000'0002 + vlan + listens;
    place.mode = listens ? net::ReceiveMode::kPromiscuous : net::ReceiveMode::kOwn;
    place.at = vswitch.add_port("l", &place, false, place.mac, {.vlan = vlan, .promiscuous = listens});
  }

  rte_mempool* const pool;
  datapath::VSwitch vswitch;
  std::unique_ptr<datapath::Forwarder> f = std::make_unique<datapath::Forwarder>();
  std::vector<std::unique_ptr<Place>> all;
  std::vector<Place*> places;  // those that the input plugged in
  Turn turn;
  std::map<uint32_t, Sent> frames;                            // of the burst under way
  std::map<std::pair<uint64_t, uint16_t>, uint32_t> seen_at;  // learning: port that sent under an address, by VLAN
  uint64_t sent = 0, delivered = 0;
  uint32_t numbers = 0;

  // At any step: each frame, and each copy, has one place.
  void step(const StepEvent& event) override {
    balance();
    if (event.kind != EventKind::kLookUp) return;
    const auto report = datapath::LookUpReport::of(event.b);
    must(report.word() == event.b, "a look-up's report is what it was made of");
    decisions.emplace_back(report.found.way, report.found.reason);
    must(report.found.way != datapath::LookUp::Way::kOne || report.receivers == 1, "a frame for one goes to one");
    must(report.found.way != datapath::LookUp::Way::kMany || report.receivers > 0, "a flood reaches somebody");
    must(report.found.way != datapath::LookUp::Way::kNobody || !report.receivers, "nobody gets what is for nobody");
  }
  void balance() {
    uint64_t crossing = 0;
    for (const Place* place : crossed) crossing += rte_ring_count(place->at->crossing[0]);
    must(sent + f->copied.value() == delivered + f->drops.total() + f->in_hand() + crossing + taking,
         "each frame has one place");
  }
  uint64_t taking = 0;          // of a crossing's burst under way
  std::vector<Place*> crossed;  // ports that another worker serves

  void plug(Input& in) {
    if (places.size() >= kPortsAtMost) return;
    static constexpr uint16_t kVlans[] = {0, 0, 10, 10, 20, datapath::kTrunk, datapath::kTrunk, 4094};
    const uint8_t how = in.byte();
    const auto number = uint32_t(++plugged);
    Place& place = *all.emplace_back(std::make_unique<Place>(*this, number, false));
    place.mac = mac_of(number);
    place.effective = how & 1 ? place.mac : mac_of(number + 100);
    place.mode = net::ReceiveMode(in.below(3));
    const bool uplink = !vswitch.uplink() && (how & 6) == 6;
    datapath::PortRules rules;
    if (!uplink)
      rules = {.vlan = in.pick(kVlans),
               .promiscuous = !(how & 0x18),
               .mac_changes = (how & 0x60) != 0,
               .forged = (how & 0x81) != 0x80};
    place.at = vswitch.add_port("p", &place, uplink, uplink ? 0 : place.mac, rules);
    must(place.at, "there is room");
    if (in.below(4) == 0) {
      place.at->worker.store(1);
      must(datapath::VSwitch::open_crossing(*place.at, 0), "memory for a ring");
      crossed.push_back(&place);
    }
    places.push_back(&place);
  }
  void unplug(uint32_t which) {
    Place* gone = places[which];
    std::erase(crossed, gone);
    datapath::VSwitch::close_crossings(*gone->at);
    vswitch.remove_port(gone->at);
    gone->at = nullptr;
    places.erase(places.begin() + which);
    std::erase_if(seen_at, [&](const auto& entry) { return entry.second == gone->number; });
  }
  // Every second address falls into one bucket of the switch's table, so that it overflows.
  static uint64_t mac_of(uint64_t number) {
    static const std::vector<uint64_t> together = [] {
      std::vector<uint64_t> list;
      for (uint64_t n = 0; list.size() < 64; n++)
        if (uint64_t mac = 0x0c02 | n << 16; (rte_hash_crc_8byte(datapath::MacTable::key_of(mac, 0), 0) & 0x3ff) == 0)
          list.push_back(mac);
      return list;
    }();
    if (number % 2 && number / 2 < together.size()) return together[number / 2];
    return 0x0a02 | (number % 251) << 40 | (number / 251) << 32;
  }

  // vss: the port that has an address in a VLAN.
  Place* owner(uint64_t mac, uint16_t vlan) const {
    for (Place* place : places)
      if (!place->at->uplink && place->mac == mac && (place->at->rules.vlan == vlan || place->at->carries_tags()))
        return place;
    return nullptr;
  }

  void send(Input& in) {
    if (places.empty()) return;
    const uint32_t from = in.below(uint32_t(places.size())), count = in.below(4) ? 1 + in.below(3) : 1 + in.below(32);
    Place& source = *places[from];
    f->in.clear();
    frames.clear();
    for (uint32_t i = 0; i < count; i++)
      if (Packet* packet = make(in, source)) f->in.push(packet), sent++;
    turn.sink = in.below(2) ? this : nullptr;
    const Drops before = drops();
    vswitch.forward(turn, *f, *source.at);
    turn.sink = nullptr;
    balance();
    must(f->in_hand() == 0, "a burst is forwarded whole");
    for (Place* place : crossed) drain(*place);
    balance();
    after(source, before);
  }

  void drain(Place& place) {
    net::Burst burst;
    burst.clear();
    Turn other{.now = turn.now, .worker = 1};
    do taking = std::min(rte_ring_count(place.at->crossing[0]), net::kBurst);
    while (datapath::VSwitch::drain_crossings(other, *place.at, burst));
  }

  Packet* make(Input& in, const Place& source) {
    Packet* packet = rte_pktmbuf_alloc(pool);
    if (!packet) return nullptr;
    static constexpr uint32_t kLengths[] = {60, 60, 60, 60, 18, 1514, 14, 13, 0};
    const uint8_t how = in.byte();
    const uint32_t length = in.pick(kLengths);
    uint8_t* data = reinterpret_cast<uint8_t*>(rte_pktmbuf_append(packet, uint16_t(length)));
    memset(data, int(in.below(3) * 0x81), length);
    static constexpr uint64_t kGroups[] = {net::kBroadcast, 0x0100'5e00'0001, 0x0000'00c2'8001, 0x0f00'00c2'8001,
                                           0x1000'00c2'8001};
    const uint64_t to = how & 3 ? mac_of(1 + in.below(uint32_t(plugged) + 3)) : in.pick(kGroups);
    const uint64_t by = how & 12   ? source.effective
                        : how & 16 ? mac_of(1 + in.below(uint32_t(plugged) + 3))
                                   : in.take(2) << 32 | 2 | (how & 1);
    if (length >= 14) memcpy(data, &to, 6), memcpy(data + 6, &by, 6);
    static constexpr uint16_t kTags[] = {0, 10, 20, 4094, 4095};
    if (how & 0x60)
      if (in.below(2)) net::set_tag(packet, uint16_t(in.pick(kTags) | in.below(16) << 12));
    const uint32_t number = net::trace_id(packet) = ++numbers;
    Sent& one = frames[number];
    one.from = source.number, one.to = to, one.came = tag_of(packet);
    one.vlan = source.at->carries_tags() ? net::vlan_of(packet) : source.at->rules.vlan;
    one.carried = one.came == kNoTag && !one.vlan ? kNoTag : (net::tci_of(packet) & 0xf000) | one.vlan;
    one.digest = content(packet);
    const datapath::SwitchPort& at = *source.at;
    one.by = by;
    one.admitted = length >= 14 && (at.carries_tags() || !net::vlan_of(packet)) &&
                   (at.uplink || ((at.rules.forged || by == source.effective) &&
                                  (at.rules.mac_changes || source.effective == source.mac)));
    return packet;
  }
  static uint64_t content(const Packet* packet) {
    uint64_t digest = packet->pkt_len;
    const uint8_t* data = rte_pktmbuf_mtod(packet, const uint8_t*);
    for (uint32_t i = 0; i < packet->data_len; i++) digest = mix(digest, data[i]);
    return digest;
  }
  using Drops = std::array<uint64_t, size_t(DropReason::kCount)>;
  Drops drops() const {
    Drops now;
    for (size_t r = 0; r < now.size(); r++) now[r] = f->drops.by_reason[r].value();
    return now;
  }
  // Who is known is reached, and the names of a burst's drops are kept, to be compared.
  void after(const Place& source, const Drops& before) {
    const Drops now = drops();
    const auto dry = size_t(DropReason::kPoolEmpty);
    for (const auto& [number, one] : frames) {
      must(one.admitted || one.reached.empty(), "what may not enter goes nowhere");
      if (!one.admitted) continue;
      if (vswitch.mode() == SwitchMode::kLearning && !net::is_group(one.by))
        seen_at[{one.by, one.vlan}] = source.number;
      uint32_t expected = 0;
      if (vswitch.mode() == SwitchMode::kLearning) {
        if (auto at = seen_at.find({one.to, one.vlan}); at != seen_at.end()) expected = at->second;
      } else if (const Place* place = owner(one.to, one.vlan)) {
        expected = place->number;
      }
      if (expected && expected != source.number && now[dry] == before[dry])
        must(std::find(one.reached.begin(), one.reached.end(), expected) != one.reached.end(),
             "who is known is reached");
    }
    Outcome& outcome = outcomes.emplace_back();
    for (size_t r = 0; r < now.size(); r++) outcome.drops[r] = r == dry ? 0 : now[r] - before[r];
    outcome.overheard = f->overheard.value() - overheard_before;
    overheard_before = f->overheard.value();
  }
  // The pool runs dry, but for some buffers, or is full again.
  void drain_pool(uint32_t but) {
    for (; !held.empty(); held.pop_back()) rte_pktmbuf_free(held.back());
    while (but && rte_mempool_avail_count(pool) > but) held.push_back(rte_pktmbuf_alloc(pool));
  }

  std::vector<Packet*> held;
  // Of each burst: drops by reason, without pool_empty; frames that only listeners got.
  struct Outcome {
    Drops drops;
    uint64_t overheard;
  };
  std::vector<Outcome> outcomes;
  uint64_t overheard_before = 0;
  std::vector<std::pair<datapath::LookUp::Way, DropReason>> decisions;  // of each frame while stepping
  uint32_t plugged = 0;
};

void Place::egress_burst(Turn&, uint16_t, net::Burst& burst) {
  rig.balance();
  while (burst.left()) {
    Packet* packet = burst.packets[burst.first];
    const auto found = rig.frames.find(net::trace_id(packet));
    must(found != rig.frames.end(), "a frame that somebody sent in this burst");
    Sent& one = found->second;
    must(latest < found->first, "a port gets a frame once, and in order");
    latest = found->first;
    must(bystander || one.from != number, "no frame goes back to where it came from");
    must(one.digest == Rig::content(packet), "a frame arrives as it was sent");
    const int tag = tag_of(packet);
    if (at->carries_tags()) {
      must(tag == one.carried, "tags are kept on trunks and uplinks");
    } else {
      must(at->rules.vlan == one.vlan, "an access port gets frames of its VLAN");
      const bool listens = at->rules.promiscuous && mode == net::ReceiveMode::kPromiscuous;
      // A learning switch may have seen this port's address elsewhere.
      const bool overhears = one.to != mac || rig.vswitch.mode() == SwitchMode::kLearning;
      must(tag == kNoTag || (listens && overhears && tag == one.came), "an access port sees no tag");
    }
    one.reached.push_back(number);
    if (rig.taking) rig.taking--;
    burst.first++;
    rig.delivered++;
    rte_pktmbuf_free(packet);
  }
  rig.balance();
}

void run(Rig& rig, Input& in) {
  for (uint32_t n = in.below(8) ? 2 + in.below(8) : in.below(kPortsAtMost); n; n--) rig.plug(in);
  while (!in.empty()) switch (in.below(16)) {
      case 0: rig.plug(in); break;
      case 1:
        if (!rig.places.empty()) rig.unplug(in.below(uint32_t(rig.places.size())));
        break;
      case 2:
        if (!rig.places.empty())
          rig.places[in.below(uint32_t(rig.places.size()))]->mode = net::ReceiveMode(in.below(3));
        break;
      // Time goes on; another worker's clock may be a little behind.
      case 3: rig.turn.now += uint64_t(in.below(200) * kVirtualHz); break;
      case 4: rig.turn.now -= uint64_t(in.below(2) * kVirtualHz); break;
      case 5: rig.drain_pool(in.below(2) ? 0 : 1 + in.below(80)); break;
      default: rig.send(in);
    }
}

// A listener takes frames out of the drops, and puts none under another name.
void compare(const std::vector<Rig::Outcome>& alone, const std::vector<Rig::Outcome>& beside) {
  must(alone.size() == beside.size(), "both switches were given the same bursts");
  for (size_t i = 0; i < alone.size(); i++) {
    uint64_t lost = alone[i].overheard, lost_beside = beside[i].overheard;
    for (size_t r = 0; r < alone[i].drops.size(); r++) {
      must(beside[i].drops[r] <= alone[i].drops[r], "drops have the same names whoever listens");
      lost += alone[i].drops[r], lost_beside += beside[i].drops[r];
    }
    must(lost == lost_beside, "a frame without an addressee is dropped or overheard");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  test::need_eal();
  static const std::unique_ptr<datapath::PacketPool> pool =
      std::move(*datapath::PacketPool::create("switch_fuzz", 511, false));
  const uint8_t how = size ? data[0] : 0;
  const SwitchMode mode = how & 1 ? SwitchMode::kLearning : SwitchMode::kVss;
  const bool residents = how & 4;
  std::vector<Rig::Outcome> alone;
  decltype(Rig::decisions) decided;
  for (bool bystanders : {false, true}) {
    Rig rig(pool->get(), mode, how & 2, residents, bystanders, how & 8);
    Input in(data + (size ? 1 : 0), size ? size - 1 : 0);
    run(rig, in);
    while (!rig.places.empty()) rig.unplug(0);
    rig.drain_pool(0);
    must(pool->in_use() == 0, "every buffer comes back");
    if (!bystanders)
      alone = std::move(rig.outcomes), decided = std::move(rig.decisions);
    else if (residents)
      compare(alone, rig.outcomes), must(rig.decisions == decided, "listeners change no decision");
  }
  return 0;
}
