// SPDX-License-Identifier: BSD-3-Clause
// Stands in for libFuzzer where there is no clang: a fixed number of inputs from a fixed seed, or from --seed=N for
// --seconds=N; or the files that are named, to see again what a fuzzer found.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include "tests/fuzz/input.h"

namespace {

void again(const char* name) {
  std::ifstream file(name, std::ios::binary);
  const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  std::printf("%s: %zu bytes, nothing found\n", name, bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
#ifdef RINGSIDE_FUZZ_INPUTS
  constexpr int kInputs = RINGSIDE_FUZZ_INPUTS;
#else
  constexpr int kInputs = 800;
#endif
  double seconds = 0;
  unsigned seed = 20260101;
  bool files = false;
  for (int i = 1; i < argc; i++) {
    if (!std::strncmp(argv[i], "--seconds=", 10))
      seconds = std::atof(argv[i] + 10);
    else if (!std::strncmp(argv[i], "--seed=", 7))
      seed = unsigned(std::atoll(argv[i] + 7));
    else if (argv[i][0] != '-')
      files = true, again(argv[i]);
  }
  if (files) return 0;
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  std::mt19937 random(seed);
  uint64_t bytes = 0;
  int done = 0;
  for (; done < kInputs || (seconds > 0 && std::chrono::steady_clock::now() < end); done++) {
    std::vector<uint8_t> input(random() % 4096);
    for (uint8_t& byte : input) byte = uint8_t(random());
    LLVMFuzzerTestOneInput(input.data(), input.size());
    bytes += input.size();
  }
  std::printf("seed %u, %d inputs, %llu bytes, nothing found\n", seed, done, static_cast<unsigned long long>(bytes));
  return 0;
}
