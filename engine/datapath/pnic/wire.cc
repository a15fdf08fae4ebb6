// SPDX-License-Identifier: BSD-3-Clause
// cold: built, told and looked at by the engine's thread; the bursts are in wire_datapath.cc
#include "engine/datapath/pnic/wire.h"

#include <rte_ring.h>

#include <array>
#include <cmath>
#include <cstring>
#include <filesystem>

#include "engine/datapath/pnic/wire_impl.h"

namespace ringside::datapath {
namespace {

constexpr std::array<const char*, 6> kKindNames = {"null", "ring", "pcap", "tap", "af_packet", "pci"};
constexpr char kKinds[] = "One of: null, ring, pcap:FILE, tap:NAME, af_packet:IF, pci:BDF";

// w0 -> 0, w1 -> 1<<24, …: trace ids of one machine's wires differ, and are the same in each run.
uint32_t trace_base_of(const std::string& name) {
  uint32_t number = 0;
  for (size_t i = name.find_last_not_of("0123456789") + 1; i < name.size(); i++)
    number = number * 10 + uint32_t(name[i] - '0');
  return (number & 0xff) << 24;
}

Status check_rate(double rate) {
  if (std::isfinite(rate) && rate >= 0 && rate <= 1e10) return {};
  return Error{"This rate is not possible.", "Nothing was changed.",
               "More than 0 frames a second, up to 10 Gpps; 0 = as fast as it goes"};
}

}  // namespace

std::string describe(WireKind kind) { return kKindNames[size_t(kind)]; }

Result<WireConfig> parse_wire_kind(const std::string& text) {
  size_t colon = text.find(':');
  std::string word = text.substr(0, colon), target = colon == std::string::npos ? "" : text.substr(colon + 1);
  for (size_t i = 0; i < kKindNames.size(); i++) {
    if (word != kKindNames[i]) continue;
    WireConfig config;
    config.kind = WireKind(i);
    config.target = target;
    bool wants_target = config.kind != WireKind::kNull && config.kind != WireKind::kRing;
    if (wants_target == target.empty())
      return Error{"kind=" + text + (wants_target ? " does not say which." : " takes nothing behind the name."),
                   "Nothing was changed.", kKinds};
    return config;
  }
  return Error{"kind=" + text + " is not a kind of wire.", "Nothing was changed.", kKinds};
}

Wire::Wire(const WireConfig& config) : config_(config), impl_(std::make_unique<Impl>()) {}
Wire::~Wire() = default;

Result<std::unique_ptr<Wire>> Wire::create(const WireConfig& config, const std::vector<const Wire*>& others,
                                           const std::vector<Wire*>& aside) {
  if (Status bad = FrameMaker::check(config.frame); !bad.ok()) return bad.error();
  if (Status bad = check_rate(config.rate_pps); !bad.ok()) return bad.error();
  if (!config.pool) return Error{"Wire " + config.name + " has no packet pool.", "Nothing was built.", ""};
  std::unique_ptr<Wire> wire(new Wire(config));
  Impl& impl = *wire->impl_;
  impl.trace_base = trace_base_of(config.name);
  if (Status bad = impl.build(config, others, aside); !bad.ok()) return bad.error();
  if (impl.dev) impl.port = impl.dev->port();
  impl.pacer.set_rate(config.rate_pps);
  impl.closed = config.window && (config.kind == WireKind::kNull || config.kind == WireKind::kPcap);
  if (impl.closed) impl.window.set(config.window, config.source, config.losses);
  impl.maker.set(config.frame);
  if (config.kind == WireKind::kNull) {
    impl.left.store(kEndless);
    impl.job = {config.frame, kEndless, config.rate_pps};
  }
  if (config.kind == WireKind::kRing)
    impl.generator =
        std::make_unique<Generator>(wire->config_, impl.rings->in(), impl.rings->out(), impl.trace_base, wire.get());
  return wire;
}

Context* Wire::generator() { return impl_->generator.get(); }
const Generator* Wire::generator_report() const { return impl_->generator.get(); }

Status Wire::send(const SendJob& job) {
  if (Status bad = FrameMaker::check(job.frame); !bad.ok()) return bad;
  if (Status bad = check_rate(job.rate_pps); !bad.ok()) return bad;
  if (job.count == 0)
    return Error{"count=0 sends nothing.", "Nothing was changed.", "count=1 or more; without count= it is endless"};
  if (impl_->generator) {
    impl_->generator->start(job);
    impl_->job = job;
    return {};
  }
  if (config_.kind == WireKind::kNull) {
    impl_->job = job;
    impl_->maker.set(job.frame);
    impl_->pacer.set_rate(job.rate_pps);
    impl_->left.store(job.count);
    impl_->running.store(true);
    return {};
  }
  std::string can = config_.kind == WireKind::kPcap ? "plays its file" : "carries what the world outside sends";
  return Error{"Wire " + config_.name + " (" + describe(config_.kind) + ") has no generator: it " + can + ".",
               "Nothing was sent.", "A wire with kind=ring or kind=null sends frames of its own"};
}

void Wire::aim(const std::vector<uint64_t>& destinations) {
  impl_->generator ? impl_->generator->aim(destinations) : impl_->maker.aim(destinations);
}

void Wire::stop() {
  if (impl_->generator)
    impl_->generator->stop();
  else
    impl_->running.store(false);
}

void Wire::start() { impl_->running.store(true); }

void Wire::settle() { impl_->settle(*this); }

void Wire::keep_output() {
  if (impl_->writer) impl_->writer->keep();
}

std::string Wire::fault() const {
  if (impl_->down.load())
    return impl_->trouble.empty() ? "Interface " + config_.target + " is gone: it was deleted while this wire used it."
                                  : impl_->trouble;
  if (impl_->writer && impl_->writer->broken())
    return config_.tx_pcap + " could not be written to its end: " + std::strerror(impl_->writer->why_broken()) + ".";
  return "";
}

uint64_t Wire::in_hand() const { return impl_->generator ? rte_ring_count(impl_->rings->in()) : 0; }
uint64_t Wire::on_the_way_back() const { return impl_->generator ? rte_ring_count(impl_->rings->out()) : 0; }
uint64_t Wire::sent() const { return impl_->generator ? impl_->generator->sent() : counters_.frames_in.value(); }
uint64_t Wire::left() const {
  if (impl_->generator) return impl_->generator->left();
  return impl_->running.load() ? impl_->left.load() : 0;
}

bool Wire::open_to_world() const { return impl_->dev && !impl_->down.load(); }

bool Wire::wants_to_send() const {
  return left() && (impl_->generator ? impl_->generator->window_is_open() : impl_->is_open(counters_));
}

void Wire::inspect(WireView& view) const {
  view.name = config_.name;
  view.kind = describe(config_.kind);
  view.detail =
      config_.kind == WireKind::kPcap ? std::filesystem::path(config_.target).filename().string() : config_.target;
  if (config_.kind == WireKind::kPcap && config_.loop) view.detail += ", again and again";
  if (const SendJob& job = impl_->job; job.count)
    view.sending = {job.count, job.frame.imix, job.frame.size, job.frame.flows, job.frame.vlan, job.rate_pps};
  if (impl_->player) view.note = impl_->player->capture()->note();
  impl_->look_at_interface();
  view.fault = fault();
  view.frames_in = counters_.frames_in.value(), view.bytes_in = counters_.bytes_in.value();
  view.frames_out = counters_.frames_out.value(), view.bytes_out = counters_.bytes_out.value();
  view.polls = counters_.polls.value(), view.polls_with_work = counters_.polls_with_work.value();
  view.generator_sent = sent();
  view.generator_left = left();
  if (config_.kind == WireKind::kNull) view.sends_to = impl_->maker.destinations();
  if (impl_->generator) view.sends_to = impl_->generator->destinations();
  view.window = config_.window;
  view.digested = impl_->generator && config_.digest;
  if (view.digested) view.digest = impl_->generator->digest(), view.digest_payload = impl_->generator->digest_payload();
  view.drops.clear();
  for (net::DropReason reason : {net::DropReason::kWireFull, net::DropReason::kOversize, net::DropReason::kPoolEmpty,
                                 net::DropReason::kNotWritten, net::DropReason::kWireDown})
    view.drops.push_back({std::string(net::name_of(reason)), drops.by_reason[size_t(reason)].value()});
}

}  // namespace ringside::datapath
