// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/panels/topology_panel.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/desktop/kit/numbers.h"
#include "app/desktop/model/packet_path.h"
#include "app/desktop/panels/number_tip.h"
#include "app/desktop/widgets/path_view.h"
#include "app/desktop/widgets/topology.h"
#include "app/lookup/find.h"
#include "engine/figures/sending.h"

namespace ringside::desktop {
namespace {

double share(const History& h, const std::string& part, const std::string& whole) {
  return std::clamp(h.per(part, whole), 0.0, 1.0);
}

std::string reasons(const std::vector<DropView>& drops) {
  std::string text;
  for (const DropView& d : drops)
    if (d.frames) text += (text.empty() ? "" : "\n") + d.reason + ": " + count(d.frames);
  return text;
}

TopologyRow row_of(const PanelFrame& f, const VmView& vm, const NicView& nic) {
  const History& h = f.history;
  auto key = [&](const char* what) { return History::nic(vm, nic, what); };
  TopologyRow row;
  row.vm = vm.name, row.nic = nic.name, row.model = shown_model(nic.model), row.workload = vm.workload;
  row.facts = {{"driver", vm.driver},
               {"doorbell", vm.doorbell},
               {"vCPU", vm.vcpus.empty() ? std::string(kUnknown) : vm.vcpus[0].kind}};
  if (!vm.vcpus.empty() && vm.vcpus[0].cycles_modelled)
    row.facts.emplace_back("exit cost", count(vm.vcpus[0].exit_cost)), row.exit_cost = vm.vcpus[0].exit_cost;
  if (vm.batch) row.facts.emplace_back("batch", count(vm.batch));
  if (vm.refill) row.facts.emplace_back("refill", count(vm.refill));
  row.facts.emplace_back("memory", count(vm.memory_bytes >> 20) + std::string(kThin) + "MiB");
  row.facts.emplace_back("got", total_text(vm.guest_received));
  row.facts.emplace_back("sent", total_text(vm.guest_sent));
  row.nic_facts = {{"MAC", nic.mac},
                   {"rows", count(nic.rx.size) + " RX, " + count(nic.tx.size) + " TX"},
                   {"received", total_text(nic.rx.frames)},
                   {"sent", total_text(nic.tx.frames)},
                   {"interrupts", total_text(nic.interrupts)}};
  if (const uint64_t lost = figures::sum_of(nic.rx.drops) + figures::sum_of(nic.tx.drops))  // and before all else
    row.nic_facts.insert(row.nic_facts.begin(), {"dropped", total_text(lost)});
  row.rx = find_ring(f.s, vm.name, nic.name, true), row.tx = find_ring(f.s, vm.name, nic.name, false);
  row.in = {h.amount(key("rx")), share(h, key("rx.work"), key("rx.polls")), h.amount(key("rx.dropped")),
            reasons(nic.rx.drops), h.known()};
  row.out = {h.amount(key("tx")), share(h, key("tx.work"), key("tx.polls")), h.amount(key("tx.dropped")),
             reasons(nic.tx.drops), h.known()};
  row.in.shown = h.amount_text(row.in.rate, f.ui.prefix(key("nic.rx"))),
  row.out.shown = h.amount_text(row.out.rate, f.ui.prefix(key("nic.tx")));
  row.rx_full = nic.rx.fullness;
  row.has_vcpu = !vm.vcpus.empty();
  row.state = guest_state(vm);
  if (h.rated()) row.busy = 0;
  for (const VcpuView& v : vm.vcpus) {
    row.exits += h.amount(History::vcpu(v, "exits"));
    if (!h.rated() || f.s.tsc_hz <= 0) continue;
    row.busy += (h.rate(History::vcpu(v, "guest_cycles")) + h.rate(History::vcpu(v, "exit_cycles"))) / f.s.tsc_hz /
                double(vm.vcpus.size());
  }
  if (!vm.vcpus.empty()) row.exits_shown = h.amount_text(row.exits, f.ui.prefix(vm.vcpus[0].name + ".exits"));
  row.busy = std::min(1.0, row.busy);
  row.selected = vm.name == f.ui.vm && f.s.vms.size() > 1;
  return row;
}

Topology topology_of(const PanelFrame& f) {
  Topology t;
  const History& h = f.history;
  t.phase = f.phase;
  t.rated = h.rated();
  t.at_speed = f.s.mode == RunMode::kFree && f.s.state == RunState::kRunning;
  auto rows_on = [&](TopologyGroup& g, const std::string& name) {
    for (const VmView& vm : f.s.vms)
      for (const NicView& nic : vm.nics)
        if (nic.switch_name == name) g.rows.push_back(row_of(f, vm, nic));
  };
  for (const SwitchView& v : f.s.switches) {
    TopologyGroup g;
    g.vswitch = v.name, g.mode = v.mode, g.macs = v.macs, g.vlans = v.vlans, g.flooded = v.flooded;
    g.dropped = h.amount("switch." + v.name + ".dropped");
    for (const WireView& w : f.s.wires)
      if (w.switch_name == v.name || w.name == v.uplink) {
        g.has_wire = true, g.wire = w.name, g.wire_kind = w.kind;
        g.wire_detail = w.detail.empty() ? figures::sending_text(w, figures::kTypeset) : w.detail;
        g.in = {h.amount(History::wire(w, "in")), share(h, History::wire(w, "work"), History::wire(w, "polls")),
                h.amount(History::wire(w, "dropped")), reasons(w.drops), h.known()};
        g.out = {h.amount(History::wire(w, "out")), g.in.activity, 0, "", h.known()};
        g.in.shown = h.amount_text(g.in.rate, f.ui.prefix(History::wire(w, "in"))),
        g.out.shown = h.amount_text(g.out.rate, f.ui.prefix(History::wire(w, "out")));
        g.wire_facts = {{"in", total_text(w.frames_in)}, {"out", total_text(w.frames_out)}};
        if (w.polls)
          g.wire_facts.emplace_back("polls with work", gauge_percent(double(w.polls_with_work) / double(w.polls)));
        break;
      }
    rows_on(g, v.name);
    t.groups.push_back(std::move(g));
  }
  return t;
}

// In Learn always while it is stepped, in Explore when a packet is followed that is known.
bool shows_path(const PanelFrame& f) {
  if (f.s.mode == RunMode::kFree || f.s.events.empty()) return false;
  return f.ui.always_path || (f.ui.packet && followed(f.s, f.ui.packet) != Followed::kUnseen);
}

std::string text_of(uint32_t packet) { return packet ? std::to_string(packet) : std::string(); }

void take_spot(const PanelFrame& f, const TopologyHit& hit) {
  if (hit.spot.key.empty()) return;
  MenuValues names;
  if (hit.spot.row) names = {{"vm", hit.spot.row->vm}, {"nic", hit.spot.row->nic}};
  if (hit.spot.group)
    names.emplace_back("wire", hit.spot.group->wire), names.emplace_back("switch", hit.spot.group->vswitch);
  number_tip(f, hit.spot.rect, {hit.spot.key, hit.spot.raw, hit.spot.unit, hit.spot.provenance, names});
}

}  // namespace

std::string TopologyPanel::explanation(const PanelFrame& f) const {
  if (shows_path(f))
    if (const std::string words = path_words(f.s, f.ui.event, f.ui.packet); !words.empty()) return words;
  if (f.s.mode != RunMode::kFree && f.ui.packet)
    return fill_in(f.words.phrase("path.gone"), {{"packet", text_of(f.ui.packet)}}).value_or("");
  return f.s.mode == RunMode::kFree ? "in = towards the VM, out = towards the wire" : "click a line to follow a packet";
}

std::string TopologyPanel::stretch(const PanelFrame& f) const { return shows_path(f) ? "" : f.history.stretch(false); }

std::vector<Provenance> TopologyPanel::provenance(const PanelFrame& f) const {
  bool priced = shows_path(f);
  for (const VmView& vm : f.s.vms)
    for (const VcpuView& v : vm.vcpus) priced |= v.cycles_modelled;
  return priced ? std::vector{Provenance::kMeasured, Provenance::kModelled} : std::vector{Provenance::kMeasured};
}

Point TopologyPanel::least(const PanelFrame& f) const {
  if (f.s.vms.empty()) return {};
  if (!shows_path(f)) return kLeastTopology;
  return {kLeastPath.x, std::max(kLeastPath.y, least_path_height(path_of(f.s, f.ui.event, f.ui.vm, f.ui.packet)))};
}

// The arrows choose the VM before and behind, and pages are turned where not all rows have room.
void TopologyPanel::take_keys(const PanelFrame& f) {
  if (f.ui.focus != id() || !f.keys || f.s.vms.empty()) return;
  std::erase_if(*f.keys, [&](const KeyPress& k) {
    const auto& vms = f.s.vms;
    ptrdiff_t at =
        std::find_if(vms.begin(), vms.end(), [&](const VmView& v) { return v.name == f.ui.vm; }) - vms.begin();
    switch (k.key) {
      case Key::kUp: --at; break;
      case Key::kDown: ++at; break;
      case Key::kHome: at = 0; break;
      case Key::kEnd: at = ptrdiff_t(vms.size()) - 1; break;
      case Key::kPageUp: first_ -= shown_; return true;
      case Key::kPageDown: first_ += shown_; return true;
      default: return false;
    }
    f.ui.choose_vm(vms[size_t(std::clamp<ptrdiff_t>(at, 0, ptrdiff_t(vms.size()) - 1))].name);
    f.ui.follow = false;
    return true;
  });
}

// Where not all rows have room: the wheel goes through them, and a VM that was just chosen is shown. `chosen`: its row,
// as far as it is one of them.
void TopologyPanel::scroll(const PanelFrame& f, Rect body, size_t rows, size_t shown, ptrdiff_t chosen) {
  shown_ = ptrdiff_t(std::max<size_t>(1, shown));
  first_ -= ptrdiff_t(std::lround(f.c.wheel(body) * 3));
  if (f.ui.vm != revealed_ && chosen >= 0) first_ = std::clamp(first_, chosen + 1 - shown_, chosen);
  revealed_ = chosen >= 0 ? f.ui.vm : "";
  first_ = std::clamp<ptrdiff_t>(first_, 0, ptrdiff_t(rows - shown));
}

// A packet that has left is followed until something else happens. Where the panel always shows a way, the newest
// packet's comes then; elsewhere words say so.
void TopologyPanel::look_after_packet(const PanelFrame& f) {
  const uint64_t newest = f.s.events.empty() ? 0 : f.s.events.back().number;
  if (newest < std::exchange(newest_, newest)) f.ui.packet = followed_ = 0, f.ui.event = 0;  // it began anew
  if (f.s.events.empty() || f.s.mode == RunMode::kFree) return;
  if (f.ui.event && f.ui.event < f.s.events.front().number) f.ui.event = 0;
  if (f.ui.packet != followed_) followed_ = f.ui.packet, since_ = newest;
  if (!f.ui.packet || !f.ui.always_path || f.ui.event) return;
  const Followed now = followed(f.s, f.ui.packet);
  if (now == Followed::kUnseen || (now == Followed::kLeft && newest != since_)) f.ui.packet = followed_ = 0;
}

void TopologyPanel::draw_way(const PanelFrame& f, Rect body) {
  PathView view = path_of(f.s, f.ui.event, f.ui.vm, f.ui.packet);
  const size_t come = size_t(std::count_if(view.stops.begin(), view.stops.end(),
                                           [](const PathStop& s) { return s.state != PathStop::State::kToCome; }));
  const std::string words = path_words(f.s, f.ui.event, f.ui.packet), way = words.substr(0, words.find(','));
  if (way == way_ && come == come_ + 1)
    arrived_ = f.now;  // one stop further: it is seen to go there
  else if (way != way_ || come != come_)
    arrived_ = -1;
  way_ = way, come_ = come;
  if (arrived_ >= 0) view.arrival = eased(f, arrived_, 240), view.closing = eased(f, arrived_ + 0.04, 200);
  const PathRoom room = path_room(body, view);
  scroll(f, body, room.rows, room.shown, room.chosen);
  view.first = size_t(first_);
  const PathHit hit = draw_path(f.c, body, view);
  if (hit.page) first_ += hit.page * shown_;
  if (hit.row >= 0 && size_t(hit.row) < f.s.vms.size()) {
    const std::string vm = f.s.vms[size_t(hit.row)].name;
    f.ui.choose_vm(vm);
    if (hit.menu) open_menu(f, "vm", {{"vm", vm}, {"packet", text_of(newest_packet(f.s, vm))}});
  }
  if (hit.stop && !hit.menu) number_tip(f, hit.at, {"step.cycles", double(hit.stop), "cycles", Provenance::kModelled});
}

// The greatest of this and of the minute before; of counts, what there is now.
double TopologyPanel::peak(const PanelFrame& f, double now, bool anew) {
  const double time = f.history.now();
  if (anew || !f.history.rated()) peaks_.clear();
  if (peaks_.empty() || time - peaks_.back().first >= History::kRefresh)
    peaks_.emplace_back(time, now);
  else
    peaks_.back().second = std::max(peaks_.back().second, now);
  while (peaks_.front().first < time - History::kSpan) peaks_.pop_front();
  for (const auto& [at, value] : peaks_) now = std::max(now, value);
  return now;
}

void TopologyPanel::draw(const PanelFrame& f, Rect body) {
  take_keys(f);
  look_after_packet(f);
  if (shows_path(f)) return draw_way(f, body);
  Topology t = topology_of(f);
  const TopologyRoom room = topology_room(body, t);
  scroll(f, body, room.rows, room.shown, room.chosen);
  t.first = size_t(first_);
  double greatest = 0;
  for (const TopologyGroup& g : t.groups) {
    greatest = std::max({greatest, g.in.rate, g.out.rate});
    for (const TopologyRow& r : g.rows) greatest = std::max({greatest, r.in.rate, r.out.rate});
  }
  // A line that has become narrower stays so: the scale is that of the greatest rate of the last minute, as the curves
  // show it. It changes at most every two seconds, so that edges do not pump.
  const bool other = t.rated != rated_ || f.history.epoch() != epoch_;
  greatest = peak(f, greatest, other);
  if (const double wanted = edge_scale(greatest);
      scale_ == 0 || other || (wanted != scale_ && std::abs(f.now - changed_) > 2))
    scale_ = wanted, changed_ = f.now;
  rated_ = t.rated, epoch_ = f.history.epoch();
  t.scale = scale_;
  const TopologyHit hit = draw_topology(f.c, body, t);
  if (hit.page) first_ += hit.page * shown_;
  if (hit.row) {
    f.ui.choose_vm(hit.row->vm);
    f.ui.nic = hit.row->nic;
    if (!hit.ring.empty()) {
      f.ui.choose_ring(hit.row->vm, hit.row->nic, hit.ring);
      f.ui.bring_to_front("Rings");
    }
    if (hit.menu) open_menu(f, hit.on_nic ? "nic" : "vm", {{"vm", hit.row->vm}, {"nic", hit.row->nic}});
  }
  if (hit.edge) {
    const std::string vm = hit.edge_row ? hit.edge_row->vm : "";
    const uint32_t packet = f.s.mode == RunMode::kFree ? 0 : newest_packet(f.s, vm);
    if (!hit.menu)
      f.ui.packet = packet, f.ui.event = 0;
    else if (hit.edge_row)
      open_menu(f, "edge", {{"vm", vm}, {"packet", text_of(packet)}});
    else
      open_menu(f, "wire", {{"vm", f.ui.vm}, {"wire", hit.edge->wire}});
  }
  take_spot(f, hit);
}

}  // namespace ringside::desktop
