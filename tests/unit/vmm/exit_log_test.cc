// SPDX-License-Identifier: BSD-3-Clause
// Totals are exact whatever the rate; records come in bursts, and each says how many before it were left out.
#include "engine/vmm/exit.h"

#include <memory>

#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::vmm;

namespace {

ExitRecord write_at(uint64_t begin) {
  ExitRecord r;
  r.begin = begin, r.end = begin + 100, r.reg = "TDT", r.reason = ExitReason::kMmioWrite;
  return r;
}

std::vector<ExitRecord> drained(ExitLog& log) {
  std::vector<ExitRecord> records(ExitLog::kRecords);
  records.resize(log.drain(records.data(), ExitLog::kRecords));
  return records;
}

}  // namespace

TEST_CASE("below the rate every exit has a record") {
  auto log = std::make_unique<ExitLog>();
  log->set_rate(1000, 1e6);  // one in 1000 cycles
  for (uint64_t i = 0; i < 3000; i++) log->add(write_at(5000 + i * 1200));
  CHECK(log->kept() == 3000);
  for (const ExitRecord& r : drained(*log)) REQUIRE(r.skipped == 0);
}

TEST_CASE("beyond the rate records come in bursts that have no hole") {
  auto log = std::make_unique<ExitLog>();
  log->set_rate(1000, 1e6);
  constexpr uint64_t kExits = 100'000;
  std::vector<ExitRecord> records;
  for (uint64_t i = 0; i < kExits; i++) {
    log->add(write_at(1'000'000 + i * 100));  // ten times the rate
    if (i % 1000 && i + 1 < kExits) continue;
    const auto fetched = drained(*log);
    records.insert(records.end(), fetched.begin(), fetched.end());
  }
  CHECK(log->total() == kExits);
  CHECK(log->kept() + log->lost() == kExits);
  CHECK(log->kept() > kExits / 10 - ExitLog::kBurst);
  CHECK(log->kept() < kExits / 10 + 2 * ExitLog::kBurst);
  uint64_t named = 0, run = 0;
  bool first = true;  // the first burst begins without a gap
  for (const ExitRecord& r : records) {
    named += 1 + r.skipped;
    if (!r.skipped) {
      run++;
      continue;
    }
    REQUIRE(run == ExitLog::kBurst - (first ? 0 : 1));
    run = 0, first = false;
  }
  CHECK(named > kExits - 10 * ExitLog::kBurst);
}

TEST_CASE("records that nobody fetched in time are counted as left out") {
  auto log = std::make_unique<ExitLog>();
  log->set_rate(ExitLog::kEvery, 1);
  for (uint64_t i = 0; i < ExitLog::kRecords + 7; i++) log->add(write_at(i * 100));
  CHECK(log->lost() == 7);
  CHECK(drained(*log).size() == ExitLog::kRecords);
  log->add(write_at(9'000'000));
  const auto after = drained(*log);
  REQUIRE(after.size() == 1);
  CHECK(after[0].skipped == 7);
}
