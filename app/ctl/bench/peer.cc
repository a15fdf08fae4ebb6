// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/bench/peer.h"

#include <cstdlib>
#include <filesystem>

#include "app/ctl/bench/child.h"
#include "app/ctl/exit_code.h"
#include "engine/base/assets.h"

namespace ringside::ctl {
namespace {

constexpr double kSetUpSeconds = 60;

std::string last_line(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  const size_t newline = text.rfind('\n');
  return newline == std::string::npos ? text : text.substr(newline + 1);
}

// "key=value" in a line of such words; "" when it is not there.
std::string word_value(const std::string& line, const std::string& key) {
  const size_t at = (" " + line).find(" " + key + "=");
  if (at == std::string::npos) return {};
  const size_t begin = at + key.size() + 1;
  return line.substr(begin, line.find(' ', begin) - begin);
}

}  // namespace

Peer::Peer() : script_(asset_path("../tests/perf/pvp_peer.sh")) {
  if (!std::filesystem::exists(script_)) {
    missing_ = "Its driver, tests/perf/pvp_peer.sh, is not part of this installation.";
    return;
  }
  auto check = run_child({"bash", script_, "--check"}, "", kSetUpSeconds);
  if (!check)
    missing_ = check.error().what;
  else if (check->code != 0)
    missing_ = check->errors.empty() ? "Its driver ended without a reason." : last_line(check->errors);
  else if (const std::string version = word_value(last_line(check->output), "version"); !version.empty())
    name_ += " " + version;
}

double Peer::measure(int seconds) {
  auto run = run_child({"bash", script_, std::to_string(seconds)}, "", seconds + kSetUpSeconds);
  if (!run || run->code != 0) {
    why_ = !run ? run.error().what : last_line(run->errors);
    return 0;
  }
  return std::atof(word_value(last_line(run->output), "frames_per_second").c_str());
}

}  // namespace ringside::ctl
