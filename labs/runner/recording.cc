// SPDX-License-Identifier: BSD-3-Clause
#include "labs/runner/recording.h"

#include <nlohmann/json.hpp>

#include "engine/base/read_file.h"

namespace ringside::labs {
using Json = nlohmann::ordered_json;
namespace {

constexpr int kSchema = 1;
constexpr size_t kMostWindows = 20'000;  // of all blocks together
constexpr size_t kMostBytes = 16 << 20;  // the parsed text takes many times as much
constexpr int kMostNested = 8;           // lists and objects within each other; a recording has 6

// A recording comes in packs, too, which may be anybody's: what is too deep or too long is not built first.
Json parse_bounded(const std::string& text) {
  if (text.size() > kMostBytes)
    throw Json::other_error::create(501, std::to_string(text.size()) + " bytes, where 16 MiB are the most", nullptr);
  return Json::parse(text, [](int depth, Json::parse_event_t event, Json&) {
    if (depth >= kMostNested &&
        (event == Json::parse_event_t::array_start || event == Json::parse_event_t::object_start))
      throw Json::other_error::create(501, "lists lie too deep within each other", nullptr);
    return true;
  });
}

Json to_json(const Sample& s) {
  Json values = Json::object();
  for (const auto& [name, v] : s.values) {
    Json one = {int(v.kind), v.number, int(v.provenance)};
    if (v.kind == ProbeKind::kText) one.push_back(v.text);
    values[name] = one;
  }
  return {{"setting", s.setting}, {"round", s.round}, {"number", s.number}, {"seconds", s.seconds},
          {"clock", s.clock},     {"taken", s.taken}, {"cores", s.cores},   {"values", values}};
}

Sample to_sample(const Json& json) {
  Sample s{json.at("setting"), json.at("round"), json.at("number"), json.at("seconds"),
           json.at("clock"),   json.at("taken"), json.at("cores"),  {}};
  for (const auto& [name, one] : json.at("values").items()) {
    const int kind = one.at(0).get<int>(), provenance = one.at(2).get<int>();
    if (kind < 0 || kind > int(ProbeKind::kText) || provenance < 0 || provenance > int(Provenance::kReference))
      throw Json::other_error::create(501, "a value of no known kind", &json);
    s.values[name] = {ProbeKind(kind), one.at(1), one.size() > 3 ? one.at(3).get<std::string>() : "",
                      Provenance(provenance)};
  }
  return s;
}

}  // namespace

std::string recording_text(const Recording& recording) {
  std::string text = "{\"schema\": " + std::to_string(kSchema) + ", \"blocks\": {\n";
  bool first_block = true;
  for (const auto& [block, samples] : recording) {
    text += (first_block ? "" : ",\n") + Json(block).dump() + ": [\n";
    for (size_t i = 0; i < samples.size(); i++) text += (i ? ",\n" : "") + to_json(samples[i]).dump();
    text += "]";
    first_block = false;
  }
  return text + "}}\n";
}

Result<Recording> read_recording(const std::string& file) {
  auto text = read_file(file);
  if (!text) return text.error();
  Recording recording;
  size_t windows = 0;
  try {
    const Json json = parse_bounded(*text);
    if (json.at("schema") != kSchema)
      return Error{"This recording is of another schema.", "Nothing was taken from it.",
                   "Record it anew: `ringsidectl lab record`", file};
    for (const auto& [block, samples] : json.at("blocks").items())
      for (const Json& sample : samples) {
        if (++windows > kMostWindows)
          return Error{"This recording has more windows than any lab measures.", "Nothing was taken from it.",
                       "Record it anew: `ringsidectl lab record`", file};
        recording[block].push_back(to_sample(sample));
      }
  } catch (const Json::exception& thrown) {
    return Error{std::string("This is no recording of a lab: ") + thrown.what() + ".", "Nothing was taken from it.",
                 "Record it anew: `ringsidectl lab record`", file};
  }
  return recording;
}

}  // namespace ringside::labs
