// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>

#include "app/ctl/commands.h"

namespace CLI {
class App;
}

// The part of main.cc's table of options that is for who writes a lab.
namespace ringside::ctl {

struct AuthorProgram {
  NewLabArguments fresh;
  PreviewArguments preview;
};

void add_authors(CLI::App& lab, const Options& options, AuthorProgram& p, std::function<int()>& action);

}  // namespace ringside::ctl
