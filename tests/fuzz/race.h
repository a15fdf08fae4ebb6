// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <atomic>
#include <random>
#include <thread>

#include "tests/fuzz/rig.h"

// A guest that rewrites what it has handed over while the device reads it: a word that is fetched twice may be another
// one the second time. First at each step point, by the input alone, so that a find comes again; then by a second
// thread, at any moment. Nothing is compared here: what must hold is that frames and packets add up, and that no
// access leaves its place.
namespace ringside::fuzz {

// Chooses for either; from a seed, since an input's steps are the main thread's.
using Dice = std::minstd_rand;

template <class Vm>
struct RacingRig : Rig<Vm> {
  using Scribble = void (*)(Vm&, Dice&);
  template <class... Args>
  RacingRig(Scribble how, const devices::NicModelInfo& info, Args... args) : Rig<Vm>(info, args...), scribble(how) {}

  void step(const StepEvent& event) override {
    Rig<Vm>::step(event);
    if (armed && dice() % 4) scribble(this->vm, dice);
  }

  Scribble scribble;
  Dice dice;
  bool armed = false;
};

template <class Vm>
void race(RacingRig<Vm>& rig, const uint8_t* data, size_t size, void (*run)(Rig<Vm>&, Input&)) {
  const auto disturb = [&rig](bool on) {
    if constexpr (requires { rig.vm.disturbed; }) rig.vm.disturbed = on;
  };
  disturb(true);
  uint32_t seed = 1;
  for (size_t i = 0; i < size && i < 64; i++) seed = seed * 31 + data[i];
  {
    Input in(data, size);
    rig.begin(true);
    rig.dice.seed(seed), rig.armed = true;
    run(rig, in);
    rig.armed = false;
    rig.settle();
  }
  {
    Input in(data, size);
    rig.begin(false);
    std::atomic<bool> over{false};
    std::thread other([&, dice = Dice(seed)]() mutable {
      while (!over.load(std::memory_order_relaxed)) rig.scribble(rig.vm, dice);
    });
    run(rig, in);
    over = true;
    other.join();
    rig.settle();
  }
  disturb(false);
  rig.revive();
}

// A value as it was, or one that leads out of its bounds: what a check saw, and what a second look would see.
inline uint64_t bent(uint64_t word, Dice& dice, uint64_t memory) {
  switch (dice() % 8) {
    case 0: return memory - 8;
    case 1: return ~uint64_t{0} << dice() % 64;
    case 2: return word ^ uint64_t { 0x3fff };  // a length, in either device's rows
    case 3: return word & ~uint64_t{0xffff};
    default: return word ^ uint64_t { 1 } << dice() % 64;
  }
}

}  // namespace ringside::fuzz
