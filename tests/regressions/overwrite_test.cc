// SPDX-License-Identifier: BSD-3-Clause
// With overwrite=yes the old file was unlinked when a wire was built: it was gone when a later line failed, when the
// wire never ran, and when a scenario that failed was loaded over the one that still wrote it. And anything was
// replaced, captures or not.
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "engine/base/fault_injection.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/patience.h"

using namespace ringside;
using namespace ringside::test;
namespace fs = std::filesystem;

namespace {

std::string word(uint32_t value) { return {reinterpret_cast<const char*>(&value), 4}; }

constexpr size_t kHead = 24, kRecord = 16 + 500;

std::string capture_of(uint32_t frames) {
  std::string file = word(0xa1b2c3d4) + word(0x00040002) + word(0) + word(0) + word(65535) + word(1);
  const std::string frame = std::string("\x02\0\0\0\0\x01\x02\0\0\0\xaa\x01\x88\xb5", 14) + std::string(486, '\0');
  for (uint32_t i = 0; i < frames; i++) file += word(1) + word(0) + word(500) + word(500) + frame;
  return file;
}

const std::string kOld = capture_of(3);
const std::string kBroken = "wire add name=x0 kind=af_packet:nosuch0\n";

// A folder of its own, in which in.pcap has ten frames.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "ringside_XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = fs::canonical(name);
    put("in.pcap", capture_of(10));
  }
  ~Folder() { fs::remove_all(path_); }

  std::string path(const std::string& name) const { return (path_ / name).string(); }
  void put(const std::string& name, const std::string& content) const {
    std::ofstream(path(name), std::ios::binary) << content;
  }
  std::string content(const std::string& name) const {
    std::ifstream in(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Frames in a capture that we wrote; -1: it is not there, or ends within a frame.
  int frames(const std::string& name) const {
    const std::string all = content(name);
    return all.size() < kHead || (all.size() - kHead) % kRecord ? -1 : int((all.size() - kHead) / kRecord);
  }
  std::set<std::string> names() const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(path_)) names.insert(entry.path().filename().string());
    return names;
  }

  // A forwarding guest behind a wire that plays in.pcap.
  std::string machine(const std::string& keys, const std::string& workload = "forward") const {
    return "wire add name=w0 kind=pcap:" + path("in.pcap") + " write=" + path("out.pcap") + " " + keys +
           "\nswitch add name=s0 uplink=w0\nvm add name=web nic=e1000 switch=s0 mac=02:00:00:00:00:01 workload=" +
           workload + "\n";
  }

 private:
  fs::path path_;
};

// Another machine takes its place, and what it wrote is in its files.
void leave(Engine& engine) { load(engine, "wire add name=w9 kind=null\n"); }

// A file system that can make a file without a name, and one that cannot. One engine: DPDK starts once in a process.
template <class Check>
void on_each_file_system(Check check) {
  auto engine = make_engine(1);
  const auto check_once = [&] { check(*engine); };
  check_once();
  ArmedFault fault({.times = ~uint64_t{0}, .only = "O_TMPFILE", .error = EOPNOTSUPP});
  check_once();
  CHECK(fault.hit());
}

const std::set<std::string> kBoth{"in.pcap", "out.pcap"}, kAlone{"in.pcap"};

}  // namespace

TEST_CASE("a line that fails behind a wire leaves the file that the wire would have replaced", "[regression]") {
  on_each_file_system([](Engine& engine) {
    Folder f;
    f.put("out.pcap", kOld);
    for (const char* how : {"", "run mode=stepped until=idle\n"}) {
      const Answer failed = engine.load_scenario("new.scn", f.machine("overwrite=yes") + how + kBroken);
      REQUIRE(failed.ended == Ended::kRefused);
      CHECK(f.content("out.pcap") == kOld);
      CHECK(f.names() == kBoth);
    }
    const std::string twice = "wire add name=w0 kind=ring\n" + kBroken;
    REQUIRE(engine.load_scenario("new.scn", f.machine("overwrite=yes") + twice).ended == Ended::kRefused);
    CHECK(f.names() == kBoth);
  });
}

TEST_CASE("a wire that nothing leaves by replaces nothing, and leaves nothing", "[regression]") {
  on_each_file_system([](Engine& engine) {
    for (const bool old : {false, true}) {
      Folder f;
      if (old) f.put("out.pcap", kOld);
      load(engine, f.machine("overwrite=yes", "sink") + "run mode=stepped until=idle\n");
      CHECK(f.content("out.pcap") == (old ? kOld : ""));
      leave(engine);
      CHECK(f.content("out.pcap") == (old ? kOld : ""));
      CHECK(f.names() == (old ? kBoth : kAlone));
    }
  });
}

