// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <rte_errno.h>
#include <rte_version.h>

// What differs between the DPDK releases that we build with, 22.11 to 24.11 (shared/reference/dpdk.md section 8): only
// here.
#if RTE_VERSION < RTE_VERSION_NUM(22, 11, 0, 0)
#error "Ringside needs DPDK 22.11 or later"
#endif

#include <rte_telemetry.h>

#include "engine/base/fault_injection.h"

namespace ringside::datapath {

// Telemetry: _u64 became _uint in 23.03 and goes in 25.11.
inline int telemetry_add(rte_tel_data* data, const char* name, uint64_t value) {
#if RTE_VERSION >= RTE_VERSION_NUM(23, 3, 0, 0)
  return rte_tel_data_add_dict_uint(data, name, value);
#else
  return rte_tel_data_add_dict_u64(data, name, value);
#endif
}

// A call of DPDK that a test can make fail (base/fault_injection.h). Some say why by rte_errno, some by their answer:
//   pool = dpdk_fault("rte_mempool_create_empty") ? nullptr : rte_mempool_create_empty(…);
//   code = dpdk_fault("rte_eth_dev_start") ? -rte_errno : rte_eth_dev_start(port);
inline bool dpdk_fault(const char* what) {
  if (!fault_here(what)) return false;
  rte_errno = errno;
  return true;
}

}  // namespace ringside::datapath
