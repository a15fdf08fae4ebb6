// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/support/skip.h"

namespace ringside::test {

// A network namespace with one end of a veth pair in it, 10.77.0.2/24; the other end is host_if. Made by
// tests/support/netns.sh's functions, removed with this. Skips the test where that is not allowed.
class Netns {
 public:
  explicit Netns(unsigned mtu = 1500)
      : host_if("rsh" + std::to_string(getpid())), name_("rs" + std::to_string(getpid())) {
    std::string inner = "rsn" + std::to_string(getpid());
    if (std::system("bash -c '. tests/support/netns.sh; netns_available'") != 0) std::_Exit(77);  // it has said why
    // As in the script: one test at a time, for the length of this one.
    lock_ = open((std::filesystem::temp_directory_path() / "ringside_netns.lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC,
                 0600);
    flock(lock_, LOCK_EX);
    made_ = shell(". tests/support/netns.sh; NETNS=" + name_ + " NETNS_IF=" + inner + " HOST_IF=" + host_if +
                  "; netns_pair " + std::to_string(mtu) + "; r=$?; trap - EXIT; exit $r");
    inner_if = inner;
  }
  ~Netns() {
    shell("ip link del " + host_if + "; ip netns del " + name_);
    close(lock_);
  }
  Netns(const Netns&) = delete;
  Netns& operator=(const Netns&) = delete;

  bool made() const { return made_; }
  bool run(const std::string& command) const { return shell("ip netns exec " + name_ + " " + command); }
  // In the background; its exit code is written to `result` when it ends.
  void start(const std::string& command, const std::string& result) const {
    shell("(ip netns exec " + name_ + " " + command + "; echo $? > " + result + ") >/dev/null 2>&1 &");
  }

  std::string host_if, inner_if;

 private:
  static bool shell(const std::string& command) {
    return std::system(("bash -c '" + command + "' >/dev/null 2>&1").c_str()) == 0;
  }
  std::string name_;
  int lock_ = -1;
  bool made_ = false;
};

}  // namespace ringside::test