TEST_CASE("a capture takes the old one's place with its first frame", "[regression]") {
  on_each_file_system([](Engine& engine) {
    Folder f;
    f.put("out.pcap", kOld);
    fs::create_hard_link(f.path("out.pcap"), f.path("other.pcap"));
    load(engine, f.machine("overwrite=yes") + "run mode=stepped\n");
    CHECK(f.content("out.pcap") == kOld);
    ask(engine, "run until=idle");
    CHECK(eventually([&] { return f.frames("out.pcap") == 10; }));
    CHECK(f.content("other.pcap") == kOld);  // its other name
    leave(engine);
    CHECK(f.frames("out.pcap") == 10);
    CHECK(f.names() == std::set<std::string>{"in.pcap", "other.pcap", "out.pcap"});
  });
}

TEST_CASE("a long run that ends a scenario shows its capture while it lasts", "[regression]") {
  Folder f;
  f.put("out.pcap", kOld);
  auto engine = make_engine(1);
  std::thread loading([&] {
    engine->load_scenario("new.scn", f.machine("loop=yes rate=10kpps overwrite=yes") + "run mode=free for=3600\n");
  });
  CHECK(eventually([&] { return f.content("out.pcap") != kOld; }));
  do engine->interrupt();
  while (engine->snapshot()->state == RunState::kRunning);
  loading.join();
  leave(*engine);
  CHECK(f.frames("out.pcap") > 0);
}

TEST_CASE("a load that fails leaves the file that the machine before it still writes", "[regression][sanitize]") {
  on_each_file_system([](Engine& engine) {
    Folder f;
    f.put("out.pcap", kOld);
    load(engine, f.machine("loop=yes overwrite=yes") + "run mode=stepped for=100us\n");
    const uint64_t before = uint64_t(probe(*engine.cut(), "w0.frames_out"));
    REQUIRE(before > 0);
    for (const char* run : {"", "run mode=stepped for=100us\n"})
      REQUIRE(engine.load_scenario("new.scn", f.machine("loop=yes overwrite=yes") + run + kBroken).ended ==
              Ended::kRefused);
    ask(engine, "run mode=stepped for=100us");
    const uint64_t after = uint64_t(probe(*engine.cut(), "w0.frames_out"));
    CHECK(after > before);
    leave(engine);
    CHECK(f.frames("out.pcap") >= int(after));  // the turn that was under way is brought to its end
    CHECK(f.names() == kBoth);
  });
}

TEST_CASE("a scenario that is loaded again writes its file again", "[regression]") {
  Folder f;
  auto engine = make_engine(1);
  const std::string scenario = f.machine("overwrite=yes") + "run mode=stepped until=idle\n";
  for (int again = 0; again < 3; again++) load(*engine, scenario);
  ask(*engine, "reset");
  CHECK(eventually([&] { return f.frames("out.pcap") == 10; }));
  // Without overwrite=yes it is refused, since the file is there; the file stays that of the machine before.
  const Answer refused = engine->load_scenario("new.scn", f.machine("") + "run mode=stepped until=idle\n");
  REQUIRE(refused.ended == Ended::kRefused);
  CHECK(refused.text.find("it exists already") != std::string::npos);
  // What the machine before has written is whole when it is played.
  load(*engine, "wire add name=w0 kind=pcap:" + f.path("out.pcap") + "\n");
  leave(*engine);
  CHECK(f.frames("out.pcap") == 10);
  CHECK(f.names() == kBoth);
}

TEST_CASE("only a capture is replaced", "[regression]") {
  Folder f;
  auto engine = make_engine(1);
  std::string swapped = kOld;
  std::swap(swapped[0], swapped[3]), std::swap(swapped[1], swapped[2]);
  for (const std::string& text : {std::string("precious"),
                                  std::string("\x7f"
                                              "ELF\x02"),
                                  std::string("abc"), "." + kOld, std::string(4, '\0')}) {
    f.put("out.pcap", text);
    const Answer refused = engine->load_scenario("new.scn", f.machine("overwrite=yes"));
    REQUIRE(refused.ended == Ended::kRefused);
    CHECK(refused.text.find(f.path("out.pcap") + " (it is not a capture: it is not replaced)") != std::string::npos);
    CHECK(f.content("out.pcap") == text);
  }
  for (const std::string& text :
       {std::string(), kOld, swapped, word(0xa1b23c4d) + "…", word(0x4d3cb2a1), word(0x0a0d0d0a)}) {
    f.put("out.pcap", text);
    load(*engine, f.machine("overwrite=yes") + "run mode=stepped until=idle\n");
    CHECK(eventually([&] { return f.frames("out.pcap") == 10; }));
  }
  CHECK(f.names() == kBoth);
}

