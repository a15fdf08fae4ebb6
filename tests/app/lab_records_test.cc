// SPDX-License-Identifier: BSD-3-Clause
// Lines of a step that may be refused, in the window: the step goes on, and the card says what became of each.
#include "tests/app/lab_student.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;

TEST_CASE("in the window a refusal that was tried is no error: the card tells its reason, and the check holds",
          "[app]") {
  auto engine = make_engine();
  Student s(*engine, 1, {}, ":memory:", "tests/labs/records/lab.md");
  s.h.desktop->lab().start("tries", {});
  s.wait("tries has ended", [&] { return s.picture().ran.count("tries") != 0; });
  CHECK_FALSE(s.picture().refused);
  const auto& tried = s.picture().tried.at("tries");
  REQUIRE(tried.size() == 2);
  CHECK((tried[0].refused && tried[0].said.starts_with("rx_ring=9 is not possible")));
  CHECK(s.check("c2").verdict == labs::Verdict::kPass);
  s.h.desktop->lab().start("way", {"send to=web count=1 size=60", "run until=idle"});
  s.reach("way");
  CHECK(s.check("c1").verdict == labs::Verdict::kPass);
  s.wait("the page of tries", [&] {
    if (s.target("tried tries 1") && s.target("tried tries 2")) return true;
    if (s.target("page next")) s.enter();
    return false;
  });
  // Without `try` the same line ends the step, as an error of its card.
  s.h.desktop->lab().start("tries", {"vm set name=web rx_ring=9"});
  s.wait("it is refused", [&] { return s.picture().refused.has_value(); });
  CHECK(s.picture().refused_at == "tries");
}
