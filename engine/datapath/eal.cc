// SPDX-License-Identifier: BSD-3-Clause
// cold: the start and the end, once a process
#include "engine/datapath/eal.h"

#include <pthread.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_mbuf_dyn.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "engine/datapath/eal_arguments.h"
#include "engine/datapath/log_capture.h"
#include "engine/net/packet.h"

namespace ringside::datapath {
namespace {

enum class State { kNever, kRunning, kFailed, kStopped };
State state = State::kNever;  // the engine's thread only, as all of this file
EalConfig running;
bool made_parent_directory = false;

// What a second start may ask: no more than the first one got.
Status fits_running(const EalConfig& config) {
  std::string lacking;
  std::vector<int> left = running.worker_cpus;
  for (int cpu : config.worker_cpus) {
    auto found = std::find(left.begin(), left.end(), cpu);
    if (found == left.end()) {
      lacking = "a worker on CPU " + std::to_string(cpu);
      break;
    }
    left.erase(found);
  }
  if (config.memory_mb > running.memory_mb) lacking = std::to_string(config.memory_mb) + " MB";
  if (config.hugepages && !running.hugepages) lacking = "hugepages";
  if (config.pci && !running.pci) lacking = "PCI";
  for (const std::string& word : config.extra)
    if (std::find(running.extra.begin(), running.extra.end(), word) == running.extra.end())
      lacking = "argument " + word;
  if (lacking.empty()) return {};
  return Error{
      "DPDK runs since this program's start, without " + lacking + ", and cannot be started again in one process.",
      "It runs on as it is.", "End the program and start it again with this setting first"};
}

// DPDK leaves its runtime directory behind, with the telemetry socket in it until the process is gone.
void remove_runtime_directory(const std::string& directory) {
  std::error_code ignored;
  if (directory.find("/ringside-" + std::to_string(getpid())) == std::string::npos) return;
  std::filesystem::remove_all(directory, ignored);
  if (made_parent_directory) rmdir(std::filesystem::path(directory).parent_path().c_str());  // only if empty
}

// A run that was killed could not clear up behind itself; the next one does it.
void remove_dead_runs(const std::string& parent) {
  constexpr std::string_view kPrefix = "ringside-";
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(parent, ignored)) {
    std::string name = entry.path().filename();
    if (!name.starts_with(kPrefix)) continue;
    pid_t pid = pid_t(strtol(name.c_str() + kPrefix.size(), nullptr, 10));
    if (pid > 0 && kill(pid, 0) != 0 && errno == ESRCH) std::filesystem::remove_all(entry.path(), ignored);
  }
}

// Where rte_eal_init will make its directory (lib/eal/unix/eal_filesystem.c).
std::string runtime_parent() {
  const char* directory = getenv("RUNTIME_DIRECTORY");
  if (!directory) directory = getuid() == 0 ? "/var/run" : getenv("XDG_RUNTIME_DIR");
  return std::string(directory ? directory : "/tmp") + "/dpdk";
}

// What our frames carry beside DPDK's own fields (net/packet.h).
void register_fields() {
  const auto field = [](const char* name, size_t size) {
    rte_mbuf_dynfield f{};
    std::strncpy(f.name, name, sizeof f.name - 1);
    f.size = size, f.align = size;
    return rte_mbuf_dynfield_register(&f);
  };
  net::trace_id_offset = field("ringside_trace_id", sizeof(uint32_t));
  net::source_offset = field("ringside_source", sizeof(uint8_t));
  rte_mbuf_dynflag flag{};
  std::strncpy(flag.name, "ringside_source", sizeof flag.name - 1);
  const int bit = rte_mbuf_dynflag_register(&flag);
  net::source_flag = bit < 0 ? 0 : uint64_t{1} << bit;
}

}  // namespace

Status start_eal(const EalConfig& config) {
  if (state == State::kRunning) return fits_running(config);
  if (state != State::kNever)
    return Error{state == State::kFailed ? "DPDK failed to start before, and cannot be started again in one process."
                                         : "DPDK was ended, and cannot be started again in one process.",
                 "", "End the program and start it again"};
  auto arguments = eal_arguments(config);
  if (!arguments) return arguments.error();

  std::vector<char*> argv;
  std::string name = "ringside";
  argv.push_back(name.data());
  for (std::string& word : *arguments) argv.push_back(word.data());
  std::vector<char*> scratch = argv;  // getopt reorders it
  scratch.push_back(nullptr);
  std::error_code ignored;
  remove_dead_runs(runtime_parent());
  made_parent_directory = !std::filesystem::exists(runtime_parent(), ignored);

  LogCapture log;
  if (rte_eal_init(int(argv.size()), scratch.data()) < 0) {
    state = State::kFailed;
    std::string words = log.last_line(), line;
    for (const std::string& word : *arguments) line += " " + word;
    return Error{"DPDK does not start: " + (words.empty() ? std::string(rte_strerror(rte_errno)) : words),
                 "Arguments:" + line, "`ringsidectl doctor` shows what this machine offers"};
  }
  register_fields();
  running = config;
  state = State::kRunning;
  if (net::trace_id_offset < 0 || net::source_offset < 0 || !net::source_flag) {
    stop_eal();
    return Error{"DPDK has no room for a frame's trace id and source in its packet buffers.", "", ""};
  }
  return {};
}

bool eal_started() { return state == State::kRunning; }

void stop_eal() {
  if (state != State::kRunning) return;
  std::string directory = rte_eal_get_runtime_dir();
  rte_eal_mp_wait_lcore();
  {
    LogCapture log;
    rte_eal_cleanup();
  }
  remove_runtime_directory(directory);
  state = State::kStopped;
}

int eal_worker_count() { return state == State::kRunning ? int(running.worker_cpus.size()) : 0; }

}  // namespace ringside::datapath
