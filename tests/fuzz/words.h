// SPDX-License-Identifier: BSD-3-Clause
// Texts for parsers, made of an input's bytes: mostly words that the language has, so that random bytes come past its
// first check, and now and then anything at all.
#pragma once

#include <string>
#include <vector>

#include "tests/fuzz/input.h"

namespace ringside::fuzz {

inline std::string any_bytes(Input& in, uint32_t most) {
  std::string text(in.below(most + 1), ' ');
  for (char& c : text) c = char(in.byte());
  return text;
}

inline std::string one_of(Input& in, const std::vector<std::string>& words) {
  return words.empty() ? std::string() : words[in.below(uint32_t(words.size()))];
}

// What a value may look like that is none, or just one.
inline std::string nasty_value(Input& in) {
  static const std::vector<std::string> kValues = {"0",
                                                   "1",
                                                   "8.4",
                                                   "-1",
                                                   "+1",
                                                   "1e300",
                                                   "1e-300",
                                                   "0x10",
                                                   "nan",
                                                   "inf",
                                                   "forever",
                                                   "2147483648",
                                                   "4294967296",
                                                   "18446744073709551615",
                                                   "18446744073709551616",
                                                   "99999999999999999999999",
                                                   ".",
                                                   ".5",
                                                   "5.",
                                                   "1.5k",
                                                   "2M",
                                                   "1G",
                                                   "1kk",
                                                   "35us",
                                                   "2ms",
                                                   "1e300s",
                                                   "µs",
                                                   "60B",
                                                   "imix",
                                                   "1Mpps",
                                                   "10.77.0.2",
                                                   "256.1.1.1",
                                                   "02:00:00:00:00:01",
                                                   "01:00:00:00:00:01",
                                                   "a b",
                                                   "\"",
                                                   "'",
                                                   "#",
                                                   "=",
                                                   "web",
                                                   "w0",
                                                   "s0",
                                                   "e1000",
                                                   "vmxnet3",
                                                   "web.nic0.rx",
                                                   "tx web.nic0",
                                                   "pcap:/nowhere",
                                                   "ring",
                                                   "null",
                                                   "pci:0",
                                                   "yes",
                                                   "no",
                                                   "kvm?",
                                                   "msix",
                                                   "64M"};
  switch (in.below(4)) {
    case 0: return any_bytes(in, 12);
    case 1: return std::to_string(in.take(4));
    default: return one_of(in, kValues);
  }
}

}  // namespace ringside::fuzz
