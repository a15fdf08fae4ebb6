// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/history.h"

#include <algorithm>
#include <cmath>

namespace ringside::desktop {
namespace {

constexpr double kSpacing = 0.05;  // seconds between samples while time is real
constexpr size_t kMostSamples = 1400;

}  // namespace

void History::clear() {
  samples_.clear();
  slots_.clear();
  deltas_.clear();
  marks_.clear();
  exits_.clear();
  waits_.clear();
  window_ = 0, latched_at_ = -1, taken_ = 0;
  second_ = false;
  ++epoch_;
}

void History::put(std::string_view key, uint64_t value) {
  auto known = slots_.find(key);
  if (known == slots_.end()) known = slots_.emplace(key, slots_.size()).first;
  const size_t slot = known->second;
  if (filling_->size() <= slot) filling_->resize(slot + 1);
  (*filling_)[slot] = value;
}

void History::collect(const Snapshot& s) {
  uint64_t in = 0, out = 0, in_bytes = 0, out_bytes = 0, to_vms = 0, exits = 0, work = 0;
  for (const WireView& w : s.wires) {
    put(wire(w, "in"), w.frames_in), put(wire(w, "out"), w.frames_out);
    put(wire(w, "polls"), w.polls), put(wire(w, "work"), w.polls_with_work),
        put(wire(w, "dropped"), figures::sum_of(w.drops));
    in += w.frames_in, out += w.frames_out, in_bytes += w.bytes_in, out_bytes += w.bytes_out;
  }
  for (const SwitchView& v : s.switches) put("switch." + v.name + ".dropped", figures::sum_of(v.drops));
  for (const VmView& v : s.vms) {
    uint64_t vm_in = 0, vm_out = 0;
    for (const NicView& n : v.nics) {
      put(nic(v, n, "rx"), n.rx.frames), put(nic(v, n, "tx"), n.tx.frames), put(nic(v, n, "interrupts"), n.interrupts);
      put(nic(v, n, "rx.bytes"), n.rx.bytes), put(nic(v, n, "tx.bytes"), n.tx.bytes);
      put(nic(v, n, "rx.polls"), n.rx.polls), put(nic(v, n, "rx.work"), n.rx.polls_with_work);
      put(nic(v, n, "tx.polls"), n.tx.polls), put(nic(v, n, "tx.work"), n.tx.polls_with_work);
      put(nic(v, n, "rx.dropped"), figures::sum_of(n.rx.drops)),
          put(nic(v, n, "tx.dropped"), figures::sum_of(n.tx.drops));
      put(nic(v, n, "dropped"), figures::sum_of(n.rx.drops) + figures::sum_of(n.tx.drops));
      vm_in += n.rx.frames, vm_out += n.tx.frames, to_vms += n.rx.frames;
    }
    put(v.name + ".in", vm_in), put(v.name + ".out", vm_out);
    put(v.name + ".work", figures::packets_of(v));  // what exits are divided by
    work += figures::packets_of(v);
    exits += figures::exits_of(v);
    for (const VcpuView& c : v.vcpus) {
      put(vcpu(c, "exits"), c.exits), put(vcpu(c, "exit_cycles"), c.exit_cycles),
          put(vcpu(c, "guest_cycles"), c.guest_cycles);
      for (const VcpuView::KernelCounter& k : c.kernel) put(kernel(c, k.name), k.value);
      if (c.kernel_doorbells) put(vcpu(c, "kernel_doorbells"), c.kernel_doorbells);
      for (const ExitTotal& t : c.totals) put(exit(c, t, "count"), t.count), put(exit(c, t, "cycles"), t.cycles);
    }
  }
  for (const ContextView& c : s.contexts) {
    put(context(c, "busy"), c.busy_cycles), put(context(c, "packets"), c.packets);
    put(context(c, "turns"), c.turns), put(context(c, "empty"), c.empty_turns);
  }
  for (const WorkerView& w : s.workers)
    put(worker(w, "busy"), w.busy_cycles), put(worker(w, "total"), w.total_cycles), put(worker(w, "taken"), w.taken_ns);
  put("in", in), put("out", out), put("in.bytes", in_bytes), put("out.bytes", out_bytes), put("vms", to_vms),
      put("exits", exits), put("work", work);
  put("sent", s.balance.sent), put("delivered", s.balance.delivered), put("dropped", s.balance.dropped),
      put("steps", s.steps);
}

void History::add(const Snapshot& s) {
  if (s.serial == serial_) return;
  serial_ = s.serial;
  const double time = double(s.run_ns + s.virtual_ns) * 1e-9;
  const bool real_time = s.mode == RunMode::kFree, running = s.state == RunState::kRunning;
  rated_ &= real_time;
  if (!samples_.empty() &&
      (time < samples_.back().time || s.balance.sent < value_at(samples_.back(), size_t(std::max(0, slot("sent"))))))
    clear();
  exits_.add(s), waits_.add(s);
  if (!samples_.empty()) {
    // what stands is taken to its last frame
    if (real_time && running && time - samples_.back().time < kSpacing && time > 0) return;
    if (time == samples_.back().time) return running ? void() : latch(real_time, running);
  }
  for (const LogLine& line : s.log) {
    if (line.number <= last_line_) continue;
    if (line.ok() && !samples_.empty() &&
        (line.command.find("set ") != std::string::npos || line.command.rfind("send", 0) == 0))
      marks_.push_back({time, line.command});
    last_line_ = line.number;
  }
  // One look at a machine that stands: its run was over before, and what it counted is all that is known of it.
  if (samples_.empty()) rated_ = real_time && running;
  samples_.push_back({time, std::vector<uint64_t>(slots_.size())});
  filling_ = &samples_.back().values;
  collect(s);
  while (samples_.size() > 2 && (samples_[1].time < time - kSpan - 1 || samples_.size() > kMostSamples))
    samples_.pop_front();
  while (!marks_.empty() && marks_.front().time < time - kSpan) marks_.pop_front();
  latch(real_time, running);
  taken_ = 0;
  if (rated_)
    for (const WorkerView& w : s.workers) taken_ = std::max(taken_, taken(w));
}

void History::latch(bool real_time, bool running) {
  const Sample& last = samples_.back();
  if (samples_.size() < 2) return;
  if (real_time && running && latched_at_ >= 0 && last.time - latched_at_ < kRefresh && latched_at_ <= last.time)
    return;
  // In virtual time everything since the beginning counts: a rate of a handful of frames says nothing yet.
  const double from = real_time ? last.time - 1 : samples_.front().time;
  size_t first = samples_.size() - 2;
  while (first > 0 && samples_[first].time > from) --first;
  const Sample& old = samples_[first];
  window_ = last.time - old.time;
  deltas_.assign(last.values.size(), 0);
  for (size_t i = 0; i < last.values.size(); ++i) {
    const uint64_t before = value_at(old, i);
    deltas_[i] = last.values[i] >= before ? double(last.values[i] - before) : 0;
  }
  latched_at_ = last.time;
  const int steps = slot("steps");
  // A run that was over in a moment has no second: most of that moment went by in waiting for its end.
  second_ = real_time && (running || window_ >= kRefresh) &&
            (steps < 0 || value_at(last, size_t(steps)) == value_at(old, size_t(steps)));
  rated_ = second_ && running;
}

int History::slot(std::string_view key) const {
  const auto it = slots_.find(key);
  return it == slots_.end() ? -1 : int(it->second);
}

double History::delta(std::string_view key) const {
  const int i = slot(key);
  return i < 0 || size_t(i) >= deltas_.size() ? 0 : deltas_[size_t(i)];
}

double History::rate(std::string_view key) const { return rated_ && window_ > 0 ? delta(key) / window_ : 0; }

std::string History::stretch(bool ratios) const {
  const bool lately = moved("work");
  std::string words = rated_ ? "last second" : "so far";
  if (ratios && lately != rated_) words += lately ? ", ratios of the last second" : ", ratios so far";
  return words;
}

double History::taken(const WorkerView& w) const {
  return window_ > 0 ? std::min(1.0, delta(worker(w, "taken")) * 1e-9 / window_) : 0;
}

uint64_t History::total(std::string_view key) const {
  const int i = slot(key);
  return i < 0 || samples_.empty() ? 0 : value_at(samples_.back(), size_t(i));
}

std::string History::amount_text(double amount, figures::SiPrefix* memory) const {
  constexpr double kExact = 1e5;  // a count below is short enough to stand as it is
  if (!rated_ && amount < kExact) return figures::kTypeset.count(uint64_t(amount));
  return figures::kTypeset.text(figures::kTypeset.si(amount, "", memory));
}

double History::per(std::string_view numerator, std::string_view denominator) const {
  const double d = delta(denominator);
  return d > 0 ? delta(numerator) / d : 0;
}

std::vector<float> History::curve(std::string_view key, int points) const {
  std::vector<float> values(size_t(points), -1.f);
  const int i = slot(key);
  if (i < 0 || samples_.size() < 2) return values;
  // Bins lie on fixed multiples of their width, so that a live curve shifts by whole bins and never wobbles.
  const double width = kSpan / points, last_bin = std::floor(now() / width);
  size_t at = 0;
  for (int p = 0; p < points; ++p) {
    const double begin = (last_bin - points + p) * width, end = begin + width;
    if (begin < samples_.front().time) continue;
    while (at + 1 < samples_.size() && samples_[at + 1].time <= begin) ++at;
    size_t to = at;
    while (to + 1 < samples_.size() && samples_[to].time < end) ++to;
    const double seconds = samples_[to].time - samples_[at].time;
    if (seconds <= 0) continue;
    const uint64_t a = value_at(samples_[at], size_t(i)), b = value_at(samples_[to], size_t(i));
    values[size_t(p)] = b >= a ? float(double(b - a) / seconds) : 0.f;
  }
  return values;
}

}  // namespace ringside::desktop
