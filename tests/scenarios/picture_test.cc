// SPDX-License-Identifier: BSD-3-Clause
// What a picture is made of, and what is made once: names, and pictures of a machine that stands.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <new>
#include <thread>

#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/patience.h"

namespace {
std::atomic<uint64_t> allocations{0};
}  // namespace

void* operator new(size_t bytes) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* memory = std::malloc(bytes ? bytes : 1)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }

namespace ringside::test {
namespace {

constexpr char kTwoVms[] =
    "wire add name=w0 kind=null\nswitch add name=s0 uplink=w0\n"
    "vm add name=a nic=vmxnet3 queues=2 switch=s0 workload=forward\n"
    "vm add name=b nic=e1000 switch=s0 workload=sink\n";

TEST_CASE("picture: names are made once, until the machine changes", "[scenario]") {
  auto engine = make_engine();
  load(*engine, kTwoVms);
  const auto first = engine->cut(), second = engine->cut();
  REQUIRE(first->probes.size() > 100);
  CHECK(second->serial > first->serial);
  CHECK(second->probes.schema == first->probes.schema);
  ask(*engine, "vm set name=b batch=8");
  CHECK(engine->cut()->probes.schema == first->probes.schema);
  CHECK(probe(*engine->cut(), "b.batch") == 8);

  ask(*engine, "vm add name=c nic=e1000 switch=s0 workload=sink");
  const auto third = engine->cut();
  CHECK(third->probes.schema != first->probes.schema);
  CHECK(third->probes.schema->version > first->probes.schema->version);
  CHECK(third->find("c.nic0.rx.accepted"));
  CHECK_FALSE(first->find("c.nic0.rx.accepted"));
  check_names(*third);

  // Another of the same shape: not one number more or less, and all of them have other names.
  ask(*engine, "vm remove name=c");
  ask(*engine, "vm add name=d nic=e1000 switch=s0 workload=sink");
  const auto fourth = engine->cut();
  CHECK(fourth->probes.size() == third->probes.size());
  CHECK(fourth->find("d.nic0.rx.accepted"));
  CHECK_FALSE(fourth->find("c.nic0.rx.accepted"));
  check_names(*fourth);
}

TEST_CASE("picture: how full a queue is, its rings say", "[scenario]") {
  auto engine = make_engine();
  load(*engine, kTwoVms);
  ask(*engine, "vm pause name=a");
  ask(*engine, "vm pause name=b");
  ask(*engine, "send to=a,b count=20");
  ask(*engine, "run until=idle");
  const auto s = engine->cut();
  uint32_t done = 0;
  double fullest = 0;
  for (const RingView& ring : s->rings) {
    if (ring.kind != RingKind::kReceive) continue;
    CAPTURE(ring.name);
    const NicView& nic = s->vms[ring.vm == "b"].nics[0];
    const QueueView& queue = nic.rx_queues.empty() ? nic.rx : nic.rx_queues[ring.queue];
    CHECK(queue.rows_device == ring.rows_device);
    CHECK(queue.fullness == Approx(1 - double(ring.rows_device) / (ring.model == "e1000" ? ring.size - 1 : ring.size)));
    CHECK(nic.rx.fullness >= queue.fullness);
    if (ring.vm == "a") done += ring.rows_done, fullest = std::max(fullest, queue.fullness);
  }
  CHECK(s->vms[0].nics[0].rx.rows_done == done);
  CHECK(s->vms[0].nics[0].rx.fullness == Approx(fullest));
  CHECK(done + s->vms[1].nics[0].rx.rows_done == 20);
  CHECK(done > 0);
}

TEST_CASE("picture: a drop for a new reason gets its name", "[scenario]") {
  auto engine = make_engine();
  load(*engine, kTwoVms);
  const auto before = engine->cut();
  REQUIRE_FALSE(before->find("machine.dropped.no_descriptor"));
  ask(*engine, "vm pause name=b");
  ask(*engine, "send to=b count=2000");
  ask(*engine, "run until=idle");
  const auto after = engine->cut();
  CHECK(after->probes.schema != before->probes.schema);
  CHECK(probe(*after, "machine.dropped.no_descriptor") > 0);
  check_names(*after);
}

TEST_CASE("picture: a cut and a glance while time runs have their names each", "[scenario]") {
  auto engine = make_engine();
  load(*engine, kTwoVms);
  ask(*engine, "send to=a count=forever rate=1kpps");
  ask(*engine, "run for=20ms");
  ask(*engine, "run");
  const auto cut = engine->cut();
  CHECK(cut->find("machine.in_flight"));
  for (int i = 0; i < 5; i++) {
    const auto glance = engine->snapshot();
    check_names(*glance);
    CHECK(glance->find("machine.in_flight").has_value() == glance->balance.exact);
  }
  // As soon as the traffic has shown all that it can: an exit by a register that was not used before has a new name.
  CHECK(eventually([&] {
    const auto one = engine->cut();
    const bool glanced = eventually([&] { return !engine->snapshot()->balance.exact; });
    return glanced && engine->cut()->probes.schema == one->probes.schema;
  }));
}

TEST_CASE("picture: who looks at a machine that stands gets the same picture", "[scenario]") {
  auto engine = make_engine();
  load(*engine, kTwoVms);
  (void)engine->cut();
  const uint64_t first = engine->snapshot()->serial;
  const auto begin = std::chrono::steady_clock::now();
  for (int i = 0; i < 60; i++) {
    (void)engine->snapshot();
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
  // What the host does by itself is looked for twice a second; a picture follows the cut, whoever asked for it.
  CHECK(double(engine->snapshot()->serial - first) <= 2 + passed.count() / 0.5);
  ask(*engine, "vm set name=b batch=8");
  CHECK(engine->snapshot()->vms[1].batch == 8);
}

TEST_CASE("picture: six VMXNET3s with 8 queues take so many allocations", "[scenario]") {
  auto engine = make_engine();
  std::string lines = "wire add name=w0 kind=null\nswitch add name=s0 uplink=w0\n";
  for (char vm = '0'; vm < '6'; vm++)
    lines += std::string("vm add nic=vmxnet3 queues=8 switch=s0 workload=forward memory=32M name=vm") + vm + "\n";
  load(*engine, lines);
  (void)engine->cut(), (void)engine->cut();
  const uint64_t before = allocations.load();
  const auto picture = engine->cut();
  const uint64_t taken = allocations.load() - before;
  INFO(taken << " allocations for " << picture->rings.size() << " rings and " << picture->probes.size() << " numbers");
  CHECK(picture->rings.size() == 240);
  // Names, pointers and links of rings are most of them: none is taken for a number.
  CHECK(taken < 4 * picture->rings.size());
}

}  // namespace
}  // namespace ringside::test
