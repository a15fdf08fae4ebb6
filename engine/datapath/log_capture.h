// SPDX-License-Identifier: BSD-3-Clause
// cold: what DPDK prints while something is built
#pragma once

#include <cstdio>
#include <string>

namespace ringside::datapath {

// What DPDK logs while this lives, so that a failure can be explained by its own words instead of lines over a picture.
// Engine's thread, while nothing else logs.
class LogCapture {
 public:
  LogCapture();
  ~LogCapture();
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;

  // The last line so far, without its prefix; empty if none.
  std::string last_line();
  // The first line that tells of a failure: of a driver's words and those of each layer above it, the ones that know
  // the cause. The last line if none does.
  std::string cause();

 private:
  std::string all();

  char* text_ = nullptr;
  size_t size_ = 0;
  FILE* stream_ = nullptr;
  FILE* before_;
};

}  // namespace ringside::datapath
