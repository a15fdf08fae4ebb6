// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/options_bench.h"

#include <CLI/CLI.hpp>

namespace ringside::ctl {
namespace {

CLI::App* bench_command(CLI::App& parent, const std::string& name, const std::string& summary) {
  return parent.add_subcommand(name, summary)->fallthrough();
}

}  // namespace

void add_bench(CLI::App& app, const Options& options, BenchProgram& p, std::function<int()>& action) {
  CLI::App* bench =
      app.add_subcommand("bench", "Measurements that others can repeat")->fallthrough()->require_subcommand(1);
  CLI::App* pvp = bench_command(
      *bench, "pvp", "Frames a second: null wire, switch, E1000 VM, switch, null wire, against Open vSwitch with DPDK");
  pvp->add_option("--seconds", p.pvp.seconds, "Length of one run")->check(CLI::Range(1, 600))->capture_default_str();
  pvp->add_option("--pairs", p.pvp.pairs, "Runs of Ringside and of the peer, in turn")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  pvp->add_option("--target", p.pvp.target, "Exit 1 when the ratio is lower; 0 = report only")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  pvp->add_flag("--require-peer", p.pvp.require_peer, "Exit 77 when the peer cannot run here");
  pvp->callback([&] { action = [&] { return bench_pvp(options, p.pvp); }; });
  CLI::App* build = bench_command(*bench, "build", "Build and tear down machines in one process: time and memory");
  build->add_option("--machines", p.machines, "How many")->check(CLI::Range(2, 1000000))->capture_default_str();
  build->callback([&] { action = [&] { return bench_build(options, p.machines); }; });
  CLI::App* doorbell =
      bench_command(*bench, "doorbell", "The rate over the price of an exit, with a doorbell per packet and per batch");
  doorbell->add_option("--seconds", p.doorbell_seconds, "Length of one run")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  doorbell->callback([&] { action = [&] { return bench_doorbell(options, p.doorbell_seconds); }; });
  CLI::App* prices =
      bench_command(*bench, "exits", "What VM exits cost on this machine (KVM), beside the talk's figures");
  prices->add_option("--samples", p.samples, "Exits of each kind")
      ->check(CLI::Range(100, 10'000'000))
      ->capture_default_str();
  prices->callback([&] { action = [&] { return bench_exits(options, p.samples); }; });
  CLI::App* nics = bench_command(
      *bench, "nics", "The same frames through each network card, on soft and KVM vCPUs: exits, and the reduction");
  nics->add_option("FILE", p.nics.file, "The scenario: a closed loop that ends by itself")->capture_default_str();
  nics->add_option("--set", p.nics.set, "A key of its VMs: driver=interrupt, batch=1, tx_threshold=1 …")
      ->type_name("KEY=VALUE");
  nics->callback([&] { action = [&] { return bench_nics(options, p.nics); }; });
  CLI::App* backend = bench_command(
      *bench, "backend", "What fewer exits are worth: E1000 and VMXNET3 over the back end's cost per packet");
  backend->add_option("--seconds", p.backend.seconds, "Length of one run")
      ->check(CLI::Range(0.01, 600.0))
      ->capture_default_str();
  backend->add_option("--pairs", p.backend.pairs, "Runs of each model, in turn, for each point")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  backend->add_option("--exit-price", p.backend.prices, "Cycles that an exit takes; several make several curves")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  backend->add_flag("--calibrated", p.backend.calibrated,
                    "A curve with the prices that KVM exits have on this machine, too");
  backend->callback([&] { action = [&] { return bench_backend(options, p.backend); }; });
  CLI::App* scale = bench_command(
      *bench, "scale", "Chains and fan-out over workers and VMs: the placement by default against the best by hand");
  scale->add_option("--seconds", p.scale.seconds, "Length of one run")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  scale->add_option("--pairs", p.scale.pairs, "Runs of both, in turn, for each size")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  scale->add_option("--vms", p.scale.most_vms, "Up to so many VMs")->check(CLI::Range(1, 1024))->capture_default_str();
  scale->add_option("--size", p.scale.sizes, "Only this size, such as fan_out.ring.v16.w4; may be given again");
  scale->add_option("--target", p.scale.target, "Exit 1 when a ratio is lower; 0 = report only")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  scale->callback([&] { action = [&] { return bench_scale(options, p.scale); }; });
  CLI::App* labs = bench_command(*bench, "labs",
                                 "Labs that measure, played live: how often each check says what, quiet and disturbed");
  labs->add_option("LAB", p.labs.labs, "As for `lab run`; none: all that come with Ringside");
  labs->add_option("--runs", p.labs.runs, "Of each attempt, quiet, and as many with one CPU taken")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  labs->callback([&] { action = [&] { return bench_labs(options, p.labs); }; });
  CLI::App* floor = bench_command(*bench, "floor",
                                  "The limit: one ring pair between two CPUs, without switch, registers and packets");
  floor->add_option("--seconds", p.floor_seconds, "Length of the run")
      ->check(CLI::Range(1, 600))
      ->capture_default_str();
  floor->callback([&] { action = [&] { return bench_floor(options, p.floor_seconds); }; });
}

}  // namespace ringside::ctl
