// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/api/engine.h"

namespace ringside::ctl {

// One run: a guest that sends as fast as it can, over one NIC, into a null wire. Cycles are per packet.
struct BackendRun {
  double rate = 0;                                           // frames a second that the wire took
  double exits = 0;                                          // VM exits for each of them
  double guest = 0, exit_cycles = 0, backend = 0, path = 0;  // path: NIC, switch and wire
  double transmit() const { return backend + path; }         // of the transmit context
  double vcpu() const { return guest + exit_cycles; }
  // Who is busy all the time and so sets the pace. One worker runs all in turn: then whoever takes most.
  const char* pace(bool one_worker) const;
};

struct BackendSetting {
  std::string model;
  int batch = 32;
  int price = 1000;         // cycles that each exit takes
  bool calibrated = false;  // prices measured on this machine instead
  int64_t backend = 0;      // modelled cycles for each packet
};

Result<BackendRun> run_backend(Engine& engine, const BackendSetting& setting, double seconds);

// A median with the interval in which it lies with 95 % confidence, by order statistics: no assumption about the noise.
struct Interval {
  double median = 0, low = 0, high = 0;
};
Interval interval_of(std::vector<double> values);

// Runs of the two models in turn, so that what the machine does meanwhile happens to both.
struct BackendPoint {
  int64_t modelled = 0;  // backend cycles=
  double total = 0;      // with what our own back end takes, measured
  bool talk = false, own = false;
  BackendRun e1000, vmxnet3;  // medians
  Interval ratio;             // VMXNET3's rate over E1000's, pair by pair
};
// Within 10 %, beyond it, or not to be told from the noise.
enum class Apart { kWithin, kBeyond, kUnclear };
Apart apart(const Interval& ratio);

// What a marked point says of the claim: where the back end sets the pace the two are within 10 %, at our own back end
// they are not.
enum class Claim { kHolds, kContradicted, kUnclear, kNotAsked };
Claim claim_of(const BackendPoint& point, bool one_worker);

Result<BackendPoint> measure_point(Engine& engine, BackendSetting setting, double seconds, int pairs,
                                   const std::function<bool()>& stop);

}  // namespace ringside::ctl
