// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>

#include "engine/base/bits.h"
#include "engine/base/gate.h"
#include "engine/devices/vmxnet3/vmxnet3_registers.h"

// The commands behind CMD (sheet vmxnet3 §2): what they find in the driver-shared area is copied once, checked, and
// used.
namespace ringside::devices {

namespace spec = ringside::spec::vmxnet3;
namespace cmd = spec::cmd;

namespace {

constexpr uint32_t kFailed = 1;  // ACTIVATE_DEV reads back 0 for success

// Holds a gate for the length of a block.
class Holding {
 public:
  Holding(shared::Gate& gate, StepSink* sink, const void* device) : gate_(gate) { enter_gate(gate_, sink, device); }
  ~Holding() { gate_.leave(); }

 private:
  shared::Gate& gate_;
};

bool good_ring(const vmm::DmaSpace& dma, uint64_t base, uint32_t rows, uint32_t most) {
  return spec::good_rows(rows, most) && base % spec::kRingAlignment == 0 &&
         dma.contains(base, uint64_t{rows} * spec::kRowBytes);
}

// The transmit data ring holds copies of headers, or of whole short frames, and descriptors point into it as into any
// buffer (sheet §4, limits): the device has no cursor there. What it refuses is a data ring that is not in memory, or
// whose rows make no sense.
bool good_data_ring(const vmm::DmaSpace& dma, const spec::TxQueueDesc& tx) {
  if (!tx.data_rows) return true;
  const uint32_t bytes = tx.data_row_bytes ? tx.data_row_bytes : spec::kDataRowBytes;
  return tx.data_rows <= spec::kMaxRows && bytes % spec::kDataRowStep == 0 && bytes <= spec::kMaxDataRowBytes &&
         tx.data_ring % spec::kDataRowStep == 0 && dma.contains(tx.data_ring, uint64_t{tx.data_rows} * bytes);
}

}  // namespace

void Vmxnet3Commands::run(Vmxnet3Device& d, uint32_t command, StepSink* sink) {
  uint32_t answer = 0;
  const uint64_t mac = d.config_.mac;
  switch (command) {
    case cmd::kActivateDev: answer = activate(d, sink); break;
    case cmd::kQuiesceDev: quiesce(d, sink); break;
    case cmd::kResetDev: reset_all(d, sink); break;
    case cmd::kUpdateRxMode:
    case cmd::kUpdateMacFilters:
    case cmd::kUpdateVlanFilters: load_filters(d, sink); break;
    case cmd::kUpdateFeature:
      load_filters(d, sink);
      answer = load_rss(d, sink);
      break;
    case cmd::kUpdateRssidt: answer = load_rss(d, sink); break;
    case cmd::kUpdateIml: {
      spec::DriverShared area;
      if (shared_area(d, area)) d.interrupt_.set_levels(area.moderation);
      break;
    }
    case cmd::kUpdatePmcfg: break;
    case cmd::kSetCoalesce: answer = set_coalesce(d); break;
    case cmd::kSetRssFields: answer = set_rss_fields(d, sink); break;
    case cmd::kGetQueueStatus: write_status(d); break;
    case cmd::kGetStats: write_stats(d); break;
    case cmd::kGetLink: answer = spec::kLinkUp; break;
    case cmd::kGetPermMacLo: answer = uint32_t(mac); break;
    case cmd::kGetPermMacHi: answer = uint32_t(mac >> 32); break;
    case cmd::kGetDidLo: answer = uint32_t{spec::kDevice} << 16 | spec::kVendor; break;
    case cmd::kGetDidHi: break;
    case cmd::kGetConfIntr:
      answer = (d.config_.intx ? spec::kIntrIntx : spec::kIntrMsix) | spec::kMaskAuto << spec::kMaskModeShift;
      break;
    case cmd::kGetTxDataDescSize: answer = spec::kDataRowBytes; break;
    case cmd::kGetCoalesce: answer = get_coalesce(d); break;
    case cmd::kGetRssFields: answer = d.rss_.fields; break;
    case cmd::kGetMaxQueuesConf: answer = uint32_t{d.config_.queues} << 8 | d.config_.queues; break;
    default: d.refused_.add(1); break;
  }
  d.answer_.store(answer);
}

bool Vmxnet3Commands::shared_area(const Vmxnet3Device& d, spec::DriverShared& area) {
  // But for ecr, which the device writes itself, from a worker's thread too.
  constexpr uint32_t kEcr = offsetof(spec::DriverShared, ecr), kBehind = offsetof(spec::DriverShared, command_info);
  const uint64_t at = d.shared_area_.load();
  area.ecr = area.reserved2 = 0;
  return at && at % 8 == 0 && d.dma_.contains(at, sizeof area) && d.dma_.read(at, &area, kEcr) &&
         d.dma_.read(at + kBehind, area.command_info, sizeof area.command_info) && area.magic == spec::kMagic;
}

// region: activate
uint32_t Vmxnet3Commands::activate(Vmxnet3Device& d, StepSink* sink) {
  spec::DriverShared area;
  const uint32_t most = d.config_.queues;
  if (!shared_area(d, area) || area.tx_queues < 1 || area.tx_queues > most || area.rx_queues < 1 ||
      area.rx_queues > most)
    return d.refused_.add(1), kFailed;
  if (area.queue_descs % 128 || !d.dma_.contains(area.queue_descs, 256 * (uint64_t{area.tx_queues} + area.rx_queues)))
    return d.refused_.add(1), kFailed;
  quiesce(d, sink);
  // First all copies, all checked; then the queues.
  spec::TxQueueDesc tx[spec::kMaxTxQueues];
  spec::RxQueueDesc rx[spec::kMaxRxQueues];
  for (uint32_t q = 0; q < area.tx_queues; q++) {
    d.dma_.read(vmxnet3_tx_desc_at(area.queue_descs, q), &tx[q], sizeof tx[q]);
    if (!good_ring(d.dma_, tx[q].ring, tx[q].ring_rows, spec::kMaxRows) ||
        !good_ring(d.dma_, tx[q].comp_ring, tx[q].comp_rows, spec::kMaxRxCompRows) || !good_data_ring(d.dma_, tx[q]))
      return d.refused_.add(1), kFailed;
  }
  for (uint32_t q = 0; q < area.rx_queues; q++) {
    d.dma_.read(vmxnet3_rx_desc_at(area.queue_descs, area.tx_queues, q), &rx[q], sizeof rx[q]);
    const bool second = !rx[q].ring_rows[1] || good_ring(d.dma_, rx[q].ring[1], rx[q].ring_rows[1], spec::kMaxRows);
    if (!good_ring(d.dma_, rx[q].ring[0], rx[q].ring_rows[0], spec::kMaxRows) || !second ||
        !good_ring(d.dma_, rx[q].comp_ring, rx[q].comp_rows, spec::kMaxRxCompRows))
      return d.refused_.add(1), kFailed;
  }
  d.queue_descs_.store(area.queue_descs);
  d.tx_queues_.store(area.tx_queues), d.rx_queues_.store(area.rx_queues);
  load_filters(d, sink);
  load_rss(d, sink);
  d.event_vector_.store(area.event_vector);
  d.interrupt_.configure(d.shared_area_.load(), area.vectors, area.auto_mask, area.moderation);
  d.show_events();
  for (uint32_t q = 0; q < area.rx_queues; q++) {
    Vmxnet3RxQueue& queue = d.rx_queue_[q];
    Holding gate(queue.gate, sink, &d);
    for (uint32_t ring = 0; ring < 2; ring++)
      queue.ring[ring].program(rx[q].ring[ring], rx[q].ring_rows[ring]), queue.producer[ring].store(0);
    queue.comp.program(rx[q].comp_ring, rx[q].comp_rows);
    queue.vector = rx[q].vector;
    queue.enabled = true;
    queue.enabled_shown.store(true);
    // The rings show what is filled, so that no RXPROD is wanted: a receive costs no exit.
    const uint8_t none = 0;
    d.dma_.write(vmxnet3_rx_desc_at(area.queue_descs, area.tx_queues, q), &none, 1);
  }
  for (uint32_t q = 0; q < area.tx_queues; q++) {
    Vmxnet3TxQueue& queue = d.tx_queue_[q];
    Holding gate(queue.gate, sink, &d);
    queue.ring.program(tx[q].ring, tx[q].ring_rows);
    queue.comp.program(tx[q].comp_ring, tx[q].comp_rows);
    queue.vector = tx[q].vector;
    queue.desc = vmxnet3_tx_desc_at(area.queue_descs, q);
    queue.desc_shown.store(queue.desc);
    queue.producer.store(0);
    // Each packet rings until the transmit context is seen to be awake.
    d.dma_.store32_ordered(queue.desc + offsetof(spec::TxQueueDesc, threshold), 1);
    queue.threshold_written.store(1);
    queue.error.store(0);
    queue.enabled = true;
    queue.enabled_shown.store(true);
  }
  d.active_.store(true);
  write_status(d);
  // Statistics begin at 0 with each activation (a driver saves what it wants to keep before); the machine's own go on.
  for (uint32_t q = 0; q < area.tx_queues; q++) d.tx_before_[q] = totals(d.tx_queue_[q]);
  for (uint32_t q = 0; q < area.rx_queues; q++) d.rx_before_[q] = totals(d.rx_queue_[q]);
  write_stats(d);
  if (d.waker_) d.waker_->wake();
  return 0;
}
// endregion: activate

void Vmxnet3Commands::quiesce(Vmxnet3Device& d, StepSink* sink) {
  d.active_.store(false);
  for (auto& q : d.tx_queue_) {
    Holding gate(q.gate, sink, &d);
    q.enabled = false;
    q.enabled_shown.store(false);
  }
  for (auto& q : d.rx_queue_) {
    Holding gate(q.gate, sink, &d);
    q.enabled = false;
    q.enabled_shown.store(false);
  }
}

void Vmxnet3Commands::reset_all(Vmxnet3Device& d, StepSink* sink) {
  quiesce(d, sink);
  for (auto& q : d.tx_queue_) {
    Holding gate(q.gate, sink, &d);
    q.ring.program(0, 0), q.comp.program(0, 0);
    q.desc = 0, q.desc_shown.store(0), q.vector = 0, q.producer.store(0), q.threshold_written.store(0);
  }
  for (auto& q : d.rx_queue_) {
    Holding gate(q.gate, sink, &d);
    for (auto& ring : q.ring) ring.program(0, 0);
    q.comp.program(0, 0);
    q.vector = 0;
    for (auto& producer : q.producer) producer.store(0);
    q.filter = {};
  }
  {
    Holding gate(d.rss_.gate, sink, &d);
    d.rss_.on = false, d.rss_.fields = 0;
    d.rss_shown_.store(false);
  }
  d.regs_.reset();
  d.regs_.set(Vmxnet3Device::kBar1At + spec::bar1::kMacl, uint32_t(d.config_.mac));
  d.regs_.set(Vmxnet3Device::kBar1At + spec::bar1::kMach, uint32_t(d.config_.mac >> 32));
  d.mac_shown_.store(d.config_.mac);
  d.receive_mode_shown_.store(net::ReceiveMode::kOwn);
  d.shared_area_.store(0), d.queue_descs_.store(0), d.tx_queues_.store(0), d.rx_queues_.store(0);
  d.ecr_.store(0), d.event_vector_.store(0), d.answer_.store(0);
  d.interrupt_.reset();
}

void Vmxnet3Commands::load_filters(Vmxnet3Device& d, StepSink* sink) {
  spec::DriverShared area;
  Vmxnet3Filter filter;
  filter.mac = d.mac_shown_.load();
  if (shared_area(d, area)) {
    filter.mode = area.rx_mode;
    filter.strip = area.upt_features & spec::feature::kRxVlan;
    filter.checksum = area.upt_features & spec::feature::kRxCsum;
    filter.longest = std::min(area.mtu, spec::kMaxFrame - 18) + 18;  // header and tag
    std::copy(std::begin(area.vlan_filter), std::end(area.vlan_filter), filter.vlans.begin());
    const uint32_t wanted = area.multicast_bytes / 6;
    if (wanted > Vmxnet3Filter::kMostMulticast) filter.mode |= spec::rx_mode::kAllMulti;
    for (uint32_t i = 0; i < std::min(wanted, Vmxnet3Filter::kMostMulticast); i++) {
      uint64_t mac = 0;
      if (d.dma_.read(area.multicast_table + 6 * uint64_t{i}, &mac, 6)) filter.multicast[filter.multicasts++] = mac;
    }
  }
  d.receive_mode_shown_.store(filter.mode & spec::rx_mode::kPromisc    ? net::ReceiveMode::kPromiscuous
                              : filter.mode & spec::rx_mode::kAllMulti ? net::ReceiveMode::kAllMulticast
                                                                       : net::ReceiveMode::kOwn);
  for (auto& q : d.rx_queue_) {
    Holding gate(q.gate, sink, &d);
    q.filter = filter;
  }
}

// By the feature, the number of queues and the table. On success, also when RSS is not wanted, 0.
uint32_t Vmxnet3Commands::load_rss(Vmxnet3Device& d, StepSink* sink) {
  spec::DriverShared area;
  spec::RssConf conf;
  const bool shared = shared_area(d, area);
  if (shared && (!(area.upt_features & spec::feature::kRss) || area.rx_queues < 2)) {
    Holding gate(d.rss_.gate, sink, &d);
    d.rss_.on = false;
    d.rss_shown_.store(false);
    return 0;
  }
  const bool there = shared && area.rss.length >= sizeof conf && d.dma_.read(area.rss.address, &conf, sizeof conf);
  const bool good = there && conf.hash_function == spec::rss::kToeplitz && conf.key_bytes == sizeof conf.key &&
                    is_power_of_two(conf.table_entries) && conf.table_entries <= sizeof conf.table;
  Holding gate(d.rss_.gate, sink, &d);
  d.rss_.on = good;
  d.rss_shown_.store(good);
  if (!good) return d.refused_.add(1), kFailed;
  d.rss_.types = conf.hash_type;
  d.rss_.table_mask = conf.table_entries - 1u;
  std::copy(std::begin(conf.table), std::end(conf.table), d.rss_.table.begin());
  d.rss_.key = net::ready_key(conf.key);
  d.rss_.wanted = (conf.hash_type & spec::rss::kIpv4 ? net::kHashIpv4 : 0) |
                  (conf.hash_type & spec::rss::kTcpIpv4 ? net::kHashTcpIpv4 : 0) |
                  (d.rss_.fields & spec::rss::kFieldUdpIpv4 ? net::kHashUdpIpv4 : 0);
  return 0;
}

uint32_t Vmxnet3Commands::set_rss_fields(Vmxnet3Device& d, StepSink* sink) {
  spec::DriverShared area;
  if (!shared_area(d, area)) return d.refused_.add(1), kFailed;
  Holding gate(d.rss_.gate, sink, &d);
  d.rss_.fields = uint32_t(area.command_info[0]) & (spec::rss::kFieldTcpIpv4 | spec::rss::kFieldUdpIpv4);
  d.rss_.wanted =
      (d.rss_.wanted & ~net::kHashUdpIpv4) | (d.rss_.fields & spec::rss::kFieldUdpIpv4 ? net::kHashUdpIpv4 : 0);
  return 0;
}

// Where SET_COALESCE and GET_COALESCE find their scheme: command_info points to it. 0: nowhere.
uint64_t Vmxnet3Commands::scheme_at(const Vmxnet3Device& d) {
  spec::DriverShared area;
  spec::VariableLength where;
  static_assert(sizeof where == sizeof area.command_info);
  if (!shared_area(d, area)) return 0;
  __builtin_memcpy(&where, area.command_info, sizeof where);
  return where.length >= sizeof(spec::Coalesce) && d.dma_.contains(where.address, sizeof(spec::Coalesce))
             ? where.address
             : 0;
}

// Sheet §6. A scheme that makes no sense changes nothing.
uint32_t Vmxnet3Commands::set_coalesce(Vmxnet3Device& d) {
  namespace coalesce = spec::coalesce;
  const uint64_t at = scheme_at(d);
  spec::Coalesce wanted{};
  bool good = at && d.dma_.read(at, &wanted, sizeof wanted);
  const uint32_t(&value)[3] = wanted.value;
  if (wanted.mode == coalesce::kRate)
    good &= value[0] >= coalesce::kLeastRate && value[0] <= coalesce::kMostRate;
  else if (wanted.mode == coalesce::kStatic)
    good &= std::max({value[0], value[1], value[2]}) <= coalesce::kMostDepth;
  else
    good &= wanted.mode == coalesce::kAdaptive || wanted.mode == coalesce::kDisabled;
  if (!good) return d.refused_.add(1), kFailed;
  d.interrupt_.set_coalesce(wanted);
  return 0;
}

uint32_t Vmxnet3Commands::get_coalesce(Vmxnet3Device& d) {
  const uint64_t at = scheme_at(d);
  if (!at || !d.dma_.write(at, &d.interrupt_.coalesce(), sizeof(spec::Coalesce))) return d.refused_.add(1), kFailed;
  return 0;
}

// GET_QUEUE_STATUS: refreshes "stopped" and "error" in the queue control.
void Vmxnet3Commands::write_status(Vmxnet3Device& d) {
  const uint64_t descs = d.queue_descs_.load();
  if (!descs) return;
  for (uint32_t q = 0; q < d.tx_queues_.load(); q++) {
    const bool stopped = !d.tx_queue_[q].enabled_shown.load();
    const spec::QueueStatus status{stopped, {}, stopped && d.active_.load() ? d.tx_queue_[q].error.load() : 0};
    d.dma_.store64_release(vmxnet3_tx_desc_at(descs, q) + offsetof(spec::TxQueueDesc, status),
                           __builtin_bit_cast(uint64_t, status));
  }
  for (uint32_t q = 0; q < d.rx_queues_.load(); q++) {
    const spec::QueueStatus status{!d.rx_queue_[q].enabled_shown.load(), {}, 0};
    d.dma_.store64_release(vmxnet3_rx_desc_at(descs, d.tx_queues_.load(), q) + offsetof(spec::RxQueueDesc, status),
                           __builtin_bit_cast(uint64_t, status));
  }
}

}  // namespace ringside::devices
