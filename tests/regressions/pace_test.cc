// SPDX-License-Identifier: BSD-3-Clause
// Paced time saved up what it could not do while nothing moved, and made up for it in a burst: slow motion at two
// events a second showed 21 at once.
#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/patience.h"

using namespace ringside;
using namespace ringside::test;

namespace {

using Clock = std::chrono::steady_clock;
constexpr int kPace = 20, kEvents = 12;
constexpr auto kIdle = std::chrono::seconds(1);  // as long as it takes to save up more than those events
constexpr char kMachine[] =
    "wire add name=w0 kind=ring\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 workload=sink\n";

// When the first and the twelfth of them came. How late they are on a busy machine does not matter, only how early.
class Span {
 public:
  explicit Span(Engine& engine) : engine_(engine) {
    engine.on_event([this](const EventView&) {
      const int n = ++count_;
      if (n == 1) first_ = Clock::now();
      if (n == kEvents) last_.set_value(Clock::now());
    });
  }
  ~Span() {
    engine_.on_event({});
    (void)engine_.cut();
  }
  double seconds() {
    auto last = last_.get_future();
    REQUIRE(last.wait_for(std::chrono::duration<double>(patient(60))) == std::future_status::ready);
    return std::chrono::duration<double>(last.get() - first_).count();
  }

 private:
  Engine& engine_;
  int count_ = 0;
  Clock::time_point first_;
  std::promise<Clock::time_point> last_;
};

constexpr double kAtLeast = double(kEvents - 3) / kPace;

}  // namespace

TEST_CASE("paced time does not make up for a stretch in which nothing moved", "[regression]") {
  auto engine = make_engine(1);
  load(*engine, std::string(kMachine) + "run mode=paced pace=" + std::to_string(kPace) + "\n");
  std::this_thread::sleep_for(kIdle);
  Span span(*engine);
  ask(*engine, "send to=web count=5");
  CHECK(span.seconds() > kAtLeast);
}

TEST_CASE("paced time does not make up for a stretch in which the engine was busy otherwise", "[regression]") {
  auto engine = make_engine(1);
  load(*engine,
       std::string(kMachine) + "send to=web count=forever\nrun mode=paced pace=" + std::to_string(kPace) + "\n");
  std::promise<void> over;
  std::optional<Span> span;
  engine->submit("", [&](const Answer&) {
    std::this_thread::sleep_for(kIdle);
    over.set_value();
  });
  span.emplace(*engine);  // before it goes on
  over.get_future().wait();
  CHECK(span->seconds() > kAtLeast);
}
