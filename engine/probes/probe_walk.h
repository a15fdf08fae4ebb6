// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <bit>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/probe_list.h"

namespace ringside::probes {

// A text out of literals and what stands between them, put together only where it is needed. Of the first literal the
// place in memory tells which one it is.
struct Words {
  const char* begin;
  std::string_view first = {};
  const char* between = "";
  std::string_view second = {};
  const char* end = "";

  Words(const char* all) : begin(all) {}
  Words(const char* b, std::string_view one, const char* m = "", std::string_view two = {}, const char* e = "")
      : begin(b), first(one), between(m), second(two), end(e) {}
  std::string inner() const { return std::string(first).append(between).append(second).append(end); }
  std::string text() const { return begin + inner(); }
};

// A schema with the way to it: in which order the walk through the views comes to its numbers.
struct Named {
  struct Stop {
    const char *name, *what;  // the first literals of both
    std::string inner;        // what stands in the name behind it
    Provenance provenance;
    ProbeKind kind;
    uint32_t place;  // in the schema
  };
  std::vector<Stop> stops;
  std::vector<std::string> prefixes;
  size_t texts = 0;
  std::shared_ptr<const Schema> schema;
};

// What goes through the views of a picture and takes each number by its name. A picture shaped like the one before
// costs a comparison a number: the names are the same, and only values are taken. Where it is shaped otherwise, the
// walk is gone again and all is named anew.
class Walk {
 public:
  // Values alone, for a schema that is there.
  Walk(const Named& known, ProbeList& to);
  // All of it, up to finish(). Where a name is made of what has a blank in it, '_' stands for the blank.
  explicit Walk(Named& fresh, uint64_t version);

  // What stands before the names that follow.
  void under(std::initializer_list<std::string_view> prefix);

  void counter(const Words& name, uint64_t value, const char* unit, const Words& what,
               Provenance from = Provenance::kMeasured) {
    take(name, ProbeKind::kCounter, Schema::Form::kWhole, value, unit, what, from);
  }
  void gauge(const Words& name, double value, const char* unit, const Words& what,
             Provenance from = Provenance::kMeasured) {
    take(name, ProbeKind::kGauge, Schema::Form::kReal, std::bit_cast<uint64_t>(value), unit, what, from);
  }
  void whole(const Words& name, uint64_t value, const char* unit, const Words& what,
             Provenance from = Provenance::kMeasured) {
    take(name, ProbeKind::kGauge, Schema::Form::kWhole, value, unit, what, from);
  }
  void text(const Words& name, std::string_view value, const Words& what);

  // Values alone: whether the picture was shaped as the schema says.
  bool fits() const { return !strange_ && stop_ == known_->stops.size() && prefix_ == known_->prefixes.size(); }
  // All of it: sorts the names; no number comes after it.
  void finish();

 private:
  void take(const Words& name, ProbeKind kind, Schema::Form form, uint64_t word, const char* unit, const Words& what,
            Provenance from);

  const Named* known_ = nullptr;
  ProbeList* to_ = nullptr;
  Named* fresh_ = nullptr;
  std::shared_ptr<Schema> schema_;
  size_t stop_ = 0, prefix_ = 0, texts_ = 0;
  bool strange_ = false;
};

}  // namespace ringside::probes
