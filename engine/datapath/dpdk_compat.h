// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <rte_version.h>

// What differs between the DPDK releases that we build with, 22.11 to 24.11 (shared/reference/dpdk.md section 8): only
// here.
#if RTE_VERSION < RTE_VERSION_NUM(22, 11, 0, 0)
#error "Ringside needs DPDK 22.11 or later"
#endif

#include <rte_telemetry.h>

namespace ringside::datapath {

// Telemetry: _u64 became _uint in 23.03 and goes in 25.11.
inline int telemetry_add(rte_tel_data* data, const char* name, uint64_t value) {
#if RTE_VERSION >= RTE_VERSION_NUM(23, 3, 0, 0)
  return rte_tel_data_add_dict_uint(data, name, value);
#else
  return rte_tel_data_add_dict_u64(data, name, value);
#endif
}

}  // namespace ringside::datapath
