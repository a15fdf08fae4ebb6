// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/version.h"

#include <fmt/format.h>

#include "engine/base/build_info.h"

namespace ringside::ctl {
namespace {

// What we were built against, from the build's own flags (-include rte_config.h): no header of DPDK comes in here.
std::string dpdk_version() {
#ifdef RTE_VER_YEAR
  return fmt::format("{}.{:02}.{}", RTE_VER_YEAR, RTE_VER_MONTH, RTE_VER_MINOR);
#else
  return "as installed";
#endif
}

}  // namespace

std::string version_text() {
  std::string text = fmt::format("ringsidectl {} (git {})\n", kVersion, kGitDescribe);
  text += fmt::format("build: {}, -march={}{}{}\n", kBuildType, kBuildArch, *kBuildSanitize ? ", sanitize=" : "",
                      kBuildSanitize);
  text += fmt::format("DPDK: {}\nKVM API: 12\nJSON schema: 1", dpdk_version());
  return text;
}

}  // namespace ringside::ctl
