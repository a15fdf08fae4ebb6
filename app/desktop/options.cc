// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <sstream>

#include "engine/base/build_info.h"
#include "engine/base/visible.h"

namespace ringside::desktop {
namespace {

std::string version_text() {
  return std::string("ringside ") + kVersion + " (" + kGitDescribe + ", " + kBuildType + ", " + kBuildArch + ")";
}

// Arguments of DPDK's EAL belong behind "--"; found before it, the corrected line is shown.
std::string misplaced_eal(int argc, char** argv) {
  for (int i = 1; i < argc && std::string(argv[i]) != "--"; ++i)
    for (const char* flag : {"-l", "-c", "-n", "--lcores", "--vdev", "--main-lcore", "--no-huge", "--file-prefix"})
      if (argv[i] == std::string(flag)) return flag;
  return {};
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options o;
  CLI::App app("An interactive lab for virtual networking: real packets, one access at a time.", "ringside");
  std::string size;
  app.add_option("--scenario", o.scenario,
                 "Scenario: a file, or one that comes with Ringside; without it the default one")
      ->type_name("FILE");
  app.add_option("--scale", o.window.scale, "Size of everything: 75, 100, 125, 150, 200, 250 or 300")
      ->type_name("PCT")
      ->check(CLI::Range(50, 400));
  app.add_option("--size", size, "Size of the window in pixels")->type_name("WxH");
  app.add_option("--theme", o.theme, "dark or light")->type_name("NAME");
  app.add_option("--layout", o.layout, "learn or explore");
  app.add_option("--lab", o.lab, "Take this lab: its number or name; ringsidectl lab list shows them")->type_name("ID");
  app.add_option("--variant", o.labs.variant, "Which row of a lab's numbers; without it, drawn by your name")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  app.add_option("--student", o.labs.student, "Whose answers these are; without it, your user name")->type_name("NAME");
  app.add_option("--progress", o.labs.progress,
                 "Where answers are kept; without it, $XDG_DATA_HOME/ringside/progress.db")
      ->type_name("FILE");
  app.add_option("--exec", o.exec, "Run the commands of this file first")->type_name("FILE");
  app.add_option("--screenshot", o.window.screenshot, "Write a PNG after --frames and leave")->type_name("FILE");
  app.add_option("--frames", o.window.frames, "Leave after so many frames")->type_name("N");
  app.add_option("--probes", o.probes, "For measurements: when leaving, write every number here (JSON)")
      ->type_name("FILE");
  app.add_option("--ui-map", o.window.ui_map,
                 "For tests: keep this file saying where on the screen everything is (JSON)")
      ->type_name("FILE");
  app.add_option("--workers", o.engine.workers, "DPDK workers; 0 = as fits the machine")
      ->type_name("N")
      ->check(CLI::Range(0, 64));
  app.add_option("--memory", o.engine.memory_mb, "Memory for packets")->type_name("MB")->check(CLI::Range(64, 1 << 20));
  app.add_flag("--hugepages", o.engine.hugepages, "Take that memory in hugepages; a pci: wire needs them");
  app.set_version_flag("--version", version_text());
  app.footer("What stands behind -- goes to DPDK's EAL.");
  int own = argc;
  for (int i = 1; i < argc; ++i)
    if (std::string(argv[i]) == "--") {
      own = i;
      o.engine.eal_args.assign(argv + i + 1, argv + argc);
      break;
    }
  if (const std::string flag = misplaced_eal(argc, argv); !flag.empty()) {
    std::fprintf(stderr, "ringside: %s is an option of DPDK's EAL and belongs behind --: ringside -- %s …\n",
                 visible(flag).c_str(), visible(flag).c_str());
    o.leave = 2;
    return o;
  }
  try {
    app.parse(own, argv);
  } catch (const CLI::ParseError& error) {
    std::ostringstream out, errors;  // which quote what was typed
    o.leave = app.exit(error, out, errors) == 0 ? 0 : 2;
    std::cout << out.str();
    std::cerr << visible(errors.str());
    return o;
  }
  if (!size.empty()) {
    char rest = 0;
    if (std::sscanf(size.c_str(), "%dx%d%c", &o.window.width, &o.window.height, &rest) != 2 || o.window.width < 200 ||
        o.window.height < 150 || o.window.width > 16384 || o.window.height > 16384) {
      std::fprintf(stderr, "ringside: --size %s is not a size. Like this: --size 1920x1080\n", visible(size).c_str());
      o.leave = 2;
      return o;
    }
    o.window.sized = true;
  }
  if (!o.window.screenshot.empty() && o.window.frames <= 0) o.window.frames = 30;
  return o;
}

}  // namespace ringside::desktop
