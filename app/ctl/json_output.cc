// SPDX-License-Identifier: BSD-3-Clause
#include "app/ctl/json_output.h"

#include "app/ctl/terminal.h"
#include "engine/base/visible.h"
#include "engine/figures/derived.h"
#include "engine/figures/sending.h"
#include "engine/figures/totals.h"

namespace ringside::ctl {
using Json = nlohmann::ordered_json;

Json to_json(const Probe& probe) {
  Json json = {{"name", probe.name}};
  std::visit([&](const auto& value) { json["value"] = value; }, probe.value);
  json["unit"] = probe.unit;
  json["provenance"] = name_of(probe.provenance);
  json["description"] = probe.description;
  return json;
}

Json to_json(const EventView& event) {
  Json json = {{"number", event.number}, {"ns", event.ns},
               {"stop", event.stop},     {"who", event.who},
               {"what", event.what},     {"detail", event.detail},
               {"exit", event.exit},     {"packet", event.packet},
               {"cycles", event.cycles}, {"provenance", name_of(event.cycles_provenance)}};
  if (!event.ring.empty()) json["ring"] = event.ring;
  if (!event.reg.empty()) json["register"] = event.reg;
  if (event.rip) json["rip"] = event.rip, json["instruction"] = event.instruction, json["where"] = event.where;
  if (event.row >= 0) json["row"] = event.row;
  Json fields = Json::object();
  for (const auto& [name, value] : event.fields) fields[name] = value;
  if (!fields.empty()) json["fields"] = std::move(fields);
  return json;
}

Json run_json(const Snapshot& snapshot, const SharedList<EventView>& events, const Snapshot* since) {
  Json json = {{"schema", kJsonSchema},
               {"scenario", snapshot.scenario},
               {"mode", snapshot.mode == RunMode::kFree      ? "free"
                        : snapshot.mode == RunMode::kStepped ? "stepped"
                                                             : "paced"},
               {"seed", snapshot.seed},
               {"placement_note", snapshot.placement_note},
               {"placement_on_trial", snapshot.placement_on_trial},
               {"taken_by_others", figures::taken(snapshot, since)},
               {"inconclusive", figures::taken(snapshot, since) >= figures::kDisturbed},
               {"balance_exact", snapshot.balance.exact},
               {"balance_holds", snapshot.balance.exact && snapshot.balance.holds()}};
  Json wires = Json::array();
  for (const WireView& wire : snapshot.wires)
    wires.push_back({{"name", wire.name},
                     {"kind", wire.kind},
                     {"sends", figures::sending_text(wire, figures::kPlain)},
                     {"note", wire.note},
                     {"fault", wire.fault}});
  json["wires"] = std::move(wires);
  Json probes = Json::array();
  for (const Probe& probe : snapshot.probes) probes.push_back(to_json(probe));
  for (const figures::Figure& figure : figures::derive(snapshot, since)) probes.push_back(to_json(figure.probe()));
  json["probes"] = std::move(probes);
  json["events"] = Json::array();
  for (const EventView& event : events) json["events"].push_back(to_json(event));
  return json;
}

void print_json(const Json& json) {
  send(visible_json(json.dump(2, ' ', false, Json::error_handler_t::replace)) + "\n");
}

}  // namespace ringside::ctl
