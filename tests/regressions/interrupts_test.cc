// SPDX-License-Identifier: BSD-3-Clause
// Interrupts that were lost, or threw away more than they should: one between two lines of a scenario took back a run
// that was over; one that came before somebody else was answered, or while a command still waited for its turn, was
// not heard.
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <future>

#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/kvm.h"

using namespace ringside;
using namespace ringside::test;

namespace {

constexpr char kThreeFrames[] =
    "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\n"
    "vm add name=web nic=e1000 switch=s0 workload=sink\nsend to=web count=3\nrun mode=stepped\nstep n=5\n";
constexpr char kLong[] = "measure exits samples=10000000";

std::future<Answer> ask_later(Engine& engine, const std::string& command) {
  auto promise = std::make_shared<std::promise<Answer>>();
  engine.submit(command, [promise](const Answer& answer) { promise->set_value(answer); });
  return promise->get_future();
}

// The engine's thread does nothing while it lives: what is asked for meanwhile comes in one go.
class Held {
 public:
  explicit Held(Engine& engine) {
    // What the engine's thread waits for is its own: this may be gone before it looks.
    const auto held = std::make_shared<std::promise<void>>();
    engine.submit("", [held, go = go_.get_future().share()](const Answer&) {
      held->set_value();
      go.wait();
    });
    held->get_future().wait();
  }
  ~Held() { go_.set_value(); }
  Held(const Held&) = delete;

 private:
  std::promise<void> go_;
};

void check_that_five_steps_are_kept(Engine& engine, const Answer& loaded, const std::string& place) {
  CHECK(loaded.ended == Ended::kStopped);
  CHECK(loaded.error.place == place);
  CHECK(loaded.error.unchanged == "This line and those behind it were not applied.");
  const auto s = engine.cut();
  CHECK(s->scenario == "long.scn");
  CHECK(s->steps == 5);
  CHECK(s->state == RunState::kPaused);
  CHECK(s->vms.size() == 1);
  CHECK(s->balance.holds());
  ask(engine, "vm add name=late nic=e1000 switch=s0");
}

}  // namespace

TEST_CASE("an interrupt between two lines of a scenario keeps what has run", "[regression][sanitize]") {
  auto engine = make_engine(1);
  load(*engine, "wire add name=x0 kind=ring\n");
  engine->on_event([&](const EventView& event) {
    if (event.number == 5) engine->interrupt();  // this step's run is over with it
  });
  const Answer loaded =
      engine->load_scenario("long.scn", std::string(kThreeFrames) + "vm add name=late nic=e1000 switch=s0\nstep n=5\n");
  engine->on_event({});
  check_that_five_steps_are_kept(*engine, loaded, "long.scn, line 7");
}

TEST_CASE("an interrupt behind a `run` that goes on by itself keeps what has run", "[regression]") {
  auto engine = make_engine(1);
  std::string text =
      "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=sink\n"
      "send to=web count=forever\nrun mode=free\n";
  for (int n = 0; n < 200'000; n++) text += "mark name=m\n";
  auto loading = std::async(std::launch::async, [&] { return engine->load_scenario("long.scn", text); });
  while (loading.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready)
    if (engine->snapshot()->scenario == "long.scn") engine->interrupt();
  const Answer loaded = loading.get();
  const auto s = engine->cut();
  CHECK(s->scenario == "long.scn");
  CHECK((loaded.ok() || s->state == RunState::kPaused));
}

TEST_CASE("an interrupt in a line of a scenario keeps what has run before it", "[regression]") {
  need_kvm();
  auto engine = make_engine(1);
  std::promise<void> stepped;
  engine->on_event([&](const EventView& event) {
    if (event.number == 5) stepped.set_value();
  });
  auto loading = std::async(
      std::launch::async, [&] { return engine->load_scenario("long.scn", std::string(kThreeFrames) + kLong + "\n"); });
  stepped.get_future().wait();
  ask(*engine, "pause");
  const Answer loaded = loading.get();
  engine->on_event({});
  check_that_five_steps_are_kept(*engine, loaded, "long.scn, line 7");
}

TEST_CASE("an interrupt is not lost to a command that is answered meanwhile", "[regression][sanitize]") {
  need_kvm();
  auto engine = make_engine(1);
  load(*engine, kThreeFrames);
  std::future<Answer> measured, watched;
  {
    const Held held(*engine);
    measured = ask_later(*engine, kLong);
    engine->interrupt();
    watched = ask_later(*engine, "watch ring=web.nic0.rx");
  }
  CHECK(measured.get().ended == Ended::kStopped);
  CHECK(watched.get().ok());
}

TEST_CASE("an interrupt that came before a capture's turn to be read stops it", "[regression][sanitize]") {
  const std::string path = std::filesystem::temp_directory_path() / ("ringside_stop_" + std::to_string(getpid()));
  const uint32_t words[] = {0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1, 1, 0, 60, 60};
  std::string bytes(reinterpret_cast<const char*>(words), sizeof words);
  std::ofstream(path, std::ios::binary) << bytes.append(60, '\2');
  auto engine = make_engine(1);
  const std::string line = "wire add name=w0 kind=pcap:" + path;
  std::future<Answer> before, after;
  {
    const Held held(*engine);
    before = ask_later(*engine, line);
    engine->interrupt();
    after = ask_later(*engine, line);
  }
  const Answer stopped = before.get();
  CHECK(stopped.ended == Ended::kStopped);
  CHECK(stopped.text == "Stopped.\nNothing was built.");
  CHECK(after.get().ok());
  std::filesystem::remove(path);
}
