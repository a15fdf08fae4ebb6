// SPDX-License-Identifier: BSD-3-Clause
// compile_labs OUT: the build's tool, which makes the file that both programs take labs from.
#include <cstdio>

#include "labs/runner/lab_compiler.h"

int main(int argc, char** argv) {
  using namespace ringside;
  if (argc != 2) return std::fprintf(stderr, "Expected the name of the file to write.\n"), 2;
  std::vector<labs::LabText> texts;
  for (const std::string& path : labs::lab_sources()) {
    auto text = labs::read_lab(path);
    if (!text) return std::fprintf(stderr, "%s\n", text.error().text().c_str()), 1;
    texts.push_back(std::move(*text));
  }
  if (texts.empty()) return std::fprintf(stderr, "There are no labs to compile.\n"), 1;
  if (Status built = labs::build_labs(texts, argv[1]); !built)
    return std::fprintf(stderr, "%s\n", built.error().text().c_str()), 1;
  return 0;
}
