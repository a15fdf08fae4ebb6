// SPDX-License-Identifier: BSD-3-Clause
// Visual language, section 16, on the panels of VM exits: timelines, totals, the talk's chart, command and completion
// rings.
#include "tests/app/headless.h"
#include "tests/app/picture_checks.h"
#include "tests/support/catch.h"
#include "tests/support/fake_nics.h"

using namespace ringside;
using namespace ringside::test;

namespace {

struct Size {
  float width, height;
  int scale;
};

struct Shown {
  const char* name;
  FakeOptions machine;
};

void more_vcpus(Snapshot& s, int n) {
  for (VmView& vm : s.vms)
    for (int i = 1; i < n; ++i) {
      vm.vcpus.push_back(vm.vcpus[0]);
      vm.vcpus.back().name = vm.name + "/" + std::to_string(i);
    }
}

std::vector<Shown> states() {
  return {
      {"soft", {.vms = 6, .dropping = true}},
      {"one", {.vms = 1}},
      {"stepped", {.vms = 2, .stepped = true, .running = false}},
      {"kvm, irqchip=user", {.vms = 2, .adorn = [](Snapshot& s) { make_kvm(s, "web", "user"); }}},
      {"kvm, irqchip=kernel, ioeventfd",
       {.vms = 3, .adorn = [](Snapshot& s) { make_vmxnet3(s, "web"), make_kvm(s, "web", "kernel", 81234); }}},
      {"sampled", {.vms = 2, .adorn = [](Snapshot& s) { make_sampled(s, 0.062); }}},
      {"24 vCPUs", {.vms = 6, .adorn = [](Snapshot& s) { more_vcpus(s, 4); }}},
      {"nothing", {.empty = true}},
  };
}

void put_in_front(Headless& h, const char* panel) { h.desktop->ui().bring_to_front(panel); }

void two_regimes(Snapshot& s, uint64_t packets) {
  const char* names[] = {"web", "fw", "db", "cache"};
  const double each[] = {1.06, 0.035, 1.21, 0.9};
  for (int i = 0; i < 4; ++i) {
    if (i % 2) make_vmxnet3(s, names[i]);
    make_regime(s, names[i], i < 2 ? 32 : 1, "poll", packets, each[i]);
  }
}

}  // namespace

TEST_CASE("timelines and totals keep the visual language", "[picture]") {
  const auto theme = GENERATE(std::string("dark"), std::string("light"));
  const auto size = GENERATE(Size{1920, 1080, 100}, Size{1280, 720, 100}, Size{3840, 2160, 200});
  for (const Shown& state : states())
    for (const auto layout : {"explore", "learn"}) {
      Headless h({state.machine, size.width, size.height, size.scale, theme, layout});
      for (const char* panel : {"Exits", "Timeline"}) {
        put_in_front(h, panel);
        h.frames(20, 0.05);
        if (panel == std::string("Timeline")) h.engine.execute("pause");
        for (const bool by_time : {false, true}) {
          h.desktop->ui().exits_by_time = by_time;
          h.frames(2);
          CAPTURE(theme, size.width, size.scale, state.name, panel, by_time, layout);
          check_picture(h);
        }
      }
    }
}

TEST_CASE("an exit's record keeps the visual language", "[picture]") {
  const auto size = GENERATE(Size{1920, 1080, 100}, Size{1280, 720, 100}, Size{3840, 2160, 200});
  const bool kvm = GENERATE(false, true);
  Headless h({{.vms = 2,
               .running = false,
               .adorn =
                   [kvm](Snapshot& s) {
                     if (kvm) make_kvm(s, "web", "user");
                   }},
              size.width,
              size.height,
              size.scale});
  put_in_front(h, "Timeline");
  h.frames(10, 0.05);
  const auto snapshot = h.engine.snapshot();
  for (size_t i = 0; i < snapshot->exits.size(); i += 5) {
    const ExitView& e = snapshot->exits[i];
    h.desktop->ui().choose_exit(e.vcpu, e.begin);
    h.frames(2);
    CAPTURE(size.width, kvm, i, e.reason);
    check_picture(h);
    REQUIRE(h.shows(e.reason));
    if (kvm && e.rip) CHECK(h.shows("measured, nested"));
    if (!kvm) CHECK(h.shows("none: a soft vCPU"));
  }
}

TEST_CASE("the talk's chart keeps the visual language", "[picture]") {
  const auto theme = GENERATE(std::string("dark"), std::string("light"));
  const auto size = GENERATE(Size{1920, 1080, 100}, Size{1280, 720, 100}, Size{3840, 2160, 200}, Size{2560, 1440, 100});
  const Shown all[] = {
      {"two regimes", {.vms = 6, .adorn = [](Snapshot& s) { two_regimes(s, 41'000'000); }}},
      {"kvm",
       {.vms = 4,
        .running = false,
        .adorn =
            [](Snapshot& s) {
              two_regimes(s, 10'000), make_kvm(s, "fw", "kernel", 5000), make_kvm(s, "web", "user");
            }}},
      {"too few packets", {.vms = 4, .running = false, .adorn = [](Snapshot& s) { two_regimes(s, 12); }}},
      {"one model", {.vms = 3}},
      {"nothing", {.empty = true}},
  };
  for (const Shown& state : all) {
    Headless h({state.machine, size.width, size.height, size.scale, theme});
    put_in_front(h, "Talk");
    h.frames(20, 0.05);
    CAPTURE(theme, size.width, size.scale, state.name);
    check_picture(h);
  }
}

TEST_CASE("command and completion rings keep the visual language", "[picture]") {
  const auto theme = GENERATE(std::string("dark"), std::string("light"));
  const auto size = GENERATE(Size{1920, 1080, 100}, Size{1280, 720, 100}, Size{3840, 2160, 200});
  struct Ring {
    uint32_t rows;
    int64_t threshold;
    const char* layout;
  };
  const auto explore = "explore", learn = "learn";
  for (const auto& [rows, threshold, layout] :
       {Ring{32, 32, explore}, Ring{64, 32, explore}, Ring{64, 1, learn}, Ring{128, 32, explore}, Ring{512, 32, learn},
        Ring{4096, 32, explore}}) {
    const uint32_t n = rows;
    const int64_t at = threshold;
    Headless h(
        {{.vms = 2, .running = false, .adorn = [=](Snapshot& s) { make_vmxnet3(s, "web", n, at, at > 1 ? 6 : 0); }},
         size.width,
         size.height,
         size.scale,
         theme,
         layout});
    put_in_front(h, "Rings");
    for (const char* ring : {"web.nic0.tx", "web.nic0.rx", "web.nic0.rx2", "web.nic0.tx.comp", "web.nic0.rx.comp"})
      for (const bool extended : {true, false}) {
        h.desktop->ui().choose_ring("web", "nic0", ring);
        h.desktop->ui().extended = extended;
        h.frames(3);
        CAPTURE(theme, size.width, size.scale, rows, ring, extended, threshold, layout);
        check_picture(h);
        h.desktop->ui().row = int(rows * 41 / 64 - 1);
        h.frames(2);
        check_picture(h);
      }
  }
}
