// SPDX-License-Identifier: BSD-3-Clause
// A question about what was measured and says nothing: there is nothing to write down, one measures again or says so.
#include <filesystem>
#include <fstream>

#include "tests/app/lab_student.h"
#include "tests/support/engine.h"

namespace ringside::test {
namespace {

// Nobody sends, so nothing can be divided by packets.
constexpr const char* kSilent = R"(+++
id = "silent"
title = "Silence"
promise = "Say what nothing says."
minutes = 1
scaffold = "worked"
requires = { cores = 1, kvm = "no", mem_mb = 512 }
accepts = ["measured", "modelled"]

[[variant]]
n = 1
+++

# Silence

```start
switch add name=s0
vm add name=web nic=e1000 switch=s0 driver=poll workload=generate count=0 vcpu=soft
run mode=free
```

## Context

Nobody sends.

## Do: nothing

```compare quiet
chart = ["cycles_per_packet.web/0: cycles a packet"]
window_ms = 20

[[setting]]
id = "a"
name = "A"
lines = ["vm set name=web batch=1"]

[[setting]]
id = "b"
name = "B"
lines = ["vm set name=web batch=2"]
```

## Observe: nothing

```observe o1
ask = "How many cycles does a packet cost with B?"
from = "cycles_per_packet.web/0@b"
since = "quiet"
look = "measured"
points = 1
```

```observe o2
ask = "Who works?"
kind = "point"
places = ["nobody", "somebody"]
right = "nobody"
points = 1
```

## Explain

@LONG@

```explain e1
ask = "What does nothing say? One sentence."
kind = "sentence"
points = 1
model = "Nothing."
mark = ["It says nothing."]
```
)";

}  // namespace

TEST_CASE("lab: what was measured and is not clear is measured again, or said", "[app]") {
  const auto folder = std::filesystem::temp_directory_path() / "ringside-lab-unclear";
  std::filesystem::create_directories(folder);
  std::string text = kSilent, paragraphs;
  for (int i = 0; i < 30; i++) paragraphs += "A page that is longer than its room.\n\n";
  text.replace(text.find("@LONG@"), 6, paragraphs);
  std::ofstream(folder / "lab.md") << text;
  auto engine = make_engine();
  Student s(*engine, 1, {1400, 900}, ":memory:", (folder / "lab.md").string());
  s.click("start quiet");
  s.wait("measure", [&] { return s.picture().ran.count("quiet") && s.target("page next"); });
  CHECK(s.h.shows("done, and not clear"));
  CHECK(s.h.shows("Measure again"));
  CHECK_FALSE(s.h.shows("the values stand still"));
  s.enter();  // to the question
  s.wait("ask o1", [&] { return s.target("measure o1") != nullptr; });
  CHECK(s.target("answer o1") == nullptr);  // there is nothing to write
  s.enter();                                // to measure again is what comes first, and the step says how far it is
  s.wait("measure again", [&] { return s.target("again quiet") && s.target("page next"); });
  s.click("page next");
  s.click("unclear o1");
  s.wait("ask o2", [&] { return s.target("o2 nobody") != nullptr; });
  CHECK(s.picture().answers.at("o1").value == "not clear");
  CHECK_FALSE(s.h.shows("Click it in the window"));  // nothing of these is drawn in the window
  s.click("o2 nobody");
  s.click("send o2");
  s.click("page next");
  // A field of several lines is no hole in the page: the wheel turns it there, too.
  s.come_to("e1");
  s.wait("ask e1", [&] { return s.target("answer e1") && s.target("scroll bar"); });
  const desktop::Rect field = *s.target("answer e1"), bar = *s.target("scroll bar");
  s.h.move_mouse(field.mid_x(), field.mid_y());
  s.h.frame();
  ImGui::GetIO().MouseWheel = bar.y > 300 ? 1 : -1;
  s.h.frame(), s.h.frame();
  CHECK(s.target("scroll bar")->y != bar.y);
  std::filesystem::remove_all(folder);
}

TEST_CASE("lab: a number is seen whole while one writes it", "[app]") {
  auto engine = make_engine();
  Student s(*engine, 1, {1280, 720}, ":memory:", "2");
  s.come_to("p1");
  const float empty = s.target("answer p1")->w;
  s.type("0.0625");
  s.h.frame();
  CHECK(s.target("answer p1")->w > empty);
  CHECK(s.h.shows("exits"));  // and the unit goes on standing beside it
}

}  // namespace ringside::test
