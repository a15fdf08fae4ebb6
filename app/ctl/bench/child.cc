// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/bench/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "app/ctl/supervise.h"

namespace ringside::ctl {
namespace {

int signal_taken = 0;
constexpr std::chrono::seconds kGrace{10};  // for an orderly end

struct Pipe {
  int read_end = -1, write_end = -1;
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) == 0) read_end = ends[0], write_end = ends[1];
  }
  ~Pipe() { close_read(), close_write(); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_read() {
    if (read_end >= 0) close(read_end), read_end = -1;
  }
  void close_write() {
    if (write_end >= 0) close(write_end), write_end = -1;
  }
};

[[noreturn]] void become(const std::vector<std::string>& command, Pipe& in, Pipe& out, Pipe& errors) {
  dup2(in.read_end, STDIN_FILENO);
  dup2(out.write_end, STDOUT_FILENO);
  dup2(errors.write_end, STDERR_FILENO);
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  setpgid(0, 0);  // so that a script's own children can be told, too
  release_signals();
  execvp(words[0], words.data());
  _exit(127);
}

// Appends what is there; false at the end.
bool drain(int fd, std::string& text) {
  std::array<char, 65536> buffer;
  const ssize_t n = read(fd, buffer.data(), buffer.size());
  if (n > 0) text.append(buffer.data(), size_t(n));
  return n > 0;
}

}  // namespace

int interrupted() { return signal_taken; }

Result<ChildResult> run_child(const std::vector<std::string>& command, const std::string& input, double limit_seconds) {
  hold_signals();
  Pipe in, out, errors;
  if (errors.write_end < 0) return Error{"No pipe can be made: too many files are open.", "", "ulimit -n 1024", ""};
  const pid_t pid = fork();
  if (pid < 0) return Error{"No further process can be started.", "", "ulimit -u", ""};
  if (pid == 0) become(command, in, out, errors);
  in.close_read(), out.close_write(), errors.close_write();
  for (size_t at = 0;
       at < input.size();) {  // scenarios are small, and a reader that has gone is no harm: SIGPIPE is ignored
    const ssize_t n = write(in.write_end, input.data() + at, input.size() - at);
    if (n <= 0) break;
    at += size_t(n);
  }
  in.close_write();

  ChildResult result;
  bool out_open = true, errors_open = true;
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(limit_seconds);
  using Clock = std::chrono::steady_clock;
  std::optional<Clock::time_point> asked_to_end;
  while (out_open || errors_open) {
    pollfd fds[] = {{out_open ? out.read_end : -1, POLLIN, 0}, {errors_open ? errors.read_end : -1, POLLIN, 0}};
    poll(fds, 2, 50);
    if (fds[0].revents) out_open = drain(out.read_end, result.output);
    if (fds[1].revents) errors_open = drain(errors.read_end, result.errors);
    if (!signal_taken) signal_taken = take_signal(0);
    const auto now = Clock::now();
    if ((signal_taken || now > deadline) && !asked_to_end) {
      kill(-pid, SIGTERM);
      asked_to_end = now;
    } else if (asked_to_end && now > *asked_to_end + kGrace) {
      kill(-pid, SIGKILL);
    }
  }
  int status = 0;
  waitpid(pid, &status, 0);
  result.code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

Result<Measured> measure(const Options& options, const std::string& scenario, int seconds, int workers, int settle) {
  std::vector<std::string> command = {"/proc/self/exe",
                                      "run",
                                      "-",
                                      "--json",
                                      "--quiet",
                                      "--for",
                                      std::to_string(seconds),
                                      "--workers",
                                      std::to_string(workers),
                                      "--memory",
                                      std::to_string(options.memory_mb)};
  if (settle > 0) command.insert(command.end(), {"--settle", std::to_string(settle)});
  if (options.hugepages) command.emplace_back("--hugepages");
  if (!options.eal.empty()) command.emplace_back("--");
  command.insert(command.end(), options.eal.begin(), options.eal.end());
  auto child = run_child(command, scenario, settle + seconds + 60);
  if (!child) return child.error();
  if (child->code != 0)
    return Error{fmt::format("A run with {} workers ended with code {}.\n{}", workers, child->code, child->errors), "",
                 "", ""};
  const auto json = nlohmann::json::parse(child->output, nullptr, false);
  if (json.is_discarded() || !json.contains("probes"))
    return Error{"A run printed no result.\n" + child->errors, "", "", ""};
  Measured measured{.figures = {}, .on_trial = json.value("placement_on_trial", false)};
  for (const auto& probe : json["probes"]) {
    if (!probe["value"].is_number()) continue;
    const bool modelled = probe.value("provenance", "") == "modelled";
    measured.figures.push_back({{probe["name"], ProbeKind::kGauge, probe["unit"], "",
                                 modelled ? Provenance::kModelled : Provenance::kMeasured},
                                probe["value"].get<double>()});
  }
  return measured;
}

double measure_floor(int seconds) {
  auto child =
      run_child({"/proc/self/exe", "bench", "floor", "--json", "--seconds", std::to_string(seconds)}, "", seconds + 10);
  if (!child || child->code != 0) return 0;
  const auto json = nlohmann::json::parse(child->output, nullptr, false);
  return json.is_object() ? json.value("frames_per_second", 0.0) : 0;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const size_t n = values.size();
  return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

}  // namespace ringside::ctl