TEST_CASE("what came to lie in the place of a capture meanwhile is kept", "[regression]") {
  on_each_file_system([](Engine& engine) {
    for (const char* overwrite : {"overwrite=yes", ""}) {
      Folder f;
      load(engine, f.machine(overwrite) + "run mode=stepped\n");
      f.put("out.pcap", "precious");
      ask(engine, "run until=idle");
      const auto waits = [&] { return engine.cut()->wires[0].fault.empty(); };
      CHECK(eventually([&] { return !waits(); }));
      CHECK(probe(*engine.cut(), "w0.dropped.not_written") == 10);
      CHECK(probe(*engine.cut(), "w0.frames_out") == 0);
      CHECK(engine.cut()->balance.holds());
      leave(engine);
      CHECK(f.content("out.pcap") == "precious");
      CHECK(f.names() == kBoth);
    }
  });
}

TEST_CASE("a file that is yet to be replaced is already somebody's", "[regression]") {
  Folder f;
  f.put("out.pcap", kOld);
  fs::create_symlink("out.pcap", f.path("link.pcap"));
  auto engine = make_engine(1);
  load(*engine, f.machine("overwrite=yes") + "run mode=stepped\n");
  for (const char* name : {"out.pcap", "./out.pcap", "link.pcap"}) {
    const Answer played = engine->execute("wire add name=w1 kind=pcap:" + f.path(name));
    CHECK(played.text.find("is being written by wire w0") != std::string::npos);
  }
  const Answer written = engine->execute("wire add name=w1 kind=pcap:" + f.path("in.pcap") +
                                         " write=" + f.path("./out.pcap") + " overwrite=yes");
  CHECK(written.text.find("is the file that wire w0 writes") != std::string::npos);
  CHECK(f.content("out.pcap") == kOld);
}

TEST_CASE("a disk without room for a frame leaves the old file", "[regression]") {
  signal(SIGXFSZ, SIG_IGN);
  Folder f;
  f.put("out.pcap", kOld);
  auto engine = make_engine(1);
  load(*engine, f.machine("overwrite=yes") + "run mode=stepped\n");
  rlimit before{}, small{kHead + kRecord - 1, RLIM_INFINITY};
  REQUIRE(getrlimit(RLIMIT_FSIZE, &before) == 0);
  small.rlim_max = before.rlim_max;
  REQUIRE(setrlimit(RLIMIT_FSIZE, &small) == 0);
  ask(*engine, "run until=idle");
  const bool noticed = eventually([&] { return !engine->cut()->wires[0].fault.empty(); });
  const double lost = probe(*engine->cut(), "w0.dropped.not_written");
  leave(*engine);
  REQUIRE(setrlimit(RLIMIT_FSIZE, &before) == 0);
  CHECK(noticed);
  CHECK(lost == 10);
  CHECK(f.content("out.pcap") == kOld);
  CHECK(f.names() == kBoth);
}

TEST_CASE("whatever fails, there is the old file or the whole new one", "[regression][sanitize]") {
  uint64_t nth = 0, replaced = 0;
  auto engine = make_engine(1);
  for (bool hit = true; hit; nth++) {
    Folder f;
    f.put("out.pcap", kOld);
    leave(*engine);
    Answer loaded;
    {
      ArmedFault fault({.nth = nth});
      loaded = engine->load_scenario("new.scn", f.machine("overwrite=yes") + "run mode=stepped until=idle\n");
      engine->cut();
      hit = fault.hit();
    }
    leave(*engine);
    INFO("call " << nth << "; " << loaded.text);
    const bool old = f.content("out.pcap") == kOld, whole = f.frames("out.pcap") == 10;
    CHECK((old || whole));
    CHECK((loaded.ok() || old));
    CHECK(f.names() == kBoth);
    replaced += whole;
  }
  CHECK(nth > 5);
  CHECK(replaced > 0);
}
