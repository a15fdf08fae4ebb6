// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ringside::ctl {

enum class Health { kOk, kDegraded, kMissing };

// One thing that this machine offers or lacks. `command` can be pasted into a shell as it is; empty when nothing is to
// be done.
struct Finding {
  std::string name;
  Health health = Health::kOk;
  std::string found;    // the fact: "2 CPUs, 2 usable"
  std::string meaning;  // one sentence: what follows for Ringside
  std::string command;
};

// The files in which Linux tells about itself. Another root than "/" is for tests.
class Machine {
 public:
  explicit Machine(std::filesystem::path root = "/") : root_(std::move(root)) {}

  bool exists(const std::string& path) const;
  std::string text(const std::string& path) const;  // without the newline at the end; "" when unreadable
  int64_t number(const std::string& path, int64_t otherwise) const;
  std::string field(const std::string& path,
                    std::string_view key) const;                 // "MemAvailable" of /proc/meminfo: "23716 kB"
  bool flag(std::string_view cpu_flag) const;                    // of /proc/cpuinfo
  std::vector<std::string> list(const std::string& path) const;  // names in a folder, sorted
  std::string path(const std::string& absolute) const { return (root_ / absolute.substr(1)).string(); }
  bool real() const { return root_ == "/"; }  // what only the kernel can tell may be asked

 private:
  std::filesystem::path root_;
};

// One file each: what belongs together.
std::vector<Finding> check_cpus(const Machine& machine);     // cores, SMT, affinity, quota, clock, governor
std::vector<Finding> check_memory(const Machine& machine);   // memory, hugepages
std::vector<Finding> check_kvm(const Machine& machine);      // /dev/kvm, nesting
std::vector<Finding> check_display(const Machine& machine);  // display, OpenGL
std::vector<Finding> check_rights(const Machine& machine);   // capabilities, tap, PCI

}  // namespace ringside::ctl
