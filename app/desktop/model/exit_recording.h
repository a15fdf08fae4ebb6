// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "engine/api/snapshot.h"

namespace ringside::desktop {

// The exits of which records came, vCPU by vCPU: what timelines draw. A snapshot has the latest ones; here they add up,
// so that a pause can be looked at. While time runs free a sample is taken twice a second, so that a picture can be
// read. UI thread.
class ExitRecording {
 public:
  static constexpr size_t kMost = 8192;            // of each vCPU
  static constexpr double kSampleSeconds = 40e-6;  // what a lane shows of a free run
  static constexpr double kSampleEvery = 0.5;

  void add(const Snapshot& snapshot);
  void clear();

  struct Exit {
    ExitView view;
    bool unknown_before = false;  // something happened between the exit before and this one, and was not recorded
  };
  const std::deque<Exit>& of(const std::string& vcpu) const;
  const Exit* find(const std::string& vcpu, uint64_t begin) const;

  bool empty() const { return by_vcpu_.empty(); }
  uint64_t newest() const { return newest_; }  // when the last recorded exit ended, on the vCPUs' clock
  uint64_t oldest() const { return oldest_; }
  double hz() const { return hz_; }  // cycles a second of that clock
  size_t size() const;

 private:
  std::map<std::string, std::deque<Exit>> by_vcpu_;
  uint64_t newest_ = 0, oldest_ = 0, serial_ = ~uint64_t{0}, sampled_at_ = 0;
  double hz_ = 2.6e9;
  bool free_ = false, any_ = false;
};

// The five groups of the visual language's section 7, and the words for them.
enum class ExitGroup : uint8_t { kDevice, kFault, kInterrupt, kInstruction, kWait };
ExitGroup group_of(const std::string& reason);

// Register accesses: with hardware virtualisation an EPT violation, or its relative the misconfiguration, each.
bool is_ept_class(const std::string& reason);

}  // namespace ringside::desktop
