// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

namespace ringside::ctl {

// What Ringside is compared with: Open vSwitch with DPDK, through tests/perf/pvp_peer.sh, which knows what it needs.
class Peer {
 public:
  Peer();
  bool available() const { return missing_.empty(); }
  const std::string& missing() const { return missing_; }  // why not, in a sentence
  const std::string& name() const { return name_; }        // "Open vSwitch 3.1.0"

  // Frames a second that its guest received; 0: it failed, and why() says how.
  double measure(int seconds);
  const std::string& why() const { return why_; }

 private:
  std::string script_, missing_, name_ = "Open vSwitch", why_;
};

}  // namespace ringside::ctl
