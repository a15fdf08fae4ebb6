// SPDX-License-Identifier: BSD-3-Clause
// 32 VMs: lists that were cut without a word say how many rows they don't show, and the wheel reaches each.
#include <imgui.h>

#include <set>

#include "tests/app/headless.h"
#include "tests/app/picture_checks.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::test;

namespace {

std::multiset<std::string> texts_of(const Headless& h, const std::string& panel) {
  std::multiset<std::string> texts;
  for (const desktop::Drawn& d : h.recording.drawn)
    for (int g = d.kind == desktop::Drawn::Kind::kText ? d.group : -1; g >= 0; g = h.recording.groups[size_t(g)].parent)
      if (h.recording.groups[size_t(g)].name == panel) {
        texts.insert(d.text);
        break;
      }
  return texts;
}

bool says(const std::multiset<std::string>& texts, const std::string& end) {
  for (const std::string& t : texts)
    if (t.ends_with(end)) return true;
  return false;
}

}  // namespace

TEST_CASE("each of 32 VMs can be reached in Throughput and in Cycles per packet", "[rows]") {
  for (const float width : {1280.f, 1920.f})
    for (const char* panel : {"Throughput", "Cycles per packet"}) {
      Headless h({{.vms = 32}, width, width * 9 / 16, 100, "dark", "explore"});
      h.desktop->ui().bring_to_front(panel);
      h.frames(6, 0.3);
      CAPTURE(width, panel);
      const desktop::Recording::Group* group = nullptr;
      for (const auto& g : h.recording.groups)
        if (g.name == panel) group = &g;
      REQUIRE(group);
      // over the rows: a table stands at its panel's foot, bars are all of it
      const desktop::Rect at = group->rect;
      h.move_mouse(at.mid_x(), std::string(panel) == "Throughput" ? at.bottom() - 60 : at.mid_y());
      h.frames(2);
      CHECK(says(texts_of(h, panel), " more"));
      std::set<std::string> seen;
      for (int i = 0; i < 40; ++i) {
        const auto texts = texts_of(h, panel);
        for (const VmView& vm : h.desktop->client().snapshot().vms)
          if (texts.count(vm.name)) seen.insert(vm.name);
        ImGui::GetIO().MouseWheel = -1;
        h.frame();
        ImGui::GetIO().MouseWheel = 0;
        h.frame();
      }
      CHECK(seen.size() == 32);
      CHECK(says(texts_of(h, panel), " above"));
      h.move_mouse(1, 1);
      h.frames(2);
      check_picture(h);
    }
}
