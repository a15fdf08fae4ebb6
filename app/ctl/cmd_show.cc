// SPDX-License-Identifier: BSD-3-Clause
// ringsidectl show: the lists from which everything else is written.
#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "app/ctl/commands.h"
#include "app/ctl/exit_code.h"
#include "app/ctl/json_output.h"
#include "app/ctl/number_format.h"
#include "app/ctl/scenario_file.h"
#include "app/ctl/supervise.h"
#include "app/ctl/terminal.h"

namespace ringside::ctl {
using Json = nlohmann::ordered_json;
namespace {

std::string value_text(const Probe& probe) {
  if (auto* text = std::get_if<std::string_view>(&probe.value)) return std::string(*text);
  if (auto* whole = std::get_if<uint64_t>(&probe.value)) return count(*whole);
  return decimal(std::get<double>(probe.value));
}

Result<std::shared_ptr<const Snapshot>> built_only(Engine& engine, const Scenario& scenario) {
  if (Status loaded = engine.load_from(Origin::file(scenario.path), scenario.name, without_run(scenario.text)).status();
      !loaded)
    return loaded.error();
  return engine.cut();
}

Json field_json(const BitFieldView& field) {
  return {{"name", field.name}, {"low", field.low}, {"width", field.width}, {"description", field.description}};
}

std::string bits_text(const BitFieldView& field) {
  return field.width == 1 ? fmt::format("bit {}", field.low)
                          : fmt::format("bits {}:{}", field.low + field.width - 1, field.low);
}

}  // namespace

int show_probes(const Options& options, const std::string& file) {
  auto scenario = read_scenario(file);
  if (!scenario) {
    print_error(scenario.error());
    return kScenario;
  }
  auto engine = make_engine(options);
  if (!engine) {
    print_error(engine.error());
    return kEnvironment;
  }
  auto picture = built_only(**engine, *scenario);
  if (!picture) {
    print_error(picture.error());
    return exit_code_of(picture.error());
  }
  if (options.json) {
    print_json(run_json(**picture, {}));
    return kOk;
  }
  size_t name = 0, value = 0, unit = 0, provenance = 0;
  for (const Probe& probe : (*picture)->probes) {
    name = std::max(name, columns(probe.name)), value = std::max(value, columns(value_text(probe)));
    unit = std::max(unit, columns(probe.unit)), provenance = std::max(provenance, columns(name_of(probe.provenance)));
  }
  for (const Probe& probe : (*picture)->probes)
    print(left(probe.name, name + 2) + right(value_text(probe), value) + " " + left(probe.unit, unit + 2) +
          left(name_of(probe.provenance), provenance + 2) + std::string(probe.description) + "\n");
  return kOk;
}

int show_commands(const Options& options) {
  auto engine = make_engine(options);
  if (!engine) {
    print_error(engine.error());
    return kEnvironment;
  }
  Json list = Json::array();
  for (const CommandInfo& command : (*engine)->commands()) {
    Json keys = Json::array();
    std::string text = command.usage + "\n    " + command.summary +
                       (command.applies.empty() ? "" : " Applies: " + command.applies + ".") + "\n";
    size_t name = 0, kind = 0;
    for (const auto& key : command.keys)
      name = std::max(name, columns(key.name)), kind = std::max(kind, columns(key.kind));
    for (const auto& key : command.keys) {
      keys.push_back({{"name", key.name},
                      {"kind", key.kind},
                      {"default", key.fallback},
                      {"required", key.required},
                      {"meaning", key.meaning}});
      text += "    " + left(key.name, name + 2) + left(key.kind, kind + 2) + key.meaning;
      text += key.required ? ". Required.\n" : key.fallback.empty() ? "\n" : ". Default: " + key.fallback + "\n";
    }
    list.push_back({{"verb", command.verb},
                    {"usage", command.usage},
                    {"summary", command.summary},
                    {"applies", command.applies},
                    {"keys", keys}});
    if (!options.json) print(text + "\n");
  }
  if (options.json) print_json({{"schema", kJsonSchema}, {"commands", list}});
  return kOk;
}

int show_scenarios(const Options& options) {
  Json list = Json::array();
  for (const ScenarioInfo& scenario : list_scenarios()) {
    list.push_back({{"name", scenario.name}, {"summary", scenario.summary}, {"path", scenario.path}});
    if (!options.json) print(left(scenario.name, 18) + scenario.summary + "\n");
  }
  if (options.json) print_json({{"schema", kJsonSchema}, {"scenarios", list}});
  return kOk;
}

int show_registers(const Options& options, std::string model) {
  std::transform(model.begin(), model.end(), model.begin(), [](unsigned char c) { return char(std::tolower(c)); });
  auto engine = make_engine(options);
  if (!engine) {
    print_error(engine.error());
    return kEnvironment;
  }
  const std::vector<RegisterInfo> registers = (*engine)->registers(model);
  if (registers.empty()) {
    std::string known;
    for (const std::string& name : (*engine)->models()) known += (known.empty() ? "" : ", ") + name;
    print_error({"There is no network card `" + model + "`.", "", "Known: " + known, ""});
    return kUsage;
  }
  Json list = Json::array();
  for (const RegisterInfo& reg : registers) {
    Json fields = Json::array();
    std::string text = fmt::format("0x{:05x}  ", reg.offset) + left(reg.name, 10) + left(reg.access, 4) +
                       left(reg.long_name, 44) + reg.section + "\n";
    for (const BitFieldView& field : reg.fields) {
      fields.push_back(field_json(field));
      text += std::string(9, ' ') + left(bits_text(field), 12) + left(field.name, 12) + field.description + "\n";
    }
    list.push_back({{"offset", reg.offset},
                    {"name", reg.name},
                    {"long_name", reg.long_name},
                    {"access", reg.access},
                    {"section", reg.section},
                    {"fields", fields}});
    if (!options.json) print(text);
  }
  if (options.json) print_json({{"schema", kJsonSchema}, {"model", model}, {"registers", list}});
  return kOk;
}

}  // namespace ringside::ctl
