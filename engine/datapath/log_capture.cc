// SPDX-License-Identifier: BSD-3-Clause
// cold: what DPDK prints while something is built
#include "engine/datapath/log_capture.h"

#include <rte_log.h>

#include <cstdlib>
#include <sstream>

namespace ringside::datapath {

namespace {
// The innermost capture's stream. None = DPDK's own, which is said by null: its default comes and goes with
// rte_eal_init and cleanup.
FILE* current = nullptr;

std::string bare(std::string line) {
  for (const char* prefix : {"EAL: ", "ETHDEV: ", "TELEMETRY: "})
    if (line.starts_with(prefix)) line.erase(0, std::char_traits<char>::length(prefix));
  return line;
}
}  // namespace

LogCapture::LogCapture() : before_(current) {
  stream_ = open_memstream(&text_, &size_);
  if (stream_) rte_openlog_stream(current = stream_);
}

LogCapture::~LogCapture() {
  rte_openlog_stream(current = before_);
  if (stream_) fclose(stream_);
  free(text_);
}

std::string LogCapture::all() {
  if (!stream_ || fflush(stream_) != 0 || !text_) return {};
  std::string all(text_, size_);
  while (!all.empty() && (all.back() == '\n' || all.back() == ' ')) all.pop_back();
  return all;
}

std::string LogCapture::last_line() {
  const std::string text = all();
  return bare(text.substr(text.rfind('\n') + 1));
}

std::string LogCapture::cause() {
  std::istringstream text(all());
  for (std::string line; std::getline(text, line);)
    for (const char* word : {"ould not", "annot", "an't ", "ailed", "nable to", "rror", "nvalid"})
      if (line.find(word) != std::string::npos) return bare(line);
  return last_line();
}

}  // namespace ringside::datapath
