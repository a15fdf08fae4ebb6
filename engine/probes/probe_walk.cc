// SPDX-License-Identifier: BSD-3-Clause
#include "engine/probes/probe_walk.h"

#include <algorithm>
#include <numeric>

namespace ringside::probes {
namespace {

// Whether that is what stands behind the name's first literal. Mostly one piece, or none.
bool is(std::string_view text, const Words& name) {
  if (!*name.between) return text == name.first;
  for (std::string_view piece : {name.first, std::string_view(name.between), name.second, std::string_view(name.end)}) {
    if (!text.starts_with(piece)) return false;
    text.remove_prefix(piece.size());
  }
  return text.empty();
}

}  // namespace

Walk::Walk(const Named& known, ProbeList& to) : known_(&known), to_(&to) {
  to.schema = known.schema;
  to.words.resize(known.stops.size());
  to.texts.reserve(known.texts);
}

Walk::Walk(Named& fresh, uint64_t version) : fresh_(&fresh), schema_(std::make_shared<Schema>()) {
  schema_->version = version;
}

void Walk::under(std::initializer_list<std::string_view> prefix) {
  if (fresh_) {
    std::string& text = fresh_->prefixes.emplace_back();
    for (std::string_view piece : prefix) text.append(piece);
    return;
  }
  if (prefix_ >= known_->prefixes.size()) {
    strange_ = true;
    return;
  }
  std::string_view rest = known_->prefixes[prefix_++];
  for (std::string_view piece : prefix) {
    if (!rest.starts_with(piece)) {
      strange_ = true;
      return;
    }
    rest.remove_prefix(piece.size());
  }
  strange_ |= !rest.empty();
}

void Walk::text(const Words& name, std::string_view value, const Words& what) {
  take(name, ProbeKind::kText, Schema::Form::kText, texts_++, "", what, Provenance::kMeasured);
  if (to_) to_->texts.emplace_back(value);
}

void Walk::take(const Words& name, ProbeKind kind, Schema::Form form, uint64_t word, const char* unit,
                const Words& what, Provenance from) {
  if (fresh_) {
    std::string whole = fresh_->prefixes.back() + name.text();
    std::replace(whole.begin(), whole.end(), ' ', '_');
    schema_->metrics.push_back({std::move(whole), kind, unit, what.text(), from});
    schema_->forms.push_back(form);
    fresh_->stops.push_back({name.begin, what.begin, name.inner(), from, kind, 0});
    return;
  }
  if (stop_ >= known_->stops.size()) {
    strange_ = true;
    return;
  }
  const Named::Stop& stop = known_->stops[stop_++];
  strange_ |= stop.name != name.begin || stop.what != what.begin || stop.provenance != from || stop.kind != kind ||
              !is(stop.inner, name);
  to_->words[stop.place] = word;
}

void Walk::finish() {
  std::vector<uint32_t> order(schema_->metrics.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return schema_->metrics[a].name < schema_->metrics[b].name; });
  auto sorted = std::make_shared<Schema>();
  sorted->version = schema_->version;
  for (uint32_t place = 0; place < order.size(); place++) {
    fresh_->stops[order[place]].place = place;
    sorted->metrics.push_back(std::move(schema_->metrics[order[place]]));
    sorted->forms.push_back(schema_->forms[order[place]]);
  }
  fresh_->texts = texts_;
  fresh_->schema = std::move(sorted);
}

}  // namespace ringside::probes
