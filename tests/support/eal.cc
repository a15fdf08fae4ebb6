// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/eal.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "engine/datapath/eal.h"
#include "engine/datapath/eal_arguments.h"

namespace ringside::test {

void need_eal() {
  if (datapath::eal_started()) return;
  Status started =
      datapath::start_eal({.worker_cpus = {datapath::allowed_cpus().back()}, .memory_mb = 256, .extra = {}});
  if (!started.ok()) {
    std::fprintf(stderr, "%s\n", started.error().text().c_str());
    std::exit(1);
  }
  std::atexit(datapath::stop_eal);
}

std::unique_ptr<datapath::PacketPool> make_pool(uint32_t packets) {
  need_eal();
  static int number = 0;
  auto pool = datapath::PacketPool::create("test_pool" + std::to_string(number++), packets, false);
  if (!pool) {
    std::fprintf(stderr, "%s\n", pool.error().text().c_str());
    std::exit(1);
  }
  return std::move(*pool);
}

}  // namespace ringside::test
