// SPDX-License-Identifier: BSD-3-Clause
// Themes, faces, words and workspace: what the window is made of.
#include <imgui.h>

#include "app/desktop/shell/workspace.h"
#include "engine/base/assets.h"
#include "tests/app/headless.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::desktop;
using namespace ringside::test;

TEST_CASE("each theme is whole, and its text is readable", "[look]") {
  setenv("RINGSIDE_ASSETS", "assets", 0);
  const auto name = GENERATE(std::string("dark"), std::string("light"));
  auto theme = Theme::load(asset_path("themes/themes.toml"), name);
  REQUIRE(theme.ok());
  for (Token ground : {Token::kPanel, Token::kRaised, Token::kSunken})
    for (Token ink : {Token::kText, Token::kText2, Token::kMuted, Token::kGuestInk, Token::kDeviceInk, Token::kDoneInk,
                      Token::kDropInk, Token::kExitInk, Token::kIrqInk}) {
      CAPTURE(name, name_of(ground), name_of(ink));
      CHECK(contrast(theme->rgb(ink), theme->rgb(ground)) >= 4.5);
    }
  CHECK(contrast(theme->rgb(Token::kOnInvert), theme->rgb(Token::kInvert)) >= 15);
  for (Token fill : {Token::kGuest, Token::kDevice, Token::kSwitch, Token::kFlowHi})
    CHECK(contrast(theme->rgb(theme->on(fill)), theme->rgb(fill)) >= 4.5);
}

TEST_CASE("a theme that does not exist is named, with those that do", "[look]") {
  auto theme = Theme::load(asset_path("themes/themes.toml"), "pink");
  REQUIRE_FALSE(theme.ok());
  CHECK(theme.error().what.find("pink") != std::string::npos);
  CHECK(theme.error().remedy.find("light") != std::string::npos);
}

TEST_CASE("the faces have each glyph, and figures are tabular", "[look]") {
  Headless h({});
  const Fonts& fonts = h.desktop->fonts();
  if (!fonts.note().empty()) WARN(fonts.note());
  for (int i = 0; i < int(Type::kCount) && fonts.note().empty(); ++i) {
    CAPTURE(i);
    CHECK(fonts.missing(Type(i)).empty());
    const float zero = fonts.font(Type(i))->GetCharAdvance('0');
    for (char digit = '1'; digit <= '9'; ++digit) CHECK(fonts.font(Type(i))->GetCharAdvance(ImWchar(digit)) == zero);
    CHECK(zero == float(int(zero)));
  }
}

TEST_CASE("scales are steps", "[look]") {
  CHECK(nearest_scale(110) == 100);
  CHECK(nearest_scale(190) == 200);
  CHECK(next_scale(100, 1) == 125);
  CHECK(next_scale(300, 1) == 300);
  CHECK(next_scale(75, -1) == 75);
  CHECK(em_size(Type::kSmall, 75) == 11);
  CHECK(em_size(Type::kFigure, 250) == 60);
}

TEST_CASE("each panel has help", "[look]") {
  setenv("RINGSIDE_ASSETS", "assets", 0);
  const Words words = Words::load();
  for (const auto& panel : make_panels()) {
    CAPTURE(panel->id());
    CHECK_FALSE(panel->help(words).empty());
  }
  CHECK(words.keys().size() > 10);
  REQUIRE(words.term("doorbell"));
  CHECK(words.term("DOORBELL")->sentence.find("register") != std::string::npos);
}

TEST_CASE("logical size decides the class", "[look]") {
  CHECK(size_class(1920, 1080) == SizeClass::kL);
  CHECK(size_class(1280, 720) == SizeClass::kM);
  CHECK(size_class(2560, 1440) == SizeClass::kXl);
  CHECK(size_class(853, 480) == SizeClass::kS);
  CHECK(size_class(640, 360) == SizeClass::kXs);
  CHECK(size_class(427, 240) == SizeClass::kXxs);
}

TEST_CASE("slots fill the window and never overlap", "[look]") {
  const auto layouts = Layouts::load(panel_ids());
  REQUIRE(layouts.ok());
  const Layout& layout = layouts->all().at(size_t(GENERATE(0, 1)));
  const auto [w, h] = GENERATE(std::pair{1280.f, 720.f}, std::pair{1920.f, 1080.f}, std::pair{2560.f, 1440.f},
                               std::pair{853.f, 480.f}, std::pair{427.f, 240.f}, std::pair{1707.f, 960.f});
  const Arrangement a = arrange(w, h, layout, false);
  for (size_t i = 0; i < a.slots.size(); ++i) {
    const Rect& r = a.slots[i].rect;
    CHECK(r.w > 100);
    CHECK(r.h > 60);
    CHECK(r.right() <= w);
    CHECK(r.bottom() <= h);
    for (size_t j = i + 1; j < a.slots.size(); ++j) CHECK_FALSE(overlap(r, a.slots[j].rect));
  }
}

TEST_CASE("descriptor states differ without hue", "[look]") {
  // empty, half and full already differ in shape; full and error, which are both full, by the cross cut out in panel
  const auto name = GENERATE(std::string("dark"), std::string("light"));
  auto theme = Theme::load(asset_path("themes/themes.toml"), name);
  REQUIRE(theme.ok());
  auto grey = [&](Token t) {
    const Rgb c = theme->rgb(t);
    return 0.299 * c.r + 0.587 * c.g + 0.114 * c.b;
  };
  CHECK(std::abs(grey(Token::kDrop) - grey(Token::kPanel)) > 15);
  CHECK(std::abs(grey(Token::kDevice) - grey(Token::kDrop)) > 15);
}
