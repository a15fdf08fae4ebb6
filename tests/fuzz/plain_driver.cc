// SPDX-License-Identifier: BSD-3-Clause
// Stands in for libFuzzer where there is no clang: a fixed number of inputs from a fixed seed, or the files that are
// named, to see again what a fuzzer found.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>

#include "tests/fuzz/input.h"

int main(int argc, char** argv) {
  if (argc > 1 && argv[1][0] != '-') {
    for (int i = 1; i < argc; i++) {
      std::ifstream file(argv[i], std::ios::binary);
      const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
      LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
      std::printf("%s: %zu bytes, nothing found\n", argv[i], bytes.size());
    }
    return 0;
  }
  constexpr int kInputs = 800;
  std::mt19937 random(20260101);
  uint64_t bytes = 0;
  for (int i = 0; i < kInputs; i++) {
    std::vector<uint8_t> input(random() % 4096);
    for (uint8_t& byte : input) byte = uint8_t(random());
    LLVMFuzzerTestOneInput(input.data(), input.size());
    bytes += input.size();
  }
  std::printf("%d inputs, %llu bytes, nothing found\n", kInputs, static_cast<unsigned long long>(bytes));
  return 0;
}
