// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/options_author.h"

#include <CLI/CLI.hpp>

namespace ringside::ctl {

void add_authors(CLI::App& lab, const Options& options, AuthorProgram& p, std::function<int()>& action) {
  CLI::App* fresh =
      lab.add_subcommand("new", "Write a small lab that plays as it is, to put your own in its place")->fallthrough();
  fresh->add_option("NAME", p.fresh.name, "Its id: small letters, digits and hyphens, such as what-a-sleep-costs")
      ->required();
  fresh
      ->add_option("--in", p.fresh.folder,
                   "Where it gets a folder of its own; else labs/exercises where that is, or here")
      ->type_name("FOLDER");
  fresh->add_option("--number", p.fresh.number, "Its number; else the one after those that stand there")
      ->type_name("N")
      ->check(CLI::Range(1, 999));
  fresh->callback([&] { action = [&] { return lab_new(options, p.fresh); }; });

  CLI::App* preview =
      lab.add_subcommand("preview", "Show a lab's page, and show it anew whenever its text is saved")->fallthrough();
  preview->add_option("PATH", p.preview.path, "A lab.md, or its folder")->required();
  preview->add_option("--page", p.preview.page, "Begin with this one; else the first")
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  preview->add_option("--variant", p.preview.variant, "This row of numbers; else the first")
      ->type_name("N")
      ->check(CLI::Range(1, 256));
  preview->add_flag("--once", p.preview.once, "Show it once, all pages without --page, and end");
  preview->callback([&] { action = [&] { return lab_preview(options, p.preview); }; });
}

}  // namespace ringside::ctl
