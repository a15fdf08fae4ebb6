// SPDX-License-Identifier: BSD-3-Clause
#include "engine/figures/sending.h"

namespace ringside::figures {

std::string sending_text(const WireView& wire, const NumberFormat& format) {
  const SendingView& s = wire.sending;
  const bool ring = wire.kind == "ring";
  if (!ring && wire.kind != "null") return {};
  std::string text = ring ? "generator, " : "";
  if (s.count == 0 || wire.generator_left == 0) return text + "silent";
  const auto counted = [&](uint64_t n, const char* noun) {
    return format.count(n) + std::string(format.blank) + noun + (n == 1 ? "" : "s");
  };
  text += s.rate > 0 ? format.text(format.si(s.rate, "pps")) : "full rate";
  text += s.imix ? ", IMIX" : ", " + format.count(s.size) + std::string(format.blank) + "B";
  text += ", " + counted(s.flows, "flow");
  if (s.vlan) text += ", VLAN " + std::to_string(s.vlan);
  if (s.count != ~uint64_t{0}) text += ", " + counted(s.count, "frame");
  return text;
}

}  // namespace ringside::figures
