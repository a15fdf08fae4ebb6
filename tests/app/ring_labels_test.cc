// SPDX-License-Identifier: BSD-3-Clause
// "Around the head" lost the names of pointers that meet; fields of a transmit descriptor had no names; a register that
// was being written stood beside its old value without a word; a high room was half empty.
#include <algorithm>

#include "tests/app/headless.h"
#include "tests/app/picture_checks.h"
#include "tests/support/catch.h"
#include "tests/support/engine.h"
#include "tests/support/fake_nics.h"

using namespace ringside;
using namespace ringside::test;
using desktop::Drawn;

namespace {

desktop::Rect room_of(const Headless& h, const std::string& name) {
  for (const auto& g : h.recording.groups)
    if (g.panel && g.name == name) return g.rect;
  return {};
}

}  // namespace

TEST_CASE("each pointer around the head has its name, also where all of them meet", "[rings]") {
  for (const auto& [clean, tail] :
       {std::pair{0, 0}, std::pair{0, 1}, std::pair{1, 1}, std::pair{1, 0}, std::pair{-1, 1}})
    for (const bool extended : {false, true}) {
      const auto meet = [clean = clean, tail = tail](Snapshot& s) {
        for (RingView& r : s.rings)
          for (PointerView& p : r.pointers) p.index = uint32_t(20 + (p.hollow ? clean : p.by_driver ? tail : 0));
      };
      Headless h({{.vms = 1, .stepped = true, .running = false, .adorn = meet}, 1920, 1080, 100, "dark", "learn"});
      h.desktop->ui().extended = extended;
      h.frames(8, 0.05);
      CAPTURE(clean, tail, extended);
      const desktop::Rect rings = room_of(h, "Rings");
      float strip = rings.bottom();
      if (const Drawn* title = h.find("Around the head")) strip = title->box.y;
      const auto& s = h.desktop->client().snapshot();
      const auto ring = std::find_if(s.rings.begin(), s.rings.end(),
                                     [&](const RingView& r) { return r.name == h.desktop->ui().ring; });
      REQUIRE(ring != s.rings.end());
      for (const auto& [name, index, by_driver, hollow] : ring->pointers) {
        const bool shown = std::any_of(h.recording.drawn.begin(), h.recording.drawn.end(), [&](const Drawn& d) {
          const bool here = d.box.x >= rings.x && (extended || d.box.y > strip);
          return d.kind == Drawn::Kind::kText && d.type != desktop::Type::kMonoBold && here &&
                 (d.text == name ||
                  d.text.starts_with(name + " "));  // in the strip without, in the field with its index
        });
        CAPTURE(name);
        CHECK(shown);
      }
      check_picture(h);
    }
}

TEST_CASE("each field of a descriptor has its name at its place", "[rings]") {
  const uint64_t kDext = 1ull << 29, kData = 1ull << 20;
  for (const uint64_t word : {uint64_t{0x0b00003c}, kDext | kData | 0x0b00003c, kDext | 0x0b00003c})
    for (const float width : {1280.f, 1920.f, 2560.f}) {
      const auto write = [&](Snapshot& s) {
        for (RingView& r : s.rings)
          for (RowView& row : r.rows) row.qword[1] = word;
      };
      Headless h(
          {{.vms = 1, .stepped = true, .running = false, .adorn = write}, width, width * 9 / 16, 100, "dark", "learn"});
      h.desktop->ui().bring_to_front("Rings");
      h.frames(4);
      h.desktop->ui().choose_ring("web", "nic0", "web.nic0.tx");
      h.frames(6);
      const uint64_t qword[2] = {0x14a000, word};
      CAPTURE(word, width);
      size_t named = 0;
      for (const FieldView& f : decode_row("e1000", RingKind::kTransmit, qword)) {
        if (f.width == 0) continue;
        const bool shown = std::any_of(h.recording.drawn.begin(), h.recording.drawn.end(), [&](const Drawn& d) {
          return d.text == f.name && d.group >= 0 && h.recording.groups[size_t(d.group)].name == "bits";
        });
        CAPTURE(f.name);
        CHECK(shown);
        ++named;
      }
      CHECK(named >= 5);
      check_picture(h);
    }
}

