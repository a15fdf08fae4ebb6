// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/bench/scale_runs.h"

#include <algorithm>
#include <cstdio>
#include <functional>

#include <fmt/format.h>

namespace ringside::ctl {
namespace {

enum class Part { kGenerator, kReceive, kTransmit, kVcpu };

// Every context of that size goes where `worker_of` says, from 0: of the wire or VM with this number.
std::string placed(const ScaleSize& size, const std::function<int(Part, int)>& worker_of) {
  std::string lines;
  const auto put = [&](const std::string& context, Part part, int i) {
    lines += fmt::format("context place context=\"{}\" worker={}\n", context, worker_of(part, i) + 1);
  };
  const int wires = size.shape == ScaleShape::kChains ? size.vms : 1;
  for (int i = 0; i < wires; i++) {
    if (size.generator) put(fmt::format("generator w{}", i), Part::kGenerator, i);
    put(fmt::format("rx w{}", i), Part::kReceive, i);
  }
  for (int i = 0; i < size.vms; i++) {
    put(fmt::format("tx v{}.nic0", i), Part::kTransmit, i);
    put(fmt::format("v{}/0", i), Part::kVcpu, i);
  }
  return lines;
}

}  // namespace

std::string ScaleSize::text() const {
  return fmt::format("{}, {}, {} VM{}, {} worker{}", shape == ScaleShape::kChains ? "chains" : "fan-out",
                     generator ? "generators" : "null wires", vms, vms == 1 ? "" : "s", workers,
                     workers == 1 ? "" : "s");
}

std::string ScaleSize::name() const {
  return fmt::format("{}.{}.v{}.w{}", shape == ScaleShape::kChains ? "chains" : "fan_out", generator ? "ring" : "null",
                     vms, workers);
}

Result<ScaleSize> scale_size(const std::string& name) {
  for (const ScaleShape shape : {ScaleShape::kChains, ScaleShape::kFanOut})
    for (const bool generator : {false, true}) {
      ScaleSize size{shape, generator, 0, 0};
      const std::string start = size.name().substr(0, size.name().find("v0"));
      if (!name.starts_with(start)) continue;
      std::sscanf(name.c_str() + start.size(), "v%4d.w%2d", &size.vms, &size.workers);
      // Written again it is the same, or something stood there that was not read.
      if (size.vms >= 1 && size.vms <= 1024 && size.workers >= 1 && size.workers <= 64 && size.name() == name)
        return size;
    }
  return Error{.what = fmt::format("--size={} is none: chains or fan_out, null or ring (its wires), up to 1024 VMs and "
                                   "64 workers.",
                                   name),
               .remedy = "For instance: --size chains.null.v15.w15"};
}

std::string scale_scenario(const ScaleSize& size) {
  std::string text, all;
  const int wires = size.shape == ScaleShape::kChains ? size.vms : 1;
  for (int i = 0; i < wires; i++)
    text += fmt::format("wire add name=w{0} kind={1}\nswitch add name=s{0} uplink=w{0}\n", i,
                        size.generator ? "ring window=512" : "null");
  for (int i = 0; i < size.vms; i++) {
    text += fmt::format(
        "vm add name=v{} nic=e1000 switch=s{} rx_ring=256 tx_ring=256 refill=32 driver=poll doorbell=batch batch=32 "
        "workload=forward vcpu=soft exit_cost=0\n",
        i, size.shape == ScaleShape::kChains ? i : 0);
    all += (i ? ",v" : "v") + std::to_string(i);
  }
  if (size.shape == ScaleShape::kFanOut) return text + "send to=" + all + " count=forever size=60\n";
  for (int i = 0; i < size.vms; i++) text += fmt::format("send to=v{} count=forever size=60\n", i);
  return text;
}

std::vector<HandPlacement> hand_placements(const ScaleSize& size) {
  const int w = size.workers;
  const bool chains = size.shape == ScaleShape::kChains;
  std::vector<HandPlacement> all;
  const auto add = [&](const char* name, const std::function<int(Part, int)>& worker_of) {
    std::string lines = placed(size, worker_of);
    if (std::none_of(all.begin(), all.end(), [&](const HandPlacement& p) { return p.lines == lines; }))
      all.push_back({name, std::move(lines)});
  };
  if (w > 1)
    add("data path on the first, vCPUs on the others",
        [&](Part part, int i) { return part == Part::kVcpu ? 1 + i % (w - 1) : 0; });
  add("all on one", [](Part, int) { return 0; });
  if (chains) {
    add("a chain a worker", [&](Part, int i) { return i % w; });
    add("a chain a worker, generators on the next",
        [&](Part part, int i) { return (i + (part == Part::kGenerator ? 1 : 0)) % w; });
    add("wires on even workers, VMs on odd ones", [&](Part part, int i) {
      const bool vm = part == Part::kTransmit || part == Part::kVcpu;
      return (2 * i + (vm ? 1 : 0)) % w;
    });
  } else {
    add("wire on the first, VMs on the others", [&](Part part, int i) {
      return w > 1 && (part == Part::kTransmit || part == Part::kVcpu) ? 1 + i % (w - 1) : 0;
    });
    add("wire on the first, VMs on all",
        [&](Part part, int i) { return part == Part::kTransmit || part == Part::kVcpu ? i % w : 0; });
    add("generator on the last, VMs on all", [&](Part part, int i) {
      return part == Part::kGenerator ? w - 1 : part == Part::kReceive ? 0 : i % w;
    });
    add("all on one, generator on the last", [&](Part part, int) { return part == Part::kGenerator ? w - 1 : 0; });
  }
  return all;
}

std::vector<int> doublings(int most) {
  std::vector<int> list;
  for (int n = 1; n < most; n *= 2) list.push_back(n);
  list.push_back(most);
  return list;
}

}  // namespace ringside::ctl
