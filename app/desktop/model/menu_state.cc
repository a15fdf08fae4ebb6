// SPDX-License-Identifier: BSD-3-Clause
#include "app/desktop/model/menu_state.h"

#include <sstream>
#include <utility>
#include <vector>

#include "app/lookup/find.h"

namespace ringside::desktop {
namespace {

using Keys = std::vector<std::pair<std::string, std::string>>;

bool vm_has(const VmView& vm, const std::string& key, const std::string& value) {
  if (key == "doorbell") return vm.doorbell == value;
  if (key == "driver") return vm.driver == value;
  if (key == "batch") return std::to_string(vm.batch) == value;
  if (key != "exit_cost" || vm.vcpus.empty()) return false;
  for (const VcpuView& v : vm.vcpus)
    if (!v.cycles_modelled || std::to_string(v.exit_cost) != value) return false;
  return true;
}

bool window_has(const UiState& ui, const WindowLook& look, const std::string& key, const std::string& value) {
  if (key == "layout") return ui.layout == value;
  if (key == "theme") return look.theme == value;
  if (key == "scale") return std::to_string(look.scale) == value;
  if (key == "motion") return value == (ui.reduced_motion ? "reduced" : "full");
  return key == "size" && value == (ui.extended ? "extended" : "compact");
}

}  // namespace

bool already_so(const std::string& command, const Snapshot& s, const UiState& ui, const WindowLook& look) {
  std::istringstream in(command);
  std::string verb;
  Keys keys;
  for (std::string word; in >> word;) {
    const size_t equals = word.find('=');
    if (equals == std::string::npos)
      verb += (verb.empty() ? "" : " ") + word;
    else
      keys.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  if (verb == "step" && keys.empty()) return s.mode == RunMode::kStepped;
  if (keys.empty()) return false;
  if (verb == "window") return keys.size() == 1 && window_has(ui, look, keys[0].first, keys[0].second);
  if (verb == "run") {
    if (keys[0] == std::pair<std::string, std::string>("mode", "free") && keys.size() == 1)
      return s.mode == RunMode::kFree;
    return keys.size() == 2 && keys[0].second == "paced" && s.mode == RunMode::kPaced && keys[1].first == "pace" &&
           std::to_string(uint64_t(s.pace)) == keys[1].second;
  }
  if ((verb == "vm pause" || verb == "vm resume") && keys.size() == 1) {
    const VmView* vm = find_vm(s, keys[0].second);
    return vm && vm->paused == (verb == "vm pause");
  }
  if (verb != "vm set" || keys.size() < 2 || keys[0].first != "name") return false;
  const VmView* vm = find_vm(s, keys[0].second);
  for (size_t i = 1; vm && i < keys.size(); ++i)
    if (!vm_has(*vm, keys[i].first, keys[i].second)) return false;
  return vm != nullptr;
}

}  // namespace ringside::desktop
