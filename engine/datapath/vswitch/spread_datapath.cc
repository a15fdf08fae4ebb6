// SPDX-License-Identifier: BSD-3-Clause
// One frame to many ports, or to a port and those that overhear it.
#include <algorithm>

#include "engine/datapath/vswitch/tags.h"
#include "engine/datapath/vswitch/vswitch.h"

namespace ringside::datapath {

using net::DropReason;
using net::Packet;

namespace {

// The buffers of one frame: one for each tag that its receivers see, since the tag stands in the buffer, and so does
// whose closed loop it is of; at most four. Each is shared by the receivers of that kind, read-only once the first has
// it.
class Versions {
 public:
  // `source`: the closed loop that waits for an answer to the frame, 0 = none.
  Versions(Packet* original, uint32_t source) : original_(original), source_(source) {}

  // Null: the pool is empty. The first that is asked for gets the frame's own buffer.
  Packet* with(int tag, uint32_t source) {
    for (uint32_t i = 0; i < count_; i++)
      if (tags_[i] == tag && sources_[i] == source) return packets_[i];
    Packet* version = count_ ? rte_pktmbuf_copy(original_, original_->pool, 0, UINT32_MAX) : original_;
    if (!version) return nullptr;
    retag(version, tag);
    if (source_) net::set_source(version, source);
    tags_[count_] = tag, sources_[count_] = source;
    return packets_[count_++] = version;
  }

  // Our own reference to each but `kept` and the original is given back.
  void let_go(const Packet* kept) {
    for (uint32_t i = 0; i < count_; i++)
      if (packets_[i] != kept && packets_[i] != original_) rte_pktmbuf_free(packets_[i]);
  }

 private:
  Packet* original_;
  const uint32_t source_;
  Packet* packets_[4];
  int tags_[4];
  uint32_t sources_[4];
  uint32_t count_ = 0;
};

void share(Packet* packet) {
  for (Packet* segment = packet; segment; segment = segment->next) rte_mbuf_refcnt_update(segment, 1);
}

}  // namespace

// each(port, addressee) for every port that gets the frame. Not an addressee: it only overhears, in promiscuous mode.
template <class Each>
void VSwitch::each_receiver(const Forwarder& f, const SwitchPort& in, uint16_t vlan, LookUp found, Each&& each) const {
  if (found.way == LookUp::Way::kMany)
    return merge(lists_.access(vlan), lists_.carriers(), [&](uint16_t port) {
      if (port != in.index) each(port, true);
    });
  const uint32_t addressees = found.way == LookUp::Way::kOne;
  merge(f.listeners(), {&found.port, addressees}, [&](uint16_t port) {
    const SwitchPort& to = *ports_[port];
    if (port == found.port)
      each(port, true);
    else if (to.carries_tags() || to.rules.vlan == vlan)
      each(port, false);
  });
}

// For eyes: the decision, and how many ports follow from it. The frame is still in the burst while the step point
// holds, since a suspended context's frames are walked.
void VSwitch::report(Turn& turn, const Forwarder& f, const SwitchPort& in, uint64_t mac, uint16_t vlan,
                     LookUp found) const {
  Packet* packet = f.in.packets[f.in.first];
  LookUpReport report{.found = found};
  each_receiver(f, in, vlan, found,
                [&](uint16_t, bool addressee) { addressee ? report.receivers++ : report.mirrored++; });
  turn.step({.kind = EventKind::kLookUp,
             .a = mac | uint64_t{vlan} << 48,
             .b = report.word(),
             .length = packet->pkt_len,
             .packet = net::trace_id(packet),
             .object = this});
}

// Of a closed loop's frame: does this receiver owe it an answer? Who only overhears it does not. Of a guest's flood
// where a capture is played, the copy that leaves is the answer.
bool VSwitch::owes(const Forwarder& f, const SwitchPort& in, LookUp found, uint16_t port, bool addressee) const {
  if (!addressee) return false;
  if (found.way == LookUp::Way::kOne) return true;
  if (uplink_->player && !in.uplink) return port == uplink_->index;
  return std::find(f.listeners().begin(), f.listeners().end(), port) == f.listeners().end();
}

// A frame that a guest which may overhear sends to the loop: an answer as long as it owes one.
void VSwitch::account(SwitchPort& in, Packet* packet, uint32_t loop) {
  if (in.uplink || !in.rules.promiscuous || net::source_at(net::destination_mac(packet)) != loop) return;
  if (in.answered.value() < in.owed.value())
    in.answered.add(1);
  else
    net::set_source(packet, 0);
}

// How many answers a closed loop's frame will have: each receiver's that owes one, or, where nobody does, everybody's.
// Counted before the first receiver can lose its own.
VSwitch::Debt VSwitch::debt_of(const Forwarder& f, const SwitchPort& in, uint16_t vlan, LookUp found) const {
  uint32_t receivers = 0, owing = 0;
  each_receiver(f, in, vlan, found,
                [&](uint16_t port, bool addressee) { receivers++, owing += owes(f, in, found, port, addressee); });
  const Debt debt{uplink_->loop, owing == 0};
  if (debt.everybody) owing = receivers;
  if (owing > 1) uplink_->losses->add_copies(debt.source, owing - 1);
  return debt;
}

// One mbuf with n references, read-only from then on. It stays in f.in until all its receivers have theirs, and each
// reference beyond it is counted as a copy, so that the books are right at every step point within.
void VSwitch::spread(Turn& turn, Forwarder& f, const SwitchPort& in, uint16_t vlan, LookUp found) {
  Packet* const packet = f.in.packets[f.in.first];
  const int came = tag_as_it_came(packet), carried = carried_tag(packet, vlan);
  Debt debt;
  if (uplink_ && uplink_->loop && net::source_of(packet) == uplink_->loop) [[unlikely]]
    debt = debt_of(f, in, vlan, found);
  Versions versions(packet, debt.source);
  // One receiver waits: the last one gets the frame itself.
  Packet* waiting = nullptr;
  uint16_t waiting_port = kNoPort;
  auto hand_copy = [&] {
    net::Burst& out = out_burst(turn, f, waiting_port);
    share(waiting);
    f.copied.add(1);
    out.push(waiting);
  };
  each_receiver(f, in, vlan, found, [&](uint16_t port, bool addressee) {
    const uint32_t source = debt.everybody || (debt.source && owes(f, in, found, port, addressee)) ? debt.source : 0;
    Packet* version = versions.with(ports_[port]->carries_tags() ? carried : addressee ? kNoTag : came, source);
    if (source && in.uplink && ports_[port]->rules.promiscuous) ports_[port]->owed.add(1);
    if (!version) [[unlikely]] {
      f.copied.add(1);
      f.drops.add_of(source, DropReason::kPoolEmpty);
      return;
    }
    if (waiting) hand_copy();
    waiting = version, waiting_port = port;
  });
  if (!waiting) {  // no addressee, and nobody listens
    f.in.first++;
    return drop(turn, f, packet, found.reason);
  }
  net::Burst& out = out_burst(turn, f, waiting_port);
  f.in.first++;
  out.push(waiting);
  versions.let_go(waiting);
  if (waiting != packet) rte_pktmbuf_free(packet);
  (found.way == LookUp::Way::kMany ? f.flooded : found.way == LookUp::Way::kOne ? f.forwarded : f.overheard).add(1);
}

}  // namespace ringside::datapath
