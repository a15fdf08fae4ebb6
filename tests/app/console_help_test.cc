// SPDX-License-Identifier: BSD-3-Clause
// `help` in the console: what there is, what one command takes, in rows that can be read to their end.
#include <imgui.h>

#include "app/desktop/model/window_command.h"
#include "app/lookup/command_help.h"
#include "tests/app/headless.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"

using namespace ringside;
using namespace ringside::test;
using desktop::Key;

namespace {

void say(Headless& h, const std::string& line) {
  h.desktop->ui().console_open = h.desktop->ui().focus_console = true;
  h.frames(3);
  h.type(line + "\n");
  h.frames(6);
}

}  // namespace

TEST_CASE("help knows every command, by its name and by the beginning of it", "[console]") {
  auto engine = make_engine();
  auto all = engine->commands();
  all.insert(all.end(), desktop::window_commands().begin(), desktop::window_commands().end());
  const auto list = command_help(all, "");
  REQUIRE(list.ok());
  for (const CommandInfo& c : all) {
    CHECK(list->find(c.verb + " ") != std::string::npos);
    const auto one = command_help(all, c.verb);
    REQUIRE(one.ok());
    CHECK(one->find(c.usage) == 0);
    for (const CommandInfo::Key& k : c.keys) CHECK(one->find("\n" + k.name + "=") != std::string::npos);
  }
  const auto several = command_help(all, "vm");
  REQUIRE(several.ok());
  CHECK(several->find("vm add") != std::string::npos);
  CHECK(several->find("wire add") == std::string::npos);
  CHECK_FALSE(command_help(all, "nothing").ok());
}

TEST_CASE("help in the console is read from its end to its beginning", "[console]") {
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0\nrun "
       "mode=stepped seed=1\n");
  for (const int scale : {100, 200}) {
    Headless h({{}, float(1920), float(1080), scale, "dark", "explore"}, engine.get());
    h.desktop->ui().focus = "Topology";  // keys are for who is typed to, not for the panel with the frame
    say(h, "help wire add");
    CHECK(h.shows("write="));
    CHECK_FALSE(h.desktop->client().last_action().waiting);
    for (int i = 0; i < 20 && !h.shows("Adds a wire: where frames"); ++i) h.press(Key::kPageUp), h.frames(2);
    CHECK(h.shows("Adds a wire: where frames"));
    say(h, "help nothing");  // what came last is in view again
    CHECK(h.shows("No command begins with"));
    CHECK(h.shows("`help` lists them all."));
  }
}

// At 30 ms a key, the first letters behind Return went to nobody; faster, Return itself did.
TEST_CASE("lines that are typed without a pause are each sent as they are", "[console]") {
  auto engine = make_engine();
  load(*engine, "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nrun mode=stepped seed=1\n");
  Headless h({{}, 1920, 1080, 100, "dark", "explore"}, engine.get());
  h.frames(2);
  std::vector<std::string> lines;
  std::string text = "c";  // opens the console
  for (int i = 0; i < 8; i++) {
    lines.push_back("help six cups " + std::to_string(i));  // letters that step and pause elsewhere
    text += lines.back() + "\n";
  }
  h.type(text);
  for (int i = 0; i < 300 && h.desktop->has_typed(); i++) h.frame();
  h.frames(3);
  std::vector<std::string> sent;
  for (const auto& line : h.desktop->client().lines())
    if (line.command.starts_with("help")) sent.push_back(line.command);
  CHECK(sent == lines);
  CHECK(h.desktop->client().snapshot().steps == 0);  // no letter was a command
}

namespace {

void come_to_rest(Headless& h) {
  for (int i = 0; i < 200 && h.desktop->has_typed(); i++) h.frame();
  h.frames(3);
}

constexpr char kStill[] = "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nrun mode=stepped seed=1\n";

}  // namespace

TEST_CASE("in a window without room for the console the keys go on", "[console]") {
  auto engine = make_engine();
  load(*engine, kStill);
  Headless h({{}, 1000, 240, 100, "dark", "explore"}, engine.get());
  h.frames(2);
  h.type("c");
  h.frames(20);
  h.desktop->type({Key::kLetter, 'q', true, false, false});
  come_to_rest(h);
  CHECK(h.desktop->ui().quit);
}