TEST_CASE("a register that is being written shows what is on its way to it", "[rings][real]") {
  auto engine = make_engine();
  load(*engine,
       "switch add name=s0\n"
       "vm add name=a nic=e1000 switch=s0 driver=poll doorbell=packet workload=generate peer=b count=1 size=60\n"
       "vm add name=b nic=e1000 switch=s0 driver=interrupt workload=sink\nrun mode=stepped seed=7\n");
  ask(*engine, "step n=3");
  Headless h({{}, 1920, 1080, 100, "dark", "learn"}, engine.get());
  h.frames(4);
  REQUIRE(h.desktop->client().snapshot().events.back().reg == "TDT");
  CHECK(h.shows("\u2190 1, exit 3"));
  ask(*engine, "step n=1");
  h.frames(4);
  CHECK(h.find("0000 0001"));
}

TEST_CASE("each pointer of two rings that face each other has its name, also where all of them meet", "[rings]") {
  for (const uint32_t away : {0u, 1u, 2u}) {
    const auto meet = [away](Snapshot& s) {
      make_vmxnet3(s, "web");
      for (RingView& r : s.rings)
        for (PointerView& p : r.pointers) p.index = 20 + (p.by_driver ? 0 : away);
    };
    Headless h({{.vms = 1, .running = false, .adorn = meet}, 1920, 1080, 100, "dark", "learn"});
    h.desktop->ui().extended = true;
    h.frames(2);
    h.desktop->ui().choose_ring("web", "nic0", "web.nic0.tx");
    h.frames(3);
    for (const RingView& r : h.desktop->client().snapshot().rings) {
      if (r.name != "web.nic0.tx" && r.name != "web.nic0.tx.comp") continue;
      for (const PointerView& p : r.pointers) {
        CAPTURE(away, r.name, p.name);
        CHECK(h.find(p.name + " " + std::to_string(p.index)));
      }
    }
    check_picture(h);
  }
}

TEST_CASE("a high room has dials and slots of two rings", "[rings]") {
  Headless h({{.vms = 1, .running = false, .adorn = [](Snapshot& s) { make_vmxnet3(s, "web"); }},
              2560,
              1440,
              100,
              "dark",
              "learn"});
  h.frames(2);
  h.desktop->ui().choose_ring("web", "nic0", "web.nic0.tx");
  h.frames(3);
  CHECK(h.find("Command"));
  CHECK(h.find("Command ring"));
  check_picture(h);
}

TEST_CASE("a high room is filled by the ring that it shows", "[rings]") {
  for (const char* layout : {"learn", "explore"}) {
    Headless h({{.vms = 1, .rx_rows = 256, .tx_rows = 256, .stepped = true, .running = false},
                2560,
                1440,
                100,
                "dark",
                layout});
    h.frames(8, 0.05);
    const desktop::Rect rings = room_of(h, "Rings");
    REQUIRE(rings.h > 500);
    float lowest = 0, widest = 0;
    for (const Drawn& d : h.recording.drawn) {
      if (d.kind == Drawn::Kind::kText && d.box.x > rings.x && d.box.x < rings.right() &&
          d.box.bottom() < rings.bottom())
        lowest = std::max(lowest, d.box.bottom());
      if (d.kind == Drawn::Kind::kStroke && d.box.x > rings.x && d.box.w > 0) widest = std::max(widest, d.box.w);
    }
    CAPTURE(layout);
    CHECK(lowest - rings.y > 0.72f * rings.h);
    CHECK(widest >= 180);  // the dial is no glyph
    check_picture(h);
  }
}
