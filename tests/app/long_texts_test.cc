// SPDX-License-Identifier: BSD-3-Clause
// Texts that are much longer than the window: what is cut, where, and that it is said.
#include <imgui.h>

#include "app/desktop/kit/im.h"
#include "app/desktop/kit/numbers.h"
#include "app/desktop/widgets/markdown.h"
#include "app/desktop/widgets/text_field.h"
#include "tests/app/headless.h"
#include "tests/support/catch.h"

using namespace ringside;
using namespace ringside::desktop;
using namespace ringside::test;

namespace {

// One frame with nothing in it but what `draw` draws.
template <class Draw>
void bare_frame(Headless& h, Draw draw) {
  ImGui::NewFrame();
  {
    im::Screen screen;
    h.recording = {};
    Canvas c(ImGui::GetWindowDrawList(), h.desktop->theme(), h.desktop->fonts(), 100, &h.recording);
    draw(c);
  }
  ImGui::Render();
}

// Letter by letter from the end, as nobody would look for it.
std::string elided_slowly(const Canvas& c, Type type, const std::string& text, float room) {
  if (c.width(type, text) <= room) return text;
  for (size_t end = text.size(); end-- > 0;) {
    if ((text[end] & 0xC0) == 0x80) continue;
    std::string shorter = text.substr(0, end);
    while (shorter.ends_with(' ')) shorter.pop_back();
    if (shorter.empty()) return {};
    if (c.width(type, shorter + "…") <= room) return shorter + "…";
  }
  return {};
}

void type_many(char32_t letter, size_t n) {
  for (size_t i = 0; i < n; ++i) ImGui::GetIO().AddInputCharacter(unsigned(letter));
}

}  // namespace

TEST_CASE("a text is cut where its room ends, however long it is", "[text]") {
  Headless h({});
  bare_frame(h, [](Canvas& c) {
    for (const std::string& text : {std::string("The ring is full."), std::string("a   b      c d   "),
                                    std::string("→…é→ x"), std::string("iiiiiiiiiiWWWWWWWWW"), std::string()})
      for (float room = -1; room < 200; room += 3.5f)
        for (const Type type : {Type::kSmall, Type::kMono}) {
          CAPTURE(text, room);
          CHECK(c.elide(type, text, room) == elided_slowly(c, type, text, room));
        }
    // by one letter after the other this takes hours
    const std::string endless(4'000'000, 'x'), cut = c.elide(Type::kMono, endless, 400);
    CHECK(cut == elided_slowly(c, Type::kMono, endless.substr(0, 400), 400));
    CHECK(c.width(Type::kMono, cut) <= 400);
    std::string arrows;
    for (int i = 0; i < 100'000; ++i) arrows += "→";
    CHECK(c.elide(Type::kSmall, arrows, 300).ends_with("→…"));
    c.text({10, 10}, Type::kMono, Token::kText, endless);
    c.tooltip(arrows);
    c.draw_tooltip({0, 0, 1920, 1080});
  });
  for (const Drawn& d : h.recording.drawn) CHECK(d.text.size() <= 8'000);  // ImGui has room for 16383 letters
}

TEST_CASE("a field takes so many bytes in whole letters, and says that it cut", "[text]") {
  Headless h({});
  for (const bool wraps : {false, true}) {
    std::string text;
    TextFieldLook look{.take_focus = true, .wraps = wraps, .most = 101};
    TextFieldState state;
    const auto field = [&](Canvas& c) {
      state = text_field(c, wraps ? "several lines" : "one line", {20, 20, 400, 80}, text, look);
      look.take_focus = false;
    };
    for (int i = 0; i < 3; ++i) bare_frame(h, field);
    REQUIRE(state.active);
    type_many('a', 50);
    for (int i = 0; i < 3; ++i) bare_frame(h, field);
    CHECK(text.size() == 50);
    CHECK_FALSE(h.shows("Cut:"));
    type_many(U'é', 500);
    for (int i = 0; i < 3; ++i) bare_frame(h, field);
    CHECK(text.size() == 100);  // 101 would be half a letter
    CHECK(text.ends_with("é"));
    CHECK(state.cut);
    CHECK(h.shows("Cut: a field like this takes 101 bytes."));
    type_many('b', 1);  // ImGui's own copy was cut, too
    for (int i = 0; i < 3; ++i) bare_frame(h, field);
    CHECK(text.size() == 101);
    CHECK(text.ends_with("éb"));
  }
}

TEST_CASE("a command that was pasted too long is cut to what the engine takes, and the console says so", "[console]") {
  Headless h({});
  h.desktop->ui().console_open = h.desktop->ui().focus_console = true;
  h.frames(3);
  type_many('x', 66'000);
  h.frames(3);
  CHECK(h.shows("A command has at most " + desktop::count(65'536) + " bytes. The rest of this one was cut."));
  h.press(Key::kEnter);
  h.frames(6);
  CHECK(h.desktop->client().last_action().command.size() == 65'536);
  CHECK_FALSE(h.shows("The rest of this one was cut."));
}

TEST_CASE("what is searched for is cut, and the palette says so", "[text]") {
  Headless h({});
  h.desktop->ui().palette.show();
  h.frames(3);
  type_many('x', 1'200);
  h.frames(3);
  CHECK(h.desktop->ui().palette.text.size() == 1'000);
  CHECK(h.shows("Cut: a search takes " + desktop::count(1'000) + " bytes."));
}

TEST_CASE("keys in a text are found among thousands of them", "[text]") {
  std::string text;
  for (int i = 0; i < 30'000; ++i) text += "a{key:x}";
  const Markdown found(text + " {key:open", [](const std::string& key) { return "<" + key + ">"; }, {});
  REQUIRE(found.blocks().size() == 1);
  const auto& spans = found.blocks()[0].spans;
  REQUIRE(spans.size() == 60'001);
  CHECK(spans[0].text == "a");
  CHECK(spans[59'999].key);
  CHECK(spans[59'999].text == "<x>");
  CHECK(spans[60'000].text == " {key:open");
}