TEST_CASE("the key behind Esc is a command again", "[console]") {
  auto engine = make_engine();
  load(*engine, kStill);
  Headless h({{}, 1920, 1080, 100, "dark", "explore"}, engine.get());
  h.frames(2);
  h.type("c");
  come_to_rest(h);
  h.frames(4);
  REQUIRE(ImGui::IsAnyItemActive());
  h.desktop->type({Key::kEscape});
  h.type("c");
  h.type("help cups\n");
  come_to_rest(h);
  CHECK(h.desktop->ui().console_open);
  CHECK(h.desktop->client().lines().back().command == "help cups");
}

TEST_CASE("Tab completes what was typed before it", "[console]") {
  auto engine = make_engine();
  load(*engine, kStill);
  Headless h({{}, 1920, 1080, 100, "dark", "explore"}, engine.get());
  h.frames(2);
  h.type("cmar");
  h.desktop->type({Key::kTab});
  h.type(" name=t\n");
  come_to_rest(h);
  for (int i = 0; i < 1000 && h.desktop->client().waiting(); ++i) h.frame();
  const std::string sent = h.desktop->client().lines().back().command;
  CHECK(sent.starts_with("mark"));
  CHECK(sent.ends_with("name=t"));
}

TEST_CASE("a command that was found is written on, and not over", "[console]") {
  auto engine = make_engine();
  load(*engine, kStill);
  Headless h({{}, 1920, 1080, 100, "dark", "explore"}, engine.get());
  h.frames(2);
  h.desktop->type({Key::kLetter, 'p', true, false, false});
  h.type("switch ad\nname=zz\n");
  come_to_rest(h);
  for (int i = 0; i < 1000 && h.desktop->client().waiting(); ++i) h.frame();
  CHECK(h.desktop->client().lines().back().command == "switch add name=zz");
}

// What the window says itself stood below all that the machine says, however much later that came; so did what had left
// the log.
TEST_CASE("the console's lines stand in the order in which they came about", "[console]") {
  auto engine = make_engine();
  load(*engine,
       "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=sink\n"
       "run mode=stepped seed=1\n");
  Headless h({{}, 1920, 1080, 100, "dark", "explore"}, engine.get());
  desktop::EngineClient& client = h.desktop->client();
  const auto send = [&](const std::string& line) {
    client.send(line);
    for (int i = 0; i < 1000 && (client.waiting() || i < 3); ++i) h.frame();
  };
  send("send to=web count=50");
  say(h, "help wire add");
  send("vm pause name=nobody");  // refused: it is in no log
  for (int i = 0; i < 90; ++i) send("step");
  client.note("window", "said by the window", Status{});
  send("snapshot cut");
  std::vector<std::string> commands;
  for (const auto& line : client.lines()) commands.push_back(line.command);
  const auto place = [&](const std::string& command) {
    return std::find(commands.begin(), commands.end(), command) - commands.begin();
  };
  CHECK(commands.back() == "snapshot cut");
  CHECK(commands[commands.size() - 2] == "window");
  CHECK(place("send to=web count=50") < place("help wire add"));
  CHECK(place("help wire add") < place("vm pause name=nobody"));
  CHECK(place("vm pause name=nobody") < place("step"));
  CHECK(std::count(commands.begin(), commands.end(), "step") == 90);
  const size_t steps_before_window = size_t(std::count(commands.begin(), commands.begin() + place("window"), "step"));
  CHECK(steps_before_window == 90);
}

TEST_CASE("each key that the window says it can be told is one", "[console]") {
  for (const CommandInfo::Key& k : desktop::window_commands().front().keys) {
    desktop::UiState ui;
    const std::string value = k.name == "layout"                        ? "reset"
                              : k.name == "size"                        ? "compact"
                              : k.name == "view"                        ? "driver"
                              : k.name == "motion"                      ? "full"
                              : k.name == "tour"                        ? "start"
                              : k.name == "console" || k.name == "quit" ? "yes"
                              : k.name == "ring"                        ? "web.nic0.rx"
                                                                        : "1";
    INFO(k.name);
    CHECK(desktop::apply_window_command(ui, "window " + k.name + "=" + value).ok());
    CHECK(desktop::window_commands().front().usage.find("[" + k.name + "=") != std::string::npos);
  }
}
