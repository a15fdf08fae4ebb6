// SPDX-License-Identifier: BSD-3-Clause
// The window at the sizes that it is used at, with few and with many VMs, short and long names: the visual language
// holds, and no guest is cut or missing.
#include <map>

#include "tests/app/headless.h"
#include "tests/app/picture_checks.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

namespace {

struct SizedWindow {
  float width, height;
  int scale;
};

// Names as long as they come: of VMs, NICs, the switch and the wire, everywhere in the snapshot.
void rename_at_length(Snapshot& s) {
  std::map<std::string, std::string> names;
  for (const VmView& vm : s.vms) names[vm.name] = vm.name + "-of-the-second-floor-laboratory";
  const auto part = [&](std::string& text, char end) {  // "web.nic0.tx", "web/0", "tx web"
    const size_t from = text.rfind(' ') == std::string::npos ? 0 : text.rfind(' ') + 1, to = text.find(end, from);
    const auto name = names.find(text.substr(from, to == std::string::npos ? to : to - from));
    if (name != names.end()) text.replace(from, name->first.size(), name->second);
  };
  for (VmView& vm : s.vms) {
    for (VcpuView& v : vm.vcpus) part(v.name, '/');
    for (NicView& n : vm.nics) n.name = "network-interface-0", n.switch_name = "virtual-switch-of-the-whole-building";
    vm.name = names[vm.name];
  }
  for (RingView& r : s.rings) {
    part(r.vm, '.'), part(r.name, '.');
    r.nic = "network-interface-0", r.name.replace(r.name.find(".nic0."), 6, ".network-interface-0.");
  }
  for (ExitView& e : s.exits.edit()) part(e.vcpu, '/');
  for (EventView& e : s.events.edit()) part(e.vm, '.'), part(e.who, e.who.find('/') != std::string::npos ? '/' : '.');
  for (ContextView& k : s.contexts) part(k.name, '/');
  for (SwitchView& v : s.switches)
    v.name = "virtual-switch-of-the-whole-building", v.uplink = "uplink-to-the-campus-backbone";
  for (WireView& w : s.wires)
    w.name = "uplink-to-the-campus-backbone", w.switch_name = "virtual-switch-of-the-whole-building";
}

void check(const FakeOptions& machine, const SizedWindow& size, const char* layout, const char* theme = "dark") {
  Headless h({machine, size.width, size.height, size.scale, theme, layout});
  h.frames(12, 0.1);
  CAPTURE(machine.vms, machine.stepped, size.width, size.height, size.scale, layout);
  check_picture(h);
}

}  // namespace

TEST_CASE("few and many VMs are all in the picture at every size", "[picture]") {
  const auto layout = GENERATE("explore", "learn");
  const auto size = GENERATE(SizedWindow{1024, 768, 100}, SizedWindow{1280, 720, 100}, SizedWindow{1920, 1080, 100},
                             SizedWindow{1920, 1080, 200}, SizedWindow{2560, 1440, 100}, SizedWindow{2560, 1440, 200},
                             SizedWindow{900, 600, 100}, SizedWindow{840, 480, 100});
  const bool stepped = GENERATE(false, true);
  for (int vms : {1, 2, 8, 16, 32}) check({.vms = vms, .stepped = stepped}, size, layout);
}

TEST_CASE("long names keep to their boxes at every size", "[picture]") {
  const auto layout = GENERATE("explore", "learn");
  const auto size = GENERATE(SizedWindow{1024, 768, 100}, SizedWindow{1280, 720, 100}, SizedWindow{1920, 1080, 200},
                             SizedWindow{2560, 1440, 100});
  const bool stepped = GENERATE(false, true);
  for (int vms : {1, 8, 32}) check({.vms = vms, .stepped = stepped, .adorn = rename_at_length}, size, layout);
}

TEST_CASE("below class S Topology keeps the visual language, too", "[picture]") {
  const auto size = GENERATE(SizedWindow{1280, 720, 200}, SizedWindow{1024, 768, 200});
  Headless h({{.vms = 3, .dropping = true}, size.width, size.height, size.scale, "dark", "explore"});
  h.frames(12, 0.1);
  CHECK(guests_out_of_the_picture(h.recording, h.desktop->client().snapshot(), h.desktop->ui().vm).empty());
}

TEST_CASE("a guest that stands is not drawn as running", "[picture]") {
  const auto layout = GENERATE("explore", "learn");
  const bool stepped = GENERATE(false, true);
  const auto size = GENERATE(SizedWindow{1024, 768, 100}, SizedWindow{1920, 1080, 100});
  const auto stand = [](Snapshot& s) {
    s.vms[0].vcpus[0].state = "halted";
    s.vms[1].paused = true, s.vms[1].vcpus[0].state = "paused";
    s.vms[2].vcpus[0].state = "stopped: triple fault";
  };
  for (int vms : {4, 16}) {
    Headless h({{.vms = vms, .stepped = stepped, .adorn = stand}, size.width, size.height, size.scale, "dark", layout});
    h.frames(12, 0.1);
    CAPTURE(layout, stepped, vms);
    check_picture(h);
    for (const char* tab : {"Running", "Timeline"}) {
      h.desktop->ui().bring_to_front(tab);
      h.frames(2);
      check_picture(h);
    }
  }
}
