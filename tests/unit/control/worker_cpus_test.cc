// SPDX-License-Identifier: BSD-3-Clause
#include "engine/control/placement/worker_cpus.h"

#include <numeric>
#include <set>

#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::control;

namespace {

std::vector<int> cpus(int count) {
  std::vector<int> list(static_cast<size_t>(count));
  std::iota(list.begin(), list.end(), 0);
  return list;
}

}  // namespace

TEST_CASE("workers: one on up to two CPUs, else all CPUs but the first, 64 at most", "[plan]") {
  const auto [count, workers] =
      GENERATE(table<int, size_t>({{1, 1}, {2, 1}, {3, 2}, {4, 3}, {16, 15}, {64, 63}, {65, 64}, {256, 64}}));
  INFO(count << " CPUs");
  const std::vector<int> chosen = worker_cpus(cpus(count), {});
  CHECK(chosen.size() == workers);
  CHECK(std::set<int>(chosen.begin(), chosen.end()).size() == workers);
  CHECK(chosen.back() == count - 1);
  if (count > 1) CHECK(chosen.front() != 0);
}

TEST_CASE("workers: as many, and where, as the user says", "[plan]") {
  EngineOptions options;
  options.workers = 5;
  CHECK(worker_cpus(cpus(16), options) == std::vector<int>{11, 12, 13, 14, 15});
  CHECK(worker_cpus(cpus(2), options) == std::vector<int>{1, 0, 1, 0, 1});
  CHECK(worker_cpus({3, 7}, options).size() == 5);
  options.cpus = {2, 9};
  CHECK(worker_cpus(cpus(16), options) == std::vector<int>{2, 9});
}
