// SPDX-License-Identifier: BSD-3-Clause
#include "engine/datapath/eal.h"

#include <rte_eal.h>
#include <rte_lcore.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "engine/datapath/eal_arguments.h"
#include "engine/net/packet.h"
#include "tests/support/catch.h"
#include "tests/support/eal.h"

using namespace ringside;
using namespace ringside::datapath;

namespace {

EalConfig config_with(std::vector<std::string> extra) {
  return {.worker_cpus = {allowed_cpus().front()}, .extra = std::move(extra)};
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += word + " ";
  return text;
}

}  // namespace

TEST_CASE("eal arguments: workers pinned, lcore 0 free, nothing that needs a right or hugepages") {
  auto cpus = allowed_cpus();
  auto args = eal_arguments(
      {.worker_cpus = {cpus.back(), cpus.back()}, .memory_mb = 128, .extra = {"--log-level=lib.eal:debug", "-n4"}});
  REQUIRE(args.ok());
  std::string text = joined(*args), last = std::to_string(cpus.back());
  CHECK(text.find("1@" + last + ",2@" + last) != std::string::npos);
  CHECK(text.find("--lcores 0@(" + std::to_string(cpus.front())) != std::string::npos);
  for (const char* wanted :
       {"--main-lcore 0", "--no-huge", "--no-shconf", "--no-pci", "-m 128", "--log-level=lib.eal:debug", "-n 4"}) {
    INFO(wanted);
    CHECK(text.find(wanted) != std::string::npos);
  }
  CHECK(text.find("--in-memory") == std::string::npos);
}

TEST_CASE("eal arguments: what clashes is refused before anything starts, with the corrected line") {
  for (const char* wrong :
       {"--in-memory", "--no-huge", "-l", "--lcores=0", "--vdev", "-h", "-v", "--proc-type=secondary", "--socket-mem",
        "--nonsense", "-a", "--iova-mode=pa", "word", "--no-hpet=1", "-n"}) {
    INFO(wrong);
    auto args = eal_arguments(config_with({"--no-telemetry", wrong}));
    REQUIRE_FALSE(args.ok());
    CHECK(args.error().remedy == "Corrected arguments: --no-telemetry");
    CHECK(args.error().unchanged == "DPDK was not started.");
  }
  auto with_value = eal_arguments(config_with({"-m", "64", "--no-telemetry"}));
  REQUIRE_FALSE(with_value.ok());
  CHECK(with_value.error().remedy == "Corrected arguments: --no-telemetry");
}

TEST_CASE("eal arguments: of a value that stands apart, the word before it goes, too") {
  auto args = eal_arguments(config_with({"--no-telemetry", "-a", "00:01.0", "--iova-mode", "pa"}));
  REQUIRE_FALSE(args.ok());
  CHECK(args.error().remedy == "Corrected arguments: --no-telemetry --iova-mode pa");
}

TEST_CASE("eal arguments: impossible settings") {
  CHECK_FALSE(eal_arguments({.worker_cpus = {}, .extra = {}}).ok());
  CHECK_FALSE(eal_arguments({.worker_cpus = {1023}, .extra = {}}).ok());
  EalConfig config = config_with({});
  config.memory_mb = 1;
  CHECK_FALSE(eal_arguments(config).ok());
  config = config_with({});
  config.pci = true;
  CHECK_FALSE(eal_arguments(config).ok());
  config = config_with({});
  config.hugepages = true, config.memory_mb = 1u << 20;
  auto huge = eal_arguments(config);
  REQUIRE_FALSE(huge.ok());
  CHECK(huge.error().remedy.find("nr_hugepages") != std::string::npos);
}

