// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/api/probe.h"

namespace ringside {

// Which numbers a machine offers. Made when that changes, and shared by all pictures until it changes again. Immutable.
struct Schema {
  // How a number's word in a picture is to be read: as it is, as a double, or as the place of a text.
  enum class Form : uint8_t { kWhole, kReal, kText };
  uint64_t version = 0;         // another one, another number
  std::vector<Metric> metrics;  // sorted by name
  std::vector<Form> forms;      // of each

  std::optional<size_t> place_of(std::string_view name) const;
};

// The numbers of one picture: values alone, in the order of a schema.
struct ProbeList {
  std::shared_ptr<const Schema> schema;  // null: there are none
  std::vector<uint64_t> words;
  std::vector<std::string> texts;

  size_t size() const { return words.size(); }
  bool empty() const { return words.empty(); }
  Probe operator[](size_t i) const {
    const Metric& m = schema->metrics[i];
    Probe probe{m.name, m.kind, words[i], m.unit, m.description, m.provenance};
    if (schema->forms[i] == Schema::Form::kReal) probe.value = std::bit_cast<double>(words[i]);
    if (schema->forms[i] == Schema::Form::kText) probe.value = std::string_view(texts[words[i]]);
    return probe;
  }
  std::optional<Probe> find(std::string_view name) const;

  struct Iterator {
    const ProbeList* list;
    size_t at;
    Probe operator*() const { return (*list)[at]; }
    Iterator& operator++() { return ++at, *this; }
    bool operator==(const Iterator&) const = default;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }
};

}  // namespace ringside
