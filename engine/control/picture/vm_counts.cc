// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/picture/vm_counts.h"

#include <algorithm>

namespace ringside::control {
namespace {

// Lists of counters that are known by a name: those that only one of the two has are kept.
template <typename Row, typename Same, typename Add>
void add_rows(std::vector<Row>& to, const std::vector<Row>& earlier, const Same& same, const Add& add) {
  for (const Row& row : earlier) {
    const auto mine = std::find_if(to.begin(), to.end(), [&](const Row& one) { return same(one, row); });
    if (mine == to.end())
      to.push_back(row);
    else
      add(*mine, row);
  }
}

void add(QueueView& to, const QueueView& earlier) {
  to.frames += earlier.frames;
  to.bytes += earlier.bytes;
  to.polls += earlier.polls;
  to.polls_with_work += earlier.polls_with_work;
  add_rows(
      to.drops, earlier.drops, [](const auto& a, const auto& b) { return a.reason == b.reason; },
      [](auto& a, const auto& b) { a.frames += b.frames; });
}

// Queue by queue, as far as both have them. A NIC with one queue shows it as the sum.
void add_queues(std::vector<QueueView>& to, const std::vector<QueueView>& earlier, const QueueView& sum) {
  for (size_t q = 0; q < to.size() && q < earlier.size(); q++) add(to[q], earlier[q]);
  if (earlier.empty() && !to.empty()) add(to[0], sum);
}

void add(NicView& to, const NicView& earlier) {
  add_queues(to.rx_queues, earlier.rx_queues, earlier.rx);
  add_queues(to.tx_queues, earlier.tx_queues, earlier.tx);
  add(to.rx, earlier.rx);
  add(to.tx, earlier.tx);
  to.interrupts += earlier.interrupts;
  to.interrupts_moderated += earlier.interrupts_moderated;
  to.checksums_inserted += earlier.checksums_inserted;
  to.frames_cut += earlier.frames_cut;
  to.segments += earlier.segments;
  to.misuses += earlier.misuses;
}

void add(VcpuView& to, const VcpuView& earlier) {
  to.exits += earlier.exits;
  to.exit_cycles += earlier.exit_cycles;
  to.guest_cycles += earlier.guest_cycles;
  to.halts += earlier.halts;
  to.boot_exits += earlier.boot_exits;
  to.records += earlier.records;
  to.records_lost += earlier.records_lost;
  to.kernel_doorbells += earlier.kernel_doorbells;
  to.cycles_modelled |= earlier.cycles_modelled;  // a sum is as weak as its weakest part
  add_rows(
      to.totals, earlier.totals,
      [](const auto& a, const auto& b) { return a.reason == b.reason && a.nic == b.nic && a.reg == b.reg; },
      [](auto& a, const auto& b) { a.count += b.count, a.cycles += b.cycles; });
  add_rows(
      to.kernel, earlier.kernel, [](const auto& a, const auto& b) { return a.name == b.name; },
      [](auto& a, const auto& b) { a.value += b.value; });
}

}  // namespace

void add_counts(VmView& to, const VmView& earlier) {
  to.guest_received += earlier.guest_received;
  to.guest_sent += earlier.guest_sent;
  to.guest_errors += earlier.guest_errors;
  to.guest_out_of_order += earlier.guest_out_of_order;
  to.guest_interrupts += earlier.guest_interrupts;
  for (size_t i = 0; i < to.nics.size() && i < earlier.nics.size(); i++) add(to.nics[i], earlier.nics[i]);
  for (size_t i = 0; i < to.vcpus.size() && i < earlier.vcpus.size(); i++) add(to.vcpus[i], earlier.vcpus[i]);
}

}  // namespace ringside::control