TEST_CASE("eal starts once, keeps its caller unpinned, and a second start may ask for no more") {
  cpu_set_t before, after;
  sched_getaffinity(0, sizeof before, &before);
  test::need_eal();
  CHECK(eal_started());
  CHECK(eal_worker_count() == 1);
  CHECK(net::trace_id_offset > 0);
  sched_getaffinity(0, sizeof after, &after);
  CHECK(CPU_EQUAL(&before, &after));
  EalConfig same{.worker_cpus = {allowed_cpus().back()}, .memory_mb = 256, .extra = {}};
  CHECK(start_eal(same).ok());
  EalConfig more = same;
  more.memory_mb = 1024;
  CHECK_FALSE(start_eal(more).ok());
  more = same;
  more.worker_cpus.push_back(allowed_cpus().back());
  CHECK_FALSE(start_eal(more).ok());
  more = same;
  more.hugepages = true;
  CHECK_FALSE(start_eal(more).ok());
}

TEST_CASE("eal leaves nothing behind, and needs neither root nor XDG_RUNTIME_DIR") {
  auto leftovers = [](const std::string& parent, pid_t pid) {
    std::error_code ignored;
    return std::filesystem::exists(parent + "/dpdk/ringside-" + std::to_string(pid), ignored);
  };
  if (eal_started()) return;  // ctest runs each case in a process of its own
  for (bool as_nobody : {false, true}) {
    if (as_nobody && getuid() != 0) continue;
    pid_t child = fork();
    if (child == 0) {
      unsetenv("XDG_RUNTIME_DIR");
      if (as_nobody && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(9);
      Status status =
          start_eal({.worker_cpus = {allowed_cpus().front(), allowed_cpus().front()}, .memory_mb = 64, .extra = {}});
      if (!status.ok()) _exit(1);
      if (rte_lcore_count() != 3 || eal_worker_count() != 2) _exit(2);
      stop_eal();
      if (std::filesystem::exists(rte_eal_get_runtime_dir())) _exit(3);
      _exit(start_eal({.worker_cpus = {allowed_cpus().front()}, .extra = {}}).ok() ? 4 : 0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    INFO("as_nobody=" << as_nobody);
    CHECK(WEXITSTATUS(status) == 0);
    CHECK_FALSE(leftovers("/tmp", child));
    CHECK_FALSE(leftovers("/var/run", child));
  }
}

TEST_CASE("packet pool: full when built, full again, and clear errors") {
  auto pool = test::make_pool(1024);
  CHECK(pool->size() == 1024);
  CHECK(pool->in_use() == 0);
  rte_mbuf* packets[32];
  REQUIRE(rte_pktmbuf_alloc_bulk(pool->get(), packets, 32) == 0);
  CHECK(pool->in_use() == 32);
  CHECK(rte_pktmbuf_tailroom(packets[0]) == 2048);
  CHECK(rte_pktmbuf_headroom(packets[0]) == RTE_PKTMBUF_HEADROOM);
  rte_pktmbuf_free_bulk(packets, 32);
  CHECK(pool->in_use() == 0);
  auto twice = PacketPool::create("twice", 64, false);
  REQUIRE(twice.ok());
  CHECK_FALSE(PacketPool::create("twice", 64, false).ok());
  auto large = PacketPool::create("large", 1'000'000, false);
  REQUIRE_FALSE(large.ok());
  CHECK(large.error().what.find("MB") != std::string::npos);
  CHECK_FALSE(PacketPool::create("a_name_that_is_much_too_long_for_a_pool", 64, false).ok());
  CHECK_FALSE(PacketPool::create("small", 1, false).ok());
}

TEST_CASE("packet pool: headers do not fall in one cache set") {
  auto pool = test::make_pool(256);
  std::vector<rte_mbuf*> all(128);
  REQUIRE(rte_pktmbuf_alloc_bulk(pool->get(), all.data(), 128) == 0);
  std::vector<uint64_t> offsets;
  for (rte_mbuf* packet : all) offsets.push_back(uint64_t(packet) % 4096 / 64);
  std::sort(offsets.begin(), offsets.end());
  offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
  CHECK(offsets.size() > 8);
  rte_pktmbuf_free_bulk(all.data(), 128);
}
