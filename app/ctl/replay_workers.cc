// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/replay_workers.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/ctl/supervise.h"
#include "engine/base/visible.h"

namespace ringside::ctl {
namespace {

using Clock = std::chrono::steady_clock;
// What a worker writes to in memory of its own. Its guests' memory is bounded by what a lab may do.
constexpr rlim_t kMemory = rlim_t{2} << 30, kFile = rlim_t{2} << 30;
constexpr size_t kMostSaid = 1 << 20;

struct Worker {
  std::string file;
  pid_t pid = -1;
  int out = -1;
  std::string said;
  Clock::time_point until;
};

void limit(decltype(RLIMIT_CPU) what, rlim_t to) {
  const rlimit both{to, to};
  setrlimit(what, &both);
}

[[noreturn]] void become(const std::vector<std::string>& words, int out, int seconds) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  limit(RLIMIT_CPU, rlim_t(seconds)), limit(RLIMIT_DATA, kMemory), limit(RLIMIT_FSIZE, kFile);
  limit(RLIMIT_CORE, 0), limit(RLIMIT_NOFILE, 256);
  release_signals();
  const int null = open("/dev/null", O_RDWR);
  dup2(null, 0), dup2(out, 1), dup2(null, 2);
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  execv("/proc/self/exe", argv.data());
  _exit(127);
}

Worker start(const std::string& file, const std::vector<std::string>& words, int seconds) {
  Worker w{file, -1, -1, {}, Clock::now() + std::chrono::seconds(seconds)};
  int ends[2];
  if (pipe2(ends, O_CLOEXEC)) return w;
  w.pid = fork();
  if (w.pid == 0) become(words, ends[1], seconds);
  close(ends[1]);
  w.out = ends[0];
  return w;
}

// Reads what is there; false: it has ended, or has said too much, or its time is over.
bool goes_on(Worker& w) {
  char buffer[1 << 14];
  pollfd one{w.out, POLLIN, 0};
  while (poll(&one, 1, 0) > 0) {
    const ssize_t n = read(w.out, buffer, sizeof buffer);
    if (n <= 0) return false;
    w.said.append(buffer, size_t(n));
    if (w.said.size() > kMostSaid) return false;
  }
  return Clock::now() < w.until;
}

// What a worker found, as flags. A worker is not trusted either: whoever handed in may have led it astray.
std::vector<ReplayFlag> flags_in(const Worker& w, int status, int seconds) {
  std::vector<ReplayFlag> flags;
  const auto none = [&](const std::string& why) {
    flags.push_back({w.file, "", {"replay-none", "It could not be run again: " + why + "."}});
  };
  if (WIFSIGNALED(status))
    return none(Clock::now() >= w.until || WTERMSIG(status) == SIGXCPU
                    ? fmt::format("it took more than {} s", seconds)
                    : fmt::format("its process was ended by signal {}", WTERMSIG(status))),
           flags;
  const auto json = nlohmann::json::parse(w.said, nullptr, false);
  if (!json.is_array()) return none("its process did not answer"), flags;
  for (const auto& one : json) {
    if (!one.is_object()) continue;
    const auto text = [&](const char* name) {
      const auto at = one.find(name);
      return at != one.end() && at->is_string() ? excerpt(visible_line(at->get<std::string>()), 400) : std::string();
    };
    if (const std::string failed = text("failed"); !failed.empty())
      flags.push_back({w.file, text("lab"), {"replay", "What was handed in as run cannot be run: " + failed}});
    if (const std::string differs = text("differs"); !differs.empty())
      flags.push_back({w.file, text("lab"), {"replay", "Run again, it is not the same: " + differs + "."}});
    for (const char* why : {"cut_short", "error"})
      if (const std::string error = text(why); !error.empty()) none(error.substr(0, error.find_last_not_of('.') + 1));
  }
  return flags;
}

}  // namespace

std::vector<ReplayFlag> replay_all(const Options& options, const std::vector<std::string>& files,
                                   const std::string& pack_file, const labs::Pack* pack, int seconds) {
  std::vector<ReplayFlag> found;
  std::string captures;
  std::error_code error;
  if (pack && !pack->captures.empty()) {
    captures = (std::filesystem::temp_directory_path(error) / "ringside-grade-XXXXXX").string();
    if (!mkdtemp(captures.data()) || !labs::unpack_captures(*pack, captures)) captures.clear();
  }
  cpu_set_t set;
  CPU_ZERO(&set);
  // A worker waits for a third of its time: for the disk, for DPDK to come up, for the steps of its threads.
  const size_t most = sched_getaffinity(0, sizeof set, &set) ? 1 : size_t(std::clamp(2 * CPU_COUNT(&set), 1, 64));
  std::vector<Worker> working;
  for (size_t next = 0; next < files.size() || !working.empty();) {
    while (next < files.size() && working.size() < most) {
      std::vector<std::string> words = {
          "ringsidectl",  "--quiet",  "--workers", "1", "--memory", std::to_string(options.memory_mb),
          "grade-replay", files[next]};
      for (const auto& [name, value] : {std::pair("--pack", pack_file), {"--captures", captures}})
        if (!value.empty()) words.emplace_back(name), words.push_back(value);
      Worker w = start(files[next++], words, seconds);
      if (w.pid > 0)
        working.push_back(std::move(w));
      else
        found.push_back({w.file, "", {"replay-none", "It could not be run again: no process could be started."}});
    }
    std::vector<pollfd> ends;
    for (const Worker& w : working) ends.push_back({w.out, POLLIN, 0});
    if (!ends.empty()) poll(ends.data(), nfds_t(ends.size()), 100);
    for (auto w = working.begin(); w != working.end();) {
      if (goes_on(*w)) {
        ++w;
        continue;
      }
      if (Clock::now() >= w->until || w->said.size() > kMostSaid) kill(w->pid, SIGKILL);
      close(w->out);
      int status = 0;
      waitpid(w->pid, &status, 0);
      const auto flags = flags_in(*w, status, seconds);
      found.insert(found.end(), flags.begin(), flags.end());
      w = working.erase(w);
    }
  }
  if (!captures.empty()) std::filesystem::remove_all(captures, error);
  return found;
}

}  // namespace ringside::ctl
