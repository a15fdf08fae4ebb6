// SPDX-License-Identifier: BSD-3-Clause
// cold: jobs begin and end at a cut; the turns are in generator_datapath.cc
#include "engine/datapath/pnic/generator.h"

namespace ringside::datapath {

Generator::Generator(const WireConfig& config, rte_ring* to_switch, rte_ring* from_switch, uint32_t trace_base,
                     const Wire* wire)
    : Context("generator " + config.name, ContextKind::kGenerator),
      config_(config),
      own_(net::mac_of_source(config.source)),
      to_switch_(to_switch),
      from_switch_(from_switch),
      wire_(wire),
      trace_base_(trace_base) {
  maker_.set(config.frame);
  window_.set(config.window, config.source, config.losses);
}

void Generator::start(const SendJob& job) {
  maker_.set(job.frame);
  pacer_.set_rate(job.rate_pps);
  left_.store(job.count);
}

}  // namespace ringside::datapath
